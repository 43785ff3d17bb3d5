"""Operations over the HTTP API of a server, with a caller token.

The standard library's client is enough: one short JSON call at a time, TLS always verified.
"""

from __future__ import annotations

import asyncio
import http.client
import re
import ssl
from collections.abc import Callable
from typing import Any
from urllib.parse import SplitResult, quote, urlencode, urlsplit

import orjson

from sourcekeep.doors.library.operations import Document
from sourcekeep.doors.library.results import Result
from sourcekeep.kit import exact_json
from sourcekeep.model.catalogue import CATALOGUE
from sourcekeep.model.catalogue import problem as catalogued
from sourcekeep.model.problem import Failed, Fault, Invalid, RefusalKind, Refused

Write = Callable[[bytes], object]

_KINDS: dict[int, RefusalKind] = {
    401: "not_signed_in",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    412: "stale",
    429: "throttled",
}
_SENDABLE = re.compile(r"[!-~]+")
_LONGEST_ANSWER_S = 3700  # a run may take an hour (model/source.py, total_timeout_s)


class RemoteOperations:
    """Speaks to `url` with the caller token `token` (`sk_…`)."""

    def __init__(self, url: str, token: str) -> None:
        parts, self._host, self._port = _address(url)
        self._https = parts.scheme == "https"
        self._root = parts.path.rstrip("/") + "/api/v1"
        self._token = token.strip()  # a file that it was read from ends in a line end
        if not _SENDABLE.fullmatch(self._token):  # or the client would say so with the token itself
            words = "The caller token holds a character that no token has; copy it again."
            raise Refused("not_signed_in", "token_unknown", words)

    def _connection(self) -> http.client.HTTPConnection:
        if self._https:
            return http.client.HTTPSConnection(
                self._host,
                self._port,
                timeout=_LONGEST_ANSWER_S,
                context=ssl.create_default_context(),
            )
        return http.client.HTTPConnection(self._host, self._port, timeout=_LONGEST_ANSWER_S)

    def _exchange(
        self,
        connection: http.client.HTTPConnection,
        method: str,
        path: str,
        body: Any,
        write: Write | None,
    ) -> bytes:
        """The answer's content; with `write`, a good answer goes there as it comes."""
        headers = {"Authorization": f"Bearer {self._token}", "Accept": "application/json"}
        content = None
        if body is not None:
            content = exact_json.dumps(body)
            headers["Content-Type"] = (
                "application/merge-patch+json" if method == "PATCH" else "application/json"
            )
        try:
            connection.request(method, self._root + path, body=content, headers=headers)
            response = connection.getresponse()
            while write is not None and response.status < 300 and (part := response.read1()):
                write(part)
            answer = response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Refused(
                "unavailable",
                "server_unreachable",
                f"The server at {self._host} does not answer: {error}.",
            ) from error
        finally:
            connection.close()
        if response.status >= 300:  # we send no redirect on: a token goes where it was meant to
            raise _refusal(response.status, answer)
        return answer

    async def _call(
        self, method: str, path: str, body: Any = None, write: Write | None = None
    ) -> bytes:
        connection = self._connection()
        try:
            return await asyncio.to_thread(self._exchange, connection, method, path, body, write)
        except asyncio.CancelledError:
            connection.close()  # the server cancels a run whose caller has gone
            raise

    async def kinds(self) -> Document:
        return _document(await self._call("GET", "/kinds"))

    async def list(
        self, noun: str, filters: dict[str, str], *, most: int | None = None
    ) -> list[Document]:
        items: list[Document] = []
        cursor: str | None = None
        while True:
            asked = {**filters, "cursor": cursor} if cursor else filters
            page = _document(await self._call("GET", f"/{noun}?{urlencode(asked)}"))
            if not isinstance(page.get("items"), list):
                raise _stranger()
            items.extend(page["items"])
            cursor = page.get("next")
            if cursor is None or (most is not None and len(items) >= most):
                return items[:most]

    async def get(self, noun: str, ref: str) -> Document:
        return _document(await self._call("GET", _path(noun, ref)))

    async def create(self, noun: str, payload: Document) -> Document:
        return _document(await self._call("POST", f"/{noun}", payload))

    async def patch(self, noun: str, ref: str, patch: Document) -> Document:
        return _document(await self._call("PATCH", _path(noun, ref), patch))

    async def put(self, noun: str, ref: str, payload: Document) -> Document:
        return _document(await self._call("PUT", _path(noun, ref), payload))

    async def remove(self, noun: str, ref: str) -> None:
        await self._call("DELETE", _path(noun, ref))

    async def run_query(self, query: str, parameters: Document) -> Result:
        answer = await self._call(
            "POST", _path("queries", query) + "/run", {"parameters": parameters}
        )
        return Result(answer)

    async def run_request(self, source: str, query: Document, parameters: Document) -> Result:
        order = {"query": query, "parameters": parameters}
        return Result(await self._call("POST", _path("data-sources", source) + "/run", order))

    async def doctor(self) -> Document:
        return _document(await self._call("GET", "/doctor"))

    async def test(self, source: str, patch: Document | None) -> Document:
        path = _path("data-sources", source) + "/test"
        return _document(await self._call("POST", path, {"patch": patch}))

    async def retire_credential(self, source: str) -> Document:
        path = _path("data-sources", source) + "/credential/retire"
        return _document(await self._call("POST", path))

    async def rotate_keys(self, *, retire_old: bool) -> Document:
        return _document(await self._call("POST", "/keys/rotate", {"retire_old": retire_old}))

    async def make_link(self, user: str) -> Document:
        return _document(await self._call("POST", _path("users", user) + "/link"))

    async def export_audit(self, filters: dict[str, str], write: Write) -> None:
        await self._call("GET", f"/audit/export?{urlencode(filters)}", write=write)

    async def verify_audit(self) -> Document:
        return _document(await self._call("POST", "/audit/verify"))

    async def close(self) -> None:
        """Nothing is kept open between calls."""


def _path(noun: str, ref: str) -> str:
    return f"/{noun}/{quote(ref, safe='')}"


def _document(answer: bytes) -> Document:
    try:
        document = orjson.loads(answer)
    except ValueError:
        raise _stranger() from None
    if not isinstance(document, dict):
        raise _stranger()
    return document


def _stranger() -> Refused:
    words = "The server does not answer as Sourcekeep does; check its URL."
    return Refused("unavailable", "server_error", words)


def _address(url: str) -> tuple[SplitResult, str, int | None]:
    """The parts of a server's URL, its host and port. Raises Invalid."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if parts.scheme not in ("http", "https") or not _SENDABLE.fullmatch(host + parts.path):
        words = (
            "The server's URL must be http:// or https:// with a host, as https://keep.example.com."
        )
        raise Invalid([Fault("", "invalid_url", words)])
    return parts, host, port


def _refusal(status: int, answer: bytes) -> Failed | Invalid | Refused:
    """The server's problem+json (RFC 9457) as the error that the services would have raised."""
    try:
        problem = orjson.loads(answer)
        detail, code = str(problem["detail"]), str(problem["code"])
    except (ValueError, KeyError, TypeError):
        return Refused("unavailable", "server_error", f"The server answered with status {status}.")
    faults = [Fault(e["pointer"], e["code"], e["detail"]) for e in problem.get("errors", ())]
    if status == 422 and "stage" in problem and code in CATALOGUE:  # a run that was not attempted
        composed = catalogued(code, detail, hint=problem.get("hint"))
        return Failed(composed.at(faults[0].pointer) if faults else composed)
    if status == 422:
        return Invalid(faults or [Fault("", code, detail)], detail=detail)
    names = problem.get("names", ())
    return Refused(_KINDS.get(status, "unavailable"), code, detail, names=names)
