"""The load: wrk, which costs a few µs a request and so leaves the other core to the upstream."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from bench import tools
from bench.processes import LOAD_CORE, Process

CONNECTIONS = 64


@dataclass(frozen=True)
class Order:
    """One request, sent over and over."""

    url: str
    method: str = "GET"
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Figures:
    """Of one contestant under load. `cpu_us` is CPU time a request of the server alone."""

    requests: int
    per_second: float
    cpu_us: float
    p50_ms: float
    p99_ms: float
    memory_mb: float


def measure(
    server: Process, order: Order, *, folder: Path, seconds: int, connections: int = CONNECTIONS
) -> Figures:
    """Warm up, then measure. Raises when any answer was an error: a fast failure is no speed."""
    script = folder / "order.lua"
    script.write_text(_lua(order))
    _wrk(script, order.url, seconds=2, connections=connections)
    before = server.cpu_seconds()
    said = _wrk(script, order.url, seconds=seconds, connections=connections)
    used = server.cpu_seconds() - before
    if "Non-2xx" in said or "Socket errors" in said:
        raise RuntimeError(f"errors under load:\n{said}")
    requests = int(_found(r"(\d+) requests in", said))
    return Figures(
        requests=requests,
        per_second=float(_found(r"Requests/sec:\s+([\d.]+)", said)),
        cpu_us=used / requests * 1e6,
        p50_ms=_milliseconds(_found(r"^ +50%\s+(\S+)", said)),
        p99_ms=_milliseconds(_found(r"^ +99%\s+(\S+)", said)),
        memory_mb=server.memory_mb(),
    )


def _wrk(script: Path, url: str, *, seconds: int, connections: int) -> str:
    words = ["taskset", "-c", str(LOAD_CORE), tools.debian("wrk", "wrk")]
    words += [f"-c{connections}", "-t1", f"-d{seconds}s", "--latency", "-s", str(script), url]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout


def _lua(order: Order) -> str:
    lines = [f"wrk.method = {order.method!r}", f"wrk.body = {order.body!r}" if order.body else ""]
    lines += [f"wrk.headers[{name!r}] = {value!r}" for name, value in order.headers]
    return "\n".join(lines)


def _found(pattern: str, text: str) -> str:
    match = re.search(pattern, text, re.MULTILINE)
    if match is None:
        raise RuntimeError(f"wrk said nothing like {pattern}:\n{text}")
    return match.group(1)


def _milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(us|ms|s)", text).groups()  # type: ignore[union-attr]
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
