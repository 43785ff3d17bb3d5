"""Opaque identifiers: a time prefix so that they sort by age, and enough chance to be unique."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def _base32(number: int, length: int) -> str:
    digits = []
    for _ in range(length):
        number, rest = divmod(number, 32)
        digits.append(_ALPHABET[rest])
    return "".join(reversed(digits))


def new_id(prefix: str) -> str:
    """A new id such as `src_06f8k2m1q3zv8c1x4t9y0b7n2w`: 50 bits of time, 80 bits of chance."""
    moment = time.time_ns() // 1_000_000
    return f"{prefix}_{_base32(moment, 10)}{_base32(secrets.randbits(80), 16)}"
