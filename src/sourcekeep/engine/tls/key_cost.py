"""How costly a key file's password is made to try: read before anything is computed.

PBKDF2, scrypt, and the PBE and the MAC of PKCS#12 (RFC 8018 A.2 and A.4, RFC 7914 7, RFC 7292 4 and C)
all say it the same way, as the integer behind the salt. With 2^31 rounds an opening takes minutes, and
nothing else goes on in the process meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator

MOST_ROUNDS = 2_000_000  # a quarter of a second; what tools write by themselves is a fraction of it

_INTEGER, _OCTETS, _SEQUENCE = 0x02, 0x04, 0x30
_CONSTRUCTED = 0x20
_DEEPEST = 32


def rounds(der: bytes) -> int:
    """The most rounds that any part asks for; 0 when none does. What is hidden inside what is
    encrypted is not seen."""
    return max(_rounds(der, _DEEPEST), default=0)


def _rounds(data: bytes, levels: int) -> Iterator[int]:
    if levels == 0:
        return
    salted = False
    for tag, content in _elements(data):
        if tag == _INTEGER and salted:
            yield int.from_bytes(content, "big")
        salted = tag == _OCTETS
        if tag & _CONSTRUCTED or (tag == _OCTETS and content[:1] == bytes([_SEQUENCE])):
            yield from _rounds(content, levels - 1)


def _elements(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The elements that stand one after another (X.690 8.1), as far as they can be read."""
    at = 0
    while at + 2 <= len(data):
        tag, length, start = data[at], data[at + 1], at + 2
        if length == 0x80:  # indefinite: what follows is its content
            yield tag, data[start:]
            return
        if length > 0x80:
            size = length & 0x7F
            length = int.from_bytes(data[start : start + size], "big")
            start += size
        yield tag, data[start : start + length]
        at = start + length
