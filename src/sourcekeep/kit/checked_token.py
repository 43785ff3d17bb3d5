"""Random text with a checksum, so that a typing error or a cut is told without a look-up.

`<prefix>_<32 random base62><6 base62 of the CRC-32>`: 190 bits of chance.
"""

from __future__ import annotations

import secrets
import zlib

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_RANDOM, _CHECKSUM = 32, 6


def new_token(prefix: str) -> str:
    """A new text such as `sk_…`; only a hash of it should be kept."""
    body = "".join(secrets.choice(_ALPHABET) for _ in range(_RANDOM))
    return f"{prefix}_{body}{_checksum(f'{prefix}_{body}')}"


def is_well_formed(text: str, prefix: str) -> bool:
    """Whether the text has the form and its checksum fits."""
    length = len(prefix) + 1 + _RANDOM + _CHECKSUM
    if len(text) != length or not text.startswith(f"{prefix}_") or not text.isascii():
        return False
    return _checksum(text[:-_CHECKSUM]) == text[-_CHECKSUM:]


def _checksum(text: str) -> str:
    number = zlib.crc32(text.encode("ascii"))
    digits = []
    for _ in range(_CHECKSUM):
        number, rest = divmod(number, 62)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))
