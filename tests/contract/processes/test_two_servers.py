"""Two server processes on one store: what is changed through one holds in the other within a second."""

from __future__ import annotations

import http.server
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.calling import PASSWORD, Client, Reply, browser, client, first_person, program
from tests.postgres import new_database
from tests.served import Served, serving

SOON_S = 1.0


@dataclass
class Pair:
    """Both servers, and the first person in their browser at one of them."""

    one: Served
    other: Served
    person: Client

    def token(self, role: str = "runner", **policy: Any) -> tuple[Client, Client, str]:
        """A new caller token, used at both; and its id."""
        order = {"name": "two", "role": role, "policy": policy}
        made = self.person.post("/tokens", order).expect(201)
        authorization = f"Bearer {made['token']}"
        here, there = (client(s, Authorization=authorization) for s in (self.one, self.other))
        return here, there, made["id"]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp(f"pair-{request.param}")
    if request.param == "sqlite":
        yield from _serving_both(folder)
        return
    with new_database(request.getfixturevalue("postgres_cluster")) as url:
        yield from _serving_both(folder, "--database-url", url)


def _serving_both(folder: Path, *options: str) -> Iterator[Pair]:
    with serving(folder, *options) as one:
        person = first_person(one)
        with serving(folder, *options) as other:
            yield Pair(one, other, person)


@dataclass
class Upstream:
    """A loopback API: `/slow…` answers when the test lets it, the rest at once with the path."""

    url: str
    arrived: threading.Event = field(default_factory=threading.Event)
    let_go: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def upstream() -> Iterator[Upstream]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/slow"):
                api.arrived.set()
                api.let_go.wait(30)
            content = self.path.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api = Upstream(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield api
    api.let_go.set()
    server.shutdown()
    server.server_close()


def source(pair: Pair, upstream: Upstream) -> tuple[str, str]:
    """A new source and a query of it; their ids."""
    made = pair.person.post("/data-sources", {"kind": "restapi", "base_url": upstream.url})
    id = made.expect(201)["id"]
    query = pair.person.post("/queries", {"data_source": id, "path": "/old"}).expect(201)
    return id, query["id"]


def soon(call: Callable[[], Reply], status: int) -> Reply:
    """The first answer with this status, which comes within a second."""
    until = time.monotonic() + SOON_S
    while True:
        asked_at = time.monotonic()
        reply = call()
        if reply.status == status:
            return reply
        assert asked_at < until, f"still {reply.status}: {reply.body[:500]!r}"
        time.sleep(0.01)


def test_a_revoked_token_is_refused_by_both(pair: Pair) -> None:
    here, there, id = pair.token()
    here.get("/kinds").expect(200)
    there.get("/kinds").expect(200)
    pair.person.delete(f"/tokens/{id}").expect(204)
    assert here.get("/kinds").expect(401)["code"] == "token_unknown"
    assert soon(lambda: there.get("/kinds"), 401).json["code"] == "token_unknown"


def test_a_narrowed_policy_holds_in_both(pair: Pair) -> None:
    here, there, id = pair.token()
    there.get("/kinds").expect(200)
    pair.person.patch(f"/tokens/{id}", {"policy": {"doors": ["gateway"]}}).expect(200)
    here.get("/kinds").expect(403)
    assert soon(lambda: there.get("/kinds"), 403).json["code"] == "door_not_allowed"


def test_a_changed_source_and_query_are_run_as_they_are_now(pair: Pair, upstream: Upstream) -> None:
    _, there, _ = pair.token()
    id, query = source(pair, upstream)

    def seen() -> str:
        return str(there.post(f"/queries/{query}/run", {}).expect(200)["data"])

    assert soon(lambda: there.post(f"/queries/{query}/run", {}), 200).json["data"] == "/old"
    pair.person.patch(f"/queries/{query}", {"path": "/new"}).expect(200)
    wait_until(lambda: seen() == "/new")
    pair.person.patch(f"/data-sources/{id}", {"params": [{"name": "a", "value": "1"}]}).expect(200)
    wait_until(lambda: seen() == "/new?a=1")


def wait_until(true: Callable[[], bool]) -> None:
    until = time.monotonic() + SOON_S
    while True:
        asked_at = time.monotonic()
        if true():
            return
        assert asked_at < until, "not within a second"
        time.sleep(0.01)


def signed_in(pair: Pair, email: str) -> Client:
    """A new person, signed in at the other server."""
    made = {"email": email, "name": "P", "role": "editor", "password": PASSWORD}
    pair.person.post("/users", made).expect(201)
    said = {"email": email, "password": PASSWORD}
    return browser(pair.other, soon(lambda: client(pair.other).post("/session", said), 201))


def test_a_disabled_person_is_out_of_both(pair: Pair) -> None:
    there = signed_in(pair, "bob@keep.test")
    there.get("/data-sources").expect(200)
    pair.person.patch("/users/bob@keep.test", {"disabled": True}).expect(200)
    soon(lambda: there.get("/data-sources"), 401)


def test_signing_out_holds_in_both(pair: Pair) -> None:
    there = signed_in(pair, "eve@keep.test")
    here = Client(pair.one.url, there.headers)
    soon(lambda: here.get("/session"), 200)
    here.delete("/session").expect(204)
    soon(lambda: there.get("/session"), 401)


def test_failed_sign_ins_count_in_both(pair: Pair) -> None:
    wrong = {"email": "guessed@keep.test", "password": "not this one"}
    heard = [client((pair.one, pair.other)[n % 2]).post("/session", wrong) for n in range(6)]
    assert [reply.status for reply in heard] == [401] * 5 + [429]
    assert client(pair.one).post("/session", wrong).status == 429


def test_a_rate_is_shared(pair: Pair) -> None:
    here, there, _ = pair.token(rate_per_minute=20)
    for _ in range(20):
        here.get("/kinds").expect(200)
    here.get("/kinds").expect(429)
    there.get("/kinds")
    refused = soon_refused(there)
    assert refused.json["code"] == "rate_limited"
    assert int(refused.headers["retry-after"]) >= 1


def soon_refused(there: Client) -> Reply:
    """Asked now and then, so that it is not its own use that ends the rate."""
    for _ in range(15):
        time.sleep(0.2)
        reply = there.get("/kinds")
        if reply.status == 429:
            return reply
    raise AssertionError("the other server lets it go on")


@pytest.mark.parametrize("at_once", [False, True])
def test_a_run_is_cancelled_through_the_other_server(
    pair: Pair, upstream: Upstream, at_once: bool
) -> None:
    admin = program(pair.one, pair.person, "admin")
    elsewhere = Client(pair.other.url, admin.headers)
    _, query = source(pair, upstream)
    pair.person.patch(f"/queries/{query}", {"path": "/slow"}).expect(200)
    answers: list[Reply] = []
    runner = threading.Thread(
        target=lambda: answers.append(admin.call("POST", f"/queries/{query}/run", {}, timeout=60))
    )
    runner.start()
    assert upstream.arrived.wait(10)
    [run] = admin.get(f"/runs?query={query}&status=running").expect(200)["items"]
    if not at_once:
        wait_until_listed(elsewhere, run["id"])
    soon_asked = elsewhere.post(f"/runs/{run['id']}/cancel")
    assert soon_asked.expect(200)["id"] == run["id"]
    asked_at = time.monotonic()
    runner.join(10)
    assert time.monotonic() - asked_at < SOON_S + 0.5
    assert answers[0].expect(200)["status"] == "cancelled"
    assert elsewhere.get(f"/runs/{run['id']}").expect(200)["status"] == "cancelled"
    assert elsewhere.post(f"/runs/{run['id']}/cancel").expect(409)["code"] == "not_running"


@pytest.mark.parametrize("id", ["run_ffffffffffff0000", "run_0123", "nothing"])
def test_a_run_that_never_was_is_not_found(pair: Pair, id: str) -> None:
    assert pair.person.post(f"/runs/{id}/cancel").expect(404)["code"] == "not_found"


def wait_until_listed(elsewhere: Client, id: str) -> None:
    for _ in range(100):
        if elsewhere.get(f"/runs/{id}").status == 200:
            return
        time.sleep(0.05)
    raise AssertionError("the run was not written down")
