"""From a name to a connection: each failure of the network stage, and the race of addresses."""

from __future__ import annotations

import asyncio
import errno
import socket

import pytest

from sourcekeep.engine.wire import WireFailed, WireLimits, dial
from tests.upstream.raw import raw_server, replying

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


def resolving(monkeypatch, *ips: str) -> None:
    async def look_up(host: str, port: int) -> list[dial.Address]:
        return [
            dial.Address(
                socket.AF_INET6 if ":" in ip else socket.AF_INET,
                (ip, port, 0, 0) if ":" in ip else (ip, port),
            )
            for ip in ips
        ]

    monkeypatch.setattr(dial, "_look_up", look_up)


async def test_refused_connection_names_the_address(client, free_port):
    with pytest.raises(WireFailed) as failed:
        await client.fetch(free_port)
    assert failed.value.problem.code == "connect_refused"
    assert failed.value.problem.stage == "network"
    assert failed.value.problem.detail == f"The connection to 127.0.0.1:{free_port} was refused."
    assert failed.value.problem.retryable


async def test_refused_name_tells_which_addresses_were_tried(client, free_port, monkeypatch):
    resolving(monkeypatch, "127.0.0.1", "127.0.0.2")
    with pytest.raises(WireFailed) as failed:
        await client.fetch(free_port, host="two.example")
    assert f"two.example:{free_port} (127.0.0.1, 127.0.0.2)" in failed.value.problem.detail


async def test_unknown_name(client):
    with pytest.raises(WireFailed) as failed:
        await client.fetch(80, host="no-such-host.invalid")
    assert failed.value.problem.code == "dns_failed"
    assert "no-such-host.invalid" in failed.value.problem.detail


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "." * 3, "x" * 300])
async def test_name_that_no_resolver_takes(client, host):
    with pytest.raises(WireFailed) as failed:
        await client.fetch(80, host=host)
    assert failed.value.problem.code == "dns_failed"


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (OSError(errno.ENETUNREACH, "Network is unreachable"), "unreachable", "is not reachable"),
        (OSError(errno.EHOSTUNREACH, "No route to host"), "unreachable", "No route to host"),
        (TimeoutError(errno.ETIMEDOUT, "timed out"), "connect_timeout", "did not answer"),
        (OSError(errno.EMFILE, "Too many open files"), "unreachable", "file descriptor"),
        (OSError(errno.ENOBUFS, "No buffer space"), "unreachable", "No buffer space"),
    ],
)
async def test_each_error_of_the_system_has_its_code(client, monkeypatch, error, code, words):
    async def connect(address):
        raise error

    monkeypatch.setattr(dial, "_connect", connect)
    with pytest.raises(WireFailed) as failed:
        await client.fetch(81)
    assert failed.value.problem.code == code
    assert words in failed.value.problem.detail


async def test_silence_meets_the_connect_time(client, monkeypatch):
    async def connect(address):
        await asyncio.sleep(30)

    monkeypatch.setattr(dial, "_connect", connect)
    with pytest.raises(WireFailed) as failed:
        await client.fetch(81, limits=WireLimits(connect_timeout_s=0.2))
    assert failed.value.problem.code == "connect_timeout"
    assert failed.value.problem.detail == "No connection to 127.0.0.1:81 within 0.2 s."


async def test_slow_look_up_meets_the_connect_time(client, monkeypatch):
    async def look_up(host, port):
        await asyncio.sleep(30)

    monkeypatch.setattr(dial, "_look_up", look_up)
    with pytest.raises(WireFailed) as failed:
        await client.fetch(81, host="slow.example", limits=WireLimits(connect_timeout_s=0.2))
    assert failed.value.problem.code == "dns_failed"
    assert "0.2 s" in failed.value.problem.detail


async def test_total_time_bounds_connecting_too(client, monkeypatch):
    async def connect(address):
        await asyncio.sleep(30)

    monkeypatch.setattr(dial, "_connect", connect)
    with pytest.raises(WireFailed) as failed:
        await client.fetch(81, limits=WireLimits(connect_timeout_s=5, total_timeout_s=0.2))
    assert failed.value.problem.code == "total_timeout"


async def test_second_address_is_used_when_the_first_refuses(client, monkeypatch):
    resolving(monkeypatch, "::1", "127.0.0.1")
    async with raw_server(replying(OK)) as upstream:
        response = await client.send(upstream, host="two.example")
        assert await response.read(9) == (b"hi", False)
        assert response.address == f"127.0.0.1:{upstream.port}"


async def test_second_address_is_tried_while_the_first_is_silent(client, monkeypatch):
    real = dial._connect
    late: list[socket.socket] = []

    async def connect(address):
        if address.ip == "127.0.0.2":
            try:
                await asyncio.sleep(30)
            except asyncio.CancelledError:
                late.append(address)
                raise
        return await real(address)

    monkeypatch.setattr(dial, "_connect", connect)
    resolving(monkeypatch, "127.0.0.2", "127.0.0.1")
    async with raw_server(replying(OK)) as upstream:
        response = await client.send(upstream, host="two.example")
        assert response.timings.connect == pytest.approx(250, abs=200)
        await response.read(9)
        assert len(late) == 1


async def test_blocked_addresses_among_others_are_left_out(client, monkeypatch):
    resolving(monkeypatch, "169.254.169.254", "127.0.0.1")
    async with raw_server(replying(OK)) as upstream:
        assert await client.fetch(upstream, host="two.example") == b"hi"


def test_families_take_turns_the_resolvers_first_choice_first():
    six = [dial.Address(socket.AF_INET6, (f"::{n}", 1, 0, 0)) for n in (1, 2, 3)]
    four = [dial.Address(socket.AF_INET, (f"10.0.0.{n}", 1)) for n in (1, 2)]
    order = [address.ip for address in dial._interleaved([*six, *four])]
    assert order == ["::1", "10.0.0.1", "::2", "10.0.0.2", "::3"]


async def test_ipv6_literal(client):
    async with raw_server(replying(OK), host="::1") as upstream:
        response = await client.send(upstream, host="::1")
        assert await response.read(9) == (b"hi", False)
        assert response.address == f"[::1]:{upstream.port}"
