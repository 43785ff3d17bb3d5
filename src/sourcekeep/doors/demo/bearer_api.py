"""The demo's ASGI application: `/api/bearer-auth`, `/api/users` and `/api/echo` behind one token.

It judges the token as RFC 6750 says: a missing one is 401 with a bare challenge, a wrong one 401
with `error="invalid_token"`. Over mutual TLS it also says which client certificate came.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, parse_qsl

TOKEN = "demo-token"  # noqa: S105 - the demo's public token
REALM = 'Bearer realm="Sourcekeep demo"'
MAX_BODY = 1 << 20
PAGE_SIZE = 10
USERS = 57

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Request:
    """One request, its body read."""

    method: str
    path: str
    query: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    client_certificate: str | None

    def header(self, name: str) -> str | None:
        return next((value for known, value in self.headers if known.lower() == name), None)


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and a JSON document, with further headers."""

    status: int
    document: Any
    headers: tuple[tuple[str, str], ...] = field(default=())


async def bearer_api(scope: Scope, receive: Receive, send: Send) -> None:
    """The ASGI entry. Only HTTP: the servers run it without lifespan."""
    body = await _read(receive)
    if body is None:
        answer = _failure(413, f"The body is larger than {MAX_BODY} bytes.")
    else:
        answer = respond(
            Request(
                method=scope["method"],
                path=scope["path"],
                query=scope["query_string"].decode("latin-1"),
                headers=tuple(
                    (name.decode("latin-1"), value.decode("latin-1"))
                    for name, value in scope["headers"]
                ),
                body=body,
                client_certificate=scope.get("state", {}).get("client_certificate"),
            )
        )
    await _write(send, answer, head_only=scope["method"] == "HEAD")


def respond(request: Request) -> Answer:
    """What the demo says to one request (pure)."""
    refusal = _refuse_token(request.header("authorization"))
    if refusal is not None:
        return refusal
    path = request.path.rstrip("/")
    if path == "/api/echo":
        return _echo(request)
    read_only: dict[str, Callable[[Request], Answer]] = {
        "/api/bearer-auth": _welcome,
        "/api/users": _user_page,
    }
    answer = read_only.get(path)
    if answer is None and path.startswith("/api/users/"):
        answer = _one_user
    if answer is None:
        return _failure(404, f"The demo has no {request.path}.")
    if request.method not in {"GET", "HEAD"}:
        return _failure(405, f"{request.method} is not allowed here.", ("allow", "GET, HEAD"))
    return answer(request)


def _refuse_token(authorization: str | None) -> Answer | None:
    """None when the right token came (the scheme's name in any case, RFC 9110 11.1)."""
    if authorization is None:
        return _failure(401, "A bearer token is required.", ("www-authenticate", REALM))
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "bearer" and hmac.compare_digest(token.strip().encode(), TOKEN.encode()):
        return None
    challenge = f'{REALM}, error="invalid_token", error_description="The token is not valid"'
    return _failure(401, "The bearer token is not valid.", ("www-authenticate", challenge))


def _welcome(request: Request) -> Answer:
    document: dict[str, Any] = {"success": True, "message": "The bearer token is valid."}
    if request.client_certificate is not None:
        document["message"] = "The bearer token and the client certificate are valid."
        document["client_certificate"] = request.client_certificate
    return Answer(200, document)


def _user_page(request: Request) -> Answer:
    asked = parse_qs(request.query, keep_blank_values=True).get("page", ["1"])[-1]
    pages = -(-USERS // PAGE_SIZE)
    page = _whole_number(asked, highest=pages)
    if page is None:
        return _failure(400, f"page must be a whole number from 1 to {pages}.")
    first = (page - 1) * PAGE_SIZE + 1
    users = [_user(number) for number in range(first, min(first + PAGE_SIZE, USERS + 1))]
    following = f"/api/users?page={page + 1}" if page < pages else None
    return Answer(
        200, {"items": users, "page": page, "pages": pages, "total": USERS, "next": following}
    )


def _one_user(request: Request) -> Answer:
    asked = request.path.removeprefix("/api/users/")
    number = _whole_number(asked, highest=USERS)
    return (
        _failure(404, f"There is no user {asked}.")
        if number is None
        else Answer(200, _user(number))
    )


def _whole_number(text: str, *, highest: int) -> int | None:
    """`text` as a number from 1 to `highest`, else None."""
    plain = text.isascii() and text.isdigit() and len(text) <= 9
    return int(text) if plain and 1 <= int(text) <= highest else None


def _user(number: int) -> dict[str, Any]:
    """A made-up person, the same every time. `account` is beyond what a JavaScript number holds."""
    first = ("Ada", "Blaise", "Grace", "Hedy", "Kurt", "Noor", "Otto", "Radia")[number % 8]
    last = ("Abara", "Berg", "Castillo", "Dutta", "Evans", "Fujii", "Garnier")[number % 7]
    return {
        "id": number,
        "name": f"{first} {last}",
        "email": f"{first}.{last}.{number}@example.com".lower(),
        "account": 9007199254740993 + number * 7919,
        "active": number % 5 != 0,
        "balance": (number * 7307 % 100_000) / 100,
        "joined": f"20{20 + number % 6}-{1 + number % 12:02}-{1 + number % 28:02}",
    }


def _echo(request: Request) -> Answer:
    """What came, for looking at; but not the token: an echo must not be the way to read it."""
    return Answer(
        200,
        {
            "method": request.method,
            "path": request.path,
            "query": [list(pair) for pair in parse_qsl(request.query, keep_blank_values=True)],
            "headers": [
                [name, value] for name, value in request.headers if name.lower() != "authorization"
            ],
            "body": request.body.decode("utf-8", "replace"),
            "client_certificate": request.client_certificate,
        },
    )


def _failure(status: int, message: str, *headers: tuple[str, str]) -> Answer:
    return Answer(status, {"success": False, "message": message}, headers)


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None when it is larger than the demo takes."""
    pieces: list[bytes] = []
    size = 0
    while True:
        event = await receive()
        if event["type"] == "http.disconnect":
            return b"".join(pieces)
        piece = event.get("body", b"")
        size += len(piece)
        if size > MAX_BODY:
            return None
        pieces.append(piece)
        if not event.get("more_body", False):
            return b"".join(pieces)


async def _write(send: Send, answer: Answer, *, head_only: bool) -> None:
    content = json.dumps(answer.document, ensure_ascii=False).encode()
    own: Iterable[tuple[str, str]] = (
        ("content-type", "application/json"),
        ("content-length", str(len(content))),
        ("cache-control", "no-store"),
    )
    headers = [(name.encode(), value.encode()) for name, value in (*own, *answer.headers)]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head_only else content})
