"""How secrets leave a value and come back, and that none lands where it could be read."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import Field, SecretStr

from sourcekeep.model.entry import Frozen, Header
from sourcekeep.model.problem import Invalid
from sourcekeep.model.sealing import close, is_mark, keep, references_of, reopen, secret_keys

NOW, LATER = "2026-11-24T10:00:00.000Z", "2026-11-25T10:00:00.000Z"
MARK = {"set": True, "updated_at": NOW}


class Bearer(Frozen):
    type: Literal["bearer"] = "bearer"
    token: SecretStr | None = None
    prefix: str = "Bearer"


class Spec(Frozen):
    base_url: str = ""
    headers: tuple[Header, ...] = ()
    auth: Bearer = Field(default=Bearer())


def spec(**values: Any) -> Spec:
    return Spec.model_validate(values)


def header(name: str, value: Any = None, *, secret: bool = True) -> dict[str, Any]:
    return {"name": name, "value": value, "secret": secret}


def faults(call: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        call()
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


def patched(doc: dict[str, Any], secrets: dict[str, str], **changes: Any) -> Any:
    """What a save of these changes makes of a stored doc."""
    kept = keep({**doc, **changes}, doc, secrets)
    return close(Spec.model_validate(kept.value), now=LATER, kept=kept, old_doc=doc)


def test_closing_leaves_a_mark_in_place_of_each_secret() -> None:
    closed = close(spec(auth={"token": "T"}, headers=[header("X-Key", "H")]), now=NOW)
    assert closed.doc["auth"] == {"type": "bearer", "token": MARK, "prefix": "Bearer"}
    assert closed.doc["headers"][0]["value"] == MARK
    assert closed.secrets == {"auth/token": "T", "headers/x-key/0": "H"}
    assert closed.fresh == {"auth/token", "headers/x-key/0"}


def test_a_slot_without_a_text_is_null() -> None:
    closed = close(spec(auth={"token": None}), now=NOW)
    assert closed.doc["auth"]["token"] is None
    assert closed.secrets == {}


def test_an_empty_text_is_no_secret() -> None:
    closed = close(spec(auth={"token": ""}), now=NOW)
    assert closed.doc["auth"]["token"] is None
    assert closed.secrets == {}


def test_a_plain_header_stays_readable() -> None:
    closed = close(spec(headers=[header("Accept", "text/plain", secret=False)]), now=NOW)
    assert closed.doc["headers"][0]["value"] == "text/plain"


def test_reopening_puts_the_texts_back() -> None:
    before = spec(auth={"token": "T"}, headers=[header("A", "1"), header("a", "2")])
    closed = close(before, now=NOW)
    assert Spec.model_validate(reopen(closed.doc, closed.secrets)) == before


def test_writing_the_doc_back_keeps_every_secret_and_its_time() -> None:
    closed = close(spec(auth={"token": "T"}, headers=[header("X", "H")]), now=NOW)
    again = patched(closed.doc, closed.secrets)
    assert again.doc == closed.doc
    assert again.secrets == closed.secrets
    assert again.fresh == frozenset()


def test_a_new_text_is_sealed_anew_and_stamped_now_also_when_it_is_the_same() -> None:
    closed = close(spec(auth={"token": "T"}), now=NOW)
    again = patched(closed.doc, closed.secrets, auth={"type": "bearer", "token": "T"})
    assert again.doc["auth"]["token"] == {"set": True, "updated_at": LATER}
    assert again.fresh == {"auth/token"}


def test_null_clears_a_secret() -> None:
    closed = close(spec(auth={"token": "T"}), now=NOW)
    again = patched(closed.doc, closed.secrets, auth={"type": "bearer", "token": None})
    assert again.secrets == {}
    assert again.doc["auth"]["token"] is None


def test_a_mark_with_nothing_stored_behind_it_is_a_fault() -> None:
    assert faults(lambda: keep({"auth": {"token": {"set": True}}}, {}, {})) == [
        ("/auth/token", "secret_not_set")
    ]


def test_header_rows_may_change_their_order() -> None:
    closed = close(spec(headers=[header("A", "1"), header("B", "2")]), now=NOW)
    again = patched(
        closed.doc, closed.secrets, headers=[header("B", {"set": True}), header("A", {"set": True})]
    )
    assert again.secrets == {"headers/b/0": "2", "headers/a/0": "1"}
    assert again.fresh == frozenset()


def test_a_renamed_row_keeps_its_secret_by_its_place_and_is_sealed_for_its_new_key() -> None:
    closed = close(spec(headers=[header("A", "1"), header("B", "2")]), now=NOW)
    again = patched(closed.doc, closed.secrets, headers=[header("A", MARK), header("C", MARK)])
    assert again.secrets == {"headers/a/0": "1", "headers/c/0": "2"}
    assert again.fresh == {"headers/c/0"}
    assert again.doc["headers"][1]["value"]["updated_at"] == NOW


def test_a_row_of_the_same_name_put_in_front_does_not_lose_the_secret_behind() -> None:
    closed = close(spec(headers=[header("A", "1")]), now=NOW)
    rows = [header("a", "plain", secret=False), header("A", MARK)]
    again = patched(closed.doc, closed.secrets, headers=rows)
    assert again.secrets == {"headers/a/1": "1"}


def test_one_stored_secret_is_not_given_out_twice() -> None:
    closed = close(spec(headers=[header("A", "1")]), now=NOW)
    rows = [header("A", MARK), header("B", MARK)]
    assert faults(lambda: patched(closed.doc, closed.secrets, headers=rows)) == [
        ("/headers/1/value", "secret_not_set")
    ]


def test_a_secret_row_cannot_be_made_readable_without_entering_it_again() -> None:
    closed = close(spec(headers=[header("A", "1")]), now=NOW)
    rows = [header("A", MARK, secret=False)]
    assert faults(lambda: patched(closed.doc, closed.secrets, headers=rows)) == [
        ("/headers/0/value", "secret_stays_secret")
    ]


def test_a_secret_does_not_move_from_one_field_to_another() -> None:
    closed = close(spec(auth={"token": "T"}), now=NOW)
    for changes in ({"base_url": MARK}, {"auth": {"type": "bearer", "prefix": MARK}}):
        found = faults(lambda changes=changes: patched(closed.doc, closed.secrets, **changes))
        assert [code for _, code in found] == ["secret_not_set"]


def test_only_the_exact_shape_is_a_mark() -> None:
    assert is_mark({"set": True})
    assert is_mark(MARK)
    for other in ({"set": False}, {"set": 1}, {"set": True, "value": "x"}, {}, None, "set"):
        assert not is_mark(other)


def test_the_keys_of_a_doc_are_those_it_was_closed_with() -> None:
    closed = close(spec(auth={"token": "T"}, headers=[header("A", "1"), header("a", "2")]), now=NOW)
    assert secret_keys(closed.doc) == closed.secrets.keys()


def test_a_reference_is_kept_by_its_place_and_no_text_goes_through() -> None:
    kept = keep({**spec(auth={}).model_dump(), "auth": {"token": {"from": "env:A"}}}, {}, {})
    assert kept.named == {("auth", "token"): "env:A"}
    closed = close(Spec.model_validate(kept.value), now=NOW, kept=kept)
    assert closed.doc["auth"]["token"] == {"set": True, "from": "env:A", "updated_at": NOW}
    assert (closed.secrets, closed.fresh) == ({}, frozenset())
    assert closed.references == {"auth/token": "env:A"} == references_of(closed.doc)
    again = keep(closed.doc, closed.doc, {})
    assert (again.named, again.references) == ({}, {("auth", "token"): "env:A"})
    once_more = close(Spec.model_validate(again.value), now=LATER, kept=again, old_doc=closed.doc)
    assert once_more.doc == closed.doc


def test_a_mark_cannot_change_where_it_points() -> None:
    kept = keep({**spec(auth={}).model_dump(), "auth": {"token": {"from": "env:A"}}}, {}, {})
    doc = close(Spec.model_validate(kept.value), now=NOW, kept=kept).doc
    forged = {**doc, "auth": {"token": {"set": True, "from": "env:B"}}}
    assert keep(forged, doc, {}).references == {("auth", "token"): "env:A"}


def test_a_reference_in_a_plain_row_is_refused() -> None:
    plain = header("A", "x", secret=False)
    value = {**spec(headers=[plain]).model_dump()}
    value["headers"] = [{"name": "A", "value": {"from": "env:A"}, "secret": False}]
    kept = keep(value, {}, {})
    refused = faults(lambda: close(Spec.model_validate(kept.value), now=NOW, kept=kept))
    assert refused == [("/headers/0/value", "secret_stays_secret")]
