"""Locks on files: one migration at a time, and a sign of life of each process.

The kernel lets go of a lock when its process ends, however it ends.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

from sourcekeep.kit.ids import new_id
from sourcekeep.store.errors import Unavailable

PATIENCE_S = 60.0


@asynccontextmanager
async def locked(path: Path, *, patience_s: float = PATIENCE_S) -> AsyncIterator[None]:
    """Hold the lock of this file. Raises Unavailable when another holds it for too long."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        deadline = time.monotonic() + patience_s
        while not _try_lock(handle):
            if time.monotonic() > deadline:
                raise Unavailable(
                    f"Another process has been migrating the database for {patience_s:.0f} s."
                )
            await asyncio.sleep(0.05)
        yield
    finally:
        os.close(handle)


class Presence:
    """The life of this process beside a database file, as a locked file `<database>.alive.<name>`."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._name: str | None = None
        self._handle = -1

    def hold(self) -> str:
        """This process's name; its lock is taken at the first call."""
        if self._name is None:
            name = new_id("process")
            self._handle = os.open(self._path(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            _try_lock(self._handle)
            self._name = name
        return self._name

    def is_alive(self, name: str) -> bool:
        """Whether the process of that name still holds its lock. Clears away a dead one's file."""
        if name == self._name:
            return True
        try:
            handle = os.open(self._path(name), os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return False
        try:
            alive = not _try_lock(handle)
        finally:
            os.close(handle)
        if not alive:
            self._path(name).unlink(missing_ok=True)
        return alive

    def release(self) -> None:
        """Give up the lock and its file."""
        if self._name is not None:
            with suppress(OSError):
                self._path(self._name).unlink(missing_ok=True)
            os.close(self._handle)
            self._name = None

    def _path(self, name: str) -> Path:
        return Path(f"{self._database}.alive.{name}")


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
