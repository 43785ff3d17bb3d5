"""Constants can be read; secrets are written and never come back."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sourcekeep.model.policy import Policy
from sourcekeep.model.problem import Failed, Invalid, Refused
from sourcekeep.wiring import App
from tests.unit.services.conftest import ADMIN, EDITOR, RUNNER, TOKEN, Upstream, actor


async def test_a_constant_is_written_read_replaced_and_removed(app: App) -> None:
    await app.constants.put(EDITOR, "tenant", {"value": "acme"})
    await app.constants.put(EDITOR, "tenant", {"value": "bolt"})
    assert (await app.constants.get(EDITOR, "tenant"))["value"] == "bolt"
    assert [item["name"] for item in (await app.constants.list(EDITOR)).items] == ["tenant"]
    await app.constants.delete(EDITOR, "tenant")
    with pytest.raises(Refused, match='There is no constant "tenant"'):
        await app.constants.get(EDITOR, "tenant")


async def test_a_secret_never_comes_back(app: App) -> None:
    answers = [
        await app.constants.put(ADMIN, "key", {"value": "canary-key-1"}, secret=True),
        await app.constants.get(ADMIN, "key", secret=True),
        (await app.constants.list(ADMIN, secret=True)).items,
        (await app.audit.list(ADMIN)).items,
    ]
    assert "canary-key-1" not in json.dumps(answers)
    assert answers[1]["value"]["set"] is True


async def test_constants_and_secrets_are_two_name_spaces(app: App) -> None:
    await app.constants.put(ADMIN, "x", {"value": "plain"})
    await app.constants.put(ADMIN, "x", {"value": "hidden"}, secret=True)
    await app.constants.delete(ADMIN, "x", secret=True)
    assert (await app.constants.get(ADMIN, "x"))["value"] == "plain"


async def test_only_an_admin_writes_secrets_and_a_runner_reads_neither(app: App) -> None:
    for call in (
        app.constants.put(EDITOR, "k", {"value": "v"}, secret=True),
        app.constants.list(RUNNER),
        app.constants.list(RUNNER, secret=True),
        app.constants.put(RUNNER, "k", {"value": "v"}),
    ):
        with pytest.raises(Refused) as caught:
            await call
        assert caught.value.code == "role_not_allowed"


async def test_a_name_is_one_that_a_template_can_say(app: App) -> None:
    for name in ("", "1a", "a-b", "a b", "é", "a" * 101):
        with pytest.raises(Invalid) as caught:
            await app.constants.put(ADMIN, name, {"value": "x"})
        assert caught.value.faults[0].code == "pattern"


async def test_an_empty_secret_is_refused(app: App) -> None:
    with pytest.raises(Invalid):
        await app.constants.put(ADMIN, "k", {"value": ""}, secret=True)


async def test_values_say_where_they_are_used(app: App, upstream: Upstream) -> None:
    source = await named(app, upstream, "billing", headers=[header("{{ secrets.key | base64 }}")])
    body = {"type": "json", "content": {"a": ["{{ constants.tenant }}", 1]}}
    query = {"name": "pay", "data_source": source, "method": "POST", "body": body}
    await app.queries.create(ADMIN, query)
    text = '{"secret": "{{ secrets.key ~ \\"-x\\" }}", "n": {{ params.n }}}'
    typed = {"type": "json", "content": text}
    declared = [{"name": "n", "type": "integer", "required": True}]
    await app.queries.create(
        ADMIN, {**query, "name": "typed", "body": typed, "parameters": declared}
    )
    for name in ("tenant", "unused"):
        await app.constants.put(EDITOR, name, {"value": "acme"})
    await app.constants.put(ADMIN, "key", {"value": "k-1"}, secret=True)
    constants = {item["name"]: item for item in (await app.constants.list(EDITOR)).items}
    assert used(constants["tenant"]) == [("query", "pay")]
    assert used(constants["unused"]) == []
    (secret,) = (await app.constants.list(EDITOR, secret=True)).items
    assert used(secret) == [("source", "billing"), ("query", "typed")]
    narrow = actor("editor", policy=Policy(sources=("other",)))
    (seen,) = (await app.constants.list(narrow, secret=True)).items
    assert used(seen) == []


async def test_a_value_in_use_stays_until_nothing_names_it(app: App, upstream: Upstream) -> None:
    source = await named(app, upstream, "billing")
    row = {"name": "q", "value": "{{ constants.tenant }}-{{ secrets.key }}"}
    made = await app.queries.create(ADMIN, {"name": "pay", "data_source": source, "params": [row]})
    await app.constants.put(ADMIN, "tenant", {"value": "acme"})
    await app.constants.put(ADMIN, "key", {"value": "k-1"}, secret=True)
    for name, secret in (("tenant", False), ("key", True)):
        with pytest.raises(Refused) as caught:
            await app.constants.delete(ADMIN, name, secret=secret)
        assert (caught.value.code, caught.value.names) == ("in_use", ("pay",))
    await app.queries.patch(ADMIN, made.doc["id"], {"params": []})
    await app.constants.delete(ADMIN, "tenant")
    await app.constants.delete(ADMIN, "key", secret=True)


async def test_a_secret_goes_only_to_its_sources(app: App, upstream: Upstream) -> None:
    mine = await named(app, upstream, "mine")
    other = await named(app, upstream, "other")
    order = {"query": {"headers": [header("Bearer {{ secrets.key }}")]}}
    secret = {"value": TOKEN, "data_sources": ["mine"]}
    doc = await app.constants.put(ADMIN, "key", secret, secret=True)
    assert doc["data_sources"] == [mine]
    assert (await app.runs.run_unsaved(EDITOR, "mine", order)).status == "ok"
    sent = len(upstream.requests)
    calls = (app.runs.run_unsaved, app.runs.preview_unsaved)
    for call in calls:
        with pytest.raises(
            Failed, match=r"secrets\.key may not be used by the data source 'other'"
        ):
            await call(EDITOR, other, order)
    expression = {"query": {"headers": [header("{{ secrets.key | upper }}")]}}
    with pytest.raises(Failed) as caught:
        await app.runs.run_unsaved(EDITOR, other, expression)
    assert caught.value.problem.code == "unknown_variable"
    assert "An admin can add" in caught.value.problem.hint
    query = {"name": "q", "data_source": other, **order["query"]}
    await app.queries.create(EDITOR, query)
    with pytest.raises(Failed):
        await app.runs.run_saved(EDITOR, "q", {})
    assert len(upstream.requests) == sent


async def test_the_test_of_a_connection_keeps_to_the_scope_too(
    app: App, upstream: Upstream
) -> None:
    await named(app, upstream, "mine")
    await app.constants.put(
        ADMIN, "key", {"value": "canary-scope-1", "data_sources": ["mine"]}, secret=True
    )
    patch = {"headers": [header("{{ secrets.key }}")]}
    await named(app, upstream, "other", **patch)
    with pytest.raises(Failed):
        await app.testing.test(EDITOR, "other", {})
    with pytest.raises(Failed):
        await app.testing.test(EDITOR, "other", {"patch": {**patch, "description": "x"}})
    assert upstream.requests == []


async def test_what_is_left_out_of_a_write_stays_as_it_is(app: App, upstream: Upstream) -> None:
    mine = await named(app, upstream, "mine")
    await app.constants.put(
        ADMIN, "key", {"value": TOKEN, "data_sources": ["MINE", mine]}, secret=True
    )
    replaced = await app.constants.put(ADMIN, "key", {"value": "canary-k-2"}, secret=True)
    assert replaced["data_sources"] == [mine]
    widened = await app.constants.put(
        ADMIN, "key", {"value": replaced["value"], "data_sources": None}, secret=True
    )
    assert (widened["data_sources"], widened["updated_at"]) == (None, replaced["updated_at"])
    narrowed = await app.constants.put(ADMIN, "key", {"data_sources": []}, secret=True)
    assert narrowed["data_sources"] == []
    for payload, code in (
        ({"data_sources": []}, "required"),
        ({"value": {"set": True}}, "secret_not_set"),
        ({"value": "x", "data_sources": ["nowhere"]}, "not_found"),
    ):
        with pytest.raises(Invalid) as caught:
            await app.constants.put(ADMIN, "none", payload, secret=True)
        assert caught.value.faults[0].code == code


async def test_a_source_of_the_same_name_made_later_is_another_one(
    app: App, upstream: Upstream
) -> None:
    mine = await named(app, upstream, "mine")
    await app.constants.put(ADMIN, "key", {"value": TOKEN, "data_sources": [mine]}, secret=True)
    await app.sources.delete(ADMIN, mine)
    await named(app, upstream, "mine")
    assert (await app.constants.get(ADMIN, "key", secret=True))["data_sources"] == []
    with pytest.raises(Failed):
        await app.runs.run_unsaved(
            EDITOR, "mine", {"query": {"headers": [header("{{ secrets.key }}")]}}
        )


async def test_a_source_with_secrets_of_its_own_is_not_led_elsewhere(
    app: App, upstream: Upstream
) -> None:
    mine = await named(app, upstream, "mine", headers=[header("Bearer {{ secrets.key }}")])
    await app.constants.put(ADMIN, "key", {"value": TOKEN, "data_sources": [mine]}, secret=True)
    for patch in (
        {"base_url": "https://evil.test/"},
        {"network": {"allowed_origins": ["https://evil.test"]}},
        {"network": {"proxy_url": "http://evil.test:8080"}},
    ):
        with pytest.raises(Invalid) as caught:
            await app.sources.patch(EDITOR, mine, patch)
        assert caught.value.faults[0].code == "credential_pinned"
    moved = await app.sources.patch(ADMIN, mine, {"base_url": "https://other.test/"})
    assert moved.doc["base_url"] == "https://other.test/"


async def named(app: App, upstream: Upstream, name: str, **parts: Any) -> str:
    payload = {"kind": "restapi", "name": name, "base_url": upstream.url, **parts}
    made = await app.sources.create(ADMIN, payload)
    return str(made.doc["id"])


def header(value: str) -> dict[str, str]:
    return {"name": "Authorization", "value": value}


def used(item: dict[str, Any]) -> list[tuple[str, str]]:
    return [(use["kind"], use["name"]) for use in item["where_used"]]
