"""The Python that serves in the bench: the faster build of the two that may be at hand.

Peers come as their makers release them, so ours does too. A Python that was built without
profile-guided optimisation (as pyenv does unless told otherwise) is a fifth to a quarter slower
than the one that Debian, the official images or uv ship. So the bench tries the one that runs it
and the system's, serves with the faster, and where they differ measures both and says which.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bench import tools

_HOME = Path(__file__).parent.parent
_ENVIRONMENT = Path(__file__).parent / "pythons" / ".venv"
_FASTER = 1.05  # a difference that is no noise
# Calls, attributes, small objects and texts: what a run's CPU time goes to.
_TRIAL = """
import time
class A:
    __slots__ = ("x",)
    def __init__(self, x): self.x = x
    def get(self, more=1): return self.x + more
def work():
    total = 0
    for i in range(40000):
        for name, value in {"a": A(i), "b": A(1)}.items():
            total += value.get(more=3) + len(f"{name}:{i}".split(":"))
best = 9.0
for _ in range(40):
    begun = time.perf_counter()
    work()
    best = min(best, time.perf_counter() - begun)
print(best)
"""


@dataclass(frozen=True)
class Python:
    """An interpreter in an environment that has Sourcekeep."""

    path: Path

    @property
    def program(self) -> str:
        """The command `sourcekeep`."""
        return str(self.path.parent / "sourcekeep")

    def build(self) -> str:
        """Its version and build, in a line."""
        words = [str(self.path), "-c", "import sys; print(sys.version.replace('\\n', ' '))"]
        return "Python " + _said(words)


HERE = Python(Path(sys.executable))


@cache
def serving() -> Python:
    """The system's Python in an environment of its own when it is clearly faster, else this one."""
    system = shutil.which("python3", path="/usr/bin")
    if system is None or not _is_new_enough(system):
        return HERE
    if _trial(sys.executable) < _FASTER * _trial(system):
        return HERE
    return _environment(system)


def _is_new_enough(python: str) -> bool:
    return _said([python, "-c", "import sys; print(sys.version_info >= (3, 11))"]) == "True"


def _trial(python: str) -> float:
    return float(_said([python, "-c", _TRIAL]))


def _environment(python: str) -> Python:
    """Where Sourcekeep is installed with this interpreter, made by uv as the README does."""
    uv = os.environ.get("UV") or shutil.which("uv")
    if uv is None:
        raise tools.Missing(f"uv, to serve with {python}, which is faster than {sys.executable}")
    done = subprocess.run(
        [uv, "sync", "--quiet", "--no-dev", "--python", python],
        cwd=_HOME,
        check=False,
        capture_output=True,
        text=True,
        env={
            **os.environ,
            "UV_PROJECT_ENVIRONMENT": str(_ENVIRONMENT),
            "SOURCEKEEP_SKIP_WEB": "1",
        },
    )
    if done.returncode:
        raise tools.Missing(f"Sourcekeep on {python}: {done.stderr.strip()[-300:]}")
    return Python(_ENVIRONMENT / "bin" / "python")


def _said(words: list[str]) -> str:
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()
