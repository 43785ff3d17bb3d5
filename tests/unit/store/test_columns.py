"""Text, moments and names in the form that both databases hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.store.columns import micros_of, moment_of, name_key, storable


@given(st.datetimes(timezones=st.timezones()))
def test_a_moment_comes_back_exactly(moment: datetime) -> None:
    if 1 < moment.year < 9999:
        assert moment_of(micros_of(moment)) == moment.astimezone(UTC)


def test_moments_of_all_zones_are_one_number() -> None:
    noon = datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert micros_of(noon) == micros_of(noon.astimezone(timezone(timedelta(hours=9))))


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        micros_of(datetime(2026, 11, 24, 12))


@given(st.text(alphabet=st.characters(codec=None)))
def test_any_text_becomes_storable_and_good_text_stays(text: str) -> None:
    kept = storable(text)
    assert "\x00" not in kept
    assert kept.encode("utf-8").decode("utf-8") == kept
    assert storable(kept) == kept


def test_names_are_the_same_whatever_case_and_compatibility_form() -> None:
    assert name_key("Billing") == name_key("BILLING")
    assert name_key("Straße") == name_key("STRASSE")
    assert name_key("ﬁle") == name_key("FILE")
    assert name_key("a b") != name_key("ab")
