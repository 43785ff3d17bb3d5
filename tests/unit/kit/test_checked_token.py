"""Random text with a checksum."""

from __future__ import annotations

import pytest

from sourcekeep.kit.checked_token import is_well_formed, new_token


def test_a_new_token_is_well_formed() -> None:
    text = new_token("sk")
    assert text.startswith("sk_")
    assert len(text) == len("sk_") + 38
    assert is_well_formed(text, "sk")


def test_no_two_are_the_same() -> None:
    assert len({new_token("sk") for _ in range(1000)}) == 1000


@pytest.mark.parametrize("place", [3, 20, 34, 40])
def test_one_wrong_character_is_told_without_a_look_up(place: int) -> None:
    text = new_token("sk")
    other = "a" if text[place] != "a" else "b"
    assert not is_well_formed(text[:place] + other + text[place + 1 :], "sk")


@pytest.mark.parametrize("text", ["", "sk_", "sk_x", "Bearer", "sk_" + "é" * 38, "pk_" + "0" * 38])
def test_what_has_another_form_is_not_one(text: str) -> None:
    assert not is_well_formed(text, "sk")


def test_a_cut_token_is_not_one() -> None:
    assert not is_well_formed(new_token("sk")[:-1], "sk")
