"""A loopback server that answers byte for byte what a test says, over TCP or TLS, and keeps count."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

Script = Callable[["Visit"], Awaitable[None]]


class Visit:
    """One accepted connection: its streams, and the number of it (1 is the first)."""

    def __init__(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self.number = number
        self.reader = reader
        self.writer = writer

    async def head(self) -> bytes:
        """The head of the next request, with its empty line; b"" when the client closed."""
        try:
            return await self.reader.readuntil(b"\r\n\r\n")
        except asyncio.IncompleteReadError:
            return b""

    async def body(self, length: int) -> bytes:
        return await self.reader.readexactly(length)

    async def chunked(self) -> bytes:
        """The raw chunked body, up to and with its last line."""
        return await self.reader.readuntil(b"0\r\n\r\n")

    async def send(self, data: bytes) -> None:
        if self.writer.is_closing():  # uvloop's transports raise RuntimeError here
            raise ConnectionResetError("the client has gone")
        self.writer.write(data)
        await self.writer.drain()

    async def closed(self) -> bool:
        """Waits until the client closes; True, or False when it sent something instead."""
        try:
            return await self.reader.read(1) == b""
        except ConnectionError:
            return True

    def reset(self) -> None:
        """Closes with RST instead of FIN."""
        transport = self.writer.transport
        sock = transport.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()


class Upstream:
    """A running raw server: how many connections came, and how many are open."""

    def __init__(self, port: int, *, tls: bool) -> None:
        self.port = port
        self.tls = tls
        self.accepted = 0
        self.open = 0
        self.errors: list[BaseException] = []


@asynccontextmanager
async def raw_server(
    script: Script, *, context: ssl.SSLContext | None = None, host: str = "127.0.0.1"
) -> AsyncIterator[Upstream]:
    """Runs `script` for every connection; the connection is closed when it returns."""
    upstream: Upstream
    tasks: set[asyncio.Task[None]] = set()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        tasks.add(task)
        upstream.accepted += 1
        upstream.open += 1
        try:
            await script(Visit(upstream.accepted, reader, writer))
        except (ConnectionError, asyncio.CancelledError, ssl.SSLError):
            pass
        except BaseException as error:
            upstream.errors.append(error)
        finally:
            upstream.open -= 1
            tasks.discard(task)
            with contextlib.suppress(Exception):
                writer.close()

    server = await asyncio.start_server(accept, host, 0, ssl=context, limit=2**20)
    upstream = Upstream(server.sockets[0].getsockname()[1], tls=context is not None)
    try:
        yield upstream
    finally:
        server.close()
        for task in list(tasks):
            task.cancel()
        if tasks:
            await asyncio.wait(tasks, timeout=2)
    if upstream.errors:
        raise upstream.errors[0]


class _Blocking(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64


@contextmanager
def blocking_server(
    handle: Callable[[socketserver.BaseRequestHandler], None], *, tls: bool = False
) -> Iterator[Upstream]:
    """A server on threads: `handle` is called for every connection, errors of sockets ignored."""

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            upstream.accepted += 1
            with contextlib.suppress(OSError):
                self.request.settimeout(10)
                handle(self)

    with _Blocking(("127.0.0.1", 0), Handler) as server:
        upstream = Upstream(server.server_address[1], tls=tls)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield upstream
        server.shutdown()


def blocking_tls_server(
    context: ssl.SSLContext, answer: bytes
) -> contextlib.AbstractContextManager[Upstream]:
    """A TLS server on threads that answers every request with `answer`.

    For refused handshakes: asyncio's servers drop the alert that says why, blocking sockets send it.
    """

    def handle(handler: socketserver.BaseRequestHandler) -> None:
        with context.wrap_socket(handler.request, server_side=True) as stream:
            received = b""
            while data := stream.recv(65536):
                received += data
                if b"\r\n\r\n" in received:
                    received = b""
                    stream.sendall(answer)

    return blocking_server(handle, tls=True)


def reset(sock: socket.socket) -> None:
    """Closes with RST instead of FIN, whatever waits to be read or sent."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


async def until(condition: Callable[[], object], *, within_s: float = 5.0) -> None:
    """Waits until the condition holds; fails the test when it does not in time."""
    deadline = asyncio.get_running_loop().time() + within_s
    while not condition():
        assert asyncio.get_running_loop().time() < deadline, "the condition never held"
        await asyncio.sleep(0.01)


def replying(answer: bytes, *, then_close: bool = False) -> Script:
    """A script that answers every request of a connection with the same bytes."""

    async def script(visit: Visit) -> None:
        while await visit.head():
            await visit.send(answer)
            if then_close:
                return

    return script


def dripping(pieces: list[bytes], *, pause_s: float = 0.0) -> Script:
    """A script that sends the pieces of one answer apart from each other."""

    async def script(visit: Visit) -> None:
        while await visit.head():
            for piece in pieces:
                await visit.send(piece)
                await asyncio.sleep(pause_s)

    return script
