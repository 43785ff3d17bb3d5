"""The answer as its reader sees it: head at once, body by `read` or piece by piece."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from sourcekeep.engine.wire.connection import Connection
from sourcekeep.engine.wire.values import Timings


class Incoming(Protocol):
    """What a response needs of the exchange behind it."""

    connection: Connection
    timings: Timings
    buffer: list[bytes]
    size: int
    complete: bool
    reads_all: bool

    async def more(self) -> None: ...
    def take(self) -> list[bytes]: ...
    def abort(self) -> None: ...


class WireResponse:
    """An answer whose head is in; the body comes by `read` or `chunks`.

    Reading raises WireFailed: read_timeout, total_timeout, connection_closed, protocol_error,
    headers_too_large (trailers). `trailers` and `timings.read` are filled when the body is over.
    """

    __slots__ = ("_exchange", "address", "headers", "http_version", "reason", "status", "trailers")

    def __init__(self, exchange: Incoming) -> None:
        reader = exchange.connection.reader
        self._exchange = exchange
        self.address = exchange.connection.address
        self.status: int = reader.status
        self.reason: str = reader.reason
        self.http_version: str = reader.http_version
        self.headers: list[tuple[bytes, bytes]] = reader.headers
        self.trailers: list[tuple[bytes, bytes]] = reader.trailers

    @property
    def timings(self) -> Timings:
        return self._exchange.timings

    @property
    def peer_certificates(self) -> tuple[bytes, ...]:
        """What the server presented, DER, leaf first; empty without TLS."""
        return self._exchange.connection.peer_chain()

    async def read(self, limit: int) -> tuple[bytes, bool]:
        """The raw body, at most `limit` bytes, and whether it was cut there.

        A cut body closes the connection: nothing beyond the limit is fetched.
        """
        exchange = self._exchange
        exchange.reads_all = True
        while not exchange.complete and exchange.size <= limit:
            await exchange.more()
        body = self.partial()
        if len(body) <= limit:
            return body, False
        exchange.abort()
        return body[:limit], True

    def whole(self, limit: int) -> bytes | None:
        """What `read` would give, when all of it is here already and within the limit."""
        exchange = self._exchange
        if not exchange.complete or exchange.size > limit:
            return None
        exchange.reads_all = True
        return self.partial()

    async def chunks(self) -> AsyncIterator[bytes]:
        """The raw body in pieces as they come. A slow consumer slows the server down."""
        exchange = self._exchange
        while True:
            for piece in exchange.take():
                yield piece
            if exchange.buffer:
                continue
            if exchange.complete:
                return
            await exchange.more()

    def partial(self) -> bytes:
        """What is here of the body and was not taken by `chunks`."""
        pieces = self._exchange.buffer
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    def abort(self) -> None:
        """Closes the socket at once, unless the body is complete already."""
        self._exchange.abort()
