"""Which addresses are dialled: every textual form, every form that hides another address."""

from __future__ import annotations

import errno
import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.engine.wire import AddressPolicy, Wire, WireFailed, dial
from tests.unit.engine.wire.conftest import Client
from tests.upstream.raw import raw_server, replying

OPEN = AddressPolicy(allow_private=True)
CLOSED = AddressPolicy(allow_private=False)
NEVER = [
    "169.254.169.254",
    "169.254.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "fd00:ec2::254",
    "fd20:ce::254",
    "0.0.0.0",
    "0.1.2.3",
    "::",
    "fe80::1",
    "fe80::1%eth0",
    "224.0.0.1",
    "239.255.255.250",
    "ff02::1",
    "255.255.255.255",
    "240.0.0.1",
    "100.64.0.1",
    "100.127.255.254",
]
PRIVATE = [
    "127.0.0.1",
    "127.9.9.9",
    "::1",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "198.18.0.1",
    "192.0.2.1",
    "fd12:3456::1",
    "fec0::1",
    "2001:db8::1",
]
PUBLIC = ["93.184.216.34", "8.8.8.8", "172.32.0.1", "2606:2800:220:1::1", "100.128.0.1"]


def hidden(address: str) -> list[str]:
    """The address inside every IPv6 form that carries an IPv4 address."""
    number = int(ipaddress.IPv4Address(address))
    teredo = (0x20010000 << 96) | (number << 64) | (0xFFFFFFFF ^ number)
    return [
        str(ipaddress.IPv6Address(value))
        for value in (
            number | 0xFFFF << 32,
            number | 0xFFFF << 48,
            (0x0064FF9B << 96) | number,
            (0x0064FF9B0001 << 80) | number,
            (0x2002 << 112) | (number << 80) | 1,
            teredo,
        )
    ]


@pytest.mark.parametrize("address", NEVER)
def test_never_dialled(address):
    assert OPEN.check(address)
    assert CLOSED.check(address)
    if "." in address:
        for form in hidden(address):
            assert OPEN.check(form), form


@pytest.mark.parametrize("address", PRIVATE)
def test_dialled_only_when_the_operator_allows(address):
    assert OPEN.check(address) is None
    assert CLOSED.check(address)
    if "." in address:
        for form in hidden(address):
            assert CLOSED.check(form), form


@pytest.mark.parametrize("address", PUBLIC)
def test_always_dialled(address):
    assert OPEN.check(address) is None
    assert CLOSED.check(address) is None


@pytest.mark.parametrize("text", ["", "localhost", "1.2.3", "0x7f.1", "127.1", "1.2.3.4.5"])
def test_what_is_no_address_is_refused(text):
    assert OPEN.check(text)


@given(st.ip_addresses())
def test_closed_policy_lets_only_global_addresses_pass(address):
    if CLOSED.check(str(address)) is None:
        assert address.is_global


@given(st.ip_addresses())
def test_private_is_the_only_difference(address):
    if OPEN.check(str(address)) is not None:
        assert CLOSED.check(str(address)) is not None


async def test_blocked_address_is_never_connected_to():
    wire = Wire(policy=CLOSED)
    async with raw_server(replying(b"")) as upstream:
        for host in ("127.0.0.1", "localhost", "::ffff:127.0.0.1"):
            with pytest.raises(WireFailed) as failed:
                await Client(wire).fetch(upstream, host=host)
            assert (failed.value.problem.code, failed.value.problem.stage) == (
                "address_blocked",
                "network",
            )
        assert upstream.accepted == 0
    await wire.aclose()


async def test_a_resolver_that_changes_its_answer_gains_nothing(monkeypatch):
    """The look-up answers a public address first and loopback second; each dial checks its own."""
    answers = ["127.0.0.1", "93.184.216.34"]
    dialled: list[str] = []

    async def look_up(host: str, port: int) -> list[dial.Address]:
        return [dial.Address(socket.AF_INET, (answers.pop(), port))]

    async def connect(address: dial.Address) -> socket.socket:
        dialled.append(address.ip)
        raise ConnectionRefusedError(errno.ECONNREFUSED, "refused")

    monkeypatch.setattr(dial, "_look_up", look_up)
    monkeypatch.setattr(dial, "_connect", connect)
    wire = Wire(policy=CLOSED)
    for code in ("connect_refused", "address_blocked"):
        with pytest.raises(WireFailed) as failed:
            await Client(wire).fetch(80, host="rebind.example")
        assert failed.value.problem.code == code
    assert dialled == ["93.184.216.34"]
