"""The audit chain, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sourcekeep.store import AuditLine
from sourcekeep.store.chain import COLUMNS, GENESIS, Head, append, cleaned, hash_of

LINE = AuditLine(
    at=datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC),
    actor_kind="user",
    actor_id="usr_1",
    actor_name="Ada",
    door="web",
    action="query.run",
    target_kind="query",
    target_id="qry_1",
    target_name="restapi1",
    outcome="ok",
    detail={"b": 1, "a": [1.5, None]},
)
# Written down once: a change of this value would make every stored chain look broken.
FIRST_HASH = "231a9af5d5319205f826b4ad4eb86c8eb4526118e5ffeedc8c5320744ea7c78f"


def test_the_hash_of_a_known_line_never_changes() -> None:
    [link], head = append(Head(), [LINE])
    assert dict(zip(COLUMNS, link, strict=True)) == {
        "seq": 1,
        "at": 1795521600123000,
        "actor_kind": "user",
        "actor_id": "usr_1",
        "actor_name": "Ada",
        "door": "web",
        "action": "query.run",
        "target_kind": "query",
        "target_id": "qry_1",
        "target_name": "restapi1",
        "outcome": "ok",
        "detail": '{"a":[1.5,null],"b":1}',
        "prev_hash": GENESIS,
        "hash": FIRST_HASH,
    }
    assert head == Head(1, FIRST_HASH)


def test_each_line_follows_the_one_before() -> None:
    links, head = append(Head(), [LINE, LINE, LINE])
    assert [link[0] for link in links] == [1, 2, 3]
    assert [link[-2] for link in links] == [GENESIS, links[0][-1], links[1][-1]]
    assert len({link[-1] for link in links}) == 3
    more, end = append(head, [LINE])
    assert append(Head(), [LINE] * 4) == ([*links, *more], end)
    assert append(head, []) == ([], head)


@pytest.mark.parametrize("column", [column for column in COLUMNS if column != "hash"])
def test_every_column_counts(column: str) -> None:
    [link], _ = append(Head(), [LINE])
    place = COLUMNS.index(column)
    assert hash_of(link) == link[-1]
    other = link[place] + 1 if isinstance(link[place], int) else link[place] + " "
    assert hash_of((*link[:place], other, *link[place + 1 :])) != link[-1]


def test_a_line_without_a_target_differs_from_one_with_an_empty_target() -> None:
    none = replace(LINE, target_id=None)
    empty = replace(LINE, target_id="")
    assert append(Head(), [none])[1] != append(Head(), [empty])[1]


def test_text_that_is_none_is_cleaned_all_the_way_down() -> None:
    odd = replace(LINE, actor_name="\x00\ud800", detail={"\ud800": ["\x00", {"n": ("\udfff", 1)}]})
    clean = cleaned(odd)
    assert clean.actor_name == "\ufffd" * 4
    assert clean.detail == {"\ufffd" * 3: ["\ufffd", {"n": ["\ufffd" * 3, 1]}]}
    assert cleaned(replace(LINE, detail={"n": 2**64, "p": LINE.at.date()})).detail == {
        "n": "18446744073709551616",
        "p": "2026-11-24",
    }
    assert cleaned(LINE) == LINE
    append(Head(), [clean])
