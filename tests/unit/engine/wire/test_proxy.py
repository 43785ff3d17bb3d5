"""Through an outbound proxy: what the proxy is asked, what stays hidden from it, how it fails."""

from __future__ import annotations

import asyncio
import base64

import pytest

from sourcekeep.engine.tls import TlsProfile
from sourcekeep.engine.wire import AddressPolicy, Proxy, Wire, WireFailed, WireLimits
from tests.unit.engine.wire.conftest import Client
from tests.upstream.proxies import http_proxy, socks5_proxy
from tests.upstream.raw import Upstream, Visit, raw_server, replying
from tests.upstream.tls import issue, server_context

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
CA = issue(name="Our CA", san=None, ca=True)
SERVER = issue(san=("inner.example", "127.0.0.1"), issuer=CA)
TRUST_CA = TlsProfile(mode="ca_certificate", ca_cert=CA.cert_pem)


def through(proxy: Upstream, scheme: str = "http", **more) -> Proxy:
    return Proxy(scheme, "127.0.0.1", proxy.port, **more)


@pytest.mark.parametrize("scheme", ["http", "socks5"])
async def test_tls_goes_through_a_tunnel_and_is_verified_inside(client, scheme):
    opened = http_proxy() if scheme == "http" else socks5_proxy()
    async with (
        opened as (proxy, seen),
        raw_server(replying(OK), context=server_context(SERVER)) as upstream,
    ):
        route = through(proxy, scheme)
        for _ in range(2):
            response = await client.send(upstream, tls=TRUST_CA, proxy=route, host="inner.example")
            assert await response.read(9) == (b"hi", False)
            assert response.address == f"127.0.0.1:{proxy.port}"
        assert proxy.accepted == upstream.accepted == 1
        target = f"inner.example:{upstream.port}"
        if scheme == "http":
            assert seen.heads == [f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode()]
        else:
            assert seen.targets == [target]
        with pytest.raises(WireFailed) as failed:
            await client.fetch(upstream, tls=TlsProfile(), proxy=route, host="inner.example")
        assert failed.value.problem.code == "unknown_ca"
        assert len(failed.value.certificates) == 1


async def test_plain_http_goes_in_absolute_form_and_the_origin_sees_origin_form(client):
    async with http_proxy(credentials="user:p@ss") as (proxy, seen):
        heads: list[bytes] = []

        async def script(visit: Visit) -> None:
            while head := await visit.head():
                heads.append(head)
                await visit.send(OK)

        async with raw_server(script) as upstream:
            route = through(proxy, username="user", password="p@ss")
            assert await client.fetch(upstream, target=b"/a?b", proxy=route) == b"hi"
            assert seen.heads[0].startswith(b"GET http://127.0.0.1:%d/a?b HTTP/1.1" % upstream.port)
            assert heads[0].startswith(b"GET /a?b HTTP/1.1")


async def test_plain_http_through_socks5_is_in_origin_form(client):
    async with socks5_proxy() as (proxy, seen), raw_server(replying(OK)) as upstream:
        assert await client.fetch(upstream, proxy=through(proxy, "socks5")) == b"hi"
        assert seen.targets == [f"127.0.0.1:{upstream.port}"]


@pytest.mark.parametrize("scheme", ["http", "socks5"])
@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"username": "user", "password": "secret"}, None),
        ({"username": "user", "password": "wr0ng"}, "did not accept the credentials"),
        ({}, "asks for credentials"),
    ],
)
async def test_credentials_of_the_proxy(client, scheme, given, words):
    opened = (
        http_proxy(credentials="user:secret")
        if scheme == "http"
        else socks5_proxy(credentials=("user", "secret"))
    )
    async with (
        opened as (proxy, _),
        raw_server(replying(OK), context=server_context(SERVER)) as upstream,
    ):
        sent = client.fetch(upstream, tls=TRUST_CA, proxy=through(proxy, scheme, **given))
        if words is None:
            assert await sent == b"hi"
            return
        with pytest.raises(WireFailed) as failed:
            await sent
        assert failed.value.problem.code == "proxy_failed"
        assert words in failed.value.problem.detail
        assert "wr0ng" not in str(failed.value)


async def test_proxy_that_is_not_there(client, free_port):
    with pytest.raises(WireFailed) as failed:
        await client.fetch(80, proxy=Proxy("http", "127.0.0.1", free_port))
    assert failed.value.problem.code == "proxy_failed"
    assert f"127.0.0.1:{free_port} was refused" in failed.value.problem.detail


@pytest.mark.parametrize("reply", [1, 2, 3, 4, 5, 6, 7, 8, 99])
async def test_socks5_refusals_are_told(client, reply):
    async with socks5_proxy(refuse=reply) as (proxy, _):
        with pytest.raises(WireFailed) as failed:
            await client.fetch(9, proxy=through(proxy, "socks5"))
    assert failed.value.problem.code == "proxy_failed"
    assert "did not connect to 127.0.0.1:9" in failed.value.problem.detail


@pytest.mark.parametrize("scheme", ["http", "socks5"])
@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"\0\0",
        b"\x05",
        b"\x04\x00",
        b"\x05\x09",
        b"SSH-2.0-x\r\n",
        b"HTTP/1.1 502 Bad Gateway\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"x" * 40_000,
    ],
)
async def test_hostile_proxy_is_a_typed_error(client, scheme, answer):
    async def script(visit: Visit) -> None:
        await visit.reader.read(4096)
        await visit.send(answer)

    async with raw_server(script) as proxy:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(443, tls=TRUST_CA, proxy=through(proxy, scheme))
    assert failed.value.problem.code == "proxy_failed"


async def test_silent_proxy_meets_the_connect_time(client):
    async def script(visit: Visit) -> None:
        await asyncio.sleep(30)

    async with raw_server(script) as proxy:
        with pytest.raises(WireFailed) as failed:
            await client.fetch(
                443,
                tls=TRUST_CA,
                proxy=through(proxy, "socks5"),
                limits=WireLimits(connect_timeout_s=0.2),
            )
    assert failed.value.problem.code == "proxy_failed"
    assert "within 0.2 s" in failed.value.problem.detail


async def test_address_policy_holds_for_the_target_behind_a_proxy(client):
    async with http_proxy() as (proxy, seen):
        for host in ("169.254.169.254", "::ffff:169.254.169.254", "0.0.0.0"):
            with pytest.raises(WireFailed) as failed:
                await client.fetch(80, host=host, proxy=through(proxy))
            assert failed.value.problem.code == "address_blocked"
        assert seen.heads == []


async def test_address_policy_holds_for_the_proxy_itself():
    wire = Wire(policy=AddressPolicy(allow_private=False))
    async with http_proxy() as (proxy, _):
        with pytest.raises(WireFailed) as failed:
            await Client(wire).fetch(80, host="93.184.216.34", proxy=through(proxy))
        assert failed.value.problem.code == "address_blocked"
        assert proxy.accepted == 0


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://proxy.example", ("http", "proxy.example", 80, None, None)),
        ("http://proxy.example:3128/", ("http", "proxy.example", 3128, None, None)),
        ("HTTP://Proxy.Example:3128", ("http", "proxy.example", 3128, None, None)),
        ("socks5://[::1]", ("socks5", "::1", 1080, None, None)),
        ("socks5://10.0.0.1:80", ("socks5", "10.0.0.1", 80, None, None)),
        ("socks5h://u:p%40ss@proxy:9", ("socks5", "proxy", 9, "u", "p@ss")),
    ],
)
def test_proxy_url_is_read(url, expected):
    proxy = Proxy.from_url(url)
    assert (proxy.scheme, proxy.host, proxy.port, proxy.username, proxy.password) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "proxy:3128",
        "https://proxy",
        "ftp://proxy",
        "http://",
        "http://proxy/path",
        "http://a b",
    ],
)
def test_proxy_url_that_is_none_is_refused_without_its_password(url):
    with pytest.raises(WireFailed) as failed:
        Proxy.from_url(url)
    assert failed.value.problem.code == "proxy_failed"


def test_password_of_the_proxy_is_not_shown():
    proxy = Proxy.from_url("http://user:hunter2@proxy")
    assert "hunter2" not in repr(proxy)
    assert proxy.credentials_header() == (
        (b"Proxy-Authorization", b"Basic " + base64.b64encode(b"user:hunter2")),
    )
