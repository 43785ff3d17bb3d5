"""Loopback servers and an engine on one event loop, for property tests that are plain functions."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from typing import Any, TypeVar

from tests.unit.engine.running import Recorder, Runner, recorded, running

Got = TypeVar("Got")


class Loopback:
    """A recorder that is the source's own origin, one that is not, and a runner."""

    def __init__(
        self, loop: asyncio.Runner, home: Recorder, evil: Recorder, runner: Runner
    ) -> None:
        self._loop = loop
        self.home = home
        self.evil = evil
        self.runner = runner

    def run(self, work: Coroutine[Any, Any, Got]) -> Got:
        return self._loop.run(work)


@contextmanager
def loopback() -> Iterator[Loopback]:
    with asyncio.Runner() as loop:
        stack = AsyncExitStack()

        async def start() -> tuple[Recorder, Recorder, Runner]:
            home = await stack.enter_async_context(recorded())
            evil = await stack.enter_async_context(recorded())
            return home, evil, await stack.enter_async_context(running())

        yield Loopback(loop, *loop.run(start()))
        loop.run(stack.aclose())
