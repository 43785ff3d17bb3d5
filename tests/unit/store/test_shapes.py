"""Every shape that was ever stored becomes the present one; its golden file stays for ever."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sourcekeep.store import SHAPE_VERSIONS, Unusable
from sourcekeep.store.shapes import STEPS, upgrade

GOLDEN = Path(__file__).parents[2] / "golden" / "shapes"
FILES = sorted(GOLDEN.glob("*.json"))


def test_each_version_of_each_shape_has_its_golden_file() -> None:
    wanted = {
        f"{noun}-{version}.json"
        for noun, present in SHAPE_VERSIONS.items()
        for version in range(1, present + 1)
    }
    assert {file.name for file in FILES} == wanted
    assert {
        (noun, n) for noun, present in SHAPE_VERSIONS.items() for n in range(1, present)
    } == set(STEPS)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_golden_shape_upgrades_to_the_present_one(file: Path) -> None:
    noun, version = file.stem.split("-")
    present = json.loads((GOLDEN / f"{noun}-{SHAPE_VERSIONS[noun]}.json").read_text("utf-8"))  # type: ignore[index]
    stored = json.loads(file.read_text("utf-8"))
    assert upgrade(noun, int(version), stored) == present  # type: ignore[arg-type]


def test_steps_are_taken_one_after_the_other() -> None:
    steps = {
        ("source", 1): lambda doc: {**doc, "b": doc["a"] + 1},
        ("source", 2): lambda doc: {**doc, "c": doc["b"] + 1},
    }
    present = {"source": 3, "query": 1}
    assert upgrade("source", 1, {"a": 1}, steps=steps, present=present) == {"a": 1, "b": 2, "c": 3}  # type: ignore[arg-type]
    assert upgrade("source", 3, {"a": 1}, steps=steps, present=present) == {"a": 1}  # type: ignore[arg-type]


def test_a_shape_of_a_newer_program_is_refused_in_words() -> None:
    with pytest.raises(Unusable, match="shape 99, newer than this program"):
        upgrade("query", 99, {})
