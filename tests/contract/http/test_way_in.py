"""What stands between a stranger and the API: credentials, hosts, origins, limits, and their words."""

from __future__ import annotations

import json
import socket
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.calling import Client, Reply
from tests.served import Served
from tools.checks.openapi import FILE

DOCUMENT: dict[str, Any] = json.loads(FILE.read_text("utf-8"))
OPERATIONS = [
    (method.upper(), path)
    for path, operations in DOCUMENT["paths"].items()
    for method in operations
]
PUBLIC = {
    ("POST", "/api/v1/session"),
    ("POST", "/api/v1/session/link"),
    ("POST", "/api/v1/session/first"),
}


def filled(path: str) -> str:
    """The path with some name in place of each parameter."""
    return "/".join("some" if part.startswith("{") else part for part in path.split("/"))


def problem(reply: Reply, status: int, code: str) -> dict[str, Any]:
    shown: dict[str, Any] = reply.expect(status)
    assert reply.headers["content-type"] == "application/problem+json"
    assert (shown["status"], shown["code"]) == (status, code)
    assert shown["title"]
    assert shown["detail"]
    return shown


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_route_without_a_credential_is_401(nobody: Client, method: str, path: str):
    body = b"{" if method in ("POST", "PUT", "PATCH") else None
    reply = nobody.at(method, filled(path), body)
    if (method, path) in PUBLIC:
        problem(reply, 400, "invalid_json")
        assert DOCUMENT["paths"][path][method.lower()]["security"] == []
        return
    problem(reply, 401, "not_signed_in")
    assert reply.headers["www-authenticate"].startswith("Bearer")
    assert "security" not in DOCUMENT["paths"][path][method.lower()]


@pytest.mark.parametrize("path", ["/nothing", "/queries/a/b/run", "/runs/", "/../v1/kinds"])
def test_a_route_that_is_not_there_is_401_too(nobody: Client, path: str):
    problem(nobody.get(path), 401, "not_signed_in")


def test_the_routes_of_runs_are_among_those_documented():
    for path in ("queries/{query}", "data-sources/{source}"):
        for verb in ("run", "preview"):
            assert ("POST", f"/api/v1/{path}/{verb}") in OPERATIONS


def test_the_document_is_open_to_all(nobody: Client):
    assert nobody.get("/openapi.json").expect(200) == DOCUMENT
    assert DOCUMENT["openapi"] == "3.1.0"


@pytest.mark.parametrize("token", ["sk_", "sk_x", "x", "Bearer", "sk_" + "a" * 38])
def test_a_token_that_is_none_is_refused(nobody: Client, token: str):
    reply = nobody.get("/kinds", Authorization=f"Bearer {token}")
    problem(reply, 401, "token_unknown")


def test_an_address_that_is_not_there_is_404(admin: Client):
    problem(admin.get("/nothing"), 404, "not_found")
    problem(admin.at("GET", "/api"), 404, "not_found")
    problem(admin.at("GET", "/api/v2/kinds"), 404, "not_found")


def test_a_method_that_a_route_does_not_have_is_405_and_those_it_has_are_told(admin: Client):
    reply = admin.call("PUT", "/data-sources/demo", {})
    problem(reply, 405, "method_not_allowed")
    assert reply.headers["allow"] == "DELETE, GET, HEAD, PATCH"
    reply = admin.call("DELETE", "/data-sources")
    assert reply.headers["allow"] == "GET, HEAD, POST"
    problem(admin.at("POST", "/", {}), 405, "method_not_allowed")
    problem(admin.at("POST", "/healthz", {}), 405, "method_not_allowed")


def test_a_body_that_is_not_json_is_400_with_line_and_column(admin: Client):
    shown = problem(admin.post("/data-sources", b'{\n  "kind" 1}'), 400, "invalid_json")
    assert "line 2, column 10" in shown["detail"]
    problem(admin.post("/queries/demo1/run", b"{"), 400, "invalid_json")


def test_a_body_of_another_type_is_415(admin: Client):
    form = "application/x-www-form-urlencoded"
    for path in ("/data-sources", "/queries/demo1/run"):
        problem(admin.post(path, b"kind=restapi", Content_Type=form), 415, "unsupported_media_type")


def test_a_body_that_is_too_large_is_413(admin: Client, nobody: Client):
    large = b'{"description": "' + b"x" * (16 * 1024 * 1024) + b'"}'
    problem(admin.post("/data-sources", large), 413, "body_too_large")
    problem(admin.post("/queries/demo1/run", large), 413, "body_too_large")
    problem(nobody.post("/session", b" " * 20_000 + b"{}"), 413, "body_too_large")


@pytest.mark.parametrize(
    ("asked", "code"), [("limit=x", "type"), ("status=ok&limit=0", "too_small")]
)
def test_a_parameter_of_the_url_that_does_not_fit_is_422(admin: Client, asked: str, code: str):
    shown = problem(admin.get(f"/runs?{asked}"), 422, code)
    assert shown["errors"][0]["pointer"] == "/limit"


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/", "/api/v1/kinds"])
def test_a_host_that_nobody_told_is_421(admin: Client, path: str):
    for host in ("evil.example", "evil.example:8700", "10.1.2.3", "localhost.evil.example"):
        problem(admin.at("GET", path, Host=host), 421, "host_not_allowed")
    assert admin.at("GET", path, Host="localhost").status in (200, 503)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "none"},
        {"Sec_Fetch_Site": "cross-site", "Origin": "http://evil.example"},
    ],
)
def test_a_change_with_a_cookie_from_another_page_is_403(person: Client, headers: dict[str, str]):
    foreign = person.with_headers(**headers)
    problem(foreign.post("/data-sources", {"kind": "restapi"}), 403, "cross_origin")
    problem(foreign.post("/queries/demo1/run", {}), 403, "cross_origin")
    problem(foreign.delete("/session"), 403, "cross_origin")
    foreign.get("/session").expect(200)


def test_a_change_with_a_cookie_needs_the_browsers_word(server: Served, person: Client):
    bare = Client(person.address, {"Cookie": person.headers["Cookie"]})
    problem(bare.post("/queries/demo1/run", {}), 403, "cross_origin")
    own = {"Origin": server.url}
    assert bare.post("/queries/demo1/run", {}, **own).expect(200)["status"] == "ok"
    other_port = {"Origin": "http://127.0.0.1:1"}
    problem(bare.post("/queries/demo1/run", {}, **other_port), 403, "cross_origin")


def test_a_foreign_page_cannot_sign_a_person_in(nobody: Client):
    said = {"email": "first@keep.test", "password": "x"}
    reply = nobody.post("/session", said, Origin="http://evil.example")
    problem(reply, 403, "cross_origin")


SAFE = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
}


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/kinds",
        "/api/v1/nothing",
        "/api/v1/data-sources/none",
        "/healthz",
        "/api/v1/session",
    ],
)
def test_answers_of_the_api_are_kept_nowhere_and_run_nothing(admin: Client, path: str):
    headers = admin.at("GET", path).headers
    assert SAFE.items() <= headers.items()
    assert headers["cache-control"] == "no-store"
    assert headers["content-security-policy"] == "default-src 'none'; frame-ancestors 'none'"
    assert "server" not in headers


def test_results_are_kept_nowhere_too(admin: Client):
    headers = admin.post("/queries/demo1/run", {}).headers
    assert SAFE.items() <= headers.items()
    assert headers["cache-control"] == "no-store"


def test_the_page_has_a_policy_of_its_own(nobody: Client):
    first, second = nobody.at("GET", "/"), nobody.at("GET", "/data-sources/any")
    assert first.headers["content-type"] == "text/html; charset=utf-8"
    assert SAFE.items() <= first.headers.items()
    policies = [reply.headers["content-security-policy"] for reply in (first, second)]
    assert policies[0] != policies[1]
    for policy in policies:
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy


def test_head_answers_as_get_does_without_the_content(admin: Client):
    got, headed = (admin.call(method, "/kinds") for method in ("GET", "HEAD"))
    assert headed.status == 200
    assert headed.body == b""
    assert headed.headers["content-length"] == got.headers["content-length"]
    assert admin.call("HEAD", "/nothing").status == 404


def raw(server: Served, sent: bytes) -> bytes:
    """What comes back to these bytes until the server closes the connection."""
    host = urlsplit(server.url)
    with socket.create_connection((host.hostname, host.port), timeout=10) as connection:
        connection.sendall(sent)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET / HTTP/1.1\r\nHost : localhost\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"nonsense\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ],
)
def test_what_is_not_http_is_400_in_the_same_words(server: Served, sent: bytes):
    said = raw(server, sent)
    head, _, body = said.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 "), said
    assert b"application/problem+json" in head
    assert json.loads(body)["code"] == "malformed_request"


def test_a_call_that_says_twice_whom_it_asks_is_400(server: Served):
    said = raw(
        server,
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: other\r\nConnection: close\r\n\r\n",
    )
    assert b"repeated_header" in said
    said = raw(server, b"GET /healthz HTTP/1.1\r\nConnection: close\r\n\r\n")
    assert b"host_missing" in said


@pytest.mark.parametrize(
    "fields",
    [
        b"X-Large: " + b"x" * 70_000 + b"\r\n",
        b"".join(b"X-%d: 1\r\n" % number for number in range(200)),
        b"".join(b"X-%d: %s\r\n" % (number, b"y" * 1000) for number in range(100)),
    ],
)
def test_too_many_or_too_large_headers_are_431(server: Served, fields: bytes):
    said = raw(server, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n" + fields + b"\r\n")
    assert said.startswith(b"HTTP/1.1 431 "), said[:200]
    assert b"headers_too_large" in said


def test_headers_without_an_end_are_431(server: Served):
    said = raw(server, b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 200_000)
    assert said.startswith(b"HTTP/1.1 431 "), said[:200]


def test_calls_sent_together_are_answered_in_turn(server: Served):
    one = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    last = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert raw(server, one * 3 + last).count(b'{"status":"ok"}') == 4
