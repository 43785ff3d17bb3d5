"""Query run: JSON in, template, one upstream call over mutual TLS, JSON out; 64 at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from bench import load, ours, tools
from bench.load import Figures, Order
from bench.processes import SERVER_CORE, Process
from bench.report import Contest, Line
from bench.upstream import Upstream

BODY = '{"parameters": {"id": 7}}'
JSON = ("Content-Type", "application/json")


def _floor(folder: Path, upstream: Upstream, seconds: int) -> Figures:
    words = [sys.executable, "-m", "bench.floors.query_run", "18701", str(upstream.port)]
    process = Process([*words, str(upstream.folder)], core=SERVER_CORE, log=folder / "floor.log")
    return _measured(process, "http://127.0.0.1:18701/run", folder, seconds)


def _fastify_got(folder: Path, upstream: Upstream, seconds: int) -> Figures:
    peer = tools.node_peer("fastify_got")
    words = [tools.node(), "server.mjs", "18702", upstream.origin, str(upstream.folder)]
    process = Process(words, core=SERVER_CORE, log=folder / "fastify_got.log", cwd=peer)
    return _measured(process, "http://127.0.0.1:18702/run", folder, seconds)


def _measured(process: Process, url: str, folder: Path, seconds: int) -> Figures:
    try:
        process.wait_for_line("ready")
        order = Order(url, method="POST", body=BODY, headers=(JSON,))
        return load.measure(process, order, folder=folder, seconds=seconds)
    finally:
        process.stop()


def _sourcekeep(folder: Path, upstream: Upstream, seconds: int) -> Figures:
    server = ours.start(folder)
    try:
        ours.save_query(server, upstream)
        answer = server.call("POST", "/queries/bench/run", {"parameters": {"id": 7}})
        if answer["status"] != "ok" or answer["data"]["name"] != "Ada":
            raise RuntimeError(f"the bench query failed: {answer}")
        order = Order(
            f"{server.url}/api/v1/queries/bench/run",
            method="POST",
            body=BODY,
            headers=(JSON, ("Authorization", f"Bearer {server.token}")),
        )
        return load.measure(server.process, order, folder=folder, seconds=seconds)
    finally:
        server.process.stop()


OURS, PEER, FLOOR = "Sourcekeep", "Node fastify + got", "floor: asyncio both sides"
CONTESTANTS: dict[str, Callable[[Path, Upstream, int], Figures]] = {
    FLOOR: _floor,
    PEER: _fastify_got,
    OURS: _sourcekeep,
}


def contest(folder: Path, upstream: Upstream, *, seconds: int) -> Contest:
    """All contestants one after the other, each alone on its core."""
    figures: dict[str, Figures | str] = {}
    for name, run in CONTESTANTS.items():
        try:
            figures[name] = run(folder, upstream, seconds)
        except tools.Missing as missing:
            figures[name] = f"missing: {missing}"
    return Contest("query run", _lines(figures), _details(figures))


def _lines(figures: dict[str, Figures | str]) -> tuple[Line, ...]:
    mine, peer, floor = figures[OURS], figures[PEER], figures[FLOOR]
    if isinstance(mine, str):
        raise RuntimeError(mine)
    rate = None if isinstance(peer, str) else mine.per_second / peer.per_second
    cost = None if isinstance(floor, str) else mine.cpu_us / floor.cpu_us
    return (
        Line(
            work="query run, requests/s",
            ours=f"{mine.per_second:,.0f}/s",
            beside=f"{PEER} {'missing' if isinstance(peer, str) else f'{peer.per_second:,.0f}/s'}",
            value=rate,
            unit="×",
            must=3,
            aim=6,
            more_is_better=True,
        ),
        Line(
            work="query run, CPU",
            ours=f"{mine.cpu_us:.0f} µs",
            beside=f"{FLOOR} {'missing' if isinstance(floor, str) else f'{floor.cpu_us:.0f} µs'}",
            value=cost,
            unit="×",
            must=None,
            aim=2,
        ),
    )


def _details(figures: dict[str, Figures | str]) -> tuple[str, ...]:
    lines = [
        "| contestant | CPU µs/request | requests/s | p50 ms | p99 ms | memory MB |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, f in figures.items():
        if isinstance(f, str):
            lines.append(f"| {name} | {f} | | | | |")
        else:
            lines.append(
                f"| {name} | {f.cpu_us:.1f} | {f.per_second:,.0f} | {f.p50_ms:.2f} "
                f"| {f.p99_ms:.2f} | {f.memory_mb:.0f} |"
            )
    return tuple(lines)
