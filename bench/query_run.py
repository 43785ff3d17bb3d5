"""Query run: JSON in, template, one upstream call over mutual TLS, JSON out; 64 at a time."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from bench import load, ours, tools
from bench.load import Figures, Order
from bench.processes import SERVER_CORE, Process
from bench.report import Budget, Contest
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


CONTESTANTS: dict[str, Callable[[Path, Upstream, int], Figures]] = {
    "floor: asyncio both sides": _floor,
    "Node fastify + got": _fastify_got,
    "Sourcekeep": _sourcekeep,
}


def contest(folder: Path, upstream: Upstream, *, seconds: int) -> Contest:
    """All contestants one after the other, each alone on its core."""
    figures: dict[str, Figures | str] = {}
    for name, run in CONTESTANTS.items():
        try:
            figures[name] = run(folder, upstream, seconds)
        except tools.Missing as missing:
            figures[name] = f"missing: {missing}"
    return Contest(
        title="query run",
        figures=figures,
        budgets=(
            Budget("requests/s, over Node fastify + got", "Node fastify + got", "per_second", 3, 6),
            Budget("CPU, over our own floor", "floor: asyncio both sides", "cpu_us", None, 2),
        ),
    )
