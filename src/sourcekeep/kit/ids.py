"""Opaque identifiers: a time prefix so that they sort by age, and enough chance to be unique."""

from __future__ import annotations

import secrets
import time

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


_PAIRS = [first + second for first in _ALPHABET for second in _ALPHABET]  # two digits at a time


def _base32(number: int, pairs: int) -> str:
    return "".join([_PAIRS[number >> shift & 1023] for shift in range(pairs * 10 - 10, -1, -10)])


def new_id(prefix: str) -> str:
    """A new id such as `src_06f8k2m1q3zv8c1x4t9y0b7n2w`: 50 bits of time, 80 bits of chance."""
    moment = time.time_ns() // 1_000_000
    return f"{prefix}_{_base32(moment, 5)}{_base32(secrets.randbits(80), 8)}"
