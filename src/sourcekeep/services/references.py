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
from fnmatch import fnmatchcase
from pathlib import Path

from sourcekeep.model import bounds
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Fault

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_OWN = "SOURCEKEEP_"  # the master key and the caller token stand under these names
_LARGEST = 1024 * 1024
_KINDS = "Write env:NAME for a variable of Sourcekeep's environment, or file:/path for a file."

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
        refusal = self._refusal(reference)
        return None if refusal is None else Fault(pointer, *refusal)

    def read(self, reference: str) -> str:
        """The text, without line ends after it. Raises Failed(credential_missing) naming it."""
        refusal = self._refusal(reference)
        if refusal is not None:
            raise _missing(reference, refusal[1])
        kind, _, place = reference.partition(":")
        found = self._environment.get(place, "") if kind == "env" else self._from_file(reference)
        text = found.rstrip("\r\n")
        if not text:
            raise _missing(reference, "It is not set, or is empty.")
        return text

    def stamp(self, references: Iterable[str]) -> tuple[Stamp | None, ...]:
        """What changes when one of the files does: so that they need not be read for every run."""
        return tuple(_stamp(reference) for reference in references)

    def _refusal(self, reference: str) -> tuple[str, str] | None:
        if len(reference) > bounds.WORD:
            return "too_long", f"A reference must have at most {bounds.WORD} characters."
        kind, _, place = reference.partition(":")
        if kind == "env" and _NAME.fullmatch(place):
            return self._environment_refusal(place)
        if kind == "file" and place.startswith("/") and "\0" not in place:
            return self._file_refusal(Path(os.path.realpath(place)))
        return "reference", _KINDS

    def _environment_refusal(self, name: str) -> tuple[str, str] | None:
        allowed = any(fnmatchcase(name, pattern) for pattern in self._patterns)
        if allowed and not name.upper().startswith(_OWN):
            return None
        words = (
            f"The variable {name} is not among those that may be referred to; "
            "the operator lists them in the setting secret_environment."
        )
        return "reference_not_allowed", words

    def _file_refusal(self, path: Path) -> tuple[str, str] | None:
        inside = any(folder in path.parents for folder in self._folders)
        if inside and path != self._never:
            return None
        words = (
            "The file is not in a folder that may be referred to; "
            "the operator lists them in the setting secret_folders."
        )
        return "reference_not_allowed", words

    def _from_file(self, reference: str) -> str:
        try:
            content = _content(os.path.realpath(reference.partition(":")[2]))
        except OSError as error:
            raise _missing(reference, f"{error.strerror or 'It cannot be read'}.") from None
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise _missing(reference, "It is not UTF-8 text.") from None


def _content(path: str) -> bytes:
    """A regular file's bytes. `path` has no links left: one that comes in between is not followed,
    and a pipe is not waited for."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
    handle = os.open(path, flags)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode):
            raise OSError(0, "It is not a file")
        if found.st_size > _LARGEST:
            raise OSError(0, "It is larger than 1 MiB")
        return file.read(_LARGEST)


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
