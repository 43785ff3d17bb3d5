"""Every stage of a connection failing, told alike by `source test` and by a run: code and exit 1."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from tests.contract.cli.conftest import Terminal
from tests.upstream.broken_tls import BROKEN
from tests.upstream.raw import blocking_server

Place = Callable[[], AbstractContextManager[str]]


@contextmanager
def no_such_name() -> Iterator[str]:
    yield "http://no-such-host.invalid/"


@contextmanager
def closed_port() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    yield f"http://127.0.0.1:{port}/"


@contextmanager
def unknown_ca() -> Iterator[str]:
    with BROKEN[0].start() as upstream:
        yield f"https://127.0.0.1:{upstream.port}/"


def answering(answer: bytes) -> Place:
    @contextmanager
    def place() -> Iterator[str]:
        def handle(handler: object) -> None:
            sock = handler.request  # type: ignore[attr-defined]
            while sock.recv(65536):
                sock.sendall(answer)

        with blocking_server(handle) as upstream:
            yield f"http://127.0.0.1:{upstream.port}/"

    return place


CASES: dict[str, tuple[Place, str]] = {
    "dns": (no_such_name, "dns_failed"),
    "tcp": (closed_port, "connect_refused"),
    "tls": (unknown_ca, "unknown_ca"),
    "auth": (answering(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n"), "http_status"),
    "response": (answering(b"220 mail ready\r\n"), "protocol_error"),
}


@pytest.mark.parametrize("stage", CASES)
def test_a_stage_that_fails(terminal: Terminal, stage: str) -> None:
    place, code = CASES[stage]
    with place() as address:
        added = terminal(
            "source", "add", "it", "--base-url", address, "--auth", "bearer",
            "--secret", "auth.token=-", "--set", "retry.max_attempts=1", stdin="canary-cli-55",
        )  # fmt: skip
        assert added.returncode == 0, added.stderr
        tested = terminal("source", "test", "it", "--json")
        ran = terminal("call", "it", "GET", "--json")
        spoken = terminal("source", "test", "it")
    assert (tested.returncode, ran.returncode, spoken.returncode) == (1, 1, 1)
    stages = json.loads(tested.stdout)["stages"]
    failed = [one for one in stages if one["ok"] is False]
    assert [(one["stage"], one["code"]) for one in failed] == [(stage, code)]
    assert json.loads(ran.stdout)["error"]["code"] == code
    assert f"[{code}]" in spoken.stdout
    assert spoken.stdout.count("✗") == 1
    assert failed[0]["hint"] in spoken.stdout
    assert "canary-cli-55" not in tested.stdout + ran.stdout + spoken.stdout
