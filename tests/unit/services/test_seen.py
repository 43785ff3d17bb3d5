"""What is seen of a source: its health in the list, the ends of its certificates, its last server."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12

from sourcekeep.services.health import health
from sourcekeep.settings import Settings
from sourcekeep.store.rows import LastRun, SourceRow, SourceTestRow
from sourcekeep.wiring import App, build
from tests.unit.services.conftest import ADMIN, TOKEN, Upstream
from tests.upstream.raw import Upstream as Raw
from tests.upstream.raw import raw_server, replying
from tests.upstream.tls import CLIENT_AUTH, Issued, issue, server_context

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
CA = issue(name="Our CA", san=None, ca=True, ends=timedelta(days=400))
SOON = issue(issuer=CA, ends=timedelta(days=10))
LATER = issue(issuer=CA, ends=timedelta(days=300))
EMPTY: dict[str, Any] = {"query": {}, "parameters": {}}


@pytest.fixture
async def soon() -> AsyncIterator[Raw]:
    """A server whose certificate ends in ten days."""
    async with raw_server(replying(OK), context=server_context(SOON)) as upstream:
        yield upstream


async def saved(app: App, port: int, **tls: Any) -> dict[str, Any]:
    payload = {
        "kind": "restapi",
        "base_url": f"https://localhost:{port}/",
        "tls": {"mode": "ca_certificate", "ca_cert": CA.cert_pem, **tls},
    }
    return (await app.sources.create(ADMIN, payload)).doc


def codes(doc: dict[str, Any]) -> list[str]:
    return [warning["code"] for warning in doc["warnings"]]


async def listed(app: App, id: str) -> dict[str, Any]:
    return next(one for one in (await app.sources.list(ADMIN)).items if one["id"] == id)


async def test_a_server_is_remembered_from_a_run_and_its_end_is_warned_of(
    app: App, soon: Raw
) -> None:
    doc = await saved(app, soon.port)
    assert doc["certificates"]["server"] == []
    result = await app.runs.run_unsaved(ADMIN, doc["id"], EMPTY)
    assert [notice.code for notice in result.warnings] == ["certificate_expires_soon"]
    assert "in 9 days" in result.warnings[0].detail
    for seen in (
        (await app.sources.get(ADMIN, doc["id"])).doc,
        await listed(app, doc["id"]),
        (await app.sources.patch(ADMIN, doc["id"], {"description": "d"})).doc,
    ):
        (leaf,) = seen["certificates"]["server"]
        assert leaf["san"] == ["localhost", "127.0.0.1"] or leaf["san"] == (
            "localhost",
            "127.0.0.1",
        )
        assert codes(seen) == ["certificate_expires_soon"]


async def test_what_was_seen_is_there_after_a_restart(
    settings: Settings, soon: Raw, database_url: str
) -> None:
    first = await build(settings)
    doc = await saved(first, soon.port)
    assert (await first.testing.test(ADMIN, doc["id"], {}))["ok"]
    await first.close()
    second = await build(settings)
    again = (await second.sources.get(ADMIN, doc["id"])).doc
    await second.close()
    assert again["certificates"]["server"][0]["not_after"]
    assert codes(again) == ["certificate_expires_soon"]


async def test_a_server_that_was_refused_or_not_verified_is_not_remembered(
    app: App, soon: Raw
) -> None:
    refused = await saved(app, soon.port, ca_cert=LATER.cert_pem)
    await app.testing.test(ADMIN, refused["id"], {})
    insecure = await saved(app, soon.port, mode="insecure", ca_cert=None)
    await app.runs.run_unsaved(ADMIN, insecure["id"], EMPTY)
    for doc in (refused, insecure):
        seen = (await app.sources.get(ADMIN, doc["id"])).doc
        assert seen["certificates"]["server"] == []


async def test_another_server_name_is_another_server(app: App) -> None:
    inner = issue(san=("inner.test",), issuer=CA)
    async with raw_server(replying(OK), context=server_context(inner)) as upstream:
        named = await saved(app, upstream.port, server_name="inner.test")
        plain = await saved(app, upstream.port)
        await app.testing.test(ADMIN, named["id"], {})
        assert (await app.sources.get(ADMIN, named["id"])).doc["certificates"]["server"]
        assert (await app.sources.get(ADMIN, plain["id"])).doc["certificates"]["server"] == []


async def test_the_ends_of_the_sources_own_certificates_are_warned_of(app: App) -> None:
    ca = issue(name="Short CA", san=None, ca=True, ends=timedelta(days=5))
    server = issue(issuer=ca)
    client = issue(name="client", issuer=ca, usage=CLIENT_AUTH, ends=timedelta(days=20))
    context = server_context(server, client_ca=ca)
    async with raw_server(replying(OK), context=context) as upstream:
        doc = await saved(
            app, upstream.port, mode="client_certificate", ca_cert=ca.cert_pem,
            client_cert=client.cert_pem, client_key=client.key_pem,
        )  # fmt: skip
        result = await app.runs.run_unsaved(ADMIN, doc["id"], EMPTY)
    assert codes(doc) == ["certificate_expires_soon"] * 2
    words = [notice.detail for notice in result.warnings]
    assert any("data source's CA certificate ends on" in text for text in words)
    assert any("data source's client certificate ends on" in text for text in words)


async def test_a_leftover_in_a_bundle_is_no_warning(app: App, soon: Raw) -> None:
    short = issue(name="Old CA", san=None, ca=True, ends=timedelta(days=2))
    doc = await saved(app, soon.port, ca_cert=short.cert_pem + CA.cert_pem)
    assert len(doc["certificates"]["ca_cert"]) == 2
    assert codes(doc) == []


def p12(identity: Issued, password: str) -> str:
    encryption = serialization.BestAvailableEncryption(password.encode())
    data = pkcs12.serialize_key_and_certificates(
        b"client", identity.key, identity.certificate, None, encryption
    )
    return base64.b64encode(data).decode()


async def test_a_sealed_client_certificate_shows_its_facts_and_never_itself(
    app: App, soon: Raw
) -> None:
    client = issue(name="p12 client", issuer=CA, usage=CLIENT_AUTH, ends=timedelta(days=3))
    text = p12(client, "p12-canary")
    tls = {"client_pkcs12": text, "client_key_password": "p12-canary"}
    doc = await saved(app, soon.port, mode="client_certificate", **tls)
    assert [facts["subject"] for facts in doc["certificates"]["client_cert"]] == ["CN=p12 client"]
    assert codes(doc) == ["certificate_expires_soon"]
    assert text not in str(doc)
    kept = await app.sources.patch(ADMIN, doc["id"], {"tls": doc["tls"], "description": "again"})
    assert kept.doc["certificates"]["client_cert"]
    other = issue(name="other client", issuer=CA, usage=CLIENT_AUTH)
    changed = await app.sources.patch(
        ADMIN, doc["id"], {"tls": {"client_pkcs12": p12(other, "p12-canary")}}
    )
    assert changed.doc["certificates"]["client_cert"][0]["subject"] == "CN=other client"
    gone = await app.sources.patch(ADMIN, doc["id"], {"tls": {"mode": "none"}})
    assert gone.doc["certificates"]["client_cert"] == []


# -- health ---------------------------------------------------------------------------------------


async def test_health_follows_runs_and_tests(
    app: App, source: dict[str, Any], upstream: Upstream
) -> None:
    async def state() -> tuple[str, str | None]:
        found = (await listed(app, source["id"]))["health"]
        return found["state"], found["code"]

    assert await state() == ("unknown", None)
    await app.testing.test(ADMIN, source["id"], {})
    assert await state() == ("ok", None)
    await app.testing.test(ADMIN, source["id"], {"patch": {"auth": {"token": "canary-no"}}})
    assert await state() == ("ok", None)
    await app.sources.patch(ADMIN, source["id"], {"auth": {"token": "canary-no"}})
    await app.runs.run_unsaved(ADMIN, source["id"], EMPTY)
    assert await state() == ("failing", "http_status")
    await app.sources.patch(ADMIN, source["id"], {"auth": {"token": TOKEN}})
    assert await state() == ("unknown", None)
    await app.runs.run_unsaved(ADMIN, source["id"], EMPTY)
    assert await state() == ("ok", None)
    again = await app.sources.patch(ADMIN, source["id"], await listed(app, source["id"]))
    assert "health" not in again.doc


NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ROW = SourceRow("src_1", "s", "restapi", 1, 1, {}, NOON, NOON)
RUN = LastRun("src_1", "failed", NOON + timedelta(hours=1), 404, "http_status", "response")
TEST = SourceTestRow("src_1", NOON + timedelta(hours=2), "tls", "unknown_ca")


@pytest.mark.parametrize(
    ("run", "test", "state", "code"),
    [
        (None, None, "unknown", None),
        (RUN, None, "ok", None),
        (replace(RUN, response_status=401), None, "failing", "http_status"),
        (replace(RUN, response_status=503), None, "failing", "http_status"),
        (replace(RUN, response_status=200, error_code="response_too_large"), None, "ok", None),
        (replace(RUN, response_status=None, error_code="dns_failed", error_stage="network"), None, "failing", "dns_failed"),
        (replace(RUN, error_code="interrupted", error_stage="exchange"), None, "unknown", None),
        (replace(RUN, status="ok"), TEST, "failing", "unknown_ca"),
        (replace(RUN, response_status=500), replace(TEST, stage=None, code=None), "ok", None),
        (replace(RUN, status="ok"), replace(TEST, at=NOON), "ok", None),
        (replace(RUN, response_status=500, finished_at=NOON - timedelta(hours=1)), None, "unknown", None),
    ],
)  # fmt: skip
def test_what_counts_as_ill(
    run: LastRun | None, test: SourceTestRow | None, state: str, code: str | None
) -> None:
    found = health(ROW, run, test)
    assert (found["state"], found["code"]) == (state, code)
