"""Secrets, credentials and master keys from the command line, where no secret is an argument."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from tests.contract.cli.conftest import Terminal
from tests.served import Served


def test_a_secret_is_never_taken_from_an_argument(terminal: Terminal) -> None:
    terminal("source", "add", "s", "--base-url", "http://localhost:1")
    done = terminal(
        "source", "edit", "s", "--set", "auth.type=bearer", "--set", "auth.token=visible"
    )
    assert done.returncode == 2
    assert "--secret" in done.stderr


def test_a_secret_is_kept_elsewhere_and_for_some_sources(
    terminal: Terminal, served: Served
) -> None:
    allowed = {"SOURCEKEEP_SECRET_ENVIRONMENT": "API_*", "API_TOKEN": "demo-token"}
    added = terminal(
        "source", "add", "api", "--base-url", served.demo_addresses[0], "--auth", "bearer",
        "--secret-from", "auth.token=env:API_TOKEN", environment=allowed,
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    assert terminal("call", "api", "GET", environment=allowed).returncode == 0
    missing = terminal("call", "api", "GET")
    assert missing.returncode == 1 and "env:API_TOKEN" in missing.stderr
    refused = terminal("secret", "set", "key", "--from", "env:HOME", environment=allowed)
    assert refused.returncode == 2 and "secret_environment" in refused.stderr
    words = ("secret", "set", "key", "--from", "env:API_TOKEN", "--source", "api")
    assert terminal(*words, environment=allowed).returncode == 0
    (row,) = terminal("secret", "list").stdout.splitlines()[1:]
    assert row.split()[0] == "key" and row.split()[-2:] == ["env:API_TOKEN", "api"]


def test_a_credential_is_replaced_with_overlap(terminal: Terminal, served: Served) -> None:
    terminal(
        "source", "add", "api", "--base-url", served.demo_addresses[0],
        "--auth", "bearer", "--secret", "auth.token=-", stdin="worn-out",
    )  # fmt: skip
    edited = terminal("source", "edit", "api", "--secret", "auth.next.token=-", stdin="demo-token")
    assert edited.returncode == 0, edited.stderr
    assert terminal("call", "api", "GET").returncode == 0
    assert terminal("source", "retire", "api").returncode == 0
    assert terminal("call", "api", "GET").returncode == 0
    again = terminal("source", "retire", "api")
    assert again.returncode == 2 and "no next credential" in again.stderr
    refused = terminal("source", "edit", "api", "--set", "auth.next.token=x")
    assert refused.returncode == 2 and "is a secret" in refused.stderr


def test_the_master_key_is_rotated_and_the_old_one_taken_away(terminal: Terminal) -> None:
    assert terminal("secret", "set", "key", stdin="canary-cli-1\n").returncode == 0
    (old,) = json.loads(terminal("key", "list", "--json").stdout)
    rotated = terminal("key", "rotate")
    assert rotated.returncode == 0, rotated.stderr
    assert "wraps 1 of 1 secrets; 1 were wrapped anew" in rotated.stderr
    assert f"No longer used: {old['id']}" in rotated.stderr
    retired = terminal("key", "rotate", "--retire-old", "--json")
    assert json.loads(retired.stdout)["retired"] == [old["id"]]
    listed = terminal("key", "list")
    assert old["id"] not in listed.stdout and "yes" in listed.stdout


def test_a_secret_that_is_no_text_is_refused(terminal: Terminal) -> None:
    words = [sys.executable, "-m", "sourcekeep", "secret", "set", "key"]
    environment = {**os.environ, "SOURCEKEEP_DATA_DIR": str(terminal.data_dir), "LC_ALL": "C"}
    done = subprocess.run(
        words, input=b"half\xff", capture_output=True, env=environment, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr == b"sourcekeep: key: - could not be read: it is not UTF-8 text.\n"
