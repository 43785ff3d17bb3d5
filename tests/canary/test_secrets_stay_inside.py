"""Secrets planted through every slot of the HTTP door are searched for in all that came out: every
answer, the console, the database file and its write-ahead log; as they are and in usual encodings.
"""

from __future__ import annotations

import base64
import http.server
import json
import secrets
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import trustme

from tests.calling import PASSWORD, Client, Reply, browser, client
from tests.served import Served, serving


def planted(label: str) -> str:
    """A secret that needs quoting wherever it goes, and that occurs nowhere by chance."""
    return f'{label}-{secrets.token_hex(8)}/"+&=%\\'


def forms(secret: str) -> set[bytes]:
    """The secret and what becomes of it in headers, URLs, JSON and base64."""
    plain = secret.encode()
    found = {
        plain,
        json.dumps(secret)[1:-1].encode(),
        quote(secret, safe="").encode(),
        quote(secret).encode(),
        quote_plus(secret).encode(),
        plain.hex().encode(),
    }
    for offset in range(3):  # what surrounds it shifts its base64 (Basic credentials do)
        encoded = base64.b64encode(b"\0" * offset + plain)
        inner = encoded[(0, 2, 3)[offset] :].rstrip(b"=")[:-1]
        found |= {inner, inner.translate(bytes.maketrans(b"+/", b"-_"))}
    return found


@dataclass
class Recorder(Client):
    """Keeps all that was ever answered."""

    heard: list[bytes] = field(default_factory=list)

    def at(self, *call: Any, **headers: Any) -> Reply:
        reply = super().at(*call, **headers)
        self.heard.append(repr(sorted(reply.headers.items())).encode() + reply.body)
        return reply


class Echo(http.server.BaseHTTPRequestHandler):
    """Answers with everything that it was sent, in body and header fields, as an error."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        shown = {"path": self.path, "headers": dict(self.headers.items())}
        body = json.dumps(shown).encode()
        self.send_response(400)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name in ("Authorization", "X-Planted", "X-Key"):
            if self.headers[name]:
                self.send_header(f"X-Echo-{name}", self.headers[name])
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """A test prints nothing."""


@pytest.fixture(scope="module")
def echo() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


@dataclass
class Exercise:
    """What was planted under which label, and where it may have come out."""

    secrets: dict[str, str]
    places: dict[str, bytes]


AUTHS = {
    "bearer": lambda secret: {"type": "bearer", "token": secret},
    "basic": lambda secret: {"type": "basic", "username": "someone", "password": secret},
    "api_key in a header": lambda secret: api_key(secret, "header"),
    "api_key in the URL": lambda secret: api_key(secret, "query"),
    "api_key in a cookie": lambda secret: api_key(secret, "cookie"),
}


def api_key(secret: str, place: str) -> dict[str, str]:
    return {"type": "api_key", "name": "X-Key", "value": secret, "in": place}


def exercise(recorder: Recorder, server: Served, echo: str, ca: trustme.CA) -> dict[str, str]:
    """Plant, use, break and read everything; what was planted."""
    found: dict[str, str] = {}

    def plant(label: str) -> str:
        found[label] = planted(label.replace(" ", "-"))
        return found[label]

    recorder.put("/secrets/workspace", {"value": plant("workspace secret")}).expect(200)
    for number, (label, auth) in enumerate(AUTHS.items()):
        name = f"canary {number}"
        payload = {
            "kind": "restapi",
            "name": name,
            "base_url": echo,
            "auth": auth(plant(label)),
            "headers": [
                {"name": "X-Planted", "value": plant(f"header beside {label}"), "secret": True}
            ],
        }
        recorder.post("/data-sources", payload).expect(201)
        use(recorder, name)
    certificate = ca.issue_cert("canary.test")
    key = certificate.private_key_pem.bytes().decode()
    found["client key"] = key.splitlines()[2]
    tls = {
        "mode": "client_certificate",
        "client_key": key,
        "client_cert": certificate.cert_chain_pems[0].bytes().decode(),
        "ca_cert": ca.cert_pem.bytes().decode(),
    }
    recorder.post("/data-sources", {"kind": "restapi", "name": "tls", "tls": tls}).expect(201)
    network = {"proxy_url": "http://someone@127.0.0.1:1", "proxy_password": plant("proxy password")}
    recorder.patch("/data-sources/tls", {"base_url": echo, "network": network}).expect(200)
    recorder.post("/data-sources/tls/run", {"query": {}}).expect(200)
    refuse(recorder, plant)
    people(recorder, server, plant)
    for path in ("/data-sources", "/queries", "/runs", "/audit", "/tokens", "/users", "/secrets"):
        recorder.get(f"{path}?limit=1000").expect(200)
    for run in recorder.get("/runs?limit=1000").expect(200)["items"]:
        recorder.get(f"/runs/{run['id']}").expect(200)
    return found


def use(recorder: Recorder, source: str) -> None:
    """Run, preview and fail with the source's credential, also through a template's secret."""
    template = {"params": [{"name": "w", "value": "{{ secrets.workspace }}"}]}
    ref = source.replace(" ", "%20")
    recorder.post("/queries", {"name": f"of {source}", "data_source": source, **template}).expect(
        201
    )
    for query in ({}, {"path": "deep/er"}, template, {"method": "HEAD"}):
        for verb in ("run", "preview"):
            recorder.post(f"/data-sources/{ref}/{verb}", {"query": query})
    for verb in ("run", "preview"):
        recorder.post(f"/queries/of%20{ref}/{verb}", {}).expect(200)
    recorder.get(f"/data-sources/{ref}").expect(200)
    recorder.patch(f"/data-sources/{ref}", {"description": "changed"}).expect(200)


def refuse(recorder: Recorder, plant: Any) -> None:
    """Inputs that are refused, each holding a secret that the refusal must not repeat."""
    for label, payload in {
        "refused token": {
            "auth": {"type": "bearer", "token": None, "tokn": plant("refused token")}
        },
        "refused type": {"auth": {"type": "bearer", "token": [plant("refused type")]}},
        "refused header": {
            "headers": [{"name": "a b", "value": plant("refused header"), "secret": True}]
        },
        "refused key": {"tls": {"mode": "client_certificate", "client_key": plant("refused key")}},
        "refused line": {"auth": {"type": "bearer", "token": plant("refused line") + "\r\nA: b"}},
    }.items():
        assert recorder.post("/data-sources", {"kind": "restapi", **payload}).status == 422, label
    body = f'{{"kind": "restapi", "auth": {{"type": "bearer", "token": "{secrets.token_hex(4)}'
    recorder.post("/data-sources", body.encode() + plant("cut body").encode()).expect(400)


def people(recorder: Recorder, server: Served, plant: Any) -> None:
    nobody = client(server)
    said = {"email": "first@keep.test", "password": plant("wrong password")}
    recorder.heard.append(nobody.post("/session", said).body)
    password = plant("password")
    person = {"email": "canary@keep.test", "name": "C", "role": "runner", "password": password}
    recorder.post("/users", person).expect(201)
    reply = nobody.post("/session", {"email": "canary@keep.test", "password": password})
    recorder.heard.append(reply.body)
    recorder.heard.append(browser(server, reply).get("/session").body)
    wrong = {"current": plant("wrong old password"), "new": plant("new password")}
    recorder.heard.append(browser(server, reply).post("/session/password", wrong).body)
    strange = client(server, Authorization=f"Bearer {plant('strange token')}")
    recorder.heard.append(strange.get("/kinds").body)


@pytest.fixture(scope="module")
def exercised(
    tmp_path_factory: pytest.TempPathFactory, echo: str, loopback_ca: trustme.CA
) -> Exercise:
    folder: Path = tmp_path_factory.mktemp("canary")
    with serving(folder, "--log-level", "debug") as server:
        link = server.sign_in_link.partition("token=")[2]
        said = {"token": link, "email": "first@keep.test", "name": "F", "password": PASSWORD}
        first = client(server).post("/session/first", said)
        person = browser(server, first)
        session = person.headers["Cookie"].partition("=")[2]
        made = person.post("/tokens", {"name": "canary", "role": "admin"}).expect(201)
        recorder = Recorder(server.url, {"Authorization": f"Bearer {made['token']}"})
        found = exercise(recorder, server, echo, loopback_ca)
        found |= {"session": session, "caller token": made["token"], "person": PASSWORD}
        key = (folder / "master.key").read_text().strip()
        found["master key"] = key.split()[-1].rpartition(":")[2]
        files = {
            f"the file {path.name}": path.read_bytes()
            for path in sorted(folder.iterdir())
            if path.is_file() and path.name != "master.key"
        }
        assert "the file sourcekeep.db-wal" in files
        places = {"the answers": b"\n".join(recorder.heard), **files}
        places["the console"] = server.output.replace(link, "").encode()
    return Exercise(found, places)


LABELS = [
    *AUTHS, *(f"header beside {label}" for label in AUTHS), "workspace secret", "client key",
    "proxy password", "refused token", "refused type", "refused header", "refused key",
    "refused line", "cut body", "wrong password", "password", "wrong old password", "new password",
    "strange token", "session", "caller token", "person", "master key",
]  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_a_secret_comes_out_nowhere(exercised: Exercise, label: str):
    wanted = forms(exercised.secrets[label])
    for place, content in exercised.places.items():
        leaked = [form for form in wanted if form in content]
        if leaked:
            start = content.index(leaked[0])
            around = content[max(0, start - 200) : start + 100]
            pytest.fail(f"the secret of {label!r} is in {place}: …{around!r}…")


def test_every_secret_that_was_planted_is_looked_for(exercised: Exercise):
    assert set(LABELS) == set(exercised.secrets)


def test_what_is_no_secret_is_there_so_that_the_search_means_something(exercised: Exercise):
    assert b"canary 0" in exercised.places["the answers"]
    assert b"X-Planted" in exercised.places["the answers"]
    assert any(b"canary 0" in exercised.places[p] for p in exercised.places if "sourcekeep" in p)
    assert "••••••".encode() in exercised.places["the answers"]
