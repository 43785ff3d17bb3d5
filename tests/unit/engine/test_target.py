"""Base URL + path: what is joined, what is refused, and that one parser decides both."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import can_ada
import pytest

from sourcekeep.engine.source_url import (
    check_base_url,
    check_origin,
    origin_of,
    parse_base,
    parse_origin,
)
from sourcekeep.engine.target import Reference, Target, follow, refer, settle
from sourcekeep.engine.wire.values import Origin
from sourcekeep.model.problem import Failed

WHATWG = Path(__file__).parents[2] / "data/whatwg-url/urltestdata.json"
HOME = Origin("https", "api.example.com", 443)
START = Target(HOME, "/v1/a", "https://api.example.com")


def joined(base: str, path: str) -> str:
    reference: Reference[str] = refer(parse_base(base), [path] if path else [])
    text = "".join(str(piece) for piece in reference.path)
    query = "&".join(q for q in (reference.base_query, "".join(map(str, reference.query))) if q)
    return settle(reference, text, query).url


def code(base: str, path: str) -> str:
    with pytest.raises(Failed) as raised:
        joined(base, path)
    return raised.value.problem.code


@pytest.mark.parametrize(
    ("base", "path", "url"),
    [
        ("https://a.example", "", "https://a.example/"),
        ("https://a.example/", "/", "https://a.example/"),
        ("https://a.example/v1", "x", "https://a.example/v1/x"),
        ("https://a.example/v1/", "/x", "https://a.example/v1/x"),
        ("https://a.example/v1//", "/x/", "https://a.example/v1/x/"),
        ("https://a.example/v1/", "", "https://a.example/v1/"),
        ("https://a.example/v1?k=1", "?x=2", "https://a.example/v1?k=1&x=2"),
        ("https://a.example/v1?k=1", "/y?x=2", "https://a.example/v1/y?k=1&x=2"),
        ("https://a.example/v1", "/x//y", "https://a.example/v1/x//y"),
        ("HTTPS://A.Example:443/V1", "/X", "https://a.example/V1/X"),
        ("http://[::1]:3001/a", "b", "http://[::1]:3001/a/b"),
        ("http://bücher.example", "/a", "http://xn--bcher-kva.example/a"),
        ("https://a.example/v1", "/x/..", "https://a.example/v1/"),
        ("https://a.example/v1", "/x/.", "https://a.example/v1/x/"),
        ("https://a.example", "/a:b@c", "https://a.example/a:b@c"),
        (
            "https://a.example",
            "/?u=https://b.example/../x",
            "https://a.example/?u=https://b.example/../x",
        ),
    ],
)
def test_base_and_path_join_as_a_person_expects(base: str, path: str, url: str) -> None:
    assert joined(base, path) == url


@pytest.mark.parametrize(
    "path",
    [
        "https://evil.example",
        "HTTPS://evil.example/x",
        "http:evil.example",
        "https:/evil.example",
        "https:\\\\evil.example",
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\/evil.example",
        "\\\\evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "\n/\n/evil.example",
        " //evil.example",
        "\x00//evil.example",
        "ht\ntps://evil.example",
        "ftp://evil.example",
        "ws:evil.example",
        "file:///etc/passwd",
        "gopher://evil.example",
        "..",
        "/..",
        "../x",
        "/a/../../x",
        "/%2e%2e/x",
        "/.%2E/x",
        "/%2e./x",
        "/..%2fx",
        "/a%2f..%2f..%2fx",
        "/a%5c..%5c..%5cx",
        "/%252e%252e/x",
        "/%252e%252e%252fx",
        "..\\x",
        "/.\t./x",
        "/..;/x",
        "/a/..;b/..%3bc/x",
    ],
)
def test_a_path_that_leaves_is_refused(path: str) -> None:
    assert code("https://api.example.com/v1", path) == "origin_not_allowed"


@pytest.mark.parametrize("path", ["/a#b", "/a\tb", "/a\nb", "/a\\b", "/a\x00b", " /a"])
def test_what_a_parser_would_change_in_silence_is_refused(path: str) -> None:
    assert code("https://api.example.com/v1", path) == "invalid_url"


def test_a_path_may_go_up_as_far_as_the_base() -> None:
    assert (
        joined("https://api.example.com/v1", "/a/../b/%2e%2e/c") == "https://api.example.com/v1/c"
    )


def test_only_listed_origins_may_be_named() -> None:
    base, files = (
        parse_base("https://api.example.com/v1"),
        parse_origin("https://files.example.com"),
    )
    reference: Reference[str] = refer(base, ["https://files.example.com/d?x=1"], {files})
    assert (reference.origin, reference.prefix) == (files, "")
    assert refer(base, ["//files.example.com/d"], {files}).origin == files
    for path in (
        "https://files.example.com:8443/d",
        "http://files.example.com/d",
        "https://user@files.example.com/d",
        "https://files.example.com@evil.example/d",
        "https://files.example.com.evil.example/d",
        "https://evil.example#files.example.com",
    ):
        with pytest.raises(Failed):
            refer(base, [path], {files})


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Enter the base URL"),
        ("api.example.com/v1", "did you mean https://api.example.com/v1?"),
        ("localhost:3001/api", "did you mean http://localhost:3001/api?"),
        ("http:/api.example.com", "did you mean https://api.example.com?"),
        ("/v1", "must start with https:// or http://"),
        ("ftp://api.example.com", "only http:// and https://"),
        ("https://", "has no host"),
        ("https:///v1", "has no host"),
        ("https://user:pw@api.example.com", "user name or password"),
        ("https://@api.example.com", "user name or password"),
        ("https://api.example.com/#top", "fragment"),
        ("https://api.example.com/#", "fragment"),
        (" https://api.example.com", "blank space at its start or end"),
        ("https://api.example.com\n", "blank space at its start or end"),
        ("https://api .example.com", "holds a space"),
        ("https://api.exa\tmple.com", "a tab"),
        ("https:\\\\api.example.com", "backslash"),
        ("https://{{ params.host }}/", "can't hold a template"),
        ("https://api.example.com:port/", "'port', which is not a number"),
        ("https://api.example.com:70000/", "ports end at 65535"),
        ("https://api_<>.example.com/", "not a valid host name"),
        ("https://[::1/", "not a valid host name"),
        ("http://1.2.3.4.5.6/", "not a valid host name"),
    ],
)
def test_what_is_wrong_with_a_base_url_is_said_in_words(text: str, words: str) -> None:
    (fault,) = check_base_url(text)
    assert fault.pointer == "/base_url"
    assert words in fault.detail


@pytest.mark.parametrize(
    "text",
    [
        "http://localhost:3001/api/bearer-auth",
        "https://api.example.com",
        "https://api.example.com/v1/?key=a%20b",
        "http://[fe80::1]:8080/",
        "http://127.1/",
        "https://bücher.example/",
    ],
)
def test_a_good_base_url_has_no_faults(text: str) -> None:
    assert check_base_url(text) == []


def test_an_allowed_origin_has_no_path() -> None:
    assert check_origin("https://files.example.com", "/network/allowed_origins/0") == []
    (fault,) = check_origin("https://files.example.com/d", "/network/allowed_origins/0")
    assert fault.pointer == "/network/allowed_origins/0"
    assert "https://files.example.com" in fault.detail


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/b?c=1", "https://api.example.com/b?c=1"),
        ("b", "https://api.example.com/v1/b"),
        ("?x=1", "https://api.example.com/v1/a?x=1"),
        ("https://api.example.com:443/z", "https://api.example.com/z"),
        ("//api.example.com/z", "https://api.example.com/z"),
        ("../../..", "https://api.example.com/"),
        ("/b#fragment", "https://api.example.com/b"),
        ("https:b", "https://api.example.com/v1/b"),
    ],
)
def test_a_redirect_within_the_origin_is_resolved(location: str, url: str) -> None:
    assert follow(START, location, {HOME}).url == url


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "http://api.example.com/",
        "https://api.example.com:8443/",
        "https://user:pw@api.example.com/",
        "https://api.example.com@evil.example/",
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://[::1",
        "\thttps://evil.example",
        "/\\/evil.example",
    ],
)
def test_a_redirect_elsewhere_is_refused_and_shown(location: str) -> None:
    with pytest.raises(Failed) as raised:
        follow(START, location, {HOME})
    assert raised.value.problem.code == "redirect_refused"
    assert location in raised.value.problem.detail


def whatwg_cases() -> list[dict[str, object]]:
    cases = json.loads(WHATWG.read_text("utf-8"))
    return [case for case in cases if isinstance(case, dict)]


def test_all_public_url_cases_are_here() -> None:
    assert len(whatwg_cases()) == 869


def _dialled_host(url: str) -> str:
    """The host of a URL as a naive reader of the final text finds it: between `//` and `/`."""
    authority = url.split("://", 1)[1].split("/", 1)[0]
    return authority if authority.endswith("]") else authority.partition(":")[0]


def test_no_public_url_case_names_two_hosts() -> None:
    """As base URL and as path: what is checked is what is dialled, or it is refused."""
    accepted = 0
    reference: Reference[str]
    for case in whatwg_cases():
        text = str(case["input"])
        if not check_base_url(text):
            accepted += 1
            base = parse_base(text)
            target = settle(refer(base, []), "", base.query)
            assert base.origin == origin_of(can_ada.parse(target.url)), text
            assert _dialled_host(target.url).strip("[]") == base.origin.host, text
            if "failure" not in case:
                assert base.origin.host == str(case["hostname"]).strip("[]"), text
        try:
            reference = refer(parse_base("https://api.example.com/v1"), [text] if text else [])
        except Failed:
            continue
        assert reference.origin == HOME, text
        path = "".join(map(str, reference.path))
        try:
            target = settle(reference, path, "".join(map(str, reference.query)))
        except Failed:
            continue
        assert origin_of(can_ada.parse(target.url)) == HOME, text
        assert can_ada.parse(target.url).pathname.startswith("/v1"), text
        assert target.path_query.startswith("/v1"), text
        assert target.path_query.isascii() and not set(target.path_query) & set("\r\n\t \\"), text
    assert accepted > 90


def test_a_numeric_host_is_the_address_that_is_dialled() -> None:
    """The resolver never sees a spelling that it could read otherwise than the check did."""
    for text in ("http://0x7f.1/", "http://017700000001/", "http://2130706433/", "http://127.1/"):
        host = parse_base(text).origin.host
        assert host == "127.0.0.1"
        assert socket.getaddrinfo(host, 80, type=socket.SOCK_STREAM)[0][4][0] == "127.0.0.1"
