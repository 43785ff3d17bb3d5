"""A request's body: read under a limit, then JSON, with the line and column where it is not."""

from __future__ import annotations

import json
import re
from typing import Any

import orjson

from sourcekeep.doors.http.answers import Receive, Scope
from sourcekeep.doors.http.problems import HttpProblem
from sourcekeep.kit import exact_json
from sourcekeep.model.problem import Fault, Invalid
from sourcekeep.services.answers import MOST_LEVELS, require_object

# Numbers that orjson would round, refuse or write otherwise: with more digits than a float keeps, a
# zero at the end of a fraction, an exponent. Looked for in the bytes (0.2 µs) so that everyday
# bodies stay on the fast parser; every repetition is bounded, so that no body makes it slow.
_SPECIAL_NUMBER = re.compile(
    rb"[0-9.]{16}|[:,\[\s]-?[0-9]{1,15}(?:[eE]|\.[0-9]{1,15}(?:[eE]|(?<=0)(?![0-9])))"
)
_HALF_CHARACTER = re.compile(rb"\\u[dD][89a-fA-F]")  # half of one, or of a pair
_MEDIA_TYPES = (b"application/json", b"application/merge-patch+json")


class CallerGone(Exception):
    """The caller closed the connection before its request was whole; there is nobody to answer."""


async def read_body(scope: Scope, receive: Receive, *, limit: int) -> bytes:
    """All of the body. Refuses early when the caller announces too much (RFC 9110 15.5.14)."""
    announced = _header(scope, b"content-length")
    if announced and announced.isdigit() and int(announced) > limit:
        raise _too_large(limit)
    message = await receive()
    parts: list[bytes] = []
    size = 0
    while message["type"] == "http.request":
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise _too_large(limit)
        parts.append(part)
        if not message.get("more_body", False):
            return parts[0] if len(parts) == 1 else b"".join(parts)
        message = await receive()
    raise CallerGone


async def read_object(
    scope: Scope, receive: Receive, *, limit: int, optional: bool = False
) -> dict[str, Any]:
    """The body as a JSON object; `optional` takes no body at all for `{}`."""
    body = await read_body(scope, receive, limit=limit)
    return object_in(body, media_type(scope), limit=limit, optional=optional)


def media_type(scope: Scope) -> bytes | None:
    """The Content-Type as it was sent."""
    return _header(scope, b"content-type")


def object_in(
    body: bytes, media_type: bytes | None, *, limit: int, optional: bool = False
) -> dict[str, Any]:
    """`read_object` of a body that is here already."""
    if len(body) > limit:
        raise _too_large(limit)
    if not body and optional:
        return {}
    _check_media_type(media_type)
    value = parse(body)
    if not isinstance(value, dict):
        raise Invalid([Fault("", "type", "The body must be a JSON object, as { … }.")])
    if body.count(b"[") + body.count(b"{") > MOST_LEVELS:  # else it cannot be too deep
        require_object(value)
    return value


def parse(body: bytes) -> Any:
    """The JSON value; numbers exactly as they were sent."""
    if not body.strip():
        raise HttpProblem(400, "invalid_json", "The body is empty; send a JSON object.")
    try:
        return _exact(body) if _SPECIAL_NUMBER.search(body) else orjson.loads(body)
    except json.JSONDecodeError as error:
        words = re.sub(r": line \d+ column \d+ \(char \d+\)$", "", str(error))
        raise _not_json(f"{words}, at line {error.lineno}, column {error.colno}") from None
    except UnicodeDecodeError as error:
        raise _not_json(f"byte {error.start + 1} is not UTF-8") from None
    except RecursionError:
        raise _not_json("it is nested too deeply") from None
    except ValueError as error:
        raise _not_json(str(error)) from None


def _exact(body: bytes) -> Any:
    """The slower parser, held to what the fast one refuses: half characters."""
    value = exact_json.loads_as_typed(body)
    if _HALF_CHARACTER.search(body):
        try:
            json.dumps(value, ensure_ascii=False, default=str).encode()
        except UnicodeEncodeError:
            raise ValueError("it holds half a character (a lone surrogate)") from None
    return value


def _not_json(reason: str) -> HttpProblem:
    return HttpProblem(400, "invalid_json", f"The body is not JSON: {reason}.")


def _too_large(limit: int) -> HttpProblem:
    return HttpProblem(413, "body_too_large", f"The body may have at most {limit} bytes.")


def _check_media_type(value: bytes | None) -> None:
    """A browser can send other types across origins unasked, so JSON must be named as JSON."""
    if value is None or value == b"application/json":
        return
    media_type = value.partition(b";")[0].strip().lower()
    if media_type not in _MEDIA_TYPES:
        shown = media_type.decode("latin-1")[:80]
        raise HttpProblem(
            415,
            "unsupported_media_type",
            f"The body must be sent with Content-Type application/json, not {shown!r}.",
        )


def _header(scope: Scope, name: bytes) -> bytes | None:
    for key, value in scope["headers"]:
        if key == name:
            return bytes(value)
    return None
