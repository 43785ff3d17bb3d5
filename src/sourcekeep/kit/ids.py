"""Opaque identifiers: a time prefix so that they sort by age, and enough chance to be unique."""

from __future__ import annotations

import os
import re
import time
import unicodedata

_CHANCE_BYTES = 10
_DRAWN_AT_ONCE = 256

# Chance is drawn for many ids at once: each question to the kernel costs a run 1.5 us. Popping is
# safe between threads, and a forked child draws its own.
_drawn: list[str] = []
os.register_at_fork(after_in_child=_drawn.clear)


def new_id(prefix: str) -> str:
    """A new id such as `src_019ab5c2f3d4…`: 48 bits of time (ms), then 80 bits of chance, in hex."""
    try:
        chance = _drawn.pop()
    except IndexError:
        chance = _draw()
    return f"{prefix}_{time.time_ns() // 1_000_000:012x}{chance}"


def _draw() -> str:
    digits = os.urandom(_CHANCE_BYTES * _DRAWN_AT_ONCE).hex()
    size = _CHANCE_BYTES * 2
    parts = [digits[start : start + size] for start in range(0, len(digits), size)]
    chance = parts.pop()
    _drawn.extend(parts)
    return chance


_ID = re.compile(r"[a-z]+_[0-9a-f]{32}")


def looks_like_id(text: str) -> bool:
    """Whether the text could be taken for an id, however it is compared."""
    return _ID.fullmatch(unicodedata.normalize("NFKC", text).casefold()) is not None


def made_at_ms(id: str) -> int:
    """When an id was made, in milliseconds since 1970; 0 for text that is none of ours."""
    digits = id.rpartition("_")[2][:12]
    try:
        return int(digits, 16) if len(digits) == 12 else 0
    except ValueError:
        return 0
