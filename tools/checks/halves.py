"""All Python tests, in two halves at a time: much of a half waits for processes and browsers.

`python -m tools.checks.halves`. Every test is in exactly one half: the second is whatever the first
does not name. Fails when a half fails or finds no test. The last line counts both, as pytest's does.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import IO

FIRST = (
    "tests/web",
    "tests/contract/cli",
    "tests/contract/processes",
    "tests/contract/library",
    "tests/canary",
)
_COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)")


def main() -> int:
    begun = time.monotonic()
    with tempfile.TemporaryFile("w+", errors="replace") as log:
        first = _pytest(FIRST, log)
        second = _pytest(("tests", *(f"--ignore={place}" for place in FIRST)), subprocess.PIPE)
        said = _relayed(second)
        codes = [second.wait(), first.wait()]
        log.seek(0)
        kept = log.read()
    print(kept)
    print(f"{summed([said, kept])} in {time.monotonic() - begun:.0f}s", flush=True)
    return max(abs(code) for code in codes)


def _relayed(half: subprocess.Popen[str]) -> str:
    """What it says, printed as it comes; the last line."""
    last = ""
    for line in half.stdout or ():
        print(line, end="", flush=True)
        last = line if line.strip() else last
    return last


def summed(texts: list[str]) -> str:
    """`5 passed, 1 failed` of several runs' last lines together."""
    counts: dict[str, int] = {}
    for text in texts:
        for number, word in _COUNT.findall(text.rstrip().rpartition("\n")[2]):
            counts[word] = counts.get(word, 0) + int(number)
    return ", ".join(f"{number} {word}" for word, number in counts.items()) or "no tests ran"


def _pytest(places: tuple[str, ...], output: IO[str] | int) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "pytest", *places]
    return subprocess.Popen(words, stdout=output, stderr=subprocess.STDOUT, text=True)


if __name__ == "__main__":
    for place in FIRST:
        if not Path(place).is_dir():
            sys.exit(f"{place} is not there: correct FIRST in tools/checks/halves.py")
    sys.exit(main())
