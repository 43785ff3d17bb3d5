"""The one mapping from errors to problem+json (RFC 9457): which status, which title, which words.

Below the doors no error knows an HTTP status. What is about HTTP alone (a route that is not there,
a body that is not JSON) is an `HttpProblem`, raised and answered inside this door.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from typing import Any

import orjson

from sourcekeep.doors.http.answers import PROBLEM, Answer
from sourcekeep.kit.ids import new_id
from sourcekeep.model.problem import Failed, Fault, Invalid, RefusalKind, Refused

log = logging.getLogger("sourcekeep.http")

STATUS_OF: dict[RefusalKind, int] = {
    "not_signed_in": 401,
    "forbidden": 403,
    "not_found": 404,
    "conflict": 409,
    "stale": 412,
    "throttled": 429,
    "unavailable": 503,
}
TITLES = {
    400: "The request is not well formed",
    401: "Not signed in",
    403: "Not allowed",
    404: "Not found",
    405: "Method not allowed",
    408: "The request came too slowly",
    409: "In conflict with what is there",
    412: "Changed by somebody else",
    413: "The request is too large",
    415: "Wrong kind of content",
    421: "Wrong host name",
    422: "The input is not valid",
    429: "Too many requests",
    431: "The request's headers are too large",
    500: "Something went wrong here",
    503: "Not available now",
}
_CHALLENGE = (b"www-authenticate", b'Bearer realm="sourcekeep"')


class HttpProblem(Exception):
    """A refusal that only HTTP knows of."""

    def __init__(
        self, status: int, code: str, detail: str, *, headers: Sequence[tuple[bytes, bytes]] = ()
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.code = code
        self.detail = detail
        self.headers = tuple(headers)


def problem_of(error: Exception) -> Answer:
    """The answer to an error. One that nobody foresaw is logged under an id, and only that told."""
    if isinstance(error, Invalid):
        return _problem(422, _common_code(error.faults), error.detail, errors=_errors(error.faults))
    if isinstance(error, Refused):
        return _refused(error)
    if isinstance(error, Failed):
        return _failed(error)
    if isinstance(error, HttpProblem):
        return _problem(error.status, error.code, error.detail, headers=error.headers)
    return _unforeseen(error)


def _problem(
    status: int,
    code: str,
    detail: str,
    *,
    headers: Sequence[tuple[bytes, bytes]] = (),
    **members: Any,
) -> Answer:
    document = {
        "type": f"urn:sourcekeep:problem:{code}",
        "title": TITLES.get(status, "The request was refused"),
        "status": status,
        "detail": detail,
        "code": code,
        **members,
    }
    return Answer(status, _written(document), PROBLEM, tuple(headers))


def _written(document: dict[str, Any]) -> bytes:
    """An error about an error would leave the caller waiting: what has no UTF-8 becomes `?`."""
    try:
        return orjson.dumps(document)
    except TypeError:
        return json.dumps(document, ensure_ascii=False).encode("utf-8", "replace")


def _errors(faults: Sequence[Fault]) -> list[dict[str, str]]:
    return [{"pointer": f.pointer, "code": f.code, "detail": f.detail} for f in faults]


def _common_code(faults: Sequence[Fault]) -> str:
    """One fault's own code, so that a program can test it; several are `invalid`."""
    codes = {fault.code for fault in faults}
    return codes.pop() if len(codes) == 1 else "invalid"


def _refused(error: Refused) -> Answer:
    status = STATUS_OF[error.kind]
    headers = []
    if status == 401:
        headers.append(_CHALLENGE)
    if error.retry_after_s is not None:
        headers.append((b"retry-after", b"%d" % error.retry_after_s))
    members = {"names": list(error.names)} if error.names else {}
    return _problem(status, error.code, error.detail, headers=headers, **members)


def _failed(error: Failed) -> Answer:
    """A run whose call is wrong: nothing was attempted (contract 4)."""
    problem = error.problem
    place = {"pointer": problem.pointer or "", "code": problem.code, "detail": problem.detail}
    answer = _problem(
        422, problem.code, problem.detail, stage=problem.stage, hint=problem.hint, errors=[place]
    )
    document = orjson.loads(answer.body) | {"title": problem.title}
    return Answer(422, orjson.dumps(document), PROBLEM)


def _unforeseen(error: Exception) -> Answer:
    """The log gets the place in the code and the error's type; never its text, which may quote data."""
    name = new_id("fault")
    log.error("fault %s: %s at %s", name, type(error).__name__, _where(error))
    return _problem(
        500, "internal_error", f"This is a fault of Sourcekeep; its log names it {name}.", id=name
    )


def _where(error: BaseException) -> str:
    """The call path, innermost last, as `file:line function`."""
    steps = []
    trace = error.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        steps.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    own = " > ".join(steps[-8:])
    return f"{own} (after {type(cause).__name__} at {_where(cause)})" if cause else own
