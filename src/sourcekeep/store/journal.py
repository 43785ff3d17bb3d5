"""Group commit: many runs and audit lines, one durable transaction.

While one transaction is being written, what comes in waits together and goes with the next. So a
line costs a fraction of a commit, and nobody is answered before the line is on the disk.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace

from sourcekeep.store.database import Entry
from sourcekeep.store.errors import Unavailable
from sourcekeep.store.rows import AuditLine, RunRow

MOST_AT_ONCE = 512  # entries of one transaction
MOST_WAITING = 8192  # entries in memory; who comes then waits for room

Write = Callable[[Sequence[Entry]], Awaitable[None]]
Waiting = tuple[Entry, "asyncio.Future[None]"]


class Journal:
    """Records runs and audit lines. One per store."""

    def __init__(self, write: Write, owner: Callable[[], Awaitable[str]]) -> None:
        self._write = write
        self._owner = owner
        self._waiting: deque[Waiting] = deque()
        self._writer: asyncio.Task[None] | None = None
        self._room = asyncio.Event()
        self._closed = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def _here(self) -> asyncio.AbstractEventLoop:
        """The loop of this store; kept, because asking for it is a system call on Python 3.11."""
        self._loop = asyncio.get_running_loop()
        return self._loop

    async def record(self, run: RunRow | None = None, audit: AuditLine | None = None) -> None:
        """Returns when both are durable. Raises Unavailable when they could not be written.

        A run that is there already (its start was recorded) is replaced. Once begun, the write goes
        on also when the caller is cancelled.
        """
        await self.begin(run, audit)

    def begin(self, run: RunRow | None, audit: AuditLine | None) -> Awaitable[None]:
        """What `record` waits for: a future at once, where nothing else has to be waited for."""
        if len(self._waiting) < MOST_WAITING and (run is None or run.status != "running"):
            return self._enter(Entry(run, audit))
        return self._record_in_turn(run, audit)

    async def _record_in_turn(self, run: RunRow | None, audit: AuditLine | None) -> None:
        owner = None if run is None or run.status != "running" else await self._owner()
        while len(self._waiting) >= MOST_WAITING:
            self._room.clear()
            await self._room.wait()
        await self._enter(Entry(run, audit, owner))

    def _enter(self, entry: Entry) -> asyncio.Future[None]:
        if self._closed:
            raise Unavailable("Sourcekeep is stopping.")
        loop = self._loop or self._here()
        done: asyncio.Future[None] = loop.create_future()
        self._waiting.append((entry, done))
        if self._writer is None:
            self._writer = loop.create_task(self._write_all())
        return done

    async def close(self) -> None:
        """Write what is waiting, take no more."""
        self._closed = True
        self._room.set()
        if self._writer is not None:
            await self._writer

    async def _write_all(self) -> None:
        try:
            await asyncio.sleep(0)  # what comes in the same turn of the loop goes along
            while self._waiting:
                size = min(MOST_AT_ONCE, len(self._waiting))
                batch = [self._waiting.popleft() for _ in range(size)]
                await self._write_batch(batch)
                self._room.set()
        finally:
            self._writer = None

    async def _write_batch(self, batch: Sequence[Waiting]) -> None:
        try:
            await self._write([entry for entry, _ in batch])
        except Unavailable as error:
            for _, done in batch:
                _fail(done, Unavailable(str(error)))
        except Exception:
            # One entry cannot be written as it is; the others must not suffer for it.
            for entry, done in batch:
                await self._write_alone(entry, done)
        else:
            for _, done in batch:
                if not done.done():
                    done.set_result(None)

    async def _write_alone(self, entry: Entry, done: asyncio.Future[None]) -> None:
        try:
            await self._write([replace(entry, cleaned=True)])
        except Exception as error:
            _fail(done, error)
        else:
            if not done.done():
                done.set_result(None)


def _fail(done: asyncio.Future[None], error: Exception) -> None:
    if not done.done():
        done.set_exception(error)
