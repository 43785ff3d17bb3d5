"""Secrets that are kept elsewhere: in this process's environment, or in a file. Read at use.

A reference is `env:NAME` or `file:/path`. Both could be turned against us: an environment holds our
own master key, and any file of the machine might be named. So an environment name must match a
pattern that the operator gave, and a file must lie, with all links followed, in a folder of theirs.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from sourcekeep.model import bounds
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Fault

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OWN = "SOURCEKEEP_"  # the master key and the caller token stand under these names
_LARGEST = 1024 * 1024
_KINDS = "Write env:NAME for a variable of Sourcekeep's environment, or file:/path for a file."

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK

Stamp = tuple[int, int, int, int]


class References:
    """What an operator lets sources and secrets refer to, and how it is read."""

    def __init__(
        self,
        *,
        environment_names: Sequence[str] = (),
        folders: Sequence[str] = (),
        never: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self._patterns = tuple(environment_names)
        self._folders = tuple(Path(os.path.realpath(folder)) for folder in folders)
        self._never = None if never is None else Path(os.path.realpath(never))
        self._environment = os.environ if environment is None else environment

    def fault(self, reference: str, pointer: str) -> Fault | None:
        """Why this may not be referred to, for the person who writes it; None when it may.

        Whether it is there is not asked: another process of ours may be the one that has it.
        """
        try:
            self._place(reference)
        except _Unusable as why:
            return Fault(pointer, why.code, why.words)
        return None

    def read(self, reference: str) -> str:
        """The text, without line ends after it. Raises Failed(credential_missing) naming it."""
        try:
            place = self._place(reference)
            found = self._environment.get(place, "") if isinstance(place, str) else _text(place)
        except _Unusable as why:
            raise _missing(reference, why.words) from None
        text = found.rstrip("\r\n")
        if not text:
            raise _missing(reference, "It is not set, or is empty.")
        return text

    def stamp(self, references: Iterable[str]) -> tuple[Stamp | None, ...]:
        """What changes when one of the files does: so that they need not be read for every run."""
        return tuple(_stamp(reference) for reference in references)

    def _place(self, reference: str) -> str | _Inside:
        """The variable's name, or the file in its folder. Raises _Unusable."""
        if len(reference) > bounds.WORD:
            words = f"A reference must have at most {bounds.WORD} characters."
            raise _Unusable("too_long", words)
        kind, _, place = reference.partition(":")
        if kind == "env" and _NAME.fullmatch(place):
            return self._variable(place)
        if kind == "file" and place.startswith("/") and "\0" not in place:
            return self._file(Path(os.path.realpath(place)))
        raise _Unusable("reference", _KINDS)

    def _variable(self, name: str) -> str:
        allowed = any(fnmatchcase(name, pattern) for pattern in self._patterns)
        if allowed and not name.upper().startswith(_OWN):
            return name
        words = (
            f"The variable {name} is not among those that may be referred to; "
            "the operator lists them in the setting secret_environment."
        )
        raise _Unusable("reference_not_allowed", words)

    def _file(self, path: Path) -> _Inside:
        folder = next((folder for folder in self._folders if folder in path.parents), None)
        if folder is not None and path != self._never:
            return _Inside(folder, path.relative_to(folder).parts)
        words = (
            "The file is not in a folder that may be referred to; "
            "the operator lists them in the setting secret_folders."
        )
        raise _Unusable("reference_not_allowed", words)


class _Unusable(Exception):
    """Why nothing can be read here, in words."""

    def __init__(self, code: str, words: str) -> None:
        super().__init__(words)
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class _Inside:
    """A file by its way from an allowed folder. All links were followed: none of `steps` is one."""

    folder: Path
    steps: tuple[str, ...]


def _text(place: _Inside) -> str:
    try:
        return _content(place).decode("utf-8")
    except OSError as error:
        words = f"{error.strerror or 'It cannot be read'}."
        raise _Unusable("reference_not_read", words) from None
    except UnicodeDecodeError:
        raise _Unusable("reference_not_read", "It is not UTF-8 text.") from None


def _content(place: _Inside) -> bytes:
    """A regular file's bytes; a pipe is not waited for."""
    with os.fdopen(_opened(place), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "It is not a file")
        if found.st_size > _LARGEST:
            raise OSError(0, "It is larger than 1 MiB")
        return file.read(_LARGEST)


def _opened(place: _Inside) -> int:
    """The file, opened step by step: a link that has come in between is not followed, wherever it
    leads."""
    *folders, name = place.steps
    at = os.open(place.folder, _FOLDER)
    try:
        for folder in folders:
            inner = os.open(folder, _FOLDER | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = inner
        return os.open(name, _FILE, dir_fd=at)
    finally:
        os.close(at)


def _stamp(reference: str) -> Stamp | None:
    kind, _, place = reference.partition(":")
    if kind != "file":
        return None  # a process's environment stays as it is
    try:
        found = Path(place).stat()
    except (OSError, ValueError):
        return None
    return (found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size)


def _missing(reference: str, why: str) -> Failed:
    return Failed(
        problem(
            "credential_missing",
            f"The secret is kept in {reference[:300]}, which cannot be used. {why}",
            hint="Put the secret there, or have an admin enter it here.",
        )
    )
