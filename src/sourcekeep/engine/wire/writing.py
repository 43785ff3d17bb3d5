"""Puts the head of a request into bytes (RFC 9112 3), refusing what would break its framing."""

from __future__ import annotations

import re

from sourcekeep.engine.wire.values import Headers, WireFailed, WireRequest
from sourcekeep.model.catalogue import problem

_TOKEN = re.compile(rb"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")  # RFC 9110 5.6.2
_BAD_TARGET = re.compile(rb"[\x00-\x20\x7f]")
_BAD_VALUE = re.compile(rb"[\x00\r\n]")
_OURS = (b"content-length", b"transfer-encoding")
_MAX_KNOWN = 2000
_BODY_EXPECTED = (b"POST", b"PUT", b"PATCH")  # RFC 9110 8.6: their empty body is said so

# Names and methods that were found good, so that a busy source's are not read letter by letter
# for each request.
_known_names: set[bytes] = set()
_known_methods: set[bytes] = set()


def request_head(
    request: WireRequest, *, target_prefix: bytes = b"", more_headers: Headers = ()
) -> bytes:
    """Request line, headers and the framing header, with the empty line.

    `target_prefix` makes the absolute form for an HTTP proxy (RFC 9112 3.2.2).
    Raises WireFailed invalid_header or invalid_url: the last line against request splitting.
    """
    method, target, headers = request.method, request.target, request.headers
    if not target or _BAD_TARGET.search(target):
        raise WireFailed(
            problem("invalid_url", "The target holds characters that no URL may hold.")
        )
    if request.block is not None and not more_headers and method in _known_methods:
        framing = b""
        if request.body is not None or method in _BODY_EXPECTED:
            framing = b"%b\r\n" % _framing(request)
        return b"%b %b%b HTTP/1.1\r\n%b%b\r\n" % (
            method,
            target_prefix,
            target,
            request.block,
            framing,
        )
    lines = [b"%b %b%b HTTP/1.1" % (method, target_prefix, target)]
    known = method in _known_methods
    for header in headers:
        lines.append(b"%b: %b" % header)
        if header[0] not in _known_names:
            known = False
    if more_headers:
        lines += [b"%b: %b" % header for header in more_headers]
    if request.body is not None or method in _BODY_EXPECTED:
        lines.append(_framing(request))
    lines.append(b"\r\n")
    head = b"\r\n".join(lines)
    # A line break that came in with a value shows in the count, whatever it hides in: there is
    # one after each line but the last, which is one itself.
    breaks = len(lines)
    if not known or head.count(b"\n") != breaks or head.count(b"\r") != breaks or b"\0" in head:
        _check(request)
    return head


def header_block(headers: Headers) -> bytes:
    """The lines of these headers, checked, for requests that send them again and again.

    Raises WireFailed invalid_header.
    """
    _check_headers(headers)
    return b"".join([b"%b: %b\r\n" % header for header in headers])


def expects_continue(headers: Headers) -> bool:
    """Whether the request holds its body back until the server says 100 (RFC 9110 10.1.1)."""
    for name, value in headers:
        if len(name) == 6 and name.lower() == b"expect":
            return value.strip().lower() == b"100-continue"
    return False


def trailer_lines(trailers: Headers) -> bytes:
    """The trailer section of a chunked body. Raises WireFailed invalid_header."""
    for name, value in trailers:
        _check_field(name, value)
    return b"".join([b"%b: %b\r\n" % field for field in trailers])


def _check(request: WireRequest) -> None:
    """Looks at each part by itself, and remembers the names that passed."""
    if not _TOKEN.fullmatch(request.method):
        raise WireFailed(problem("invalid_header", "The method is not a token."))
    _check_headers(request.headers)
    if len(_known_methods) < _MAX_KNOWN and len(request.method) < 100:
        _known_methods.add(request.method)


def _check_headers(headers: Headers) -> None:
    for name, value in headers:
        _check_field(name, value)
        if name.lower() in _OURS:
            raise WireFailed(
                problem("invalid_header", f"{_text(name)} is set by Sourcekeep and can't be given.")
            )
        if len(_known_names) < _MAX_KNOWN and len(name) < 100:
            _known_names.add(name)


def _check_field(name: bytes, value: bytes) -> None:
    if not _TOKEN.fullmatch(name):
        raise WireFailed(problem("invalid_header", f"{_text(name)} is not a header name."))
    if _BAD_VALUE.search(value):
        raise WireFailed(
            problem("invalid_header", f"The value of {_text(name)} holds a line break or NUL.")
        )


def _framing(request: WireRequest) -> bytes:
    """The framing header of a request that has a body, or is expected to."""
    body = request.body
    if body is None:
        return b"Content-Length: 0"
    if isinstance(body, bytes):
        return b"Content-Length: %d" % len(body)
    if request.content_length is not None:
        return b"Content-Length: %d" % request.content_length
    return b"Transfer-Encoding: chunked"


def _text(name: bytes) -> str:
    return repr(name.decode("latin-1"))
