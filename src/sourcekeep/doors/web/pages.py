"""Answers whatever is no API call: a file of the bundle, or the page itself with a fresh nonce.

The page has its own routes, so every path that is no file is the page; what lies under `assets/`
is always a file, or the page would be taken for a missing script.
"""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any

from sourcekeep.doors.web.bundle import IMMUTABLE_UNDER, NONCE, Bundle, File
from sourcekeep.doors.web.policy import FILE_POLICY, FOR_FILES, for_page

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

DIST = Path(__file__).with_name("dist")
_HTML = (b"content-type", b"text/html; charset=utf-8")
_TEXT = (b"content-type", b"text/plain; charset=utf-8")
_NOT_BUILT = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Sourcekeep: the page is not built</title></head>
<body>
<h1>The page is not built</h1>
<p>Sourcekeep serves its API, but this installation was made without the web page
(SOURCEKEEP_SKIP_WEB was set). Install it again without that variable, or run
<code>npm ci</code> and <code>npm run build</code> in the folder <code>web</code>.</p>
</body>
</html>
"""


class Pages:
    """The ASGI application of the page. It is called with GET and HEAD only."""

    def __init__(self, folder: Path = DIST) -> None:
        self._bundle = Bundle(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].lstrip("/")
        file = self._bundle.file(path)
        if file is not None:
            await _send_file(file, scope, send)
        elif path.startswith(IMMUTABLE_UNDER):
            await _send(send, 404, [_TEXT, *FOR_FILES], b"There is no such file.\n")
        else:
            await self._send_page(send)

    async def _send_page(self, send: Send) -> None:
        nonce = secrets.token_urlsafe(18)
        headers = [_HTML, *for_page(nonce)]
        if self._bundle.index is None:
            await _send(send, 503, headers, _NOT_BUILT.encode())
        else:
            await _send(send, 200, headers, self._bundle.index.replace(NONCE, nonce).encode())


async def _send_file(file: File, scope: Scope, send: Send) -> None:
    asked = dict(scope["headers"])
    caching = "public, max-age=31536000, immutable" if file.immutable else "no-cache"
    headers = [
        *FOR_FILES,
        FILE_POLICY,
        (b"etag", file.etag.encode("ascii")),
        (b"cache-control", caching.encode("ascii")),
        (b"vary", b"accept-encoding"),
    ]
    known = asked.get(b"if-none-match", b"").decode("latin-1")
    if file.etag in (tag.strip().removeprefix("W/") for tag in known.split(",")):
        await send({"type": "http.response.start", "status": 304, "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        return
    body, coding = file.encoded(asked.get(b"accept-encoding", b"").decode("latin-1"))
    if coding is not None:
        headers.append((b"content-encoding", coding.encode("ascii")))
    headers.append((b"content-type", file.media_type.encode("ascii")))
    await _send(send, 200, headers, body)


async def _send(send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    length = (b"content-length", b"%d" % len(body))
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": body})
