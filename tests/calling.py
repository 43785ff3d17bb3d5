"""A plain client for a real server: what another program or a browser would send, and no more."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from tests.served import Served

PASSWORD = "a password for tests"


@dataclass
class Reply:
    """One answer: status, header fields by small name (the last of each), content."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    def expect(self, status: int) -> Any:
        """The JSON of an answer that must have this status; None where there is no content."""
        assert self.status == status, f"{self.status}: {self.body[:2000]!r}"
        return self.json if self.body else None


@dataclass
class Client:
    """Calls one server, with these headers on every call. A connection a call."""

    address: str
    headers: dict[str, str] = field(default_factory=dict)
    prefix: str = "/api/v1"

    def call(
        self, method: str, path: str, body: Any = None, *, timeout: float = 30, **headers: str
    ) -> Reply:
        """`body` is sent as JSON; bytes are sent as they are. `path` is below the API."""
        return self.at(method, self.prefix + path, body, timeout=timeout, **headers)

    def at(
        self, method: str, path: str, body: Any = None, *, timeout: float = 30, **headers: str
    ) -> Reply:
        """The same with a path from the root. `if_match="x"` is the header `If-Match: x`."""
        sent = {**self.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
        content = body
        if body is not None and not isinstance(body, bytes):
            content = json.dumps(body).encode()
        if content is not None and not any(name.lower() == "content-type" for name in sent):
            sent["Content-Type"] = "application/json"
        host = urlsplit(self.address)
        connection = http.client.HTTPConnection(host.hostname, host.port, timeout=timeout)
        try:
            connection.request(method, path, body=content, headers=sent)
            response = connection.getresponse()
            fields = {name.lower(): text for name, text in response.getheaders()}
            return Reply(response.status, fields, response.read())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Reply:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Reply:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Reply:
        return self.call("PATCH", path, body, **headers)

    def put(self, path: str, body: Any, **headers: str) -> Reply:
        return self.call("PUT", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Reply:
        return self.call("DELETE", path, **headers)

    def with_headers(self, **headers: str) -> Client:
        added = {name.replace("_", "-"): text for name, text in headers.items()}
        return Client(self.address, {**self.headers, **added}, self.prefix)


def client(server: Served, **headers: str) -> Client:
    """Nobody in particular, with these headers on every call."""
    return Client(server.url).with_headers(**headers)


def first_person(server: Served, email: str = "first@keep.test") -> Client:
    """Make the first user by the link on the console; their browser from then on."""
    token = server.sign_in_link.partition("token=")[2]
    said = {"token": token, "email": email, "name": "First", "password": PASSWORD}
    return browser(server, client(server).post("/session/first", said))


def browser(server: Served, signed_in: Reply) -> Client:
    """What a browser sends after this answer to a sign-in, from our own page."""
    signed_in.expect(201)
    cookie = signed_in.headers["set-cookie"].partition(";")[0]
    return client(server, Cookie=cookie, Sec_Fetch_Site="same-origin")


def program(server: Served, person: Client, role: str = "admin", **policy: Any) -> Client:
    """A program with a new caller token of this role and policy."""
    order = {"name": f"test {role}", "role": role, "policy": policy}
    token = person.post("/tokens", order).expect(201)["token"]
    return client(server, Authorization=f"Bearer {token}")
