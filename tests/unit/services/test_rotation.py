"""A credential is replaced with a next one beside it, and no run fails on the way."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

import pytest

from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.wiring import App
from tests.unit.services.conftest import ADMIN, EDITOR, RUNNER, Upstream

OLD, NEW = "canary-old-55aa01", "canary-new-55aa02"


@dataclass
class Changing(Upstream):
    """An API whose accepted tokens change."""

    accepted: set[str] = field(default_factory=lambda: {OLD})

    def _answer(self, headers: dict[str, str]) -> tuple[str, str]:
        token = headers.get("authorization", "").removeprefix("Bearer ")
        good = token in self.accepted
        return ("200 OK" if good else "401 Unauthorized"), json.dumps({"success": good})


@pytest.fixture
async def upstream() -> AsyncIterator[Changing]:
    api = Changing()
    server = await asyncio.start_server(api.serve, "127.0.0.1", 0)
    api.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api"
    yield api
    server.close()


@pytest.fixture
async def ref(app: App, upstream: Changing) -> str:
    auth = {"type": "bearer", "token": OLD}
    payload = {"kind": "restapi", "base_url": upstream.url, "auth": auth}
    return str((await app.sources.create(ADMIN, payload)).doc["id"])


async def run(app: App, ref: str) -> tuple[str, list[str]]:
    result = await app.runs.run_unsaved(EDITOR, ref, {"query": {"method": "POST"}})
    assert OLD not in repr(result) and NEW not in repr(result)
    return result.status, [warning.code for warning in result.warnings]


def tokens(upstream: Changing) -> list[str]:
    return [headers["authorization"].split()[1] for _, headers in upstream.requests]


async def test_from_the_old_token_to_the_new_one(app: App, upstream: Changing, ref: str) -> None:
    doc = (await app.sources.patch(EDITOR, ref, {"auth": {"next": {"token": NEW}}})).doc
    assert doc["auth"]["next"]["token"]["set"] is True
    assert await run(app, ref) == ("ok", ["credential_next_refused"])
    upstream.accepted = {OLD, NEW}
    doc = (await app.sources.patch(EDITOR, ref, {"description": "look again"})).doc
    assert await run(app, ref) == ("ok", ["credential_next_worked"])
    retired = (await app.sources.retire_credential(EDITOR, ref)).doc
    assert retired["auth"]["next"] is None
    assert retired["auth"]["token"] == doc["auth"]["next"]["token"]
    upstream.accepted = {NEW}
    assert await run(app, ref) == ("ok", [])
    assert tokens(upstream) == [NEW, OLD, NEW, NEW]
    async with app.store.reading() as unit:
        assert [row.field for row in await unit.secrets.of_owner("source", ref)] == ["auth/token"]
    (line,) = (await app.audit.list(ADMIN, action="secret.retire")).items
    assert line["detail"] == {"fields": ["token"]}


async def test_dropping_the_next_one_keeps_the_current_one(
    app: App, upstream: Changing, ref: str
) -> None:
    await app.sources.patch(EDITOR, ref, {"auth": {"next": {"token": NEW}}})
    doc = (await app.sources.patch(EDITOR, ref, {"auth": {"next": None}})).doc
    assert doc["auth"]["next"] is None and doc["auth"]["token"]["set"] is True
    assert await run(app, ref) == ("ok", [])
    with pytest.raises(Refused) as caught:
        await app.sources.retire_credential(EDITOR, ref)
    assert (caught.value.kind, caught.value.code) == ("conflict", "no_next_credential")


async def test_sending_the_document_back_keeps_both(app: App, upstream: Changing, ref: str) -> None:
    doc = (await app.sources.patch(EDITOR, ref, {"auth": {"next": {"token": NEW}}})).doc
    again = (await app.sources.patch(EDITOR, ref, doc)).doc
    assert again["auth"] == doc["auth"]
    upstream.accepted = {NEW}
    assert await run(app, ref) == ("ok", ["credential_next_worked"])


async def test_a_next_token_obeys_the_rules_of_a_token(app: App, ref: str) -> None:
    with pytest.raises(Invalid) as caught:
        await app.sources.patch(EDITOR, ref, {"auth": {"next": {"token": f"Bearer {NEW}"}}})
    assert caught.value.faults[0].pointer == "/auth/next/token"
    assert NEW not in str(caught.value)
    with pytest.raises(Refused):
        await app.sources.retire_credential(RUNNER, ref)


async def test_a_next_one_with_everything_else_kept_is_still_pinned(app: App, ref: str) -> None:
    await app.sources.patch(EDITOR, ref, {"auth": {"next": {"token": NEW}}})
    patch = {"base_url": "https://evil.test/", "auth": {"token": "typed-again-1"}}
    with pytest.raises(Invalid) as caught:
        await app.sources.patch(EDITOR, ref, patch)
    assert caught.value.faults[0].code == "credential_pinned"


@pytest.mark.parametrize(
    ("current", "coming", "left"),
    [
        ({"from": "env:API_A"}, NEW, [("auth/token", None)]),
        (OLD, {"from": "env:API_B"}, []),
        ({"from": "env:API_A"}, {"from": "env:API_B"}, []),
    ],
)
async def test_references_are_retired_like_texts(
    app: App, ref: str, current: Any, coming: Any, left: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    references = app.sources._secrets.references  # the fixture's app allows none
    monkeypatch.setattr(references, "_patterns", ("API_*",))
    auth = {"token": current, "next": {"token": coming}}
    await app.sources.patch(ADMIN, ref, {"auth": auth})
    doc = (await app.sources.retire_credential(EDITOR, ref)).doc
    wanted = coming["from"] if isinstance(coming, dict) else None
    assert doc["auth"]["token"].get("from") == wanted
    async with app.store.reading() as unit:
        rows = await unit.secrets.of_owner("source", ref)
    assert [row.field for row in rows] == [key for key, _ in left]


async def test_no_run_fails_under_load_from_start_to_end(
    app: App, upstream: Changing, ref: str
) -> None:
    done = asyncio.Event()
    outcomes: list[str] = []

    async def runs() -> None:
        while not done.is_set():
            status, _ = await run(app, ref)
            outcomes.append(status)

    workers = [asyncio.create_task(runs()) for _ in range(50)]
    await asyncio.sleep(0.1)
    await app.sources.patch(EDITOR, ref, {"auth": {"next": {"token": NEW}}})
    await asyncio.sleep(0.1)
    upstream.accepted = {OLD, NEW}
    await asyncio.sleep(0.1)
    await app.sources.retire_credential(EDITOR, ref)
    await asyncio.sleep(0.2)  # what began with the old one is over by now
    upstream.accepted = {NEW}
    await asyncio.sleep(0.1)
    done.set()
    await asyncio.gather(*workers)
    assert len(outcomes) > 50 and set(outcomes) == {"ok"}
