"""The doctor: what is fine, what needs somebody soon, what is wrong; and every end of a certificate."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sourcekeep.model.policy import Policy
from sourcekeep.model.problem import Refused
from sourcekeep.settings import Settings
from sourcekeep.wiring import App, build
from tests.unit.services.conftest import ADMIN, EDITOR, actor
from tests.upstream.tls import issue

MAIN = ["store", "disk", "trust", "key_file", "schema", "keys"]


def states(report: dict[str, Any], source: str | None = None) -> dict[str, str]:
    return {one["check"]: one["state"] for one in report["checks"] if one["source"] == source}


async def test_a_fresh_installation_is_well(app: App) -> None:
    report = await app.doctor.examine(ADMIN)
    assert report["ok"] is True
    assert list(states(report)) == MAIN
    assert {states(report)[name] for name in ("store", "schema", "keys", "key_file")} == {"ok"}
    assert report["certificates"] == []


async def test_it_is_for_admins_with_all_rights(app: App) -> None:
    for who in (EDITOR, actor("admin", policy=Policy(sources=("one",)))):
        with pytest.raises(Refused):
            await app.doctor.examine(who)


async def test_each_source_and_every_end_stand_in_it(app: App, source: dict[str, Any]) -> None:
    soon = issue(name="Soon CA", san=None, ca=True, ends=timedelta(days=9))
    await app.sources.create(
        ADMIN,
        {
            "kind": "restapi",
            "name": "short",
            "base_url": "https://a.test/",
            "tls": {"mode": "ca_certificate", "ca_cert": soon.cert_pem},
        },
    )
    for name, fields in (
        ("open", {"base_url": "https://a.test/", "tls": {"mode": "insecure"}}),
        ("plain", {"base_url": "http://a.test/", "auth": {"type": "bearer", "token": "canary-7"}}),
        ("empty", {}),
    ):
        await app.sources.create(ADMIN, {"kind": "restapi", "name": name, **fields})
    await app.testing.test(ADMIN, source["id"], {})
    report = await app.doctor.examine(ADMIN)
    assert report["ok"] is True
    assert states(report, source["name"]) == {"source": "ok"}
    assert states(report, "short") == {"source": "ok", "certificate_expires_soon": "warning"}
    assert states(report, "open") == {"source": "ok", "tls_not_verified": "warning"}
    assert states(report, "plain") == {"source": "ok", "plain_http": "warning"}
    assert states(report, "empty") == {"source": "warning"}
    (end,) = report["certificates"]
    assert (end["source"], end["role"], end["days_left"]) == ("short", "CA", 8)
    assert "canary-7" not in str(report)


async def test_an_ended_certificate_is_wrong(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    ca = issue(name="Short CA", san=None, ca=True, ends=timedelta(days=9))
    tls = {"mode": "ca_certificate", "ca_cert": ca.cert_pem}
    await app.sources.create(ADMIN, {"kind": "restapi", "name": "old", "tls": tls})
    now = app.doctor._clock()
    monkeypatch.setattr(app.doctor, "_clock", lambda: now + timedelta(days=10))
    report = await app.doctor.examine(ADMIN)
    assert report["ok"] is False
    assert states(report, "old")["certificate_expired"] == "wrong"
    assert report["certificates"][0]["days_left"] < 0


async def test_a_source_that_failed_last_is_named(app: App, source: dict[str, Any]) -> None:
    await app.sources.patch(ADMIN, source["id"], {"auth": {"token": "canary-wrong-2"}})
    await app.testing.test(ADMIN, source["id"], {})
    report = await app.doctor.examine(ADMIN)
    found = next(one for one in report["checks"] if one["source"] == source["name"])
    assert (found["state"], "http_status" in found["detail"]) == ("warning", True)
    assert found["hint"] == f"Type: sourcekeep source test {source['name']}"


async def test_a_key_file_that_others_can_read_is_wrong(app: App, settings: Settings) -> None:
    path = settings.data_dir / "master.key"
    path.chmod(0o644)
    report = await app.doctor.examine(ADMIN)
    path.chmod(0o600)
    assert report["ok"] is False
    assert states(report)["key_file"] == "wrong"
    found = next(one for one in report["checks"] if one["check"] == "key_file")
    assert found["hint"] == f"Type: chmod 600 {path}"


async def test_a_full_disk_and_a_store_that_is_away_are_wrong(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sourcekeep.services.doctor._WRONG_BELOW", 2**62)

    async def away() -> None:
        raise Refused("unavailable", "store_unavailable", "The database does not answer.")

    monkeypatch.setattr(app.doctor._database, "ping", away)
    report = await app.doctor.examine(ADMIN)
    assert report["ok"] is False
    assert (states(report)["disk"], states(report)["store"]) == ("wrong", "wrong")


async def test_keys_of_the_environment_are_told_as_such(settings: Settings) -> None:
    key = base64.b64encode(bytes(32)).decode()
    built = await build(replace(settings, master_key=key))
    report = await built.doctor.examine(ADMIN)
    await built.close()
    found = next(one for one in report["checks"] if one["check"] == "key_file")
    assert found["detail"] == "The master key comes from the environment."
    assert key not in str(report)
