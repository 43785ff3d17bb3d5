"""Opaque identifiers: a time prefix so that they sort by age, and enough chance to be unique."""

from __future__ import annotations

import os
import time


def new_id(prefix: str) -> str:
    """A new id such as `src_019ab5c2f3d4…`: 48 bits of time (ms), then 80 bits of chance, in hex."""
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{os.urandom(10).hex()}"
