"""A connection test over real servers: every stage failing, told at its place and with its code."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterable
from typing import Any

import pytest

from sourcekeep.engine.opened import OpenedSource
from sourcekeep.engine.plan import SourceFace, prepare
from sourcekeep.engine.probe import Prober
from sourcekeep.engine.probe_stages import Probed, Stage
from sourcekeep.engine.tls import TlsProfile
from sourcekeep.engine.wire import AddressPolicy, Proxy
from sourcekeep.kit.redact import MASK, Redactor
from sourcekeep.model.auth import AuthType, AuthValues
from sourcekeep.model.query import RequestSpec
from sourcekeep.model.source import Limits
from tests.unit.engine.running import TOKEN, bearer, no_auth, recorded, reply
from tests.upstream.broken_tls import (
    BROKEN,
    CA,
    CLIENT,
    OK,
    SERVER,
    BrokenTls,
    presenting,
    trusting,
)
from tests.upstream.proxies import http_proxy, socks5_proxy
from tests.upstream.raw import blocking_tls_server, dripping, raw_server, replying
from tests.upstream.tls import server_context

OPEN = AddressPolicy(allow_private=True)
Auth = tuple[AuthType, AuthValues]


async def probed(
    base: str,
    *,
    auth: Auth | None = None,
    tls: TlsProfile | None = None,
    proxy: Proxy | None = None,
    policy: AddressPolicy = OPEN,
    allowed: tuple[str, ...] = (),
    masked: Iterable[str] = (TOKEN,),
    **limits: Any,
) -> Probed:
    auth_type, values = auth or bearer()
    face = SourceFace(
        "source",
        "source",
        base,
        allowed_origins=allowed,
        limits=Limits.model_validate({"read_timeout_s": 5, **limits}),
        auth_places=auth_type.places(values),
    )
    plan = prepare(face, RequestSpec()).plan({}, {}, {})
    source = OpenedSource(
        auth=auth_type,
        auth_values=values,
        tls=tls,
        proxy=proxy,
        header_secrets={},
        redactor=Redactor(masked),
        token_scope="source/1",
    )
    return await Prober(policy).probe(plan, source)


def oks(found: Probed) -> list[bool | None]:
    assert [stage.stage for stage in found.stages] == ["dns", "tcp", "tls", "auth", "response"]
    return [stage.ok for stage in found.stages]


def failed(found: Probed) -> Stage:
    """The one stage that failed; those before it are good or not used, those after not reached."""
    stage = found.failed_stage
    assert stage is not None
    at = found.stages.index(stage)
    used = [one for one in found.stages[:at] if not one.detail.startswith("Not used")]
    assert all(one.ok for one in used)
    assert all(one.ok is None and one.ms is None and not one.code for one in found.stages[at + 1 :])
    assert found.ok is False
    assert stage.code
    assert stage.hint
    return stage


# -- good --------------------------------------------------------------------------------------------


async def test_a_good_server_over_tls_shows_its_chain_and_times_every_stage() -> None:
    async with raw_server(replying(reply(body=b"{}")), context=server_context(SERVER)) as upstream:
        base = f"https://localhost:{upstream.port}/v1"
        found = await probed(base, tls=TlsProfile(**trusting(CA)))
    assert oks(found) == [True] * 5
    assert all(stage.ms is not None for stage in found.stages)
    assert found.stages[2].ms
    assert found.stages[0].detail == "localhost is 127.0.0.1."
    assert "is for localhost, and is valid until" in found.stages[2].detail
    assert [card["trusted"] for card in found.certificates] == [True]
    assert found.certificates[0]["san"] == ("localhost", "127.0.0.1")
    assert found.fixes == ()


async def test_only_the_head_of_the_answer_is_read() -> None:
    async with raw_server(
        dripping([b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n", b"data: 1\n"])
    ) as upstream:
        found = await asyncio.wait_for(probed(f"http://127.0.0.1:{upstream.port}/"), 3)
    assert oks(found) == [True, True, None, True, True]
    assert "text/event-stream" in found.stages[4].detail


@pytest.mark.parametrize("status", [400, 404, 405])
async def test_a_base_url_with_nothing_to_give_is_no_failure(status: int) -> None:
    async with recorded(reply(status)) as upstream:
        found = await probed(upstream.base)
    assert found.ok
    assert "the connection works" in found.stages[4].detail
    assert "did not object to the credential" in found.stages[3].detail


async def test_a_test_never_uses_a_connection_that_is_open_already() -> None:
    async with raw_server(replying(reply())) as upstream:
        for _ in range(3):
            assert (await probed(f"http://127.0.0.1:{upstream.port}")).ok
        assert upstream.accepted == 3


# -- dns and tcp --------------------------------------------------------------------------------------


async def test_a_name_that_does_not_exist_fails_in_dns() -> None:
    found = await probed("http://no-such-host.invalid/")
    stage = failed(found)
    assert (stage.stage, stage.code) == ("dns", "dns_failed")


async def test_a_closed_port_fails_in_tcp() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    stage = failed(await probed(f"http://localhost:{port}/"))
    assert (stage.stage, stage.code) == ("tcp", "connect_refused")


async def test_a_blocked_address_fails_in_tcp() -> None:
    stage = failed(await probed("http://169.254.169.254/latest"))
    assert (stage.stage, stage.code) == ("tcp", "address_blocked")


async def test_a_server_that_takes_no_more_connections_fails_in_tcp() -> None:
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = []
        for _ in range(4):  # the queue of a listener that accepts nobody
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(full.getsockname())
            waiting.append(one)
        await asyncio.sleep(0.05)
        found = await probed(f"http://127.0.0.1:{full.getsockname()[1]}/", connect_timeout_s=0.3)
        for one in waiting:
            one.close()
    stage = failed(found)
    assert (stage.stage, stage.code) == ("tcp", "connect_timeout")
    assert stage.ms is not None
    assert stage.ms >= 290


# -- tls ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", BROKEN, ids=lambda case: case.name)
async def test_a_broken_tls_server_fails_in_tls_with_its_code_and_chain(case: BrokenTls) -> None:
    with case.start() as upstream:
        base = f"https://{case.host}:{upstream.port}/"
        found = await probed(base, tls=TlsProfile(**case.tls), connect_timeout_s=1)
        stage = failed(found)
        assert (stage.stage, stage.code) == ("tls", case.code)
        assert case.words in stage.detail
        assert bool(found.certificates) == case.shows_chain
        server_verified = case.code.startswith("client_certificate")
        assert all(card["trusted"] == server_verified for card in found.certificates)
        for fix in found.fixes:
            assert fix.patch["tls"].get("mode") != "insecure"
            mended = TlsProfile(**{**case.tls, **fix.patch["tls"]})
            assert (await probed(base, tls=mended)).ok


async def test_insecure_is_told_as_not_verified() -> None:
    async with raw_server(replying(reply()), context=server_context(SERVER)) as upstream:
        base = f"https://127.0.0.1:{upstream.port}/"
        found = await probed(base, tls=TlsProfile(mode="insecure"))
    assert found.ok
    assert "not verified" in found.stages[2].detail
    assert found.stages[2].hint
    assert [card["trusted"] for card in found.certificates] == [False]


async def test_a_client_certificate_that_is_accepted() -> None:
    with blocking_tls_server(server_context(SERVER, client_ca=CA), OK) as upstream:
        base = f"https://localhost:{upstream.port}/"
        assert (await probed(base, tls=TlsProfile(**presenting(CLIENT)))).ok


async def test_plain_http_asked_of_a_tls_port_fails_in_the_response() -> None:
    async with raw_server(replying(OK), context=server_context(SERVER)) as upstream:
        stage = failed(await probed(f"http://127.0.0.1:{upstream.port}/"))
    assert stage.stage == "response"
    assert stage.code in ("protocol_error", "connection_closed")


# -- auth -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "challenge", "auth", "said", "hint"),
    [
        (401, None, bearer(), "did not accept the credential (401)", "Enter the credential again"),
        (401, None, no_auth(), "asks for a credential (401)", "Choose an Authentication type"),
        (401, 'Basic realm="Billing"', no_auth(), 'asks for Basic ("Billing")', "Choose Basic under"),
        (401, 'Basic realm="x"', bearer(), "asks for Basic", "choose Basic under Authentication"),
        (401, 'Bearer error="invalid_token", error_description="It expired."', bearer(), "It says: It expired.", "Enter a new token"),
        (401, 'Bearer error="invalid_request"', bearer(), "invalid_request", "header, prefix"),
        (403, None, bearer(), "may not read the base URL (403)", "Ask for the right"),
        (403, None, no_auth(), "refuses the request without a credential", "Choose an Authentication"),
        (403, 'Bearer error="insufficient_scope", scope="read:all"', bearer(), "Scope: read:all.", "with the scope"),
    ],
)  # fmt: skip
async def test_the_auth_stage_tells_401_from_403_in_the_servers_words(
    status: int, challenge: str | None, auth: Auth, said: str, hint: str
) -> None:
    headers = [("WWW-Authenticate", challenge)] if challenge else []
    async with recorded(reply(status, headers=headers)) as upstream:
        stage = failed(await probed(upstream.base, auth=auth))
    assert (stage.stage, stage.code) == ("auth", "http_status")
    assert said in stage.detail
    assert hint in stage.hint


async def test_without_a_credential_the_way_to_the_server_is_told_all_the_same() -> None:
    async with recorded(reply()) as upstream:
        auth_type, _ = bearer()
        empty = (auth_type, auth_type.values())
        stage = failed(await probed(upstream.base, auth=empty))
        assert (stage.stage, stage.code) == ("auth", "credential_missing")
        assert upstream.heads == []
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    stage = failed(await probed(f"http://127.0.0.1:{port}/", auth=empty))
    assert (stage.stage, stage.code) == ("tcp", "connect_refused")


async def test_an_echo_of_the_token_is_masked() -> None:
    challenge = f'Bearer realm="{TOKEN}", error_description="{TOKEN} is not known"'
    async with recorded(reply(401, headers=[("WWW-Authenticate", challenge)])) as upstream:
        stage = failed(await probed(upstream.base))
    assert TOKEN not in str(stage)
    assert MASK in stage.detail


# -- response --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_a_server_in_trouble_fails_in_the_response(status: int) -> None:
    async with recorded(reply(status)) as upstream:
        stage = failed(await probed(upstream.base))
    assert (stage.stage, stage.code) == ("response", "http_status")
    assert str(status) in stage.detail


async def test_a_silent_server_fails_in_the_response() -> None:
    async with raw_server(lambda visit: visit.reader.read()) as upstream:  # type: ignore[arg-type,return-value]
        base = f"http://127.0.0.1:{upstream.port}/"
        stage = failed(await probed(base, read_timeout_s=0.2))
    assert (stage.stage, stage.code) == ("response", "read_timeout")


async def test_what_is_no_http_fails_in_the_response() -> None:
    async with raw_server(replying(b"220 mail ready\r\n")) as upstream:
        stage = failed(await probed(f"http://127.0.0.1:{upstream.port}/"))
    assert (stage.stage, stage.code) == ("response", "protocol_error")


async def test_redirects_are_followed_inside_the_origin_only() -> None:
    async with recorded(reply(302, headers=[("Location", "/v2")])) as upstream:
        upstream.by_path["/v2"] = reply(200)
        found = await probed(upstream.base)
        assert found.ok
        assert "redirected (302)" in found.stages[4].detail
        upstream.answers[:] = [reply(301, headers=[("Location", "https://elsewhere.test/")])]
        stage = failed(await probed(upstream.base))
    assert (stage.stage, stage.code) == ("response", "redirect_refused")
    assert "https://elsewhere.test/" in stage.detail


async def test_a_redirect_to_a_server_that_is_away_is_not_told_as_the_sources_own() -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        other = f"http://127.0.0.1:{closed.getsockname()[1]}"
    async with recorded(reply(307, headers=[("Location", f"{other}/")])) as upstream:
        stage = failed(await probed(upstream.base, allowed=(other,)))
    assert (stage.stage, stage.code) == ("response", "connect_refused")


# -- proxies ----------------------------------------------------------------------------------------------


async def test_an_http_proxy_stands_in_the_stages() -> None:
    tls = TlsProfile(**trusting(CA))
    async with (
        raw_server(replying(reply()), context=server_context(SERVER)) as upstream,
        http_proxy(credentials="u:p-canary") as (proxy, _),
    ):
        way = Proxy("http", "localhost", proxy.port, "u", "p-canary")
        found = await probed(f"https://127.0.0.1:{upstream.port}/", tls=tls, proxy=way)
        assert oks(found) == [True] * 5
        assert found.stages[0].detail.startswith("The proxy localhost is 127.0.0.1;")
        assert f"through the HTTP proxy localhost:{proxy.port}" in found.stages[1].detail
        wrong = Proxy("http", "localhost", proxy.port, "u", "wrong")
        stage = failed(await probed(f"https://127.0.0.1:{upstream.port}/", tls=tls, proxy=wrong))
        assert (stage.stage, stage.code) == ("tcp", "proxy_failed")
        assert "did not accept the credentials" in stage.detail
        plain = await probed(f"http://127.0.0.1:{upstream.port}/", proxy=wrong)
        assert (failed(plain).stage, failed(plain).code) == ("tcp", "proxy_failed")


async def test_a_socks5_proxy_stands_in_the_stages() -> None:
    async with (
        raw_server(replying(reply())) as upstream,
        socks5_proxy() as (proxy, seen),
        socks5_proxy(refuse=4) as (refusing, _),
    ):
        way = Proxy("socks5", "127.0.0.1", proxy.port)
        found = await probed(f"http://127.0.0.1:{upstream.port}/", proxy=way)
        assert found.ok
        assert "through the SOCKS5 proxy" in found.stages[1].detail
        assert seen.targets == [f"127.0.0.1:{upstream.port}"]
        stage = failed(
            await probed(
                f"http://127.0.0.1:{upstream.port}/",
                proxy=Proxy("socks5", "127.0.0.1", refusing.port),
            )
        )
    assert (stage.stage, stage.code) == ("tcp", "proxy_failed")
    assert "the host is unreachable" in stage.detail


async def test_a_proxy_that_is_not_found_fails_in_dns_and_one_that_is_away_in_tcp() -> None:
    stage = failed(
        await probed("http://127.0.0.1:9/", proxy=Proxy("http", "no-proxy.invalid", 3128))
    )
    assert (stage.stage, stage.code) == ("dns", "proxy_failed")
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    stage = failed(await probed("http://127.0.0.1:9/", proxy=Proxy("http", "127.0.0.1", port)))
    assert (stage.stage, stage.code) == ("tcp", "proxy_failed")


async def test_the_address_policy_holds_for_the_named_target_of_a_proxy() -> None:
    async with socks5_proxy() as (proxy, seen):
        way = Proxy("socks5", "127.0.0.1", proxy.port)
        stage = failed(await probed("http://169.254.169.254/", proxy=way))
        assert (stage.stage, stage.code) == ("tcp", "address_blocked")
        assert seen.targets == []
