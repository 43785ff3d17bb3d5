"""One TCP connection to an origin: bytes in and out, TLS on top, and whose turn it is.

It knows bytes, not HTTP: what comes in goes to the exchange that has the connection, and without
one any byte is a reason to close. States: handshake (a future waits), idle (in the pool), busy
(an exchange has it), closed.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from typing import Protocol, cast

from sourcekeep.engine.wire.deadlines import NEVER, Deadlines
from sourcekeep.engine.wire.framing import ResponseReader
from sourcekeep.engine.wire.secure import SecureStream
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem

_MAX_EARLY = 4096
_LAST_READ = 65536
_MAX_LAST_READS = 16


class Occupant(Protocol):
    """What a connection tells the exchange that has it."""

    def received(self, data: bytes) -> None: ...
    def closed(self, error: Exception | None, *, cut: bool) -> None:
        """The server's side is over. `cut`: without the closure alert that TLS asks for."""

    def late(self, now: float) -> None: ...
    def may_write(self) -> None: ...


def _unexplained(error: OSError) -> Problem:
    return problem("connection_closed", "The server closed the connection without an answer.")


class Connection(asyncio.Protocol):
    """A connection of the pool.

    `deadline` is the idle end, or the busy exchange's. Whoever opens it sets `explain` (why it
    ended before any answer, or by an error of TLS), whoever keeps it sets `release` (where it goes when an exchange is over).
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        deadlines: Deadlines,
        sock: socket.socket,
        secure: SecureStream | None = None,
    ) -> None:
        """`sock` is the connected socket that the transport will own. With `secure`, TLS starts as
        soon as the transport is there; see `ready`."""
        self._broken = False
        self._deadlines = deadlines
        self._sock = sock
        self._early = b""
        self._end_cut = False
        self._end_error: Exception | None = None
        self._transport: asyncio.Transport | None = None
        self._secure = secure
        self._handshake: asyncio.Future[None] | None = (
            loop.create_future() if secure is not None else None
        )
        self._occupant: Occupant | None = None
        self.writable = True  # False: the socket's buffer is full, wait for `may_write`
        self.reader = ResponseReader()
        self.address = ""
        self.deadline = NEVER
        self._chain: tuple[bytes, ...] | None = None
        self.explain: Callable[[OSError], Problem] = _unexplained
        self.release: Callable[[Connection], None] = Connection.abort
        self.is_open = False
        self.served = 0
        self.on_close: Callable[[Connection], None] | None = None
        self.lost: asyncio.Future[None] = loop.create_future()

    # For the pool and the exchange.

    @property
    def reusable(self) -> bool:
        """Whether the connection may carry another exchange after the one that just ended."""
        return self.is_open and not self._broken and self.reader.reusable

    def is_fin_here(self) -> bool:
        """Whether the server's end already waits in the kernel, not yet seen by the loop."""
        try:
            return self._sock.recv(1, socket.MSG_PEEK) == b""
        except BlockingIOError:
            return False
        except OSError:
            return True

    def occupy(self, occupant: Occupant, deadline: float) -> None:
        """An exchange takes the connection."""
        self._occupant = occupant
        if deadline < self.deadline:  # as `postpone`, here and in `vacate` without its call
            self._deadlines.moved(deadline)
        self.deadline = deadline

    def catch_up(self) -> None:
        """Tells a new occupant what happened between the handshake and its turn: a greeting, or an
        end, which in TLS 1.3 is where a refused client certificate shows."""
        if self.is_open and not self._early:
            return
        early, self._early = self._early, b""
        if early and self._occupant is not None:
            self._occupant.received(early)
        occupant = self._occupant
        if occupant is not None and not self.is_open:
            self._occupant = None
            occupant.closed(self._end_error, cut=self._end_cut)

    def vacate(self, idle_until: float) -> None:
        """The exchange is over, the connection stays open for another."""
        self._occupant = None
        self.served += 1
        if idle_until < self.deadline:
            self._deadlines.moved(idle_until)
        self.deadline = idle_until

    def postpone(self, deadline: float) -> None:
        """Moves the moment at which this connection, or its exchange, is late."""
        nearer = deadline < self.deadline
        self.deadline = deadline
        if nearer:
            self._deadlines.moved(deadline)

    def write(self, data: bytes) -> None:
        """Sends bytes; a closed connection swallows them, its exchange learns of it by `closed`."""
        transport = self._transport
        # A transport that failed says so by `connection_lost` later, and takes no call before.
        if transport is None or not self.is_open or transport.is_closing():
            return
        if self._secure is None:
            transport.write(data)
            return
        try:
            transport.write(self._secure.encrypt(data))
        except ssl.SSLError as error:
            self._end(error)

    def pause(self) -> None:
        """Stops reading: the consumer is behind."""
        if self.is_open and self._transport is not None and not self._transport.is_closing():
            self._transport.pause_reading()

    def resume(self) -> None:
        if self.is_open and self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def abort(self) -> None:
        """Closes the socket at once; nothing that was written but not sent is sent."""
        self._occupant = None
        self._close()

    def expel(self) -> None:
        """Closes the connection from our side; an exchange that has it fails."""
        self._end(ConnectionAbortedError("Sourcekeep is stopping"))

    def peer_chain(self) -> tuple[bytes, ...]:
        """The certificates that the server presented (DER), empty without TLS."""
        if self._secure is None:
            return ()
        if self._chain is None:
            self._chain = self._secure.chain()
        return self._chain

    async def ready(self) -> None:
        """Waits for the TLS handshake. Raises ssl.SSLError or ConnectionError."""
        if self._handshake is not None:
            await self._handshake
            self._handshake = None

    # Called by the loop.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # Not an isinstance check: uvloop's transports are no subclasses of asyncio's.
        self._transport = cast(asyncio.Transport, transport)
        self.is_open = True
        self._deadlines.watch(self)
        if self._handshake is not None:
            self._move_handshake(b"")

    def data_received(self, data: bytes) -> None:
        secure = self._secure
        if secure is not None:
            if self._handshake is not None and not self._handshake.done():
                self._move_handshake(data)
                return
            data = secure.decrypt(data)
        if data:
            occupant = self._occupant
            if occupant is not None:
                occupant.received(data)
            else:
                self._unasked(data)
        if secure is not None and secure.ended is not None:
            closure = isinstance(secure.ended, ssl.SSLZeroReturnError)
            self._end(None if closure else secure.ended)

    def eof_received(self) -> bool:
        proper = self._secure is None or self._secure.closed_properly()
        self._end(None, cut=not proper)
        return False

    def connection_lost(self, error: Exception | None) -> None:
        if error is not None and self.is_open:
            self._read_last_words()
        self._end(error, cut=self._secure is not None)
        self._transport = None
        if not self.lost.done():
            self.lost.set_result(None)

    def pause_writing(self) -> None:
        self.writable = False

    def resume_writing(self) -> None:
        self.writable = True
        if self._occupant is not None:
            self._occupant.may_write()

    # Called by the deadlines.

    def expire(self, now: float) -> None:
        if self._occupant is None:
            self._close()
        else:
            self._occupant.late(now)

    def _read_last_words(self) -> None:
        """A server that refuses a client certificate or a long body says so and closes. Our next
        write then fails, and the loop gives up without reading what still waits in the kernel."""
        self._broken = True
        with contextlib.suppress(OSError):
            for _ in range(_MAX_LAST_READS):
                data = self._sock.recv(_LAST_READ)
                if not data or not self.is_open:
                    break
                self.data_received(data)

    def _unasked(self, data: bytes) -> None:
        """Bytes before the first request are kept: they tell what the server is (an SSH or SMTP
        greeting). Bytes between two requests end the connection."""
        if self.served or len(self._early) > _MAX_EARLY:
            self._close()
        else:
            self._early += data

    def _move_handshake(self, data: bytes) -> None:
        secure, handshake = self._secure, self._handshake
        assert secure is not None
        assert handshake is not None
        try:
            over = secure.handshake(data)
        except (ssl.SSLError, ssl.CertificateError) as error:
            self._send_waiting()  # our alert tells the server why
            handshake.set_exception(error)
            self._close(gently=True)
            return
        self._send_waiting()
        if over:
            handshake.set_result(None)

    def _send_waiting(self) -> None:
        assert self._secure is not None
        waiting = self._secure.outgoing()
        transport = self._transport
        if waiting and transport is not None and not transport.is_closing():
            transport.write(waiting)

    def _end(self, error: Exception | None, *, cut: bool = False) -> None:
        """The connection is over from the server's side, or failed."""
        if not self.is_open:
            return
        handshake, occupant = self._handshake, self._occupant
        self._occupant = None
        self._end_error, self._end_cut = error, cut
        self._close()
        if handshake is not None and not handshake.done():
            if self._secure is not None:
                self._secure.abandoned()
            handshake.set_exception(error or ConnectionResetError("closed in the handshake"))
        elif occupant is not None:
            occupant.closed(error, cut=cut)

    def _close(self, *, gently: bool = False) -> None:
        if not self.is_open:
            return
        self.is_open = False
        self._deadlines.forget(self)
        if self._transport is not None:
            if gently:
                self._transport.close()
            else:
                self._transport.abort()
        if self.on_close is not None:
            self.on_close(self)
