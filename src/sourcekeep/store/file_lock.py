"""Locks on files: one migration at a time, and a sign of life of each process.

The kernel lets go of a lock when its process ends, however it ends.
"""

from __future__ import annotations

import asyncio
import fcntl
import glob
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
        while self._name is None:
            name = new_id("process")
            handle = os.open(self._path(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            # A sweep may have taken the new file for a dead one's before it was locked.
            if _try_lock(handle) and self._path(name).exists():
                self._name, self._handle = name, handle
            else:
                os.close(handle)
        return self._name

    def is_alive(self, name: str) -> bool:
        """Whether the process of that name still holds its lock. Clears away a dead one's file."""
        if name == self._name:
            return True
        # A name comes from the database: it must not lead to another file.
        return name.isidentifier() and not _is_dead(self._path(name))

    def sweep(self) -> None:
        """Clear away the files of processes that were killed."""
        for path in self._database.parent.glob(f"{glob.escape(self._database.name)}.alive.*"):
            _is_dead(path)

    def release(self) -> None:
        """Give up the lock and its file."""
        if self._name is not None:
            self._path(self._name).unlink(missing_ok=True)
            os.close(self._handle)
            self._name = None

    def _path(self, name: str) -> Path:
        return Path(f"{self._database}.alive.{name}")


def _is_dead(path: Path) -> bool:
    """Nobody holds the lock of this file; it is then removed."""
    try:
        handle = os.open(path, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return True
    try:
        dead = _try_lock(handle)
        if dead:
            path.unlink(missing_ok=True)
    finally:
        os.close(handle)
    return dead


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
