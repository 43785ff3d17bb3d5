"""Which hosts are answered to, and which browser requests are our own page's."""

from __future__ import annotations

import pytest

from sourcekeep.doors.http.hosts import HostRule, host_of
from sourcekeep.doors.http.problems import HttpProblem


def rule(*told: str, public_url: str | None = None, loopback_only: bool = True) -> HostRule:
    return HostRule(told=told, public_url=public_url, loopback_only=loopback_only)


def allows(hosts: HostRule, host: str) -> bool:
    try:
        hosts.check(host.encode("latin-1"))
    except HttpProblem as problem:
        assert problem.status == 421
        return False
    return True


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST:8700",
        "127.0.0.1",
        "127.0.0.1:1",
        "[::1]",
        "[::1]:8700",
        "localhost.",
    ],
)
def test_loopback_names_are_always_answered_to(host: str):
    assert allows(rule(), host)
    assert allows(rule(loopback_only=False), host)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8700",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "evil.example/localhost",
        "[::1].evil.example",
        "[::1",
        "localhost:8700x",
        "localhost:",
        "",
        ":8700",
        "loc\xe4lhost",
    ],
)
def test_a_name_that_nobody_told_is_refused(host: str):
    assert allows(rule(), host) == (host == "localhost:")
    assert allows(rule(loopback_only=False), host) == (host == "localhost:")


def test_addresses_are_answered_to_beyond_loopback_as_no_page_can_have_them_for_a_name():
    assert allows(rule(loopback_only=False), "192.168.1.7:8700")
    assert allows(rule(loopback_only=False), "[2001:db8::1]:8700")
    assert not allows(rule(), "192.168.1.7:8700")


def test_told_names_and_the_public_urls_host_are_answered_to():
    hosts = rule("Keep.example", public_url="https://public.example:8443")
    assert allows(hosts, "keep.EXAMPLE:8700")
    assert allows(hosts, "public.example")
    assert not allows(hosts, "other.example")


def test_a_request_without_host_is_malformed():
    with pytest.raises(HttpProblem) as refused:
        rule().check(None)
    assert refused.value.status == 400


@pytest.mark.parametrize(
    ("headers", "own"),
    [
        ({b"sec-fetch-site": b"same-origin"}, True),
        ({b"sec-fetch-site": b"same-site", b"origin": b"http://localhost:8700"}, False),
        ({b"sec-fetch-site": b"cross-site"}, False),
        ({b"sec-fetch-site": b"none"}, False),
        ({b"origin": b"http://localhost:8700"}, True),
        ({b"origin": b"HTTP://LOCALHOST:8700"}, True),
        ({b"origin": b"https://keep.example"}, True),
        ({b"origin": b"http://localhost:3001"}, False),
        ({b"origin": b"https://localhost:8700"}, False),
        ({b"origin": b"null"}, False),
        ({b"origin": b""}, False),
        ({}, False),
    ],
)
def test_a_browsers_own_word_decides_whether_a_request_is_our_pages(
    headers: dict[bytes, bytes], own: bool
):
    hosts = rule(public_url="https://keep.example")
    assert hosts.from_own_page({b"host": b"localhost:8700", **headers}, scheme="http") is own


def test_a_hosts_name_is_read_without_port_and_brackets():
    assert host_of("Example.com:80") == "example.com"
    assert host_of("[::1]:80") == "::1"
    assert host_of("a:b:c") is None
