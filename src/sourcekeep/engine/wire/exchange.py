"""One request and its answer on a connection: sends, waits, reads, and says how it ended.

Turns and deadlines: `connection.deadline` is the nearer of the read deadline (the server is silent
while it is its turn) and the total deadline. While the consumer is behind, or the caller's own
body is awaited, only the total deadline counts.
"""

from __future__ import annotations

import asyncio
import ssl
from time import monotonic

from sourcekeep.engine.wire.connection import Connection
from sourcekeep.engine.wire.response import WireResponse
from sourcekeep.engine.wire.sending import Sender, is_whole
from sourcekeep.engine.wire.values import (
    Timings,
    WireFailed,
    WireLimits,
    WireRequest,
    in_words,
    total_timeout,
)
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem

# The consumer may be this far behind before we stop reading; it is about one read of the loop.
_HIGH_WATER = 262144


class Exchange:
    """`head` is done when the final head is in. Failures are WireFailed with timings."""

    # What most exchanges never change is read from the class: half the cost of making one.
    answered = False
    complete = False
    failure: WireFailed | None = None
    reads_all = False
    size = 0
    stale = False
    _more: asyncio.Future[None] | None = None
    _over = False
    _paused = False
    _sender: Sender | None = None
    _taken = 0

    def __init__(
        self,
        connection: Connection,
        request: WireRequest,
        limits: WireLimits,
        timings: Timings,
        total_deadline: float,
        loop: asyncio.AbstractEventLoop,
    ) -> None:
        self.connection = connection
        self.timings = timings
        self.head: asyncio.Future[WireResponse] | None = loop.create_future()
        self.buffer: list[bytes] = []
        self._limits = limits
        self._loop = loop
        self._request = request
        self._total_deadline = total_deadline
        self._mark = 0.0

    def start(self, head: bytes) -> asyncio.Future[WireResponse]:
        """Sends the request, whose serialised head is given. The answer comes by the future."""
        connection, request, limits = self.connection, self._request, self._limits
        answer = self.head
        assert answer is not None
        connection.reader.expect(self.buffer, request.method == b"HEAD", limits.max_header_bytes)
        now = self._mark = monotonic()
        connection.occupy(self, min(now + limits.read_timeout_s, self._total_deadline))
        if is_whole(request):
            connection.write(head + request.body if request.body else head)  # type: ignore[operator]
            self._mark = monotonic()
            self.timings.send = (self._mark - now) * 1000
        else:
            self._sender = Sender(self, request)
            self._sender.start(head)
        connection.catch_up()
        return answer

    def sent(self) -> None:
        """The last byte was handed over, or no more will be."""
        if not self.answered:
            now = monotonic()
            self.timings.send = (now - self._mark) * 1000
            self._mark = now

    def server_turn(self) -> None:
        """From now the server has to do something: read, or answer."""
        if not self._over:
            self.connection.postpone(self._read_deadline(monotonic()))

    def our_turn(self) -> None:
        """From now the server waits for us: only the total time counts."""
        if not self._over:
            self.connection.postpone(self._total_deadline)

    async def more(self) -> None:
        """Waits for more of the body, or its end. Raises WireFailed."""
        if self.failure is not None:
            raise self.failure
        if self.complete:
            return
        if self._paused:
            self._paused = False
            self.server_turn()
            self.connection.resume()
        self._more = self._loop.create_future()
        try:
            await self._more
        except asyncio.CancelledError:
            self.abort()
            raise
        if self.failure is not None:
            raise self.failure

    def take(self) -> list[bytes]:
        """The body pieces that came since the last call."""
        pieces = self.buffer[:]
        self.buffer.clear()
        self._taken = self.size
        return pieces

    def abort(self) -> None:
        """Closes the socket at once, unless the exchange is over."""
        if self._over:
            return
        self._over = True
        self.failure = self._failed(
            problem("connection_closed", "Sourcekeep closed the connection.", retryable=False)
        )
        self._stop_sending()
        self.connection.abort()
        self._wake()

    # Called by the connection.

    def received(self, data: bytes) -> None:
        if self._over:
            return
        reader = self.connection.reader
        try:
            reader.feed(data)
        except WireFailed as failed:
            self.size = reader.received
            self.fail(failed.problem)
            return
        now = monotonic()
        self.size = reader.received
        if reader.complete and self._sender is None and not self.answered:
            self._whole_in(now)
            return
        if reader.interim:
            if self._sender is not None:
                self._sender.interim(reader.interim)
            reader.interim = 0
        if reader.head_complete and not self.answered:
            self._head_in(now)
        if reader.complete:
            self._finish(now)
            return
        if not self.reads_all and self.size - self._taken > _HIGH_WATER and not self._paused:
            self._paused = True
            self.connection.pause()
            self.connection.postpone(self._total_deadline)
        elif self._sent:
            self.connection.postpone(self._read_deadline(now))
        self._wake()

    def closed(self, error: Exception | None, *, cut: bool) -> None:
        if self._over:
            return
        reader = self.connection.reader
        if isinstance(error, ssl.SSLError):
            self.fail(self.connection.explain(error))
            return
        if not reader.started:
            self.stale = self.connection.served > 0
            self.fail(self.connection.explain(ConnectionResetError()))
            return
        try:
            reader.finish()
        except WireFailed as failed:
            self.fail(failed.problem)
            return
        if cut or error is not None:
            self.fail(_cut_short(reader.received, error))
            return
        self._finish(monotonic())

    def late(self, now: float) -> None:
        """The deadline has passed."""
        if now >= self._total_deadline:
            self.fail(total_timeout(self._limits))
            return
        seconds = in_words(self._limits.read_timeout_s)
        if not self._sent:
            words = f"The server took nothing of the request's body for {seconds}."
        elif not self.answered:
            words = f"No answer came within {seconds}."
        else:
            words = f"The server fell silent for {seconds} after {self.size:,} bytes of the body."
        self.fail(problem("read_timeout", words))

    def may_write(self) -> None:
        if self._sender is not None:
            self._sender.may_write()

    # Inside.

    def fail(self, cause: Problem) -> None:
        """Ends the exchange with a problem and closes the connection."""
        self.fail_with(self._failed(cause))

    def fail_with(self, failure: BaseException) -> None:
        """The same with any exception: the caller's own body may raise what it likes."""
        if self._over:
            return
        self._over = True
        self._stop_sending()
        self.connection.abort()
        if isinstance(failure, WireFailed):
            self.failure = failure
        else:
            self.failure = self._failed(
                problem("connection_closed", "The request's body could not be produced.")
            )
            self.failure.__cause__ = failure
        self._measure_end(monotonic())
        answer, self.head = self.head, None
        if answer is not None and not answer.done():
            answer.set_exception(failure)
        self._wake()

    def _head_in(self, now: float) -> None:
        if self._sender is not None and not self._sender.done:
            self._sender.answered()
        self.timings.wait = (now - self._mark) * 1000
        self._mark = now
        self.answered = True
        # The response is made now: once complete, the connection's reader may serve the next
        # exchange before the task that awaits the answer runs. And the future is let go, because
        # future, response and exchange would be a cycle for the garbage collector.
        answer, self.head = self.head, None
        if answer is not None and not answer.done():
            answer.set_result(WireResponse(self))

    def _whole_in(self, now: float) -> None:
        """Most answers come whole in one read: `_head_in` and `_finish` in one, without what only
        a sender, or a reader that waits for more, would need."""
        self.answered = self.complete = self._over = True
        self.timings.wait = (now - self._mark) * 1000
        connection = self.connection
        answer, self.head = self.head, None
        if answer is not None and not answer.done():
            answer.set_result(WireResponse(self))
        if connection.reusable:
            connection.release(connection)
        else:
            connection.abort()

    def _finish(self, now: float) -> None:
        self._over = True
        self.complete = True
        self._measure_end(now)
        connection = self.connection
        if connection.reusable and self._sent:
            connection.release(connection)
        else:
            self._stop_sending()
            connection.abort()
        self._wake()

    @property
    def _sent(self) -> bool:
        return self._sender is None or self._sender.done

    def _stop_sending(self) -> None:
        if self._sender is not None:
            self._sender.stop()

    def _measure_end(self, now: float) -> None:
        elapsed = (now - self._mark) * 1000
        if self.answered:
            self.timings.read = elapsed
        elif self._sent:
            self.timings.wait = elapsed
        else:
            self.timings.send = elapsed

    def _read_deadline(self, now: float) -> float:
        return min(now + self._limits.read_timeout_s, self._total_deadline)

    def _failed(self, cause: Problem) -> WireFailed:
        connection = self.connection
        return WireFailed(
            cause,
            timings=self.timings,
            certificates=connection.peer_chain(),
            address=connection.address,
        )

    def _wake(self) -> None:
        if self._more is not None and not self._more.done():
            self._more.set_result(None)


def _cut_short(received: int, error: Exception | None) -> Problem:
    if error is not None:
        return problem(
            "connection_closed", f"The connection broke after {received:,} bytes of the body."
        )
    # RFC 9112 9.8: a body that ends with the connection is complete only with a closure alert.
    return problem(
        "connection_closed",
        f"The connection ended after {received:,} bytes of the body without TLS's closure alert: "
        "the answer may be cut.",
    )
