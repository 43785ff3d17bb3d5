"""The connection test as a use case: who may, what is tested, under which rules, and what is noted."""

from __future__ import annotations

from typing import Any

import pytest

from sourcekeep.model.policy import Policy
from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.wiring import App
from tests.unit.services.conftest import ADMIN, EDITOR, RUNNER, TOKEN, Upstream, actor

STAGES = ["dns", "tcp", "tls", "auth", "response"]


def by_name(document: dict[str, Any]) -> dict[str, dict[str, Any]]:
    assert [stage["stage"] for stage in document["stages"]] == STAGES
    return {stage["stage"]: stage for stage in document["stages"]}


async def test_a_good_source_is_good_in_every_stage_that_it_uses(
    app: App, source: dict[str, Any], upstream: Upstream
) -> None:
    told = await app.testing.test(EDITOR, source["id"], {})
    assert told["ok"] is True
    assert [stage["ok"] for stage in told["stages"]] == [True, True, None, True, True]
    assert by_name(told)["tls"]["detail"] == "Not used: the base URL is plain http."
    assert (told["certificates"], told["fixes"]) == ([], [])
    assert [line for line, _ in upstream.requests] == ["GET /api HTTP/1.1"]
    assert upstream.requests[0][1]["authorization"] == f"Bearer {TOKEN}"


async def test_a_wrong_token_fails_in_the_auth_stage(app: App, source: dict[str, Any]) -> None:
    await app.sources.patch(ADMIN, source["id"], {"auth": {"token": "canary-wrong-1"}})
    told = await app.testing.test(EDITOR, source["id"], {})
    assert told["ok"] is False
    stages = by_name(told)
    assert (stages["auth"]["ok"], stages["auth"]["code"]) == (False, "http_status")
    assert "did not accept" in stages["auth"]["detail"]
    assert stages["response"]["ok"] is None
    assert "canary-wrong-1" not in str(told)


async def test_a_change_is_tested_and_not_saved(
    app: App, source: dict[str, Any], upstream: Upstream
) -> None:
    told = await app.testing.test(
        EDITOR, source["name"], {"patch": {"auth": {"token": "canary-new-1"}}}
    )
    assert by_name(told)["auth"]["ok"] is False
    assert upstream.requests[-1][1]["authorization"] == "Bearer canary-new-1"
    assert (await app.sources.get(ADMIN, source["id"])).doc == source
    mark = source["auth"]["token"]
    kept = {"patch": {"auth": {"type": "bearer", "token": mark}, "description": "new"}}
    assert (await app.testing.test(EDITOR, source["id"], kept))["ok"] is True


async def test_a_kept_credential_is_not_tested_against_another_origin(
    app: App, source: dict[str, Any], upstream: Upstream
) -> None:
    elsewhere = upstream.url.replace("127.0.0.1", "localhost")
    for change in (
        {"base_url": elsewhere},
        {"network": {"allowed_origins": [elsewhere.removesuffix("/api")]}},
        {"network": {"proxy_url": upstream.url.removesuffix("/api")}},
    ):
        with pytest.raises(Invalid) as caught:
            await app.testing.test(EDITOR, source["id"], {"patch": change})
        fault = caught.value.faults[0]
        assert fault.code == "credential_pinned"
        assert fault.pointer.startswith("/patch/")
    assert upstream.requests == []
    fresh = {"base_url": elsewhere, "auth": {"type": "bearer", "token": TOKEN}}
    assert (await app.testing.test(EDITOR, source["id"], {"patch": fresh}))["ok"] is True
    assert (await app.testing.test(ADMIN, source["id"], {"patch": {"base_url": elsewhere}}))["ok"]
    (line,) = (await app.audit.list(ADMIN, action="source.test", limit=1)).items
    assert line["detail"]["repointed"] is True


async def test_faults_of_a_change_have_pointers_into_the_body(
    app: App, source: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as caught:
        await app.testing.test(EDITOR, source["id"], {"patch": {"base_url": "api.example.com"}})
    assert [fault.pointer for fault in caught.value.faults] == ["/patch/base_url"]
    with pytest.raises(Invalid) as caught:
        await app.testing.test(EDITOR, source["id"], {"patches": {}})
    assert [fault.pointer for fault in caught.value.faults] == ["/patches"]


async def test_a_source_without_a_base_url_is_sent_back(app: App) -> None:
    doc = (await app.sources.create(ADMIN, {"kind": "restapi"})).doc
    with pytest.raises(Invalid) as caught:
        await app.testing.test(ADMIN, doc["id"], {})
    assert [fault.pointer for fault in caught.value.faults] == ["/base_url"]


async def test_who_may_test(app: App, source: dict[str, Any]) -> None:
    narrow = (
        Policy(sources=("another",)),
        Policy(queries=("a query",)),
        Policy(methods=("POST",)),
        Policy(paths=("/v1/*",)),
    )
    for who in (RUNNER, *(actor("editor", policy=policy) for policy in narrow)):
        with pytest.raises(Refused) as caught:
            await app.testing.test(who, source["id"], {})
        assert caught.value.kind == "forbidden"
    wide = actor("editor", policy=Policy(sources=(source["id"],), methods=("GET",)))
    assert (await app.testing.test(wide, source["id"], {}))["ok"] is True


async def test_every_test_leaves_a_line(app: App, source: dict[str, Any]) -> None:
    await app.testing.test(EDITOR, source["id"], {})
    await app.testing.test(EDITOR, source["id"], {"patch": {"auth": {"token": "canary-x-99"}}})
    failed, good = (await app.audit.list(ADMIN, action="source.test")).items
    assert (good["outcome"], good["detail"]) == ("ok", {"stage": None, "error": None})
    assert failed["outcome"] == "failed"
    assert failed["detail"] == {"stage": "auth", "error": "http_status", "unsaved": ["auth"]}
    assert failed["target"]["id"] == source["id"]
