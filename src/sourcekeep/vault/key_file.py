"""The key file: master keys as base64, one a line, the current one first; mode 0600.

Written whole or not at all: a new file is filled and synced under another name, then linked or
renamed into place, so two processes that start at once agree on one key.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sourcekeep.vault.errors import KeyUnusable

KEY_FILE = "master.key"


def make_once(path: Path, line: str) -> None:
    """Make the file with this line unless there is one. Raises KeyUnusable."""
    if path.exists():
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = _written(path, [line])
        try:
            with suppress(FileExistsError):  # another process was first: its key counts
                os.link(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)
        _sync_folder(path.parent)
    except OSError as error:
        raise KeyUnusable(f"The key file {path} cannot be made: {error.strerror}.") from error


def read(path: Path) -> list[str]:
    """The lines of the file. Raises KeyUnusable when others can read it, or nobody can."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_IMODE(mode) & 0o077:
                raise KeyUnusable(
                    f"The key file {path} can be read by others (mode {stat.S_IMODE(mode):04o}). "
                    f"Type: chmod 600 {path}"
                )
            content = file.read()
    except OSError as error:
        raise KeyUnusable(f"The key file {path} cannot be read: {error.strerror}.") from error
    lines = [line.strip() for line in content.decode("ascii", "replace").splitlines()]
    return [line for line in lines if line]


def replace(path: Path, lines: Sequence[str]) -> None:
    """Put these lines in place of the file's. Raises KeyUnusable; the file is then as it was."""
    try:
        _written(path, lines).replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise KeyUnusable(f"The key file {path} cannot be written: {error.strerror}.") from error


def _written(path: Path, lines: Sequence[str]) -> Path:
    """A new file beside `path`, filled and synced, that only its owner can read."""
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write("".join(f"{line}\n" for line in lines).encode("ascii"))
            file.flush()
            os.fsync(file.fileno())
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    return fresh


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
