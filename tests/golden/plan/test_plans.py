"""Every golden plan: what a source and a query compose to, and who won.

To write the cases anew after a change that was meant: `python -m tests.golden.plan.rewrite`.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.golden.plan.compose import FOLDER, composed, read_case

CASES = sorted(FOLDER.glob("*.case"))


def test_there_are_cases() -> None:
    assert len(CASES) >= 40


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_source_and_a_query_compose_as_written(path: Path) -> None:
    case = read_case(path)
    assert composed(case.given) == case.expected, case.sentence


@pytest.mark.parametrize("path", CASES, ids=[path.stem for path in CASES])
def test_a_case_is_written_in_the_one_form(path: Path) -> None:
    assert path.read_text("utf-8") == read_case(path).text
