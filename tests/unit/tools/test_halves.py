"""The two halves of the tests are counted together."""

from __future__ import annotations

from pathlib import Path

from tools.checks.halves import FIRST, summed


def test_the_last_lines_of_both_are_one() -> None:
    first = "tests/web/x.py F\n===== 1 failed, 40 passed, 2 warnings in 3.10s ====="
    second = "3 passed elsewhere\n===== 60 passed in 200.01s (0:03:20) =====\n"
    assert summed([first, second]) == "1 failed, 100 passed"
    assert summed(["", "nothing"]) == "no tests ran"


def test_the_first_half_names_folders_that_are_there() -> None:
    assert [place for place in FIRST if not Path(place).is_dir()] == []
