"""Writes the golden errors anew, to be read in the diff: `python -m tests.golden.errors.rewrite`."""

from __future__ import annotations

import asyncio

from tests.golden.errors.provoke import CODES, FOLDER, provoked, told

if __name__ == "__main__":
    for code in CODES:
        (FOLDER / f"{code}.case").write_text(told(asyncio.run(provoked(code))), "utf-8")
