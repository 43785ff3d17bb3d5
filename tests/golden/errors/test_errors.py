"""Every error code of the contract: met in a run, told in these words, with something to do.

After a change of words that was meant: `python -m tests.golden.errors.rewrite`.
"""

from __future__ import annotations

import pytest

from sourcekeep.model.catalogue import CATALOGUE
from tests.golden.errors.provoke import CODES, FOLDER, provoked, told

# Not met by the engine: a crash of ours is met by the start-up tests, a cancel by test_run.py;
# transformations and rate budgets have no code yet that could fail.
ELSEWHERE = {
    "cancelled",
    "interrupted",
    "rate_budget_exhausted",
    "transform_error",
    "transform_memory",
    "transform_timeout",
}


def test_every_code_has_a_case() -> None:
    assert set(CODES) | ELSEWHERE == set(CATALOGUE)
    assert {path.stem for path in FOLDER.glob("*.case")} == set(CODES)


@pytest.mark.parametrize("code", sorted(CATALOGUE))
def test_every_code_says_what_to_do(code: str) -> None:
    assert CATALOGUE[code].title and CATALOGUE[code].hint.endswith(".")


@pytest.mark.parametrize("code", CODES)
async def test_a_code_is_met_and_told_as_written(code: str) -> None:
    wrong = await provoked(code)
    assert wrong.code == code
    assert told(wrong) == (FOLDER / f"{code}.case").read_text("utf-8")
