"""The head of a request: exact bytes, and nothing that would split it in two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.engine.wire import Origin, WireFailed, WireRequest
from sourcekeep.engine.wire.writing import request_head

ORIGIN = Origin("http", "example.com", 80)


def head(method=b"GET", target=b"/", headers=(), body=None, **more) -> bytes:
    return request_head(WireRequest(method, ORIGIN, target, tuple(headers), body, **more))


async def _stream():
    yield b""


@pytest.mark.parametrize(
    ("method", "body", "length", "framing"),
    [
        (b"GET", None, None, b""),
        (b"DELETE", None, None, b""),
        (b"POST", None, None, b"Content-Length: 0\r\n"),
        (b"PUT", None, None, b"Content-Length: 0\r\n"),
        (b"GET", b"", None, b"Content-Length: 0\r\n"),
        (b"GET", b"abc", None, b"Content-Length: 3\r\n"),
        (b"POST", _stream(), None, b"Transfer-Encoding: chunked\r\n"),
        (b"POST", _stream(), 7, b"Content-Length: 7\r\n"),
    ],
)
def test_framing_header_fits_the_body(method, body, length, framing):
    assert head(method, body=body, content_length=length) == (
        method + b" / HTTP/1.1\r\n" + framing + b"\r\n"
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"A", b"b\r\nX: y"),
        (b"A", b"b\nX: y"),
        (b"A", b"b\rX"),
        (b"A", b"b\0"),
        (b"A\r\nX", b"y"),
        (b"A: b\r\nX", b"y"),
        (b"A B", b"y"),
        (b"A:", b"y"),
        (b"", b"y"),
        (b"\xc3\xa9", b"y"),
        (b"Content-Length", b"5"),
        (b"content-length", b"5"),
        (b"TRANSFER-encoding", b"chunked"),
    ],
)
def test_header_that_would_break_the_framing_is_refused(name, value):
    head(headers=[(b"A", b"fine")])
    for _ in range(2):
        with pytest.raises(WireFailed) as failed:
            head(headers=[(b"Fine", b"too"), (name, value)])
        assert failed.value.problem.code == "invalid_header"


@pytest.mark.parametrize("target", [b"", b"/a b", b"/a\r\nX: y", b"/a\n", b"/\0", b"/\x7f", b"/\t"])
def test_target_that_would_break_the_request_line_is_refused(target):
    with pytest.raises(WireFailed) as failed:
        head(target=target)
    assert failed.value.problem.code == "invalid_url"


@pytest.mark.parametrize("method", [b"", b"GET ", b"G\r\nX", b"G\xc3", b"GET /x HTTP/1.1\r\nA:"])
def test_method_that_is_no_token_is_refused(method):
    with pytest.raises(WireFailed) as failed:
        head(method)
    assert failed.value.problem.code == "invalid_header"


@given(
    st.lists(st.tuples(st.binary(max_size=8), st.binary(max_size=12)), max_size=5),
    st.binary(min_size=1, max_size=10),
)
def test_what_passes_has_exactly_its_lines(headers, target):
    try:
        text = head(target=b"/" + target, headers=headers)
    except WireFailed as failed:
        assert failed.problem.code in ("invalid_header", "invalid_url")
        return
    lines = text.split(b"\r\n")
    assert lines[0] == b"GET /" + target + b" HTTP/1.1"
    assert lines[1:] == [b"%b: %b" % header for header in headers] + [b"", b""]


@pytest.mark.parametrize(
    ("origin", "header"),
    [
        (Origin("http", "example.com", 80), b"example.com"),
        (Origin("https", "example.com", 443), b"example.com"),
        (Origin("https", "example.com", 80), b"example.com:80"),
        (Origin("http", "::1", 80), b"[::1]"),
        (Origin("http", "::1", 3000), b"[::1]:3000"),
    ],
)
def test_host_header(origin, header):
    assert origin.host_header() == header
