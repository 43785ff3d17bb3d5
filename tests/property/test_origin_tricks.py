"""Whatever is typed or passed in: nothing reaches another origin, nor another path than the base's.

A recorder on another port stands for everywhere else. The tricks are built from the words that URL
parsers disagree about, and from the other recorder's own address.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import can_ada
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sourcekeep.engine.source_url import check_base_url, origin_of, parse_base
from sourcekeep.model.problem import Failed
from tests.property.loopback import Loopback, loopback
from tests.unit.engine.running import TOKEN

EVIL = "EVIL"  # replaced by the other recorder's host and port
WORDS = st.sampled_from(
    [
        EVIL, f"//{EVIL}", f"http://{EVIL}", f"http:{EVIL}", f"https://{EVIL}", f"\\\\{EVIL}",
        f"@{EVIL}", f":@{EVIL}", f"x:y@{EVIL}", "localhost", "127.0.0.1", "127.1", "0x7f.1", "[::1]",
        "/", "//", "\\", "/\\", ".", "..", "../", "..\\", "%2e", "%2E%2e", "%2f", "%5c", "%252e",
        "%00", "%0d%0a", "%09", "\t", "\n", "\r", "\x00", "\x7f", " ", "\u00a0", "\u2025", "\uff0e",
        "\uff0f", "\u3002", "\u2100", "\u00ad", "\u200d", "?", "#", ";", ":", "@", "&", "=", "%",
        "http:", "javascript:", "file:///", "a", "users", "{{", "}}", "xn--", "é",
    ]
)  # fmt: skip
TRICKS = st.lists(WORDS, max_size=7).map("".join)


@pytest.fixture(scope="module")
def net() -> Iterator[Loopback]:
    with loopback() as net:
        yield net


def judge(net: Loopback, before: int) -> None:
    assert net.evil.heads == [], "a request reached another origin"
    for head in net.home.heads[before:]:
        line = head.split(b"\r\n", 1)[0].decode("ascii")
        method, target, version = line.split(" ")
        assert (method, version) == ("GET", "HTTP/1.1")
        path = target.partition("?")[0]
        assert path == "/v1" or path.startswith("/v1/")
        climbed = 0
        for segment in unquote(unquote(path)).replace("\\", "/").split("/")[2:]:
            climbed += {"..": -1, ".": 0}.get(segment, 1)
            assert climbed >= 0, "a decoded path climbs above the base"
        assert head.count(b"\r\n\r\n") == 1
        assert f"Authorization: Bearer {TOKEN}".encode() in head


@settings(max_examples=600)
@given(path=TRICKS)
def test_no_typed_path_leads_elsewhere(net: Loopback, path: str) -> None:
    before = len(net.home.heads)
    typed = path.replace(EVIL, f"127.0.0.1:{net.evil.port}")
    try:
        net.run(net.runner.run(f"{net.home.base}/v1", {"path": typed}))
    except Failed as failed:
        assert failed.problem.stage == "compose"
        assert failed.problem.hint
    judge(net, before)


@settings(max_examples=600)
@given(
    shape=st.sampled_from(
        [
            "{{ params.v }}",
            "/{{ params.v }}",
            "{{ params.v }}{{ params.v }}",
            "/a/{{ params.v }}/b",
            "/a/.{{ params.v }}",
            "/{{ params.v }}/{{ params.v }}?q={{ params.v }}",
            "?{{ params.v }}",
        ]
    ),
    value=TRICKS,
)
def test_no_template_value_leads_elsewhere(net: Loopback, shape: str, value: str) -> None:
    before = len(net.home.heads)
    query = {
        "path": shape,
        "params": [{"name": "p", "value": "{{ params.v }}"}],
        "headers": [{"name": "X-V", "value": "{{ params.v }}"}],
        "cookies": [{"name": "c", "value": "{{ params.v }}"}],
        "parameters": [{"name": "v"}],
    }
    passed = {"v": value.replace(EVIL, f"127.0.0.1:{net.evil.port}")}
    try:
        net.run(net.runner.run(f"{net.home.base}/v1", query, parameters=passed))
    except Failed as failed:
        assert failed.problem.code in ("origin_not_allowed", "invalid_header")
    judge(net, before)


@settings(max_examples=300)
@given(location=TRICKS)
def test_no_redirect_leads_elsewhere(net: Loopback, location: str) -> None:
    text = location.replace(EVIL, f"127.0.0.1:{net.evil.port}")
    if any(c in text for c in "\r\n\x00\x7f"):
        return
    head = f"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: {text}\r\n\r\n".encode()
    net.home.by_path["/v1/start"] = head
    net.run(
        net.runner.run(
            f"{net.home.base}/v1",
            {"path": "/start"},
            limits={"max_redirects": 1},
            retry={"max_attempts": 1},
        )
    )
    assert net.evil.heads == []


@settings(max_examples=1000)
@given(
    base=st.one_of(TRICKS, TRICKS.map("http://".__add__), TRICKS.map("https://a.example".__add__))
)
def test_a_base_url_is_refused_or_names_the_host_that_is_dialled(base: str) -> None:
    faults = check_base_url(base)
    if faults:
        assert faults[0].detail and faults[0].pointer == "/base_url"
        return
    parsed = parse_base(base)
    assert origin_of(can_ada.parse(base)) == parsed.origin
    assert "@" not in base.split("://", 1)[1].split("/", 1)[0].split("?", 1)[0]
    assert parsed.origin.host.isascii() and parsed.origin.host
    assert not set(parsed.origin.host) & set(" /\\?#@\t\r\n\x00")
