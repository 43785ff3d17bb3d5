"""Starts `sourcekeep serve` as a person would, in a process of its own, and waits for its ready line."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

READY = re.compile(r"Sourcekeep is ready at (http://\S+)")
LINK = re.compile(r"http://\S+/welcome\?token=\S+")
DEMO = re.compile(
    r"Demo API at (http://\S+).*?with TLS at (https://\S+).*?certificate at (https://\S+)",
    re.DOTALL,
)
COMMAND = (sys.executable, "-m", "sourcekeep", "serve")
START_LIMIT_S = 60.0
STOP_LIMIT_S = 20.0


@dataclass(frozen=True)
class Served:
    """A running server: its address, its data, and the lines that it has printed so far."""

    url: str
    data_dir: Path
    process: subprocess.Popen[str]
    lines: list[str]

    @property
    def sign_in_link(self) -> str:
        """The one-time link that is printed, beside the ready line, while no user exists."""
        give_up = time.monotonic() + 10
        while (found := LINK.search(self.output)) is None:
            if time.monotonic() > give_up:
                raise AssertionError(f"no sign-in link was printed:\n{self.output}")
            time.sleep(0.02)
        return found.group(0)

    @property
    def demo_addresses(self) -> tuple[str, str, str]:
        """The demo's three addresses: plain, with TLS, with a client certificate."""
        found = DEMO.search(self.output)
        assert found is not None, f"no demo addresses were printed:\n{self.output}"
        plain, secure, mutual = found.groups()
        return plain, secure, mutual

    @property
    def output(self) -> str:
        return "".join(self.lines)


@contextmanager
def serving(
    data_dir: Path, *options: str, environment: dict[str, str] | None = None
) -> Iterator[Served]:
    """Serves on a free port with `data_dir` and further options; stopped by SIGTERM afterwards."""
    served = start(data_dir, options, environment=environment)
    try:
        yield served
    finally:
        stop(served)


def start(
    data_dir: Path, options: Sequence[str] = (), *, environment: dict[str, str] | None = None
) -> Served:
    process = subprocess.Popen(
        [*COMMAND, "--port", "0", "--data-dir", str(data_dir), *options],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        bufsize=1,
    )
    lines: list[str] = []
    address: list[str] = []
    settled = threading.Event()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if (found := READY.search(line)) is not None:
                address.append(found.group(1).rstrip("/"))
                settled.set()
        settled.set()

    threading.Thread(target=read, name="server output", daemon=True).start()
    settled.wait(START_LIMIT_S)
    if not address:
        process.kill()
        raise RuntimeError("the server did not become ready:\n" + "".join(lines))
    return Served(url=address[0], data_dir=data_dir, process=process, lines=lines)


def stop(served: Served) -> int:
    """SIGTERM, then the exit code; kills what does not stop."""
    served.process.terminate()
    try:
        return served.process.wait(STOP_LIMIT_S)
    except subprocess.TimeoutExpired:
        served.process.kill()
        served.process.wait()
        raise
