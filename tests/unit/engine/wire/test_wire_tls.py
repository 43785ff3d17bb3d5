"""TLS on the wire: what is accepted, and the true code, words and chain of what is not."""

from __future__ import annotations

import asyncio
import socketserver
import ssl
import time

import pytest
import trustme

from sourcekeep.engine.tls import TlsProfile, facts_of, fixes_for
from sourcekeep.engine.wire import WireFailed, WireLimits
from tests.upstream.broken_tls import (
    BROKEN,
    CA,
    MIDDLE,
    OK,
    SELF_SIGNED,
    SERVER,
    UNDER_MIDDLE,
    V12,
    V13,
    BrokenTls,
    presenting,
    trusting,
)
from tests.upstream.raw import Visit, blocking_server, blocking_tls_server, raw_server, replying
from tests.upstream.tls import issue, server_context

MENDED = {
    "unknown CA",
    "another CA pasted",
    "unknown CA sent along",
    "another CA of the same name",
    "missing intermediate",
    "broken chain",
    "self-signed",
    "wrong name",
    "older than the source's minimum",
}
CA_AS_SERVER = issue(name="Our CA", ca=True)
TRUST_CA = TlsProfile(**trusting(CA))


@pytest.mark.parametrize(
    ("context", "profile"),
    [
        (server_context(SERVER), TRUST_CA),
        (server_context(SELF_SIGNED), TlsProfile(**trusting(SELF_SIGNED))),
        (server_context(SERVER), TlsProfile(**trusting(SERVER))),
        (server_context(UNDER_MIDDLE, MIDDLE), TRUST_CA),
        (server_context(UNDER_MIDDLE), TlsProfile(**trusting(MIDDLE))),
        (server_context(CA_AS_SERVER), TlsProfile(**trusting(CA_AS_SERVER))),
        (server_context(SERVER), TlsProfile(mode="insecure")),
        (server_context(SERVER, client_ca=CA), TlsProfile(**presenting())),
        (server_context(SERVER, client_ca=CA, version=V12), TlsProfile(**presenting())),
        (server_context(SERVER, version=V13), TlsProfile(**trusting(CA, min_version="1.3"))),
        (
            server_context(issue(san=("inner.example",), issuer=CA)),
            TlsProfile(**trusting(CA, server_name="inner.example")),
        ),
    ],
    ids=[
        "the CA",
        "a self-signed certificate pasted as is",
        "the server's own certificate pasted",
        "the CA with an intermediate sent along",
        "the intermediate pasted",
        "a CA certificate that serves as its own leaf",
        "insecure by name",
        "mutual, TLS 1.3",
        "mutual, TLS 1.2",
        "at least 1.3",
        "server_name for a tunnel",
    ],
)
async def test_accepted(client, context, profile):
    async with raw_server(replying(OK), context=context) as upstream:
        response = await client.send(upstream, tls=profile)
        assert await response.read(10) == (b"hi", False)
        assert response.timings.tls > 0
        assert facts_of(response.peer_certificates[0]).sha256
        assert await client.fetch(upstream, tls=profile) == b"hi"
        assert upstream.accepted == 1


def test_there_are_at_least_twenty_of_them():
    assert len({case.name for case in BROKEN}) == len(BROKEN) >= 20


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
async def test_broken_server_is_explained(client, case: BrokenTls):
    limits = WireLimits(connect_timeout_s=1)
    profile = TlsProfile(**case.tls)
    with case.start() as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, host=case.host, tls=profile, limits=limits)
        problem = failed.value.problem
        assert (problem.code, problem.stage) == (case.code, "tls")
        assert case.words in problem.detail
        assert problem.hint
        assert "insecure" not in (problem.hint + problem.detail).lower()
        assert bool(failed.value.certificates) == case.shows_chain
        assert all(facts_of(der).subject for der in failed.value.certificates)
        assert failed.value.timings.tls > 0
        assert client.wire.connections() == {}
        if case.remedy is not None:
            mended = TlsProfile(**case.remedy)
            assert await client.fetch(upstream, host=case.host, tls=mended) == b"hi"


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
async def test_every_fix_that_is_offered_makes_the_run_succeed(client, case: BrokenTls):
    limits = WireLimits(connect_timeout_s=1)
    with case.start() as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, host=case.host, tls=TlsProfile(**case.tls), limits=limits)
        fixes = fixes_for(
            failed.value.problem.code, TlsProfile(**case.tls), failed.value.certificates
        )
        assert bool(fixes) == (case.name in MENDED)
        for fix in fixes:
            assert fix.patch["tls"].get("mode") != "insecure"
            mended = TlsProfile(**{**case.tls, **fix.patch["tls"]})
            assert await client.fetch(upstream, host=case.host, tls=mended) == b"hi"


@pytest.mark.parametrize("size", [0, 100, 5_000_000])
async def test_late_refusal_of_the_client_certificate_survives_a_body(client, size):
    context = server_context(SERVER, client_ca=CA, version=V13)
    with blocking_tls_server(context, OK) as upstream, pytest.raises(WireFailed) as failed:
        await client.fetch(upstream, b"PUT", body=b"x" * size, tls=TRUST_CA)
    assert failed.value.problem.code == "client_certificate_required"


@pytest.mark.parametrize(
    ("profile", "words"),
    [
        (TRUST_CA, "may want a client certificate"),
        (TlsProfile(**presenting()), "may not accept the client certificate"),
    ],
)
async def test_server_that_hangs_up_after_the_handshake_gets_a_hint(client, profile, words):
    async def script(visit: Visit) -> None:
        await visit.head()

    async with raw_server(script, context=server_context(SERVER)) as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, tls=profile)
    assert failed.value.problem.code == "connection_closed"
    assert words in failed.value.problem.hint


@pytest.mark.parametrize(
    "profile",
    [
        TlsProfile(mode="ca_certificate", ca_cert="no certificate"),
        TlsProfile(mode="client_certificate", client_cert=SERVER.cert_pem, client_key=CA.key_pem),
        TlsProfile(server_name="a..b"),
        TlsProfile(server_name=".b"),
    ],
)
async def test_profile_that_can_not_be_used_is_a_typed_error(client, profile):
    server = blocking_tls_server(server_context(SERVER), OK)
    with server as upstream, pytest.raises(WireFailed) as failed:
        await client.fetch(upstream, tls=profile)
    assert failed.value.problem.code == "tls_handshake_failed"


async def test_refused_certificate_is_told_although_the_look_at_it_takes_too_long(client):
    """The server shows its certificate once, and is silent to the second look."""
    context = server_context(SERVER)
    visits: list[int] = []

    def handle(handler: socketserver.BaseRequestHandler) -> None:
        visits.append(1)
        if len(visits) > 1:
            time.sleep(2)
        context.wrap_socket(handler.request, server_side=True)

    limits = WireLimits(connect_timeout_s=0.5, total_timeout_s=1)
    with blocking_server(handle, tls=True) as upstream, pytest.raises(WireFailed) as failed:
        await client.fetch(upstream, tls=TlsProfile(), limits=limits)
    assert failed.value.problem.code == "unknown_ca"
    assert failed.value.certificates == ()


async def test_plain_request_to_a_tls_port_says_so(client):
    async with raw_server(replying(OK), context=server_context(SERVER)) as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream.port)
    assert failed.value.problem.code in ("protocol_error", "connection_closed")
    if failed.value.problem.code == "protocol_error":
        assert "speaks TLS" in failed.value.problem.detail


async def test_large_body_over_tls_is_whole_both_ways(client):
    body = bytes(range(256)) * 20_000

    async def echo(visit: Visit) -> None:
        while await visit.head():
            got = await visit.body(len(body))
            await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(got) + got)

    async with raw_server(echo, context=server_context(SERVER)) as upstream:
        for _ in range(2):
            assert await client.fetch(upstream, b"POST", body=body, tls=TRUST_CA) == body
        assert upstream.accepted == 1


async def test_body_until_close_needs_the_closure_alert(client):
    async def script(visit: Visit) -> None:
        cut = b"/cut" in await visit.head()
        await visit.send(b"HTTP/1.1 200 OK\r\n\r\nhalf")
        if cut:
            await asyncio.sleep(0.05)
            visit.writer.transport.abort()

    async with raw_server(script, context=server_context(SERVER)) as upstream:
        assert await client.fetch(upstream, tls=TRUST_CA) == b"half"
        response = await client.send(upstream, target=b"/cut", tls=TRUST_CA)
        with pytest.raises(WireFailed) as failed:
            await response.read(100)
        assert failed.value.problem.code == "connection_closed"
        assert response.partial() == b"half"


async def test_profiles_do_not_share_connections(client):
    async with raw_server(replying(OK), context=server_context(SERVER)) as upstream:
        await client.fetch(upstream, tls=TlsProfile(mode="insecure"))
        with pytest.raises(WireFailed):
            await client.fetch(upstream, tls=TlsProfile())
        await client.fetch(upstream, tls=TRUST_CA)
        assert len(client.wire.connections()) == 2


async def test_strict_x509_refuses_what_breaks_rfc_5280_in_words_and_takes_what_keeps_it(client):
    conforming = trustme.CA()
    good = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    conforming.issue_cert("127.0.0.1").configure_cert(good)
    anchors = conforming.cert_pem.bytes().decode()
    async with raw_server(replying(OK), context=good) as upstream:
        profile = TlsProfile(mode="ca_certificate", ca_cert=anchors, strict=True)
        assert await client.fetch(upstream, tls=profile) == b"hi"
    async with raw_server(replying(OK), context=server_context(SERVER)) as upstream:
        assert await client.fetch(upstream, tls=TRUST_CA) == b"hi"
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, tls=TlsProfile(**trusting(CA, strict=True)))
    assert failed.value.problem.code == "tls_handshake_failed"
    assert "breaks a rule of RFC 5280" in failed.value.problem.detail
    assert "turn Strict X.509 off" in failed.value.problem.hint
    assert failed.value.certificates
