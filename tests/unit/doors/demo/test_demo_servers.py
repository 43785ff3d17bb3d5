"""The demo API over real sockets: three addresses, on both loopback families, stopped cleanly."""

from __future__ import annotations

import asyncio
import http.client
import json
import socket
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from sourcekeep.doors.demo import TOKEN, Demo, DemoPorts, DemoPortTaken


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Demo]:
    running = await Demo.start(tmp_path, ports=DemoPorts.free())
    yield running
    await running.stop()


def trusting(anchor: Path | str, *, partial: bool = False) -> ssl.SSLContext:
    """A context that trusts only `anchor` (a file, or PEM text as pasted)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    text = anchor if isinstance(anchor, str) else anchor.read_text()
    context.load_verify_locations(cadata=text)
    if partial:
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    return context


async def ask(
    url: str,
    *,
    token: str | None = TOKEN,
    method: str = "GET",
    context: ssl.SSLContext | None = None,
    body: bytes | None = None,
) -> tuple[int, dict[str, str], Any]:
    def exchange() -> tuple[int, dict[str, str], Any]:
        parts = urlsplit(url)
        assert parts.hostname is not None
        if parts.scheme == "https":
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, context=context, timeout=10
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=10)
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body=body, headers=headers)
        reply = connection.getresponse()
        text = reply.read()
        connection.close()
        found = {name.lower(): value for name, value in reply.getheaders()}
        return reply.status, found, json.loads(text) if text else None

    return await asyncio.to_thread(exchange)


async def test_the_right_token_gets_a_success_message(demo: Demo) -> None:
    status, headers, document = await ask(demo.addresses.http)
    assert (status, document["success"]) == (200, True)
    assert isinstance(document["message"], str)
    assert headers["content-type"] == "application/json"


@pytest.mark.parametrize(
    ("token", "challenge"),
    [
        (None, 'Bearer realm="Sourcekeep demo"'),
        (
            "wrong",
            'Bearer realm="Sourcekeep demo", error="invalid_token", '
            'error_description="The token is not valid"',
        ),
    ],
)
async def test_a_missing_or_wrong_token_is_challenged(
    demo: Demo, token: str | None, challenge: str
) -> None:
    status, headers, document = await ask(demo.addresses.http, token=token)
    assert (status, document["success"]) == (401, False)
    assert headers["www-authenticate"] == challenge


async def test_server_crt_pasted_as_it_is_verifies_the_tls_address(demo: Demo) -> None:
    context = trusting(demo.files.server_crt)
    status, _, document = await ask(demo.addresses.tls, context=context)
    assert (status, document["success"]) == (200, True)


async def test_the_first_block_of_server_crt_alone_is_an_anchor_too(demo: Demo) -> None:
    end = "-----END CERTIFICATE-----\n"
    leaf = demo.files.server_crt.read_text().split(end)[0] + end
    status, _, _ = await ask(demo.addresses.tls, context=trusting(leaf, partial=True))
    assert status == 200


async def test_without_the_ca_the_tls_address_is_not_trusted(demo: Demo) -> None:
    context = ssl.create_default_context()
    with pytest.raises(ssl.SSLCertVerificationError):
        await ask(demo.addresses.tls, context=context)


async def test_the_certificates_pass_the_strict_rules_of_rfc_5280(demo: Demo) -> None:
    context = trusting(demo.files.server_crt)
    context.verify_flags |= ssl.VERIFY_X509_STRICT
    status, _, _ = await ask(demo.addresses.tls, context=context)
    assert status == 200


async def test_with_the_client_certificate_the_api_says_who_came(demo: Demo) -> None:
    context = trusting(demo.files.server_crt)
    context.load_cert_chain(demo.files.client_crt, demo.files.client_key)
    status, _, document = await ask(demo.addresses.mtls, context=context)
    assert status == 200
    assert document["client_certificate"] == "Sourcekeep demo client"


async def test_without_a_client_certificate_tls_itself_refuses(demo: Demo) -> None:
    with pytest.raises((ssl.SSLError, ConnectionError)):
        await ask(demo.addresses.mtls, context=trusting(demo.files.server_crt))


async def test_users_come_in_pages_that_name_the_next(demo: Demo) -> None:
    root = demo.addresses.http.removesuffix("/api/bearer-auth")
    seen: list[int] = []
    following: str | None = "/api/users?page=1"
    while following is not None:
        status, _, document = await ask(root + following)
        assert status == 200
        seen += [user["id"] for user in document["items"]]
        following = document["next"]
    assert seen == list(range(1, document["total"] + 1))


@pytest.mark.parametrize("page", ["0", "7", "-1", "x", "", "0000000001", "٣"])
async def test_a_page_that_does_not_exist_is_refused(demo: Demo, page: str) -> None:
    root = demo.addresses.http.removesuffix("/api/bearer-auth")
    status, _, document = await ask(f"{root}/api/users?page={quote(page)}")
    assert (status, document["success"]) == (400, False)


async def test_one_user_is_read_by_number(demo: Demo) -> None:
    root = demo.addresses.http.removesuffix("/api/bearer-auth")
    assert (await ask(f"{root}/api/users/7"))[2]["id"] == 7
    assert (await ask(f"{root}/api/users/58"))[0] == 404


async def test_echo_repeats_everything_but_the_token(demo: Demo) -> None:
    root = demo.addresses.http.removesuffix("/api/bearer-auth")
    status, _, document = await ask(f"{root}/api/echo?a=1&a=2&b=", method="POST", body=b"hello")
    assert status == 200
    assert document["method"] == "POST"
    assert document["query"] == [["a", "1"], ["a", "2"], ["b", ""]]
    assert document["body"] == "hello"
    assert TOKEN not in json.dumps(document)


async def test_a_wrong_method_or_path_is_answered_in_words(demo: Demo) -> None:
    root = demo.addresses.http.removesuffix("/api/bearer-auth")
    status, headers, _ = await ask(demo.addresses.http, method="DELETE")
    assert (status, headers["allow"]) == (405, "GET, HEAD")
    assert (await ask(f"{root}/api/none"))[0] == 404
    assert (await ask(demo.addresses.http, method="HEAD"))[0::2] == (200, None)


async def test_a_body_beyond_the_limit_is_refused(demo: Demo) -> None:
    root = demo.addresses.http.removesuffix("/api/bearer-auth")
    status, _, _ = await ask(f"{root}/api/echo", method="POST", body=b"x" * (1 << 20))
    assert status == 200
    status, _, _ = await ask(f"{root}/api/echo", method="POST", body=b"x" * ((1 << 20) + 1))
    assert status == 413


async def test_it_listens_on_both_loopback_addresses(demo: Demo) -> None:
    port = urlsplit(demo.addresses.http).port
    for host in ["127.0.0.1", *(["[::1]"] if machine_has_ipv6_loopback() else [])]:
        status, _, _ = await ask(f"http://{host}:{port}/api/bearer-auth")
        assert status == 200


async def test_a_taken_port_is_named_and_nothing_is_left_listening(tmp_path: Path) -> None:
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        socket.create_server(("127.0.0.1", 0)) as lent,
    ):
        free = lent.getsockname()[1]
        lent.close()
        port = taken.getsockname()[1]
        with pytest.raises(DemoPortTaken, match=f"port {port}: it is taken"):
            await Demo.start(tmp_path, ports=DemoPorts(http=free, tls=port, mtls=0))
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", free)) != 0


async def test_stopping_frees_the_ports(tmp_path: Path) -> None:
    demo = await Demo.start(tmp_path, ports=DemoPorts.free())
    port = urlsplit(demo.addresses.tls).port
    await demo.stop()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def machine_has_ipv6_loopback() -> bool:
    try:
        with socket.create_server(("::1", 0), family=socket.AF_INET6):
            return True
    except OSError:
        return False
