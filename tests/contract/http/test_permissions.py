"""Every route of the API, every role, and what each key of a policy takes away: no hole.

The table is written by hand, apart from the code's own. A route that it does not name fails here.
"""

from __future__ import annotations

import asyncio
import json
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.routing import Route

from sourcekeep.doors.http.app import management
from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.doors.http.permissions import ACTIONS, NotPlaced, guard
from sourcekeep.settings import load
from sourcekeep.wiring import build
from tests.calling import PASSWORD, Client, Reply, browser, client, program
from tests.served import Served

ALL, EDITORS, ADMIN, PEOPLE = "all", "editors", "admin", "people"
ROLES = ("admin", "editor", "runner")
OPEN_TO_ANYBODY = {
    ("POST", "/session"),
    ("POST", "/session/link"),
    ("POST", "/session/first"),
    ("GET", "/openapi.json"),
}
# What an admin's token with an empty list under a policy's key is answered; None is: it may.
FREE = (None, None, None, None)  # sources, queries, methods, paths
SOURCE = ("source_not_allowed", None, None, None)
SHAPE = ("source_not_allowed", "query_not_allowed", None, None)
QUERY = ("source_not_allowed", "query_not_allowed", None, None)
NEW_QUERY = (None, "query_not_allowed", None, None)  # `{}` names no source: that is 422
SENDS = ("source_not_allowed", "query_not_allowed", "method_not_allowed", "path_not_allowed")
WIDE = ("policy_not_allowed", "policy_not_allowed", None, None)
NEVER = ("policy_not_allowed",) * 4
PERSON = ("not_a_person",) * 4
Codes = tuple[str | None, str | None, str | None, str | None]
TABLE: dict[tuple[str, str], tuple[str, Codes]] = {
    ("GET", "/kinds"): (ALL, FREE),
    ("GET", "/data-sources"): (ALL, FREE),
    ("POST", "/data-sources"): (EDITORS, WIDE),
    ("GET", "/data-sources/{source}"): (ALL, SOURCE),
    ("PATCH", "/data-sources/{source}"): (EDITORS, SHAPE),
    ("DELETE", "/data-sources/{source}"): (EDITORS, SHAPE),
    ("POST", "/data-sources/{source}/test"): (EDITORS, SENDS),
    ("POST", "/data-sources/{source}/credential/retire"): (EDITORS, SHAPE),
    ("POST", "/data-sources/{source}/run"): (EDITORS, SENDS),
    ("POST", "/data-sources/{source}/preview"): (EDITORS, SENDS),
    ("GET", "/queries"): (ALL, FREE),
    ("POST", "/queries"): (EDITORS, NEW_QUERY),
    ("GET", "/queries/{query}"): (ALL, QUERY),
    ("PATCH", "/queries/{query}"): (EDITORS, QUERY),
    ("DELETE", "/queries/{query}"): (EDITORS, QUERY),
    ("POST", "/queries/{query}/run"): (ALL, SENDS),
    ("POST", "/queries/{query}/preview"): (ALL, SENDS),
    ("GET", "/runs"): (ALL, FREE),
    ("GET", "/runs/{run}"): (ALL, FREE),
    ("POST", "/runs/{run}/cancel"): (ALL, FREE),
    ("GET", "/constants"): (EDITORS, FREE),
    ("GET", "/constants/{name}"): (EDITORS, FREE),
    ("PUT", "/constants/{name}"): (EDITORS, WIDE),
    ("DELETE", "/constants/{name}"): (EDITORS, WIDE),
    ("GET", "/secrets"): (EDITORS, FREE),
    ("GET", "/secrets/{name}"): (EDITORS, FREE),
    ("PUT", "/secrets/{name}"): (ADMIN, WIDE),
    ("DELETE", "/secrets/{name}"): (ADMIN, WIDE),
    ("GET", "/keys"): (ADMIN, NEVER),
    ("POST", "/keys/rotate"): (ADMIN, NEVER),
    ("GET", "/session"): (ALL, FREE),
    ("DELETE", "/session"): (PEOPLE, PERSON),
    ("POST", "/session/password"): (PEOPLE, PERSON),
    ("GET", "/sessions"): (PEOPLE, PERSON),
    ("DELETE", "/sessions"): (PEOPLE, PERSON),
    ("DELETE", "/sessions/{session}"): (PEOPLE, PERSON),
    ("GET", "/users"): (ADMIN, NEVER),
    ("POST", "/users"): (ADMIN, NEVER),
    ("GET", "/users/{user}"): (ADMIN, NEVER),
    ("PATCH", "/users/{user}"): (ADMIN, NEVER),
    ("DELETE", "/users/{user}"): (ADMIN, NEVER),
    ("POST", "/users/{user}/link"): (ADMIN, NEVER),
    ("GET", "/tokens"): (ADMIN, NEVER),
    ("POST", "/tokens"): (ADMIN, NEVER),
    ("POST", "/tokens/explain"): (ADMIN, NEVER),
    ("GET", "/tokens/{token}"): (ADMIN, NEVER),
    ("PATCH", "/tokens/{token}"): (ADMIN, NEVER),
    ("DELETE", "/tokens/{token}"): (ADMIN, NEVER),
    ("GET", "/audit"): (ADMIN, WIDE),
    ("GET", "/audit/export"): (ADMIN, WIDE),
    ("POST", "/audit/verify"): (ADMIN, WIDE),
    ("GET", "/doctor"): (ADMIN, WIDE),
}
ROUTES = sorted(TABLE)
KEYS = ("sources", "queries", "methods", "paths")
MAY = {ALL: ROLES, EDITORS: ("admin", "editor"), ADMIN: ("admin",), PEOPLE: ROLES}
TAKES_A_BODY = ("POST", "PUT", "PATCH")


@dataclass(frozen=True)
class Callers:
    """Everybody who may come: by token and by cookie, and those who may not any more."""

    tokens: dict[str, Client]
    people: dict[str, Client]
    gone: dict[str, Client]


@pytest.fixture(scope="module")
def callers(server: Served, person: Client) -> Callers:
    tokens = {role: program(server, person, role) for role in ROLES}
    revoked = person.post("/tokens", {"name": "revoked", "role": "admin"}).expect(201)
    person.delete(f"/tokens/{revoked['id']}").expect(204)
    barred = signed_in(server, person, "admin")
    id = barred.get("/session").expect(200)["user"]["id"]
    person.patch(f"/users/{id}", {"disabled": True}).expect(200)
    gone = {
        "nobody": client(server),
        "a revoked token": client(server, Authorization=f"Bearer {revoked['token']}"),
        "a disabled person": barred,
        "a made-up token": client(server, Authorization="Bearer sk_made_up"),
        "a made-up cookie": client(
            server, Cookie="sourcekeep_session=x", Sec_Fetch_Site="same-origin"
        ),
    }
    return Callers(tokens, {role: signed_in(server, person, role) for role in ROLES}, gone)


def signed_in(server: Served, admin: Client, role: str) -> Client:
    """A new person of this role, in their browser."""
    email = f"{role}-{time.monotonic_ns()}@matrix.test"
    made = {"email": email, "name": role, "role": role, "password": PASSWORD}
    admin.post("/users", made).expect(201)
    said = {"email": email, "password": PASSWORD}
    return browser(server, client(server).post("/session", said))


def at(path: str, **names: str) -> str:
    for one in ("source", "query", "run", "name", "session", "user", "token"):
        path = path.replace(f"{{{one}}}", names.get(one, "none"))
    return path


def call(who: Client, method: str, path: str) -> Reply:
    """With a body that is no JSON: who may is told so, and nothing happens."""
    return who.call(method, at(path), b"{" if method in TAKES_A_BODY else None)


def routes_of_the_program() -> Iterator[tuple[str, str]]:
    """As they are served: those that FastAPI has, and those in the document beside it."""
    document = json.loads(asyncio.run(_described()))
    for path, operations in document["paths"].items():
        for method in operations:
            yield method.upper(), path.removeprefix("/api/v1")
    for route in asyncio.run(_managed()):
        for method in (route.methods or set()) - {"HEAD"}:
            yield method, route.path.removeprefix("/api/v1").replace(":path}", "}")


async def _managed() -> list[Route]:
    with tempfile.TemporaryDirectory() as folder:
        app = await build(load({"data_dir": Path(folder)}, environment={}))
        try:
            hosts = HostRule(told=(), public_url=None, loopback_only=True)
            api = management(app, hosts=hosts, max_request_bytes=1, session_lifetime_s=1)
        finally:
            await app.close()
    return [route for route in api.routes if isinstance(route, Route)]


async def _described() -> bytes:
    api = {route.path: route for route in await _managed()}["/api/v1/openapi.json"]
    answer: Any = api.endpoint()
    return bytes(answer.body)


def test_every_route_is_placed() -> None:
    found = set(routes_of_the_program())
    assert found - set(TABLE) - OPEN_TO_ANYBODY == set()
    assert (set(TABLE) | OPEN_TO_ANYBODY) - found == set()


def test_the_table_of_the_code_names_nothing_else() -> None:
    runs = {route for route in TABLE if route[1].endswith(("/run", "/preview"))}
    assert set(ACTIONS) == set(TABLE) - runs


def test_a_route_that_nobody_placed_stops_the_start() -> None:
    route = Route("/api/v1/burn-the-house", lambda _: None, methods=["POST"])
    with pytest.raises(NotPlaced, match="POST /burn-the-house"):
        guard([route], None)  # type: ignore[arg-type]


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_without_a_credential_that_lives_nothing_is_answered(
    callers: Callers, method: str, path: str
) -> None:
    for name, who in callers.gone.items():
        assert call(who, method, path).status == 401, name


@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_a_role_may_what_the_table_says_before_anything_else_is_looked_at(
    server: Served, person: Client, callers: Callers, method: str, path: str
) -> None:
    allowed, _ = TABLE[method, path]
    for role in ROLES:
        token = call(callers.tokens[role], method, path)
        ends_sessions = method == "DELETE" and path in ("/session", "/sessions")
        by_cookie = signed_in(server, person, role) if ends_sessions else callers.people[role]
        cookie = call(by_cookie, method, path)
        if role not in MAY[allowed]:
            for reply in (token, cookie):
                assert reply.expect(403)["code"] == "role_not_allowed"
            continue
        assert cookie.status in (200, 204, 400, 404), (role, cookie.body)
        if allowed == PEOPLE:
            assert token.expect(403)["code"] == "not_a_person"
        else:
            assert token.status in (200, 204, 400, 404), (role, token.body)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(("method", "path"), ROUTES)
def test_an_empty_list_in_a_policy_allows_nothing_of_its_kind(
    server: Served, person: Client, narrowed: dict[str, Client], method: str, path: str, key: str
) -> None:
    order: dict[str, Any] = {}
    if path in ("/data-sources/{source}/run", "/data-sources/{source}/preview"):
        order = {"query": {"path": ""}}
    body = order if method in TAKES_A_BODY else None
    place = at(path, source="demo", query="demo1")
    # With a version that is long gone: who may is told so, and nothing happens.
    reply = narrowed[key].call(method, place, body, if_match='"0"')
    expected = TABLE[method, path][1][KEYS.index(key)]
    if expected is None:
        assert reply.status in (200, 404, 409, 412, 422), reply.body
    else:
        assert reply.expect(403)["code"] == expected


@pytest.fixture(scope="module")
def narrowed(server: Served, person: Client) -> dict[str, Client]:
    return {key: program(server, person, "admin", **{key: []}) for key in KEYS}


def test_what_an_empty_list_hides_is_not_listed(narrowed: dict[str, Client]) -> None:
    assert narrowed["sources"].get("/data-sources").expect(200)["items"] == []
    assert narrowed["sources"].get("/queries").expect(200)["items"] == []
    assert narrowed["queries"].get("/queries").expect(200)["items"] == []


def test_a_door_that_is_closed_is_closed_on_every_route(server: Served, person: Client) -> None:
    elsewhere = program(server, person, "admin", doors=["gateway", "mcp"])
    for method, path in ROUTES:
        expected = "not_a_person" if TABLE[method, path][0] == PEOPLE else "door_not_allowed"
        assert call(elsewhere, method, path).expect(403)["code"] == expected, (method, path)


def test_a_rate_holds_on_every_route(server: Served, person: Client) -> None:
    slow = program(server, person, "admin", rate_per_minute=1)
    slow.get("/session").expect(200)
    for method, path in ROUTES:
        assert call(slow, method, path).expect(429)["code"] == "rate_limited", (method, path)


def test_an_end_date_ends_every_route(server: Served, person: Client) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    short = program(server, person, "admin", expires_at=soon)
    while short.get("/session").status == 200:
        time.sleep(0.05)
    for method, path in ROUTES:
        assert call(short, method, path).expect(401)["code"] == "token_expired", (method, path)


@pytest.mark.parametrize("path", ["/", "/nothing", "/users/x/y/z", "/queries/x/run/y", "/%75sers"])
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "TRACE", "PROPFIND"])
def test_what_is_no_route_needs_a_credential_and_is_nothing(
    callers: Callers, method: str, path: str
) -> None:
    assert callers.gone["nobody"].call(method, path).status == 401
    assert callers.tokens["runner"].call(method, path).status in (403, 404, 405)


def test_a_denial_leaves_a_line_that_names_what_was_asked_for(
    callers: Callers, admin: Client
) -> None:
    callers.tokens["runner"].delete("/data-sources/wanted-by-a-runner").expect(403)
    last = admin.get("/audit?action=source.delete&limit=1").expect(200)["items"][0]
    assert last["outcome"] == "denied"
    assert last["detail"] == {"code": "role_not_allowed", "named": "wanted-by-a-runner"}


def test_a_runner_with_a_bad_body_is_told_that_they_may_not(callers: Callers) -> None:
    for body in ({}, {"data_source": "nowhere"}, {"data_source": "demo", "path": "//x"}, b"{"):
        reply = callers.tokens["runner"].post("/queries", body)
        assert reply.expect(403)["code"] == "role_not_allowed"
