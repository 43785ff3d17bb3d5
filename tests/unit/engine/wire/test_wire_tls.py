"""TLS on the wire: what is accepted, and the true code, words and chain of what is not."""

from __future__ import annotations

import asyncio
import ssl
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sourcekeep.engine.tls import TlsProfile, facts_of
from sourcekeep.engine.wire import WireFailed, WireLimits
from tests.upstream.raw import Visit, blocking_tls_server, raw_server, replying
from tests.upstream.tls import CLIENT_AUTH, SERVER_AUTH, Issued, issue, server_context

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
CA = issue(name="Our CA", san=None, ca=True)
OTHER_CA = issue(name="Other CA", san=None, ca=True)
MIDDLE = issue(name="Our Intermediate", san=None, ca=True, issuer=CA)
SERVER = issue(issuer=CA)
CLIENT = issue(name="client", san=None, issuer=CA, usage=CLIENT_AUTH)
TRUST_CA = TlsProfile(mode="ca_certificate", ca_cert=CA.cert_pem)
V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


def trusting(identity: Issued, **more) -> TlsProfile:
    return TlsProfile(mode="ca_certificate", ca_cert=identity.cert_pem, **more)


def as_client(identity: Issued = CLIENT, **more) -> TlsProfile:
    return TlsProfile(
        mode="client_certificate",
        ca_cert=CA.cert_pem,
        client_cert=identity.cert_pem,
        client_key=identity.key_pem,
        **more,
    )


async def failure(client, context, profile, **more) -> WireFailed:
    with blocking_tls_server(context, OK) as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, tls=profile, **more)
        assert client.wire.connections() == {}
        return failed.value


NO_CA = issue(name="No CA")
SELF_SIGNED = issue(name="localhost")
UNDER_MIDDLE = issue(issuer=MIDDLE)


@pytest.mark.parametrize(
    ("context", "profile"),
    [
        (server_context(SERVER), TRUST_CA),
        (server_context(SELF_SIGNED), trusting(SELF_SIGNED)),
        (server_context(SERVER), trusting(SERVER)),
        (server_context(UNDER_MIDDLE, MIDDLE), TRUST_CA),
        (server_context(UNDER_MIDDLE), trusting(MIDDLE)),
        (server_context(SERVER), TlsProfile(mode="insecure")),
        (server_context(SERVER, client_ca=CA), as_client()),
        (server_context(SERVER, client_ca=CA, version=V12), as_client()),
        (server_context(SERVER, version=V13), trusting(CA, min_version="1.3")),
        (
            server_context(issue(san=("inner.example",), issuer=CA)),
            trusting(CA, server_name="inner.example"),
        ),
    ],
    ids=[
        "the CA",
        "a self-signed certificate pasted as is",
        "the server's own certificate pasted",
        "the CA with an intermediate sent along",
        "the intermediate pasted",
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


EXPIRED = issue(issuer=CA, starts=timedelta(days=-9), ends=timedelta(days=-2))
FUTURE = issue(issuer=CA, starts=timedelta(days=2))
EXPIRED_CA = issue(
    name="Old CA", san=None, ca=True, starts=timedelta(days=-9), ends=timedelta(days=-2)
)


@pytest.mark.parametrize(
    ("context", "profile", "code", "words"),
    [
        (server_context(SERVER), TlsProfile(), "unknown_ca", "issued by CN=Our CA, which is not"),
        (server_context(SERVER), trusting(OTHER_CA), "unknown_ca", "issued by CN=Our CA"),
        (
            server_context(SERVER, CA),
            TlsProfile(),
            "unknown_ca",
            "The chain of 127.0.0.1 ends at CN=Our CA, which is not trusted",
        ),
        (
            server_context(SERVER),
            trusting(issue(name="Our CA", san=None, ca=True)),
            "unknown_ca",
            "key did not sign it",
        ),
        (server_context(UNDER_MIDDLE), TRUST_CA, "unknown_ca", "CN=Our Intermediate"),
        (
            server_context(UNDER_MIDDLE, OTHER_CA),
            TRUST_CA,
            "unknown_ca",
            "The chain of 127.0.0.1 is broken",
        ),
        (server_context(SELF_SIGNED), TlsProfile(), "self_signed", "(CN=localhost)"),
        (server_context(EXPIRED), TRUST_CA, "certificate_expired", "expired on"),
        (
            server_context(issue(issuer=EXPIRED_CA)),
            trusting(EXPIRED_CA),
            "certificate_expired",
            "The CA certificate of this data source, CN=Old CA, expired on",
        ),
        (server_context(FUTURE), TRUST_CA, "certificate_not_yet_valid", "not valid yet before"),
        (
            server_context(issue(san=("api.example.com", "*.example.org"), issuer=CA)),
            TRUST_CA,
            "hostname_mismatch",
            "is for api.example.com, *.example.org, but the host is 127.0.0.1",
        ),
        (
            server_context(issue(name="127.0.0.1", san=None, issuer=CA)),
            TRUST_CA,
            "hostname_mismatch",
            "no subject alternative name",
        ),
        (
            server_context(issue(san=("*.example.com",), issuer=CA)),
            trusting(CA, server_name="a.b.example.com"),
            "hostname_mismatch",
            "the host is a.b.example.com",
        ),
        (
            server_context(
                issue(issuer=(inner := issue(name="x", ca=True, permitted=("example.com",)))),
                inner,
            ),
            trusting(inner, server_name="localhost"),
            "tls_handshake_failed",
            "name constraints",
        ),
        (
            server_context(issue(issuer=CA, usage=CLIENT_AUTH)),
            TRUST_CA,
            "tls_handshake_failed",
            "not issued for TLS servers",
        ),
        (
            server_context(issue(issuer=NO_CA), NO_CA),
            trusting(NO_CA),
            "tls_handshake_failed",
            "not a CA",
        ),
    ],
)
async def test_refused_certificate_is_explained(client, context, profile, code, words):
    failed = await failure(client, context, profile)
    assert (failed.problem.code, failed.problem.stage) == (code, "tls")
    assert words in failed.problem.detail
    assert failed.problem.hint
    assert failed.certificates
    assert failed.timings.tls > 0
    assert "insecure" not in (failed.problem.hint + failed.problem.detail).lower()


async def test_weak_server_key_is_explained(client):
    weak = issue(issuer=CA, key=rsa.generate_private_key(65537, 1024))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.set_ciphers("ALL:@SECLEVEL=0")
    import trustme

    with trustme.Blob((weak.key_pem + weak.cert_pem).encode()).tempfile() as path:
        context.load_cert_chain(path)
    failed = await failure(client, context, TRUST_CA)
    assert failed.problem.code == "tls_handshake_failed"
    assert "too weak" in failed.problem.detail


OLD_CLIENT = issue(name="client", issuer=CA, starts=timedelta(days=-9), ends=timedelta(days=-2))
FOREIGN_CLIENT = issue(name="client", san=None, issuer=OTHER_CA)
SERVER_ONLY = issue(name="client", san=None, issuer=CA, usage=SERVER_AUTH)


@pytest.mark.parametrize("version", [V12, V13])
@pytest.mark.parametrize(
    ("profile", "code"),
    [
        (TRUST_CA, "client_certificate_required"),
        (as_client(FOREIGN_CLIENT), "client_certificate_rejected"),
        (as_client(OLD_CLIENT), "client_certificate_rejected"),
        (as_client(SERVER_ONLY), "client_certificate_rejected"),
    ],
    ids=["none", "unknown CA", "expired", "wrong purpose"],
)
async def test_client_certificate_refusals_have_their_code_in_both_versions(
    client, version, profile, code
):
    failed = await failure(client, server_context(SERVER, client_ca=CA, version=version), profile)
    assert (failed.problem.code, failed.problem.stage) == (code, "tls")


@pytest.mark.parametrize("size", [0, 100, 5_000_000])
async def test_late_refusal_of_the_client_certificate_survives_a_body(client, size):
    context = server_context(SERVER, client_ca=CA, version=V13)
    failed = await failure(client, context, TRUST_CA, method=b"PUT", body=b"x" * size)
    assert failed.problem.code == "client_certificate_required"


@pytest.mark.parametrize(
    ("context", "profile"),
    [
        (server_context(SERVER, version=ssl.TLSVersion.TLSv1_1), TRUST_CA),
        (server_context(SERVER, version=V12), trusting(CA, min_version="1.3")),
    ],
)
async def test_old_protocol_is_named(client, context, profile):
    failed = await failure(client, context, profile)
    assert failed.problem.code == "tls_version"
    assert profile.min_version in failed.problem.detail


async def test_no_common_cipher_is_explained(client):
    context = server_context(SERVER, version=V12)
    context.set_ciphers("ECDHE-RSA-AES128-SHA256:@SECLEVEL=0")
    failed = await failure(client, context, TRUST_CA)
    assert failed.problem.code == "tls_handshake_failed"
    assert "handshake failure" in failed.problem.detail


async def test_unknown_server_name_is_explained(client):
    context = server_context(SERVER)
    context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    failed = await failure(client, context, TRUST_CA, host="localhost")
    assert failed.problem.code == "tls_handshake_failed"
    assert "knows no host named localhost" in failed.problem.detail


async def _plain(visit: Visit) -> None:
    await visit.reader.read(5)
    await visit.send(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    await visit.closed()


async def _other_protocol(visit: Visit) -> None:
    await visit.send(b"220 mail.example.com ESMTP\r\n")
    await visit.closed()


async def _closing(visit: Visit) -> None:
    await visit.reader.read(5)


async def _resetting(visit: Visit) -> None:
    await visit.reader.read(5)
    visit.reset()


@pytest.mark.parametrize(
    ("script", "words"),
    [
        (_plain, "speaks plain HTTP"),
        (_other_protocol, "does not speak TLS"),
        (_closing, "closed the connection during the TLS handshake"),
        (_resetting, "closed the connection during the TLS handshake"),
    ],
)
async def test_server_that_is_no_tls_server(client, script, words):
    async with raw_server(script) as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, tls=TRUST_CA)
    assert failed.value.problem.code == "tls_handshake_failed"
    assert words in failed.value.problem.detail


async def test_silent_server_meets_the_connect_time(client):
    async def silent(visit: Visit) -> None:
        await visit.reader.read(5)
        await asyncio.sleep(30)

    async with raw_server(silent) as upstream:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, tls=TRUST_CA, limits=WireLimits(connect_timeout_s=0.3))
    assert failed.value.problem.code == "tls_handshake_failed"
    assert "within 0.3 s" in failed.value.problem.detail
    assert failed.value.timings.tls == pytest.approx(300, abs=250)


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
