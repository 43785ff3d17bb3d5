"""Running queries through HTTP: results, refusals, previews, history, cancel (contract 2 to 6)."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from sourcekeep.doors.http import run_shapes
from tests.calling import Client
from tests.served import Served

RESULT_KEYS = [
    "run", "status", "data", "data_encoding", "error", "request", "response", "timings_ms",
    "attempts", "warnings",
]  # fmt: skip


class Upstream:
    """Answers every request with the same bytes, or with none for as long as it is told to wait."""

    def __init__(self, body: bytes = b"", *, hang: bool = False) -> None:
        self.body = body
        self.hang = hang
        self.delay_s = 0.0
        self.arrived = threading.Event()
        self.left = threading.Event()
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            while connection.recv(65536):
                self.arrived.set()
                if self.hang:
                    continue
                time.sleep(self.delay_s)
                head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
                connection.sendall(
                    head + b"Content-Length: %d\r\n\r\n" % len(self.body) + self.body
                )
            self.left.set()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def hanging() -> Iterator[Upstream]:
    upstream = Upstream(hang=True)
    yield upstream
    upstream.close()


def source_for(admin: Client, url: str, name: str) -> str:
    found = admin.get(f"/data-sources/{name}")
    if found.status == 200:
        admin.patch(f"/data-sources/{name}", {"base_url": url}).expect(200)
        return name
    admin.post("/data-sources", {"kind": "restapi", "name": name, "base_url": url}).expect(201)
    return name


def test_a_saved_query_runs_and_answers_a_result(admin: Client):
    answer = admin.post("/queries/demo1/run", {"parameters": {}})
    result = answer.expect(200)
    assert list(result) == RESULT_KEYS
    assert result["status"] == "ok"
    assert result["data"]["success"] is True
    assert result["response"]["status"] == 200
    assert "demo-token" not in answer.body.decode()
    assert "••••••" in json.dumps(result["request"], ensure_ascii=False)
    run_shapes.Result.model_validate(result)


@pytest.mark.parametrize("body", [None, {}, {"parameters": {}}, {"parameters": None}])
def test_a_run_without_parameters_needs_no_body(admin: Client, body: Any):
    assert admin.post("/queries/demo1/run", body).expect(200)["status"] == "ok"


def test_a_query_that_is_not_saved_runs_too(admin: Client):
    order = {"query": {"method": "GET", "path": ""}, "parameters": {}}
    assert admin.post("/data-sources/demo/run", order).expect(200)["status"] == "ok"


def test_an_upstream_that_refuses_is_a_result_all_the_same(admin: Client, demo_url: str):
    payload = {
        "kind": "restapi",
        "name": "wrong token",
        "base_url": demo_url,
        "auth": {"type": "bearer", "token": "not-the-token"},
    }
    admin.post("/data-sources", payload).expect(201)
    result = admin.post("/data-sources/wrong%20token/run", {"query": {}}).expect(200)
    assert result["status"] == "failed"
    assert (result["error"]["code"], result["error"]["stage"]) == ("http_status", "response")
    assert result["response"]["status"] == 401
    assert result["data"]
    assert result["error"]["hint"]


def test_nothing_listening_is_a_result_all_the_same(admin: Client):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    source = source_for(admin, f"http://127.0.0.1:{port}/", "nothing")
    order = {"query": {"retry": {"max_attempts": 1}}}
    result = admin.post(f"/data-sources/{source}/run", order).expect(200)
    assert result["error"]["code"] == "connect_refused"
    assert result["response"] is None


def test_upstream_json_passes_byte_for_byte(admin: Client):
    body = b'{ "big":12345678901234567890, "x": 1.10,\n"y": 1e400 }'
    upstream = Upstream(body)
    source = source_for(admin, upstream.url, "exact")
    answer = admin.post(f"/data-sources/{source}/run", {"query": {}})
    assert answer.status == 200
    assert b'"data":' + body + b"," in answer.body
    upstream.close()


@pytest.fixture(scope="module")
def typed(admin: Client) -> str:
    parameters = [
        {"name": "id", "type": "integer", "required": True, "minimum": 1},
        {"name": "word", "type": "string", "default": "x"},
    ]
    payload = {
        "name": "typed",
        "data_source": "demo",
        "path": "",
        "params": [
            {"name": "id", "value": "{{ params.id }}"},
            {"name": "word", "value": "{{ params.word }}"},
        ],
        "parameters": parameters,
    }
    made: str = admin.post("/queries", payload).expect(201)["name"]
    return made


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({}, "parameter_missing"),
        ({"id": 0}, "parameter_invalid"),
        ({"id": "seven"}, "parameter_invalid"),
        ({"id": 1, "idd": 2}, "parameter_unknown"),
    ],
)
@pytest.mark.parametrize("verb", ["run", "preview"])
def test_a_call_that_is_wrong_is_422_with_the_code_of_its_problem(
    admin: Client, typed: str, parameters: dict[str, Any], code: str, verb: str
):
    refused = admin.post(f"/queries/{typed}/{verb}", {"parameters": parameters})
    problem = refused.expect(422)
    assert (problem["code"], problem["stage"]) == (code, "parameters")
    assert refused.headers["content-type"] == "application/problem+json"


def test_integers_beyond_64_bits_are_sent_as_typed(admin: Client, typed: str):
    big = 123456789012345678901234567890
    shown = admin.post(f"/queries/{typed}/preview", {"parameters": {"id": big}}).expect(200)
    assert f"id={big}" in shown["url"]


def test_a_preview_shows_the_request_and_no_secret(admin: Client, typed: str):
    answer = admin.post(f"/queries/{typed}/preview", {"parameters": {"id": 7, "word": "a b"}})
    shown = answer.expect(200)
    assert shown["method"] == "GET"
    assert "id=7" in shown["url"]
    sent = {entry["name"].lower(): entry for entry in shown["headers"]}
    assert sent["authorization"]["from"] == "auth"
    assert b"demo-token" not in answer.body
    assert shown["curl"].startswith("curl ")
    run_shapes.Preview.model_validate(shown)


@pytest.mark.parametrize(
    ("path", "body", "pointer"),
    [
        ("/queries/demo1/run", {"params": {}}, "/params"),
        ("/queries/demo1/run", {"parameters": []}, "/parameters"),
        ("/data-sources/demo/run", {}, "/query"),
        ("/data-sources/demo/run", {"query": 1}, "/query"),
        ("/data-sources/demo/run", {"query": {"colour": 1}}, "/query/colour"),
        ("/data-sources/demo/run", {"query": {"path": "https://evil.example/"}}, "/query/path"),
        ("/data-sources/demo/preview", {"query": {"path": "{{ params.x }}"}}, "/query/path"),
    ],
)
def test_an_order_that_is_wrong_is_refused_with_its_pointer(
    admin: Client, path: str, body: Any, pointer: str
):
    assert admin.post(path, body).expect(422)["errors"][0]["pointer"].startswith(pointer)


def test_a_query_or_source_that_is_not_there_is_not_found(admin: Client):
    assert admin.post("/queries/none/run", {}).expect(404)["code"] == "not_found"
    assert admin.post("/data-sources/none/run", {"query": {}}).expect(404)["code"] == "not_found"


def test_a_run_is_in_the_history_when_its_answer_is(admin: Client):
    run = admin.post("/queries/demo1/run", {}).expect(200)["run"]
    kept = admin.get(f"/runs/{run}").expect(200)
    run_shapes.Run.model_validate(kept)
    assert (kept["status"], kept["query"]["name"]) == ("ok", "demo1")
    assert kept["response"]["status"] == 200
    listed = admin.get("/runs?query=demo1&status=ok&limit=1").expect(200)
    assert listed["items"][0]["id"] == run
    assert listed["next"]


def test_runs_are_listed_by_source_and_status(admin: Client):
    assert admin.get("/runs?data_source=demo&status=ok&limit=1").expect(200)["items"]
    refused = admin.get("/runs?status=fine").expect(422)
    assert refused["errors"][0]["pointer"] == "/status"
    admin.get("/runs/none").expect(404)


def wait_until(true: Any, within_s: float = 10) -> Any:
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        found = true()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come true")


def running(admin: Client, source: str) -> Any:
    found = admin.get(f"/runs?data_source={source}&status=running").expect(200)["items"]
    return found[0] if found else None


def test_a_run_that_goes_on_is_listed_and_can_be_cancelled(admin: Client, hanging: Upstream):
    source = source_for(admin, hanging.url, "cancelled")
    answers: list[Any] = []
    waiting = threading.Thread(
        target=lambda: answers.append(admin.post(f"/data-sources/{source}/run", {"query": {}}))
    )
    waiting.start()
    hanging.arrived.wait(10)
    run = wait_until(lambda: running(admin, source))
    admin.post(f"/runs/{run['id']}/cancel").expect(200)
    waiting.join(10)
    result = answers[0].expect(200)
    assert (result["status"], result["run"]) == ("cancelled", run["id"])
    assert hanging.left.wait(5), "the upstream connection is closed"
    assert admin.get(f"/runs/{run['id']}").expect(200)["status"] == "cancelled"
    assert admin.post(f"/runs/{run['id']}/cancel").expect(409)["code"] == "not_running"


def test_a_run_whose_caller_has_gone_is_cancelled(server: Served, admin: Client, hanging: Upstream):
    source = source_for(admin, hanging.url, "left")
    host = urlsplit(server.url)
    caller = http.client.HTTPConnection(host.hostname, host.port)
    body = json.dumps({"query": {}})
    headers = {**admin.headers, "Content-Type": "application/json"}
    caller.request("POST", f"/api/v1/data-sources/{source}/run", body, headers)
    hanging.arrived.wait(10)
    caller.close()
    assert hanging.left.wait(10), "the upstream connection is closed"
    ended = wait_until(
        lambda: admin.get(f"/runs?data_source={source}&status=cancelled").expect(200)["items"]
    )
    assert ended[0]["response"] is None


def test_a_runner_runs_saved_queries_and_no_others(runner: Client):
    assert runner.post("/queries/demo1/run", {}).expect(200)["status"] == "ok"
    assert runner.post("/data-sources/demo/run", {"query": {}}).expect(403)["code"]
