"""Runs: permission, plan, send, record, answer; history and cancel."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from sourcekeep.model.policy import Actor, Policy
from sourcekeep.model.problem import Failed, Invalid, Refused
from sourcekeep.settings import Settings
from sourcekeep.wiring import App, build
from tests.unit.services.conftest import ADMIN, EDITOR, RUNNER, TOKEN, Upstream, actor

Source = dict[str, Any]


@pytest.fixture
async def query(app: App, source: Source) -> dict[str, Any]:
    payload = {
        "data_source": source["id"],
        "path": "/users/{{ params.id }}",
        "parameters": [{"name": "id", "type": "integer", "default": 1}],
    }
    return (await app.queries.create(ADMIN, payload)).doc


async def only_run(app: App, who: Actor = ADMIN) -> dict[str, Any]:
    (item,) = (await app.runs.list(who)).items
    return item


async def slow_run(app: App, source: Source, upstream: Upstream) -> asyncio.Task[Any]:
    task = asyncio.create_task(
        app.runs.run_unsaved(ADMIN, source["id"], {"query": {"path": "/slow"}})
    )
    await upstream.arrived.wait()
    return task


async def test_a_saved_query_is_run_with_the_credential_and_recorded(
    app: App, query: dict[str, Any], upstream: Upstream
) -> None:
    result = await app.runs.run_saved(RUNNER, "restapi1", {"id": 7})
    assert result.status == "ok"
    assert result.data is not None
    assert json.loads(result.data.raw) == {"success": True}
    first, headers = upstream.requests[0]
    assert first == "GET /api/users/7 HTTP/1.1"
    assert headers["authorization"] == f"Bearer {TOKEN}"
    run = await only_run(app)
    assert run["id"] == result.run
    assert run["query"] == {"id": query["id"], "name": "restapi1"}
    assert run["actor"]["name"] == RUNNER.name
    assert (run["status"], run["response"]["status"]) == ("ok", 200)
    assert run == await app.runs.get(ADMIN, result.run)
    (line,) = (await app.audit.list(ADMIN, action="query.run")).items
    assert line["outcome"] == "ok"
    assert line["detail"]["path"] == "/users/{{ params.id }}"
    assert line["detail"]["status"] == 200


@pytest.mark.parametrize(
    ("policy", "follows"),
    [
        (Policy(paths=["/api/to/*", "/api/open"]), True),
        (Policy(paths=["/api/to/*"]), False),
        (Policy(methods=["GET"]), True),
        (Policy(), True),
    ],
)
async def test_a_redirect_goes_only_where_the_callers_policy_lets_it(
    app: App, source: Source, upstream: Upstream, policy: Policy, follows: bool
) -> None:
    narrowed = actor("editor", policy=policy)
    order = {"query": {"path": "/to/open"}}
    result = await app.runs.run_unsaved(narrowed, source["id"], order)
    asked = [first for first, _ in upstream.requests]
    if follows:
        assert result.status == "ok"
        assert asked == ["GET /api/to/open HTTP/1.1", "GET /api/open HTTP/1.1"]
    else:
        assert result.error is not None and result.error.code == "redirect_refused"
        assert asked == ["GET /api/to/open HTTP/1.1"]


async def test_the_answer_of_a_bad_credential_is_a_result_and_a_failed_run(
    app: App, source: Source
) -> None:
    await app.sources.patch(ADMIN, source["id"], {"auth": {"token": "another-wrong-token"}})
    result = await app.runs.run_unsaved(ADMIN, source["id"], {"query": {}})
    assert (result.status, result.error and result.error.code) == ("failed", "http_status")
    run = await only_run(app)
    assert (run["status"], run["error"]["code"], run["query"]) == ("failed", "http_status", None)
    assert "another-wrong-token" not in json.dumps(run)


async def test_a_change_is_seen_by_the_next_run(
    app: App, source: Source, query: dict[str, Any], upstream: Upstream
) -> None:
    assert (await app.runs.run_saved(ADMIN, "restapi1", {})).status == "ok"
    await app.sources.patch(ADMIN, source["id"], {"auth": {"token": "wrong-token-now"}})
    assert (await app.runs.run_saved(ADMIN, "restapi1", {})).status == "failed"
    await app.queries.patch(ADMIN, "restapi1", {"path": "/other"})
    await app.runs.run_saved(ADMIN, "restapi1", {})
    assert upstream.requests[-1][0].startswith("GET /api/other ")


async def test_a_change_by_another_process_is_seen_by_the_next_run(
    app: App, settings: Settings, source: Source, query: dict[str, Any]
) -> None:
    assert (await app.runs.run_saved(ADMIN, "restapi1", {})).status == "ok"
    other = await build(settings)
    try:
        await other.sources.patch(ADMIN, source["id"], {"auth": {"token": "wrong-token-now"}})
        for _ in range(100):  # PostgreSQL tells a moment later
            if (await app.runs.run_saved(ADMIN, "restapi1", {})).status == "failed":
                return
            await asyncio.sleep(0.02)
        pytest.fail("the change was never seen")
    finally:
        await other.close()


async def test_wrong_parameters_are_refused_before_anything_is_sent(
    app: App, query: dict[str, Any], upstream: Upstream
) -> None:
    for parameters, code in (({"id": "x"}, "parameter_invalid"), ({"no": 1}, "parameter_unknown")):
        with pytest.raises(Failed) as caught:
            await app.runs.run_saved(ADMIN, "restapi1", parameters)
        assert caught.value.problem.code == code
    with pytest.raises(Invalid):
        await app.runs.run_saved(ADMIN, "restapi1", [1])
    assert upstream.requests == []
    assert (await app.runs.list(ADMIN)).items == []


async def test_an_unsaved_query_is_checked_with_pointers_into_the_body(
    app: App, source: Source
) -> None:
    with pytest.raises(Invalid) as caught:
        await app.runs.run_unsaved(ADMIN, source["id"], {"query": {"pth": "/x"}})
    assert caught.value.faults[0].pointer == "/query/pth"
    with pytest.raises(Failed) as failed:
        await app.runs.run_unsaved(ADMIN, source["id"], {"query": {"path": "//evil.test"}})
    assert failed.value.problem.pointer == "/query/path"
    assert failed.value.problem.code == "origin_not_allowed"


async def test_a_source_without_a_base_url_says_so(app: App) -> None:
    await app.sources.create(ADMIN, {"kind": "restapi", "name": "new"})
    with pytest.raises(Failed, match="no base URL"):
        await app.runs.run_unsaved(ADMIN, "new", {"query": {}})


async def test_a_runner_runs_no_unsaved_query(app: App, source: Source) -> None:
    with pytest.raises(Refused, match="runner"):
        await app.runs.run_unsaved(RUNNER, source["id"], {"query": {}})


async def test_a_policy_is_held_against_the_final_request(
    app: App, query: dict[str, Any], upstream: Upstream
) -> None:
    caller = actor("runner", policy=Policy(methods=("GET",), paths=("/api/users/1*",)), door="api")
    await app.runs.run_saved(caller, "restapi1", {"id": 12})
    with pytest.raises(Refused) as caught:
        await app.runs.run_saved(caller, "restapi1", {"id": 2})
    assert caught.value.code == "path_not_allowed"
    assert len(upstream.requests) == 1
    lines = (await app.audit.list(ADMIN, action="query.run")).items
    assert [line["outcome"] for line in lines] == ["denied", "ok"]


async def test_template_secrets_are_used_and_masked(
    app: App, source: Source, upstream: Upstream
) -> None:
    await app.constants.put(ADMIN, "tenant", {"value": "acme"})
    await app.constants.put(ADMIN, "key", {"value": "canary-template-77"}, secret=True)
    sent = {
        "path": "/{{ constants.tenant }}",
        "params": [{"name": "k", "value": "{{ secrets.key }}"}],
    }
    result = await app.runs.run_unsaved(ADMIN, source["id"], {"query": sent})
    assert upstream.requests[0][0] == "GET /api/acme?k=canary-template-77 HTTP/1.1"
    assert "canary-template-77" not in result.request.url
    assert "canary-template-77" not in json.dumps((await app.runs.list(ADMIN)).items)


async def test_what_is_wrong_with_a_request_is_said_without_a_secret_in_it(
    app: App, source: Source
) -> None:
    await app.constants.put(ADMIN, "key", {"value": "canary-template-77"}, secret=True)
    named = {"params": [{"name": "k", "value": "{{ secrets.key }}"}]}
    await app.runs.run_unsaved(ADMIN, source["id"], {"query": named})
    typed = {"query": {"parameters": [{"name": "n", "type": "integer"}]}}
    with pytest.raises(Failed) as caught:
        order = {**typed, "parameters": {"n": "not canary-template-77"}}
        await app.runs.run_unsaved(ADMIN, source["id"], order)
    assert "'n' is \"not ••••••\"" in caught.value.problem.detail


async def test_a_runner_sees_only_their_own_runs(app: App, query: dict[str, Any]) -> None:
    theirs = await app.runs.run_saved(ADMIN, "restapi1", {})
    own = await app.runs.run_saved(RUNNER, "restapi1", {})
    assert (await only_run(app, RUNNER))["id"] == own.run
    with pytest.raises(Refused, match="There is no run"):
        await app.runs.get(RUNNER, theirs.run)
    assert len((await app.runs.list(EDITOR)).items) == 2


async def test_history_is_filtered_by_query_source_and_status(
    app: App, source: Source, query: dict[str, Any]
) -> None:
    await app.runs.run_saved(ADMIN, "restapi1", {})
    await app.sources.patch(ADMIN, source["id"], {"auth": {"token": "wrong-token-now"}})
    await app.runs.run_unsaved(ADMIN, source["id"], {"query": {}})

    async def statuses(**filters: str) -> list[str]:
        return [item["status"] for item in (await app.runs.list(ADMIN, **filters)).items]  # type: ignore[arg-type]

    assert await statuses() == ["failed", "ok"]
    assert await statuses(query="restapi1") == ["ok"]
    assert await statuses(data_source="restapi") == ["failed", "ok"]
    assert await statuses(status="failed") == ["failed"]
    assert await statuses(query="nobody") == []
    with pytest.raises(Invalid):
        await statuses(status="nearly")


async def test_a_run_that_goes_on_is_listed_and_can_be_cancelled(
    app: App, source: Source, upstream: Upstream
) -> None:
    task = await slow_run(app, source, upstream)
    run = await only_run(app)
    assert (run["status"], run["finished_at"]) == ("running", None)
    await app.runs.cancel(ADMIN, run["id"])
    result = await task
    assert result.status == "cancelled"
    await asyncio.wait_for(upstream.closed.wait(), 5)
    assert (await only_run(app))["status"] == "cancelled"
    with pytest.raises(Refused) as caught:
        await app.runs.cancel(ADMIN, run["id"])
    assert caught.value.code == "not_running"


async def test_a_run_whose_caller_has_gone_is_cancelled_and_recorded(
    app: App, source: Source, upstream: Upstream
) -> None:
    task = await slow_run(app, source, upstream)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(upstream.closed.wait(), 5)
    for _ in range(100):
        run = await only_run(app) if (await app.runs.list(ADMIN)).items else None
        if run is not None and run["status"] == "cancelled":
            assert run["error"]["code"] == "cancelled"
            return
        await asyncio.sleep(0.02)
    pytest.fail("the cancelled run was not recorded")


async def test_a_secret_that_does_not_open_ends_the_run_in_words_and_can_be_entered_again(
    app: App, source: Source
) -> None:
    async with app.store.transaction() as unit:
        (row,) = await unit.secrets.of_owner("source", source["id"])
        await unit.secrets.put(replace(row, ciphertext=row.ciphertext[::-1]))
    with pytest.raises(Refused) as caught:
        await app.runs.run_unsaved(ADMIN, source["id"], {"query": {}})
    assert (caught.value.kind, caught.value.code) == ("unavailable", "secret_does_not_open")
    await app.sources.patch(ADMIN, source["id"], {"auth": {"token": TOKEN}})
    assert (await app.runs.run_unsaved(ADMIN, source["id"], {"query": {}})).status == "ok"
    statuses = [item["status"] for item in (await app.runs.list(ADMIN)).items]
    assert statuses == ["ok", "failed"]


async def test_a_run_that_lasts_is_written_as_started_and_its_end_comes_after(
    app: App, source: Source, upstream: Upstream
) -> None:
    task = await slow_run(app, source, upstream)
    for _ in range(200):
        async with app.store.reading() as unit:
            rows, _ = await unit.runs.list()
        if rows:
            break
        await asyncio.sleep(0.02)
    assert [row.status for row in rows] == ["running"]
    upstream.let_go.set()
    await task
    assert (await only_run(app))["status"] == "ok"


async def test_a_run_whose_end_is_being_written_is_not_written_as_started_any_more(
    app: App, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, running = app.runs._database.record, app.runs._running

    async def while_the_sweep_comes(row: Any, entry: Any) -> None:
        if row.status == "ok":
            (run,) = running.all()
            run.began -= 60
            running._note_lasting()
        await record(row, entry)
        # What the sweep may have begun comes after the end.
        await asyncio.sleep(0.05)

    monkeypatch.setattr(app.runs._database, "record", while_the_sweep_comes)
    await app.runs.run_unsaved(ADMIN, source["id"], {"query": {}})
    assert (await only_run(app))["status"] == "ok"


async def test_closing_gives_runs_their_time_and_then_ends_them(
    settings: Settings, app: App, source: Source, upstream: Upstream
) -> None:
    other = await build(settings)
    task = await slow_run(other, source, upstream)
    await other.close(finish_runs_within_s=0.05)
    assert (await task).status == "cancelled"
    assert (await only_run(app))["status"] == "cancelled"


async def test_preview_sends_nothing_and_shows_no_secret(
    app: App, query: dict[str, Any], upstream: Upstream
) -> None:
    seen = await app.runs.preview_saved(RUNNER, "restapi1", {"id": 3})
    assert seen["method"] == "GET"
    assert seen["url"].endswith("/api/users/3")
    assert TOKEN not in json.dumps(seen)
    assert upstream.requests == []
    assert (await app.runs.list(ADMIN)).items == []
