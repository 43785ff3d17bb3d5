"""Which addresses are dialled: every textual form, every form that hides another address."""

from __future__ import annotations

import errno
import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.engine.source_url import parse_origin
from sourcekeep.engine.wire import AddressPolicy, Places, Proxy, Wire, WireFailed, dial
from tests.unit.engine.wire.conftest import Client
from tests.upstream.proxies import socks5_proxy
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


BLOCKED_IN_URLS = [
    "http://169.254.169.254/",
    "http://2852039166/",
    "http://0xa9fea9fe/",
    "http://0xA9.0xFE.0xA9.0xFE/",
    "http://025177524776/",
    "http://0251.0376.0251.0376/",
    "http://169.254.43518/",
    "http://169.16689662/",
    "http://0251.254.0xa9fe/",
    "http://169.254.169.254./",
    "http://%31%36%39.254.169.254/",
    "http://①⑥⑨.②⑤④.①⑥⑨.②⑤④/",
    "http://169。254。169。254/",
    "http://[::ffff:169.254.169.254]/",
    "http://[::ffff:a9fe:a9fe]/",
    "http://[0:0:0:0:0:ffff:a9fe:a9fe]/",
    "http://[::a9fe:a9fe]/",
    "http://[64:ff9b::169.254.169.254]/",
    "http://[64:ff9b:1::a9fe:a9fe]/",
    "http://[64:ff9b:1:a9fe:a9:fe00::]/",
    "http://[2002:a9fe:a9fe::1]/",
    "http://[::ffff:0:a9fe:a9fe]/",
    "http://[fd00:ec2::254]/",
    "http://[FE80::1]/",
    "http://0/",
    "http://0.0.0.0/",
    "http://[::]/",
]


@pytest.mark.parametrize("url", BLOCKED_IN_URLS)
def test_no_spelling_of_a_blocked_address_in_a_url_passes(url):
    """What is dialled is what the one URL parser made of the text."""
    blocked = OPEN.check(parse_origin(url).host)
    assert blocked is not None
    assert "operator" not in blocked.hint
    assert "never dials" in blocked.hint


def policy(*, allow: tuple[str, ...] = (), deny: tuple[str, ...] = (), private: bool = False):
    return AddressPolicy(private, Places.read(allow), Places.read(deny))


def test_allowed_networks_open_some_private_addresses_and_never_more():
    some = policy(allow=("10.1.0.0/16", "192.168.1.7", "fd12::/16", "0.0.0.0/0", "::/0"))
    for address in ("10.1.2.3", "::ffff:10.1.2.3", "192.168.1.7", "fd12::1", "127.0.0.1"):
        assert some.check(address) is None
    for address in NEVER:
        assert some.check(address)
    narrow = policy(allow=("10.1.0.0/16",))
    blocked = narrow.check("10.2.0.1")
    assert blocked is not None
    assert "allow_address" in blocked.hint


def test_denied_networks_are_closed_in_every_form_whatever_is_allowed():
    denying = policy(deny=("93.184.216.0/24", "10.0.0.0/8"), allow=("10.1.0.0/16",), private=True)
    for address in ("93.184.216.34", "10.1.2.3", *hidden("93.184.216.34"), *hidden("10.1.2.3")):
        blocked = denying.check(address)
        assert blocked is not None, address
        assert "deny_address" in blocked.hint
    assert denying.check("8.8.8.8") is None
    assert denying.check("192.168.0.1") is None


def test_lists_take_host_names():
    named = policy(allow=("db.internal", "*.lan"), deny=("Evil.Example", "*.evil.example"))
    for host in ("db.internal", "DB.internal.", "a.lan", "a.b.lan"):
        assert named.check("10.0.0.1", host) is None
        assert named.check("169.254.169.254", host)
    for host in ("x.db.internal", "lan", "xlan"):
        assert named.check("10.0.0.1", host)
    for host in ("evil.example", "EVIL.example.", "a.b.evil.example"):
        assert named.check("93.184.216.34", host)
        assert named.check_name(host)
    assert named.check("93.184.216.34", "notevil.example") is None


@pytest.mark.parametrize("text", ["10.0.0.1/8", "10.0.0.0/99", "a b", "http://x", "", "*", "a..*"])
def test_a_list_says_which_entry_it_cannot_read(text):
    with pytest.raises(ValueError, match="neither a network"):
        Places.read([text])


async def test_lists_hold_on_the_dialled_address_and_for_a_proxys_target():
    async with raw_server(replying(b"HTTP/1.1 204 No Content\r\n\r\n")) as upstream:
        for rules, host, allowed in (
            (policy(allow=("localhost",)), "localhost", True),
            (policy(allow=("localhost",)), "127.0.0.1", False),
            (policy(allow=("127.0.0.0/8",)), "127.0.0.1", True),
            (policy(private=True, deny=("127.0.0.0/8",)), "localhost", False),
            (policy(private=True, deny=("localhost",)), "localhost", False),
        ):
            wire = Wire(policy=rules)
            try:
                await Client(wire).fetch(upstream, host=host)
                passed = True
            except WireFailed as failed:
                assert failed.problem.code == "address_blocked"
                passed = False
            await wire.aclose()
            assert passed is allowed
        assert upstream.accepted == 2


async def test_a_name_that_is_denied_is_denied_through_a_proxy_too():
    async with socks5_proxy() as (proxy, seen):
        wire = Wire(policy=policy(private=True, deny=("*.invalid",)))
        way = Proxy("socks5", "127.0.0.1", proxy.port)
        with pytest.raises(WireFailed) as failed:
            await Client(wire).fetch(80, host="only-the-proxy-knows.invalid", proxy=way)
        assert failed.value.problem.code == "address_blocked"
        assert seen.targets == []
        await wire.aclose()


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
