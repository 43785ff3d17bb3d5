"""A server that is far away, or none at all: said in words, and the caller token never."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from sourcekeep.doors.library.remote import RemoteOperations
from sourcekeep.model.problem import Invalid, Refused

TOKEN = "sk_canary0123456789"


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    class Stranger(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(self.headers["Authorization"])
            self.send_response(status)
            self.send_header("Location", "http://127.0.0.1:9/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None: ...

    seen: list[str] = []
    server = HTTPServer(("127.0.0.1", 0), Stranger)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
    assert seen == [f"Bearer {TOKEN}"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b"[]"),
        (200, b"{}"),
        (200, b'{"items": 5}'),
        (302, b""),
        (500, b"no"),
    ],
)
async def test_a_server_that_is_no_sourcekeep_is_said_to_be_none(status: int, body: bytes) -> None:
    with answering(status, body) as url, pytest.raises(Refused) as caught:
        await RemoteOperations(url, TOKEN).list("data-sources", {})
    assert (caught.value.kind, caught.value.code) == ("unavailable", "server_error")


async def test_the_line_end_of_a_file_is_no_part_of_the_token() -> None:
    with answering(200, b'{"items": [], "next": null}') as url:
        assert await RemoteOperations(url, f"{TOKEN}\n").list("data-sources", {}) == []


@pytest.mark.parametrize("token", [f"{TOKEN}\nx", f"{TOKEN}é", f"{TOKEN} x", ""])
def test_a_token_that_cannot_be_sent_is_refused_without_its_text(token: str) -> None:
    with pytest.raises(Refused) as caught:
        RemoteOperations("http://127.0.0.1:9", token)
    assert caught.value.kind == "not_signed_in"
    assert TOKEN not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["", "ftp://x", "http://", "http://x:abc", "http://x:99999", "http://a b", "http://[x"]
)
def test_a_url_that_is_no_servers_is_refused_in_words(url: str) -> None:
    with pytest.raises(Invalid) as caught:
        RemoteOperations(url, TOKEN)
    assert "https://keep.example.com" in caught.value.detail
