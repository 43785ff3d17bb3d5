"""Secrets that go in through the command line and the Python library come out of neither: not in
what they print, raise or show, not in the arguments of any process, not in what is kept.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme

import sourcekeep
from tests.canary.planting import Planted, client_certificates, echoing, leak, watched_arguments

Places = dict[str, bytes]


class Terminal:
    """Runs commands on one data dir and keeps all that they print."""

    def __init__(self, data_dir: Path, environment: dict[str, str]) -> None:
        self._environment = {
            **os.environ,
            "SOURCEKEEP_DATA_DIR": str(data_dir),
            "SOURCEKEEP_SECRET_ENVIRONMENT": "CANARY_*",
            **environment,
        }
        self.printed: list[bytes] = []

    def __call__(self, *words: str, stdin: str = "", code: int | None = 0) -> bytes:
        done = subprocess.run(
            [sys.executable, "-m", "sourcekeep", *words],
            input=stdin.encode(),
            capture_output=True,
            env=self._environment,
            check=False,
        )
        self.printed.append(done.stdout + done.stderr)
        assert code is None or done.returncode == code, self.printed[-1]
        return done.stdout


def commands(terminal: Terminal, echo: str, found: Planted, folder: Path) -> None:
    """Add, use, spoil, replace and list; each secret by prompt's stand-in, standard input, or file."""
    plant = found.plant
    terminal(
        "source", "add", "bearer", "--base-url", echo, "--auth", "bearer",
        "--secret", "auth.token=-", stdin=plant("token") + "\n",
    )  # fmt: skip
    file = folder / "next"
    file.write_text(plant("next token"))
    terminal("source", "edit", "bearer", "--secret", f"auth.next.token={file}")
    terminal(
        "source", "add", "elsewhere", "--base-url", echo, "--auth", "bearer",
        "--secret-from", "auth.token=env:CANARY_TOKEN",
    )  # fmt: skip
    terminal("secret", "set", "key", "--source", "bearer", stdin=plant("workspace secret"))
    terminal("query", "add", "bearer", "--name", "q", "--param", "k={{ secrets.key }}")
    for words in (
        ("run", "q"), ("run", "q", "--json"), ("call", "bearer", "GET", "x"),
        ("call", "elsewhere", "GET", "--json"), ("source", "test", "bearer"),
    ):  # fmt: skip
        terminal(*words, code=None)
    refused = json.dumps({"auth": {"type": "bearer", "tokn": plant("refused token")}})
    terminal("source", "add", "x", "--from", "-", stdin=refused, code=2)
    terminal("source", "retire", "bearer")
    terminal("key", "rotate", "--retire-old")
    token = terminal("token", "create", "--name", "canary", "--role", "admin").decode().strip()
    terminal.printed.pop()  # the token's own, this once
    found["caller token"] = token
    for words in (
        ("source", "list", "--json"), ("source", "show", "bearer"), ("source", "show", "elsewhere"),
        ("secret", "list"), ("token", "list", "--json"), ("audit", "list"), ("audit", "export"),
        ("doctor",),
    ):  # fmt: skip
        terminal(*words, code=None)


def library(data_dir: Path, echo: str, found: Planted, ca: trustme.CA) -> list[str]:
    """Everything that a program sees of a keep and of a source without one."""
    seen: list[str] = []

    def see(value: Any) -> Any:
        seen.append(f"{value!r} {value}")
        if isinstance(value, sourcekeep.Result):
            seen.append(repr([getattr(value, name) for name in ("data", "error", "response")]))
            seen.append(value.text.decode())
        return value

    with sourcekeep.open(data_dir=data_dir) as keep:
        auth = {"type": "basic", "username": "u", "password": found.plant("library password")}
        for name, tls in zip(("basic", "packed"), client_certificates(ca, found), strict=True):
            made = {"kind": "restapi", "name": name, "base_url": echo, "auth": auth, "tls": tls}
            see(keep.create("data-sources", made))
        see(keep.call("basic", "GET", "x"))
        see(keep.put("secrets", "of_library", {"value": found.plant("library secret")}))
        for noun in ("data-sources", "queries", "runs", "tokens", "secrets", "audit", "keys"):
            see(keep.list(noun))
        bad = {"kind": "restapi", "auth": {"type": "bearer", "tokn": found.plant("refused")}}
        with pytest.raises(sourcekeep.Invalid) as caught:
            keep.create("data-sources", bad)
        see(caught.value)
        see(keep)
    bearer = sourcekeep.Bearer(found.plant("loose bearer"))
    basic = sourcekeep.Basic("u", found.plant("loose password"))
    key = sourcekeep.ApiKey("X-Key", found.plant("loose key"))
    for auth in (bearer, basic, key):
        source = sourcekeep.RestSource(base_url=echo, auth=auth)
        see((auth, source))
        result = see(source.get("/users/{id}", id=7))
        with pytest.raises(Exception, match="400") as failed:
            result.raise_for_status()
        see(failed.value)
    return seen


@pytest.fixture(scope="module")
def exercised(
    tmp_path_factory: pytest.TempPathFactory, loopback_ca: trustme.CA
) -> Iterator[tuple[Planted, Places]]:
    folder: Path = tmp_path_factory.mktemp("doors")
    found = Planted()
    terminal = Terminal(folder / "data", {"CANARY_TOKEN": found.plant("kept in the environment")})
    with watched_arguments() as arguments, echoing() as echo:
        commands(terminal, echo, found, folder)
        seen = library(folder / "data", echo, found, loopback_ca)
    places = {
        "what commands printed": b"\n".join(terminal.printed),
        "what the library showed": "\n".join(seen).encode(),
        "the arguments of some process": b"\n".join(arguments),
    }
    for path in sorted((folder / "data").iterdir()):
        if path.is_file() and path.name != "master.key":
            places[f"the file {path.name}"] = path.read_bytes()
    yield found, places


LABELS = [
    "token", "next token", "kept in the environment", "workspace secret", "refused token",
    "caller token", "library password", "client key", "client key password", "PKCS#12",
    "PKCS#12 password", "library secret", "refused", "loose bearer", "loose password", "loose key",
]  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_a_secret_comes_out_of_no_other_door(exercised: tuple[Planted, Places], label: str) -> None:
    found, places = exercised
    where = leak(label, found[label], places)
    assert where is None, where


def test_the_search_means_something(exercised: tuple[Planted, Places]) -> None:
    found, places = exercised
    assert set(found) == set(LABELS)
    assert b"X-Planted" not in places["what commands printed"]
    assert "••••••".encode() in places["what commands printed"]
    assert "••••••".encode() in places["what the library showed"]
    assert b"auth.next.token" in places["the arguments of some process"]
