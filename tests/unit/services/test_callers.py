"""Caller tokens: shown once, known by hash, limited by policy, ended at once."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sourcekeep.kit.checked_token import new_token
from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.settings import Settings
from sourcekeep.wiring import App, build
from tests.unit.services.conftest import ADMIN, EDITOR


async def refusal(call: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await call
    return caught.value.kind, caught.value.code


async def test_a_token_stands_for_its_role_and_policy(app: App) -> None:
    policy = {"sources": ["billing"], "methods": ["get"]}
    made = await app.callers.create(ADMIN, {"name": "ci", "role": "editor", "policy": policy})
    who = await app.callers.actor_of_token(made.token, "api")
    assert (who.kind, who.id, who.name, who.role) == ("token", made.doc["id"], "ci", "editor")
    assert (who.policy.sources, who.policy.methods) == (("billing",), ("GET",))


async def test_its_text_is_shown_once_and_kept_nowhere(app: App) -> None:
    made = await app.callers.create(ADMIN, {"name": "ci"})
    seen = [made.doc, (await app.callers.list(ADMIN)).items, (await app.audit.list(ADMIN)).items]
    assert made.token not in json.dumps(seen)
    async with app.store.reading() as unit:
        row = await unit.tokens.get(made.doc["id"])
    assert row is not None
    assert made.token not in str(row)


async def test_without_a_role_it_is_a_runner(app: App) -> None:
    assert (await app.callers.create(ADMIN, {"name": "ci"})).doc["role"] == "runner"


async def test_a_revoked_token_ends_at_once_in_every_process(app: App, settings: Settings) -> None:
    made = await app.callers.create(ADMIN, {"name": "ci"})
    other = await build(settings)
    try:
        await other.callers.actor_of_token(made.token, "api")
        await app.callers.revoke(ADMIN, "ci")
        unknown = ("not_signed_in", "token_unknown")
        assert await refusal(app.callers.actor_of_token(made.token, "api")) == unknown
        for _ in range(100):
            try:
                await other.callers.actor_of_token(made.token, "api")
            except Refused:
                return
            await asyncio.sleep(0.02)
        pytest.fail("the other process still takes it")
    finally:
        await other.close()


async def test_the_short_way_knows_what_is_in_memory_and_refuses_like_the_long_one(
    settings: Settings,
) -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    app = await build(settings, clock=lambda: now[0])
    try:
        policy = {"expires_at": "2026-01-02T00:00:00Z", "rate_per_minute": 2}
        made = await app.callers.create(ADMIN, {"name": "ci", "policy": policy})
        assert app.callers.known_actor(made.token, "api") is None
        who = await app.callers.actor_of_token(made.token, "api")
        assert app.callers.known_actor(made.token, "api") == who
        assert app.callers.known_actor(made.token, "library") is None
        with pytest.raises(Refused) as caught:
            app.callers.known_actor(made.token, "api")
        assert caught.value.code == "rate_limited"
        now[0] += timedelta(days=1)
        with pytest.raises(Refused) as caught:
            app.callers.known_actor(made.token, "api")
        assert caught.value.code == "token_expired"
        await app.callers.revoke(ADMIN, "ci")
        assert app.callers.known_actor(made.token, "api") is None
    finally:
        await app.close()


@pytest.mark.parametrize("text", ["", "sk_short", "Bearer x", "é" * 41, new_token("sk")])
async def test_any_other_text_stands_for_nobody(app: App, text: str) -> None:
    assert await refusal(app.callers.actor_of_token(text, "api")) == (
        "not_signed_in",
        "token_unknown",
    )


async def test_past_its_rate_a_token_must_wait(app: App) -> None:
    made = await app.callers.create(ADMIN, {"name": "ci", "policy": {"rate_per_minute": 2}})
    for _ in range(2):
        await app.callers.actor_of_token(made.token, "api")
    await app.callers.create(ADMIN, {"name": "another"})  # a change does not fill the bucket
    with pytest.raises(Refused) as caught:
        await app.callers.actor_of_token(made.token, "api")
    assert (caught.value.kind, caught.value.retry_after_s) == ("throttled", 30)


async def test_a_token_that_has_ended_is_refused_and_one_in_the_past_is_not_made(
    settings: Settings,
) -> None:
    now = [datetime(2026, 1, 1, tzinfo=UTC)]
    app = await build(settings, clock=lambda: now[0])
    try:
        ends = "2026-01-02T00:00:00Z"
        made = await app.callers.create(ADMIN, {"name": "ci", "policy": {"expires_at": ends}})
        await app.callers.actor_of_token(made.token, "api")
        now[0] += timedelta(days=1)
        expired = ("not_signed_in", "token_expired")
        assert await refusal(app.callers.actor_of_token(made.token, "api")) == expired
        with pytest.raises(Invalid) as caught:
            await app.callers.create(ADMIN, {"name": "x", "policy": {"expires_at": ends}})
        assert caught.value.faults[0].pointer == "/policy/expires_at"
    finally:
        await app.close()


@pytest.mark.parametrize(
    "ends", ["9999-12-31T23:59:59-23:59", "2100-01-01", "4102444800", 4102444800, True]
)
async def test_an_end_that_is_no_time_with_its_zone_is_refused(app: App, ends: Any) -> None:
    """One beyond the year 9999 in UTC could be stored, and no list of tokens read afterwards."""
    with pytest.raises(Invalid) as caught:
        await app.callers.create(ADMIN, {"name": "x", "policy": {"expires_at": ends}})
    assert [fault.pointer for fault in caught.value.faults] == ["/policy/expires_at"]
    assert "2030-01-31T12:00:00Z" in caught.value.faults[0].detail
    assert (await app.callers.list(ADMIN)).items == []


async def test_a_policy_is_checked_with_its_places(app: App) -> None:
    policy = {"doors": ["window"], "paths": ["no-slash"], "rate_per_minute": 0, "sorces": []}
    with pytest.raises(Invalid) as caught:
        await app.callers.create(ADMIN, {"name": "ci", "policy": policy})
    assert {fault.pointer for fault in caught.value.faults} == {
        "/policy/doors/0",
        "/policy/paths/0",
        "/policy/rate_per_minute",
        "/policy/sorces",
    }


async def test_only_an_admin_deals_with_tokens_and_never_a_token_with_a_policy(app: App) -> None:
    for call in (
        app.callers.create(EDITOR, {"name": "x"}),
        app.callers.list(EDITOR),
        app.callers.revoke(EDITOR, "x"),
    ):
        assert await refusal(call) == ("forbidden", "role_not_allowed")
    made = await app.callers.create(
        ADMIN, {"name": "ci", "role": "admin", "policy": {"doors": ["api"]}}
    )
    who = await app.callers.actor_of_token(made.token, "api")
    wider = app.callers.create(who, {"name": "wider", "role": "admin"})
    assert await refusal(wider) == ("forbidden", "policy_not_allowed")


async def test_use_is_noted_and_shown(app: App) -> None:
    made = await app.callers.create(ADMIN, {"name": "ci"})
    assert made.doc["last_used_at"] is None
    await app.callers.actor_of_token(made.token, "api")
    (item,) = (await app.callers.list(ADMIN)).items
    assert item["last_used_at"] is not None


async def test_a_changed_policy_holds_at_once_in_every_process(
    app: App, settings: Settings
) -> None:
    made = await app.callers.create(ADMIN, {"name": "ci", "policy": {"methods": ["GET"]}})
    other = await build(settings)
    try:
        await other.callers.actor_of_token(made.token, "api")
        changed = await app.callers.patch(
            ADMIN, "ci", {"name": "ci 2", "policy": {"sources": ["billing"]}}
        )
        assert changed["policy"] == {"sources": ["billing"]}  # replaced, not merged
        who = await app.callers.actor_of_token(made.token, "api")
        assert (who.name, who.policy.sources, who.policy.methods) == ("ci 2", ("billing",), None)
        for _ in range(100):
            who = await other.callers.actor_of_token(made.token, "api")
            if who.policy.sources == ("billing",):
                break
            await asyncio.sleep(0.01)
        assert who.policy.sources == ("billing",)
    finally:
        await other.close()
    assert await app.callers.get(ADMIN, made.doc["id"]) == changed | {
        "last_used_at": (await app.callers.get(ADMIN, "ci 2"))["last_used_at"]
    }


async def test_null_does_not_take_a_policy_away(app: App) -> None:
    made = await app.callers.create(ADMIN, {"name": "ci", "policy": {"methods": ["GET"]}})
    for patch in ({"policy": None}, {"name": None}):
        with pytest.raises(Invalid):
            await app.callers.patch(ADMIN, "ci", patch)
    await app.callers.patch(ADMIN, "ci", {"policy": {}})
    assert (await app.callers.actor_of_token(made.token, "api")).policy.methods is None


async def test_a_revoked_token_stays_as_it_was(app: App) -> None:
    made = await app.callers.create(ADMIN, {"name": "ci"})
    await app.callers.revoke(ADMIN, "ci")
    assert await refusal(app.callers.patch(ADMIN, made.doc["id"], {"name": "x"})) == (
        "conflict",
        "revoked",
    )


async def test_what_a_token_could_do_is_told_before_it_is_made(
    app: App, source: dict[str, Any]
) -> None:
    query = (await app.queries.create(ADMIN, {"data_source": source["id"], "path": "/x"})).doc
    told = await app.callers.explain(ADMIN, {"role": "runner", "policy": {"doors": ["api"]}})
    assert told["sources"] == [
        {
            "id": source["id"],
            "name": source["name"],
            "queries": [{"id": query["id"], "name": query["name"]}],
        }
    ]
    assert (told["doors"], told["methods"], told["paths"]) == (["api"], None, None)
    with pytest.raises(Invalid) as caught:
        await app.callers.explain(ADMIN, {"policy": {"paths": ["x"]}})
    assert caught.value.faults[0].pointer == "/policy/paths/0"
    assert (await refusal(app.callers.explain(EDITOR, {})))[1] == "role_not_allowed"
