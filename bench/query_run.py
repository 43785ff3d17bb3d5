"""Query run: JSON in, template, one upstream call over mutual TLS, JSON out; 64 at a time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench import load, ours, pythons, tools
from bench.load import Figures, Order
from bench.processes import SERVER_CORE, Process
from bench.pythons import Python
from bench.report import Contest, Line
from bench.upstream import Upstream

BODY = '{"parameters": {"id": 7}}'
JSON = ("Content-Type", "application/json")


def _floor(folder: Path, upstream: Upstream, seconds: int) -> Figures:
    words = [str(pythons.serving().path), "-m", "bench.floors.query_run", "18701"]
    process = Process(
        [*words, str(upstream.port), str(upstream.folder)],
        core=SERVER_CORE,
        log=folder / "floor.log",
    )
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


def _sourcekeep(folder: Path, upstream: Upstream, seconds: int, *, python: Python) -> Figures:
    server = ours.start(folder, python=python)
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
OURS_HERE = "Sourcekeep on the Python that runs the bench"
Contestant = Callable[[Path, Upstream, int], Figures]
_ROUNDS = 3


def _contestants() -> dict[str, Contestant]:
    served = pythons.serving()
    all_of_them: dict[str, Contestant] = {
        FLOOR: _floor,
        PEER: _fastify_got,
        OURS: partial(_sourcekeep, python=served),
    }
    if served != pythons.HERE:
        all_of_them[OURS_HERE] = partial(_sourcekeep, python=pythons.HERE)
    return all_of_them


def contest(folder: Path, upstream: Upstream, *, seconds: int) -> Contest:
    """All contestants one after the other, each alone on its core, in some rounds; of each the best
    round counts, which is the one that other work on the machine disturbed least."""
    figures: dict[str, Figures | str] = {}
    for number in range(_ROUNDS):
        for name, run in _contestants().items():
            place = folder / f"{number} {name}"
            place.mkdir()
            try:
                found = run(place, upstream, seconds)
            except tools.Missing as missing:
                figures[name] = f"missing: {missing}"
                continue
            before = figures.get(name)
            if not isinstance(before, Figures) or before.per_second < found.per_second:
                figures[name] = found
    return Contest("query run", _lines(figures), _details(figures))


def _lines(figures: dict[str, Figures | str]) -> tuple[Line, ...]:
    mine, floor = _of_ours(figures, OURS), figures[FLOOR]
    cost = None if isinstance(floor, str) else mine.cpu_us / floor.cpu_us
    lines = [
        _rate("query run, requests/s", mine, figures[PEER]),
        Line(
            work="query run, CPU",
            ours=f"{mine.cpu_us:.0f} µs",
            beside=f"{FLOOR} {'missing' if isinstance(floor, str) else f'{floor.cpu_us:.0f} µs'}",
            value=cost,
            unit="×",
            must=None,
            aim=2,
        ),
    ]
    if OURS_HERE in figures:
        here = _of_ours(figures, OURS_HERE)
        lines.insert(1, _rate("the same on the bench's own Python", here, figures[PEER]))
    return tuple(lines)


def _of_ours(figures: dict[str, Figures | str], name: str) -> Figures:
    found = figures[name]
    if isinstance(found, str):
        raise RuntimeError(f"{name}: {found}")
    return found


def _rate(work: str, mine: Figures, peer: Figures | str) -> Line:
    return Line(
        work=work,
        ours=f"{mine.per_second:,.0f}/s",
        beside=f"{PEER} {'missing' if isinstance(peer, str) else f'{peer.per_second:,.0f}/s'}",
        value=None if isinstance(peer, str) else mine.per_second / peer.per_second,
        unit="×",
        must=3,
        aim=6,
        more_is_better=True,
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
