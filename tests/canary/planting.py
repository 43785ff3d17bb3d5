"""Planting secrets and finding them again: their forms, an echo that sends them back, a recorder."""

from __future__ import annotations

import base64
import http.server
import json
import secrets
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509 import load_pem_x509_certificate
from trustme import CA

from tests.calling import Client, Reply


def planted(label: str) -> str:
    """A secret that needs quoting wherever it goes, and that occurs nowhere by chance."""
    return f'{label.replace(" ", "-")}-{secrets.token_hex(8)}/"+&=%\\'


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


def leak(label: str, secret: str, places: Mapping[str, bytes]) -> str | None:
    """Where the secret came out, in words; None when it did nowhere."""
    wanted = forms(secret)
    for place, content in places.items():
        for form in wanted:
            if form in content:
                start = content.index(form)
                around = content[max(0, start - 200) : start + 100]
                return f"the secret of {label!r} is in {place}: …{around!r}…"
    return None


class Planted(dict[str, str]):
    """What was planted, by label."""

    def plant(self, label: str) -> str:
        """A new secret under this label."""
        self[label] = planted(label)
        return self[label]


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


class _Quiet(http.server.ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A test that closes its connection is no fault of the echo."""


@contextmanager
def echoing() -> Iterator[str]:
    """The base URL of an echo on loopback."""
    server = _Quiet(("127.0.0.1", 0), Echo)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def watched_arguments() -> Iterator[set[bytes]]:
    """The arguments of every process of the machine, looked at again and again."""
    seen: set[bytes] = set()
    done = threading.Event()

    def look() -> None:
        while not done.wait(0.01):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    seen.add(path.read_bytes())
                except OSError:  # it has ended since
                    continue

    watcher = threading.Thread(target=look, daemon=True)
    watcher.start()
    try:
        yield seen
    finally:
        done.set()
        watcher.join()


def api_key(secret: str, place: str) -> dict[str, str]:
    return {"type": "api_key", "name": "X-Key", "value": secret, "in": place}


AUTHS = {
    "bearer": lambda secret: {"type": "bearer", "token": secret},
    "basic": lambda secret: {"type": "basic", "username": "someone", "password": secret},
    "api_key in a header": lambda secret: api_key(secret, "header"),
    "api_key in the URL": lambda secret: api_key(secret, "query"),
    "api_key in a cookie": lambda secret: api_key(secret, "cookie"),
}
NEXT_FIELD = {"bearer": "token", "basic": "password", "api_key": "value"}


def client_certificates(ca: CA, found: Planted) -> tuple[dict[str, Any], dict[str, Any]]:
    """A `tls` object with an encrypted key, and one with PKCS#12; their secrets are planted."""
    certificate = ca.issue_cert("canary.test")
    pem = certificate.cert_chain_pems[0].bytes()
    key = serialization.load_pem_private_key(certificate.private_key_pem.bytes(), None)
    password = found.plant("client key password")
    encrypted = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(password.encode()),
    ).decode()
    found["client key"] = encrypted.splitlines()[2]
    phrase = found.plant("PKCS#12 password")
    bundle = pkcs12.serialize_key_and_certificates(
        b"canary",
        key,
        load_pem_x509_certificate(pem),
        None,
        serialization.BestAvailableEncryption(phrase.encode()),
    )
    packed = base64.b64encode(bundle).decode()
    found["PKCS#12"] = packed[100:160]
    mode = {"mode": "client_certificate", "ca_cert": ca.cert_pem.bytes().decode()}
    with_key = {
        **mode,
        "client_cert": pem.decode(),
        "client_key": encrypted,
        "client_key_password": password,
    }
    return with_key, {**mode, "client_pkcs12": packed, "client_key_password": phrase}
