"""Saved queries: composed once before they are saved, patched, listed."""

from __future__ import annotations

from typing import Any

import pytest

from sourcekeep.model.policy import Policy
from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.wiring import App
from tests.unit.services.conftest import ADMIN, EDITOR, RUNNER, actor


@pytest.fixture
async def ref(app: App) -> str:
    doc = (await app.sources.create(ADMIN, {"kind": "restapi", "base_url": "https://a.test"})).doc
    return str(doc["id"])


async def faults(call: Any) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        await call
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


async def test_only_the_source_is_required_and_names_count_up(app: App, ref: str) -> None:
    names = []
    for _ in range(3):
        names.append((await app.queries.create(EDITOR, {"data_source": ref})).doc["name"])
    assert names == ["restapi1", "restapi2", "restapi3"]


async def test_the_source_may_be_named_and_is_kept_by_id(app: App, ref: str) -> None:
    doc = (await app.queries.create(EDITOR, {"data_source": "restapi"})).doc
    await app.sources.patch(ADMIN, ref, {"name": "renamed"})
    assert (await app.queries.get(EDITOR, doc["id"])).doc["data_source"] == ref


async def test_a_source_that_is_not_there_is_a_fault_of_its_field(app: App) -> None:
    call = app.queries.create(EDITOR, {"data_source": "nobody"})
    assert await faults(call) == [("/data_source", "not_found")]


async def test_what_cannot_be_composed_is_said_at_save_with_its_place(app: App, ref: str) -> None:
    query = {
        "data_source": ref,
        "method": "GE T",
        "path": "//evil.test/x",
        "headers": [{"name": "Host", "value": "x"}, {"name": "X", "value": "{{ params.no }}"}],
    }
    assert set(await faults(app.queries.create(EDITOR, query))) == {
        ("/method", "invalid_header"),
        ("/path", "origin_not_allowed"),
        ("/headers/0/name", "invalid_header"),
        ("/headers/1/value", "unknown_variable"),
    }


async def test_a_query_may_be_saved_while_its_source_has_no_base_url_yet(app: App) -> None:
    await app.sources.create(ADMIN, {"kind": "restapi", "name": "new"})
    await app.queries.create(EDITOR, {"data_source": "new", "path": "/users"})


async def test_what_was_typed_is_what_is_read(app: App, ref: str) -> None:
    query = {
        "data_source": ref,
        "name": "users",
        "description": "All of them",
        "method": "POST",
        "path": "/users/{{ params.id }}",
        "params": [{"name": "page", "value": 1}, {"name": "all", "value": True}],
        "headers": [{"name": "Accept", "value": None}],
        "cookies": [{"name": "c", "value": "v"}],
        "body": {"type": "json", "content": {"big": 9007199254740993, "nothing": None}},
        "parameters": [{"name": "id", "type": "integer", "required": True, "minimum": 1}],
        "limits": {"read_timeout_s": 5},
        "retry": {"max_attempts": 1},
    }
    doc = (await app.queries.create(EDITOR, query)).doc
    assert {name: doc[name] for name in query} == query


async def test_a_patch_merges_but_a_body_is_one_value(app: App, ref: str) -> None:
    doc = (
        await app.queries.create(
            EDITOR,
            {"data_source": ref, "body": {"type": "json", "content": {"a": 1}}, "limits": {}},
        )
    ).doc
    patch: dict[str, Any] = {
        "body": {"type": "json", "content": {"b": None}},
        "limits": {"max_redirects": 0},
    }
    changed = (await app.queries.patch(EDITOR, doc["id"], patch)).doc
    assert changed["body"] == {"type": "json", "content": {"b": None}}
    assert changed["limits"] == {"max_redirects": 0}
    raw = {"body": {"type": "raw", "content": "x"}, "limits": {"max_redirects": None}}
    changed = (await app.queries.patch(EDITOR, doc["id"], raw)).doc
    assert changed["body"]["type"] == "raw"
    assert changed["limits"] == {}


async def test_a_query_can_move_to_another_source(app: App, ref: str) -> None:
    other = (await app.sources.create(ADMIN, {"kind": "restapi", "base_url": "https://b.test"})).doc
    await app.queries.create(EDITOR, {"data_source": ref})
    moved = await app.queries.patch(EDITOR, "restapi1", {"data_source": other["name"]})
    assert moved.doc["data_source"] == other["id"]
    assert (await app.queries.list(EDITOR, data_source=ref)).items == []
    assert len((await app.queries.list(EDITOR, data_source=other["name"])).items) == 1


async def test_a_token_tied_to_queries_cannot_carry_one_to_another_source(
    app: App, ref: str
) -> None:
    await app.sources.create(ADMIN, {"kind": "restapi", "name": "other"})
    doc = (await app.queries.create(ADMIN, {"data_source": ref, "name": "mine"})).doc
    caller = actor("editor", policy=Policy(queries=("mine",)), door="api")
    assert (await app.queries.patch(caller, "mine", {"path": "x"})).doc["path"] == "x"
    with pytest.raises(Refused) as caught:
        await app.queries.patch(caller, "mine", {"data_source": "other"})
    assert caught.value.code == "query_not_allowed"
    assert (await app.queries.get(ADMIN, doc["id"])).doc["data_source"] == ref


async def test_a_taken_name_and_a_stale_save_are_refused(app: App, ref: str) -> None:
    first = await app.queries.create(EDITOR, {"data_source": ref, "name": "a"})
    call = app.queries.create(EDITOR, {"data_source": ref, "name": "A"})
    assert await faults(call) == [("/name", "name_taken")]
    await app.queries.patch(EDITOR, "a", {"path": "/x"}, first.etag)
    with pytest.raises(Refused) as caught:
        await app.queries.patch(EDITOR, "a", {"path": "/y"}, first.etag)
    assert caught.value.kind == "stale"


async def test_a_runner_reads_queries_and_changes_none(app: App, ref: str) -> None:
    await app.queries.create(EDITOR, {"data_source": ref})
    await app.queries.get(RUNNER, "restapi1")
    for call in (
        app.queries.create(RUNNER, {"data_source": ref}),
        app.queries.patch(RUNNER, "restapi1", {"path": "/x"}),
        app.queries.delete(RUNNER, "restapi1"),
    ):
        with pytest.raises(Refused, match="role runner"):
            await call


async def test_a_narrowed_token_sees_only_its_queries(app: App, ref: str) -> None:
    await app.queries.create(EDITOR, {"data_source": ref, "name": "mine"})
    await app.queries.create(EDITOR, {"data_source": ref, "name": "other"})
    caller = actor("runner", policy=Policy(queries=("mine",)), door="api")
    assert [item["name"] for item in (await app.queries.list(caller)).items] == ["mine"]
    with pytest.raises(Refused):
        await app.queries.get(caller, "other")
    nothing = actor("runner", policy=Policy(sources=()), door="api")
    assert (await app.queries.list(nothing)).items == []
