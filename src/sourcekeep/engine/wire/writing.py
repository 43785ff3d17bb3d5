"""Puts the head of a request into bytes (RFC 9112 3), refusing what would break its framing."""

from __future__ import annotations

import re

from sourcekeep.engine.wire.values import Headers, WireFailed, WireRequest
from sourcekeep.model.catalogue import problem

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 5.6.2
_BAD_TARGET = re.compile(rb"[\x00-\x20\x7f]")
_BAD_VALUE = re.compile(rb"[\x00\r\n]")
_OURS = (b"content-length", b"transfer-encoding")
_BODY_EXPECTED = (b"POST", b"PUT", b"PATCH")  # RFC 9110 8.6: their empty body is said so


def request_head(
    request: WireRequest, *, target_prefix: bytes = b"", more_headers: Headers = ()
) -> bytes:
    """Request line, headers and the framing header, with the empty line.

    `target_prefix` makes the absolute form for an HTTP proxy (RFC 9112 3.2.2).
    Raises WireFailed invalid_header or invalid_url: the last line against request splitting.
    """
    lines = [b"%b %b%b HTTP/1.1" % (request.method, target_prefix, request.target)]
    if _BAD_TARGET.search(request.target) or not request.target:
        raise WireFailed(
            problem("invalid_url", "The target holds characters that no URL may hold.")
        )
    if not _TOKEN.fullmatch(request.method):
        raise WireFailed(problem("invalid_header", "The method is not a token."))
    for name, value in request.headers:
        _check(name, value)
        lines.append(b"%b: %b" % (name, value))
    for name, value in more_headers:
        lines.append(b"%b: %b" % (name, value))
    framing = _framing(request)
    if framing:
        lines.append(framing)
    lines.append(b"\r\n")
    return b"\r\n".join(lines)


def expects_continue(headers: Headers) -> bool:
    """Whether the request holds its body back until the server says 100 (RFC 9110 10.1.1)."""
    for name, value in headers:
        if len(name) == 6 and name.lower() == b"expect":
            return value.strip().lower() == b"100-continue"
    return False


def _check(name: bytes, value: bytes) -> None:
    if not _TOKEN.fullmatch(name):
        raise WireFailed(problem("invalid_header", f"{_text(name)} is not a header name."))
    if _BAD_VALUE.search(value):
        raise WireFailed(
            problem("invalid_header", f"The value of {_text(name)} holds a line break or NUL.")
        )
    if len(name) in (14, 17) and name.lower() in _OURS:
        raise WireFailed(
            problem("invalid_header", f"{_text(name)} is set by Sourcekeep and can't be given.")
        )


def _framing(request: WireRequest) -> bytes:
    body = request.body
    if body is None:
        return b"Content-Length: 0" if request.method in _BODY_EXPECTED else b""
    if isinstance(body, bytes):
        return b"Content-Length: %d" % len(body)
    if request.content_length is not None:
        return b"Content-Length: %d" % request.content_length
    return b"Transfer-Encoding: chunked"


def _text(name: bytes) -> str:
    return repr(name.decode("latin-1"))
