"""Where this process has its master keys from, and how it learns that they have changed.

A key that was once known stays known until the process ends: what a run holds in memory still opens
while another process takes the old key away.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sourcekeep.vault import key_file
from sourcekeep.vault.errors import KeyUnusable
from sourcekeep.vault.keyring import Keyring

Stamp = tuple[int, int, int]


class KeySource:
    """The environment's keys and the key file's. `given` says that the current one is the former's."""

    def __init__(self, data_dir: Path, environment_key: str | None = None) -> None:
        self._data_dir = data_dir
        self._environment_key = environment_key
        self.given = bool(environment_key)
        self.ring = Keyring.load(data_dir, environment_key)
        self.listed = self.ring.ids
        self._stamp = _stamp(self._path)

    @property
    def _path(self) -> Path:
        return self._data_dir / key_file.KEY_FILE

    def refresh(self) -> None:
        """Read the key file again if it is another one by now. Raises KeyUnusable."""
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        if stamp is None and not self.given:  # to seal on would be with a key that nobody keeps
            raise KeyUnusable(f"The key file {self._path} is gone. Put it back.")
        loaded = Keyring.load(self._data_dir, self._environment_key)
        self.listed = loaded.ids
        self.ring = loaded.knowing(self.ring)
        self._stamp = stamp

    def add(self) -> None:
        """Put a new key in front of the key file's others: it becomes current."""
        Keyring.add_to_file(self._data_dir)
        self.refresh()

    def drop(self, ids: Iterable[str]) -> frozenset[str]:
        """Take these keys out of the key file; which of them were in it."""
        if not self._path.exists():
            return frozenset()
        kept = Keyring.load(self._data_dir).ids
        gone = kept & frozenset(ids)
        if gone and gone != kept:  # a file without keys would be made anew at the next start
            Keyring.keep_in_file(self._data_dir, kept - gone)
            self.refresh()
            return gone
        return frozenset()

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Hold the keys against other processes that would change them; False when one holds them.
        Raises KeyUnusable.

        The kernel lets go when the process ends, however it ends.
        """
        path = self._path.with_suffix(".lock")
        try:
            lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise KeyUnusable(f"The lock {path} cannot be made: {error.strerror}.") from error
        try:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True
        finally:
            os.close(lock)


def _stamp(path: Path) -> Stamp | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return (found.st_ino, found.st_mtime_ns, found.st_size)
