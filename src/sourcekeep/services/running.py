"""The runs that go on at this moment, in this process: listed, cancelled, noted when they last.

A run that lasts over a second is written down as started, so that a crash leaves a line which the
next start turns into "interrupted"; and then another process may ask to cancel it. One coarse sweep
does that for all; no run has a timer.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sourcekeep.engine.run import Cancel
from sourcekeep.model.policy import Actor, Thing
from sourcekeep.model.problem import Refused

LASTING_S = 1.0
_SWEEP_S = 0.5


@dataclass(slots=True)
class Running:
    """One run that goes on."""

    id: str
    actor: Actor
    query: Thing | None
    source: Thing
    started_at: datetime
    began: float
    method: str
    url: str
    mask: Callable[[str], str]
    cancel: Cancel = field(default_factory=Cancel)
    noting: asyncio.Task[None] | None = None
    # Its end is being written: a start that came after it would take its place.
    over: bool = False


class RunningRuns:
    """Keeps them by id. `note` writes the start of one that lasts; `asked` tells, of some ids, which
    runs another process was asked to cancel."""

    def __init__(
        self,
        note: Callable[[Running], Coroutine[Any, Any, None]],
        asked: Callable[[Collection[str]], Awaitable[set[str]]],
    ) -> None:
        self._note = note
        self._asked = asked
        self._runs: dict[str, Running] = {}
        self._sweeper: asyncio.Task[None] | None = None
        self._late: set[asyncio.Task[None]] = set()
        self._none = asyncio.Event()
        self._none.set()

    def begin(self, run: Running) -> None:
        """From here on the run is known. `end` follows, whatever happens."""
        self._runs[run.id] = run
        self._none.clear()
        if self._sweeper is None:
            self._sweeper = asyncio.get_running_loop().create_task(self._sweep())

    def end(self, run: Running) -> None:
        del self._runs[run.id]
        if not self._runs:
            self._none.set()

    def get(self, id: str) -> Running | None:
        return self._runs.get(id)

    def all(self) -> list[Running]:
        """Newest first."""
        return sorted(self._runs.values(), key=lambda run: run.id, reverse=True)

    def write_after_start(
        self, run: Running, work: Coroutine[Any, Any, None]
    ) -> asyncio.Task[None]:
        """Let a write go on although its task is cancelled, after the note of the run's start."""

        async def ordered() -> None:
            if run.noting is not None:
                await asyncio.wait({run.noting})
            await work

        task = asyncio.get_running_loop().create_task(ordered())
        self._late.add(task)
        task.add_done_callback(self._late.discard)
        task.add_done_callback(_seen)
        return task

    async def drain(self, seconds: float) -> None:
        """Wait for runs to end; cancel those that have not after so many seconds."""
        if not await self._ended(within=seconds):
            for run in self.all():
                run.cancel.request()
            await self._ended(within=1)
        if self._sweeper is not None:
            self._sweeper.cancel()
        if self._late:
            await asyncio.wait(set(self._late), timeout=5)

    async def _ended(self, *, within: float) -> bool:
        try:
            await asyncio.wait_for(self._none.wait(), within)
        except TimeoutError:
            return False
        return True

    async def _sweep(self) -> None:
        """Runs while there are runs."""
        try:
            while self._runs:
                await asyncio.sleep(_SWEEP_S)
                self._note_lasting()
                await self._cancel_asked()
        finally:
            self._sweeper = None

    async def _cancel_asked(self) -> None:
        """Only those that were noted: no other process can name the others."""
        noted = [run.id for run in self._runs.values() if run.noting is not None]
        if not noted:
            return
        try:
            asked = await self._asked(noted)
        except Refused:  # the store does not answer: the next sweep asks again
            return
        for id in asked:
            if (run := self._runs.get(id)) is not None:
                run.cancel.request()

    def _note_lasting(self) -> None:
        loop = asyncio.get_running_loop()
        now = time.monotonic()
        lasting = [
            run
            for run in self._runs.values()
            if not run.noting and not run.over and now - run.began >= LASTING_S
        ]
        for run in lasting:
            run.noting = loop.create_task(self._note(run))
            run.noting.add_done_callback(_seen)


def _seen(task: asyncio.Task[None]) -> None:
    """A start that could not be written costs the history a line, not the run its end."""
    if not task.cancelled():
        task.exception()
