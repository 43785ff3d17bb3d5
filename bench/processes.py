"""Child processes pinned to a core, and the CPU time that they use."""

from __future__ import annotations

import os
import signal
import subprocess
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from typing import IO

SERVER_CORE, LOAD_CORE = 0, 1  # one core for what is measured, the other for load and upstream
_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


class Process:
    """A program on one core, with its children."""

    def __init__(
        self,
        words: Sequence[str],
        *,
        core: int,
        log: Path,
        cwd: Path | None = None,
        env: dict[str, str] | None = None,
    ) -> None:
        self._log: IO[bytes] = log.open("wb")
        self.log_path = log
        self._child = subprocess.Popen(
            ["taskset", "-c", str(core), *words],
            stdout=self._log,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )

    def wait_for_line(self, start: str, *, seconds: float = 30) -> str:
        """The first line of its output that begins so."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            for line in self.log_path.read_text(errors="replace").splitlines():
                if line.startswith(start):
                    return line
            if self._child.poll() is not None:
                break
            time.sleep(0.05)
        said = self.log_path.read_text(errors="replace")
        raise RuntimeError(f"no line {start!r} from {self._child.args}: {said[-2000:]}")

    def still_runs(self, *, seconds: float = 1) -> None:
        """Raises when it has ended within this time: its port may be taken by another."""
        try:
            code = self._child.wait(seconds)
        except subprocess.TimeoutExpired:
            return
        said = self.log_path.read_text(errors="replace")[-2000:]
        raise RuntimeError(f"{self._child.args} ended with {code}: {said}")

    def cpu_seconds(self) -> float:
        """User and system time of it and all its children so far."""
        return sum(_cpu_seconds(pid) for pid in _family(self._child.pid))

    def memory_mb(self) -> float:
        """Proportional share of memory (PSS) of it and all its children, in MB."""
        return sum(_pss_kb(pid) for pid in _family(self._child.pid)) / 1024

    def stop(self) -> None:
        """Ask it to stop, then insist."""
        if self._child.poll() is None:
            os.killpg(self._child.pid, signal.SIGTERM)
            try:
                self._child.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self._child.pid, signal.SIGKILL)
                self._child.wait()
        self._log.close()


def _family(root: int) -> list[int]:
    pids = [root]
    for pid in pids:
        for task in Path(f"/proc/{pid}/task").glob("*/children"):
            pids.extend(int(child) for child in task.read_text().split())
    return pids


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS_PER_S


def _pss_kb(pid: int) -> int:
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("Pss:"))


def answers(url: str, *, seconds: float = 30) -> None:
    """Return when the URL answers at all."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{url} does not answer")
