"""The floor of "query run": one asyncio protocol on each side, uvloop, llhttp, orjson; no more.

`python -m bench.floors.query_run PORT UPSTREAM_PORT FOLDER`
"""

from __future__ import annotations

import asyncio
import ssl
import sys
from collections import deque
from pathlib import Path

import httptools
import orjson
import uvloop


class Up(asyncio.Protocol):
    """A kept connection to the upstream, one request at a time."""

    def __init__(self, idle: deque[Up]) -> None:
        self.idle = idle
        self.down: Down | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.parser = httptools.HttpResponseParser(self)

    def ask(self, down: Down, identifier: object) -> None:
        self.down, self.body = down, b""
        self.transport.write(  # type: ignore[attr-defined]
            b"GET /items/%d HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer bench-token\r\n\r\n"
            % identifier
        )

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        down, self.down = self.down, None
        self.idle.append(self)
        if down is not None:
            down.answer(self.parser.get_status_code(), self.body)


class Down(asyncio.Protocol):
    """A caller's connection."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self.parser = httptools.HttpRequestParser(self)

    def data_received(self, data: bytes) -> None:
        self.parser.feed_data(data)

    def on_message_begin(self) -> None:
        self.body = b""

    def on_body(self, body: bytes) -> None:
        self.body += body

    def on_message_complete(self) -> None:
        order = orjson.loads(self.body)
        self.pool.ask(self, order["parameters"]["id"])

    def answer(self, status: int, body: bytes) -> None:
        orjson.loads(body)  # a valid answer is part of the job
        text = orjson.dumps(
            {"status": "ok", "data": orjson.Fragment(body), "response": {"status": status}}
        )
        self.transport.write(  # type: ignore[attr-defined]
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
            % (len(text), text)
        )


class Pool:
    """Connections to the upstream, opened when none is idle."""

    def __init__(self, port: int, context: ssl.SSLContext) -> None:
        self.idle: deque[Up] = deque()
        self.port, self.context = port, context
        self.opening: set[asyncio.Task[None]] = set()

    def ask(self, down: Down, identifier: object) -> None:
        if self.idle:
            self.idle.pop().ask(down, identifier)
            return
        task = asyncio.get_running_loop().create_task(self._open(down, identifier))
        self.opening.add(task)
        task.add_done_callback(self.opening.discard)

    async def _open(self, down: Down, identifier: object) -> None:
        _, up = await asyncio.get_running_loop().create_connection(
            lambda: Up(self.idle),
            "127.0.0.1",
            self.port,
            ssl=self.context,
            server_hostname="localhost",
        )
        up.ask(down, identifier)


async def main(port: int, upstream: int, folder: Path) -> None:
    context = ssl.create_default_context(cafile=str(folder / "ca.pem"))
    context.load_cert_chain(folder / "client.pem", folder / "client.key")
    pool = Pool(upstream, context)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Down(pool), "127.0.0.1", port)
    print("ready", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3])))
