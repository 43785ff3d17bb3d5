"""What a run adds to a call, one at a time: the same client calls the upstream and calls a run."""

from __future__ import annotations

import http.client
import ssl
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from bench import ours
from bench.query_run import BODY
from bench.report import Contest, Line
from bench.upstream import Upstream

_WARM_UP = 200
_CALLS = 2000


def contest(folder: Path, upstream: Upstream, *, seconds: int) -> Contest:
    """The middle of many calls in turns, so that a noisy moment hits both."""
    server = ours.start(folder)
    try:
        ours.save_query(server, upstream)
        direct, through = _direct(upstream), _through(server)
        for call in (direct, through):
            for _ in range(_WARM_UP):
                call()
        alone, kept = _middles(direct, through)
    finally:
        server.process.stop()
    return Contest(
        "one at a time",
        (
            Line(
                work="latency that a run adds, p50",
                ours=f"{kept:.2f} ms",
                beside=f"direct call {alone:.2f} ms",
                value=kept - alone,
                unit="ms",
                must=1.5,
                aim=0.3,
            ),
        ),
    )


def _middles(direct: Callable[[], None], through: Callable[[], None]) -> tuple[float, float]:
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(_CALLS):
        for call, taken in zip((direct, through), times, strict=True):
            begun = time.perf_counter()
            call()
            taken.append((time.perf_counter() - begun) * 1000)
    return statistics.median(times[0]), statistics.median(times[1])


def _direct(upstream: Upstream) -> Callable[[], None]:
    context = ssl.create_default_context(cafile=str(upstream.pem("ca.pem")))
    context.load_cert_chain(upstream.pem("client.pem"), upstream.pem("client.key"))
    connection = http.client.HTTPSConnection("localhost", upstream.port, context=context)
    headers = {"Authorization": "Bearer bench-token"}
    return lambda: _call(connection, "GET", "/items/7", None, headers)


def _through(server: ours.Ours) -> Callable[[], None]:
    connection = http.client.HTTPConnection(server.url.removeprefix("http://"))
    headers = {"Authorization": f"Bearer {server.token}", "Content-Type": "application/json"}
    return lambda: _call(connection, "POST", "/api/v1/queries/bench/run", BODY, headers)


def _call(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: str | None,
    headers: dict[str, str],
) -> None:
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    content = answer.read()
    if answer.status != 200 or b'"Ada"' not in content:
        raise RuntimeError(f"{path} answered {answer.status}: {content[:200]!r}")
