"""Secrets of sources and of the workspace that the environment or a file holds."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import trustme

from sourcekeep.model.problem import Failed, Invalid, Refused
from sourcekeep.settings import Settings
from sourcekeep.wiring import App, build
from tests.unit.services.conftest import ADMIN, EDITOR, TOKEN, Upstream

WRONG = "canary-wrong-token-77"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "mounted").mkdir()
    return tmp_path / "mounted"


@pytest.fixture
async def app(
    settings: Settings, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[App]:
    monkeypatch.setenv("API_TOKEN", TOKEN)
    allowed = replace(settings, secret_environment=("API_*",), secret_folders=(str(folder),))
    built = await build(allowed)
    yield built
    await built.close()


def bearer(upstream: Upstream, token: Any) -> dict[str, Any]:
    auth = {"type": "bearer", "token": token}
    return {"kind": "restapi", "base_url": upstream.url, "auth": auth}


async def status(app: App, ref: str) -> tuple[str, str | None]:
    result = await app.runs.run_unsaved(ADMIN, ref, {"query": {}})
    assert TOKEN not in repr(result) and WRONG not in repr(result)
    return result.status, result.error.code if result.error else None


async def test_a_token_of_the_environment_is_used_and_read_back_as_a_reference(
    app: App, upstream: Upstream
) -> None:
    made = await app.sources.create(ADMIN, bearer(upstream, {"from": "env:API_TOKEN"}))
    mark = made.doc["auth"]["token"]
    assert {**mark, "updated_at": ""} == {"set": True, "from": "env:API_TOKEN", "updated_at": ""}
    assert await status(app, made.doc["id"]) == ("ok", None)
    (line,) = (await app.audit.list(ADMIN, action="secret.set")).items
    assert line["detail"] == {"fields": ["auth/token"], "from": {"auth/token": "env:API_TOKEN"}}


async def test_a_file_is_read_again_when_it_has_changed(
    app: App, upstream: Upstream, folder: Path
) -> None:
    (folder / "token").write_text(WRONG)
    made = await app.sources.create(ADMIN, bearer(upstream, {"from": f"file:{folder}/token"}))
    ref = made.doc["id"]
    assert await status(app, ref) == ("failed", "http_status")
    (folder / "new").write_text(f"{TOKEN}\n")
    (folder / "new").rename(folder / "token")
    assert await status(app, ref) == ("ok", None)
    (folder / "token").unlink()
    assert await status(app, ref) == ("failed", "credential_missing")


async def test_a_key_that_is_sent_without_the_blanks_of_its_file_is_masked(
    app: App, upstream: Upstream, folder: Path
) -> None:
    (folder / "key").write_text(f"  {TOKEN}  \n")
    auth = {
        "type": "api_key",
        "in": "query",
        "name": "key",
        "value": {"from": f"file:{folder}/key"},
    }
    payload = {"kind": "restapi", "base_url": upstream.url, "auth": auth}
    ref = (await app.sources.create(ADMIN, payload)).doc["id"]
    result = await app.runs.run_unsaved(ADMIN, ref, {"query": {}})
    assert upstream.requests[-1][0].endswith(f"?key={TOKEN} HTTP/1.1")
    assert TOKEN not in repr(result) and result.request.url.endswith("?key=••••••")
    history = (await app.runs.list(ADMIN)).items
    assert TOKEN not in repr(history)


async def test_only_an_admin_points_elsewhere_and_an_editor_keeps_it(
    app: App, upstream: Upstream
) -> None:
    with pytest.raises(Refused, match=r"secret\.write"):
        await app.sources.create(EDITOR, bearer(upstream, {"from": "env:API_TOKEN"}))
    made = await app.sources.create(ADMIN, bearer(upstream, {"from": "env:API_TOKEN"}))
    ref = made.doc["id"]
    sent_back = {"description": "mine", "auth": made.doc["auth"]}
    changed = await app.sources.patch(EDITOR, ref, sent_back)
    assert changed.doc["auth"] == made.doc["auth"]
    other = {"auth": {"token": {"set": True, "from": "env:API_OTHER"}}}
    kept = await app.sources.patch(EDITOR, ref, other)
    assert kept.doc["auth"]["token"]["from"] == "env:API_TOKEN"
    with pytest.raises(Invalid) as caught:
        await app.sources.patch(EDITOR, ref, {"base_url": "https://evil.test/"})
    assert caught.value.faults[0].code == "credential_pinned"


async def test_one_that_is_not_allowed_is_refused_at_its_place(
    app: App, upstream: Upstream
) -> None:
    payload = bearer(upstream, {"from": "env:SOURCEKEEP_MASTER_KEY"})
    payload["headers"] = [{"name": "X", "value": {"from": "file:/etc/shadow"}, "secret": True}]
    with pytest.raises(Invalid) as caught:
        await app.sources.create(ADMIN, payload)
    found = {(fault.pointer, fault.code) for fault in caught.value.faults}
    assert found == {
        ("/auth/token", "reference_not_allowed"),
        ("/headers/0/value", "reference_not_allowed"),
    }


@pytest.mark.parametrize(
    "patch",
    [
        {"description": {"from": "env:API_TOKEN"}},
        {"headers": [{"name": "X", "value": {"from": "env:API_TOKEN"}}]},
        {"params": [{"name": "x", "value": {"from": "env:API_TOKEN"}}]},
        {"auth": {"type": "basic", "username": {"from": "env:API_TOKEN"}}},
    ],
)
async def test_a_plain_field_never_takes_one(app: App, patch: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        await app.sources.create(ADMIN, {"kind": "restapi", **patch})
    assert caught.value.faults[0].code == "secret_stays_secret"
    assert TOKEN not in json.dumps((await app.sources.list(ADMIN)).items)


async def test_a_text_takes_the_place_of_a_reference_and_the_other_way_round(
    app: App, upstream: Upstream
) -> None:
    made = await app.sources.create(ADMIN, bearer(upstream, {"from": "env:API_OTHER"}))
    ref = made.doc["id"]
    assert await status(app, ref) == ("failed", "credential_missing")
    text = await app.sources.patch(EDITOR, ref, {"auth": {"token": TOKEN}})
    assert "from" not in text.doc["auth"]["token"]
    assert await status(app, ref) == ("ok", None)
    named = await app.sources.patch(ADMIN, ref, {"auth": {"token": {"from": "env:API_TOKEN"}}})
    assert named.doc["auth"]["token"]["from"] == "env:API_TOKEN"
    assert await status(app, ref) == ("ok", None)
    cleared = await app.sources.patch(EDITOR, ref, {"auth": {"token": None}})
    assert cleared.doc["auth"]["token"] is None


async def test_another_reference_takes_the_place_of_one(app: App, upstream: Upstream) -> None:
    made = await app.sources.create(ADMIN, bearer(upstream, {"from": "env:API_OTHER"}))
    patch = {"auth": {"token": {"from": "env:API_TOKEN"}}}
    named = await app.sources.patch(ADMIN, made.doc["id"], patch)
    assert named.doc["auth"]["token"]["from"] == "env:API_TOKEN"
    assert await status(app, made.doc["id"]) == ("ok", None)


async def test_an_editor_lays_no_reference_over_a_stored_secret(
    app: App, upstream: Upstream
) -> None:
    made = await app.sources.create(ADMIN, bearer(upstream, TOKEN))
    with pytest.raises(Refused):
        await app.sources.patch(
            EDITOR, made.doc["id"], {"auth": {"token": {"from": "env:API_TOKEN"}}}
        )


async def test_a_key_that_is_there_must_fit_its_certificate(
    app: App, upstream: Upstream, folder: Path, loopback_ca: trustme.CA
) -> None:
    one, other = loopback_ca.issue_cert("a.test"), loopback_ca.issue_cert("b.test")
    (folder / "key").write_bytes(other.private_key_pem.bytes())
    tls = {
        "mode": "client_certificate",
        "client_cert": one.cert_chain_pems[0].bytes().decode(),
        "client_key": {"from": f"file:{folder}/key"},
    }
    with pytest.raises(Invalid) as caught:
        await app.sources.create(ADMIN, {**bearer(upstream, TOKEN), "tls": tls})
    assert caught.value.faults[0].pointer.startswith("/tls")
    (folder / "key").unlink()  # another process may have it: checked when it is used
    made = await app.sources.create(ADMIN, {**bearer(upstream, TOKEN), "tls": tls})
    assert await status(app, made.doc["id"]) == ("failed", "credential_missing")
    (folder / "key").write_bytes(one.private_key_pem.bytes())
    assert await status(app, made.doc["id"]) == ("ok", None)


async def test_a_text_that_cannot_be_a_token_is_said_so_without_it(
    app: App, upstream: Upstream, folder: Path
) -> None:
    made = await app.sources.create(ADMIN, bearer(upstream, {"from": f"file:{folder}/token"}))
    (folder / "token").write_text(f"{WRONG}\nsecond line")
    result = await app.runs.run_unsaved(ADMIN, made.doc["id"], {"query": {}})
    assert result.error is not None and result.error.code == "credential_missing"
    assert f"file:{folder}/token" in result.error.detail
    assert WRONG not in repr(result)


async def test_a_workspace_secret_can_be_kept_elsewhere_too(
    app: App, upstream: Upstream, folder: Path
) -> None:
    reference = f"file:{folder}/key"
    doc = await app.constants.put(ADMIN, "key", {"value": {"from": reference}}, secret=True)
    assert doc["value"]["from"] == reference
    payload = {**bearer(upstream, None), "auth": {"type": "none"}}
    payload["headers"] = [{"name": "Authorization", "value": "Bearer {{ secrets.key }}"}]
    ref = (await app.sources.create(ADMIN, payload)).doc["id"]
    with pytest.raises(Failed) as caught:
        await app.runs.run_unsaved(ADMIN, ref, {"query": {}})
    assert (caught.value.problem.code, reference in caught.value.problem.detail) == (
        "credential_missing",
        True,
    )
    (folder / "key").write_text(WRONG)
    assert await status(app, ref) == ("failed", "http_status")
    (folder / "key").write_text(TOKEN)
    assert await status(app, ref) == ("ok", None)
    preview = await app.runs.preview_unsaved(ADMIN, ref, {"query": {}})
    assert TOKEN not in json.dumps(preview)
    with pytest.raises(Invalid):
        await app.constants.put(ADMIN, "key", {"value": {"from": "file:/etc/shadow"}}, secret=True)
    await app.constants.put(ADMIN, "key", {"value": TOKEN}, secret=True)
    (folder / "key").unlink()
    assert await status(app, ref) == ("ok", None)
