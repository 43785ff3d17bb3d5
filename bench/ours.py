"""Sourcekeep as a contestant: served from an empty data dir, set up through its own HTTP API."""

from __future__ import annotations

import json
import subprocess
import time
import urllib.request
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench import pythons
from bench.processes import SERVER_CORE, Process, answers
from bench.pythons import Python
from bench.upstream import Upstream

PARAMETER = {"name": "id", "type": "integer", "required": True}


@dataclass(frozen=True)
class Ours:
    """A running server, an admin's caller token, and the seconds from its start to "ready"."""

    process: Process
    url: str
    token: str
    ready_s: float

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """One call of the HTTP API."""
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)


def start(
    folder: Path,
    *,
    port: int = 18700,
    options: tuple[str, ...] = (),
    python: Python | None = None,
) -> Ours:
    """`sourcekeep serve`, everything on: policy, redaction, history, audit."""
    data = folder / "data"
    program = (python or pythons.serving()).program
    begun = time.perf_counter()
    process = Process(
        [program, "serve", "--port", str(port), "--data-dir", str(data), *options],
        core=SERVER_CORE,
        log=folder / "sourcekeep.log",
    )
    process.wait_for_line("Sourcekeep is ready")
    ready_s = time.perf_counter() - begun
    answers(f"http://127.0.0.1:{port}/readyz")
    words = [program, "token", "create", "--name", f"bench{time.time_ns()}", "--role", "admin"]
    made = subprocess.run(
        [*words, "--data-dir", str(data)], check=True, capture_output=True, text=True
    )
    return Ours(process, f"http://127.0.0.1:{port}", made.stdout.strip(), ready_s)


def save_query(ours: Ours, upstream: Upstream) -> None:
    """The bench's source (bearer token, mutual TLS) and its query `bench`."""
    ours.call(
        "POST",
        "/data-sources",
        {
            "kind": "restapi",
            "name": "bench",
            "base_url": upstream.origin,
            "auth": {"type": "bearer", "token": "bench-token"},
            "tls": {
                "mode": "client_certificate",
                "ca_cert": upstream.pem("ca.pem").read_text(),
                "client_cert": upstream.pem("client.pem").read_text(),
                "client_key": upstream.pem("client.key").read_text(),
            },
        },
    )
    query = {"data_source": "bench", "name": "bench", "path": "/items/{{ params.id }}"}
    ours.call("POST", "/queries", {**query, "method": "GET", "parameters": [PARAMETER]})
