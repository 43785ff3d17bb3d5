"""Caller tokens, people and the audit from the command line."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from tests.contract.cli.conftest import Terminal


def test_a_caller_token_stands_alone_on_standard_output(terminal: Terminal) -> None:
    made = terminal("token", "create", "--name", "ci", "--role", "admin")
    assert made.stdout.startswith("sk_") and made.stdout.count("\n") == 1
    assert made.stdout.strip() not in terminal("token", "list", "--json").stdout
    listed = json.loads(terminal("token", "list", "--json").stdout)
    assert terminal("token", "revoke", listed[0]["id"]).returncode == 0


def test_somebody_is_invited_and_gets_another_link(terminal: Terminal) -> None:
    invited = terminal("user", "invite", "ada@keep.test", "--name", "Ada", "--role", "admin")
    assert invited.returncode == 0, invited.stderr
    assert "/welcome?token=" in invited.stdout
    assert "ada@keep.test; it works once" in invited.stderr
    again = terminal("user", "link", "ada@keep.test")
    assert again.stdout != invited.stdout
    listed = json.loads(terminal("user", "list", "--json").stdout)
    assert [(one["email"], one["state"], one["role"]) for one in listed] == [
        ("ada@keep.test", "invited", "admin")
    ]
    assert terminal("user", "rm", "ada@keep.test").returncode == 0
    assert terminal("user", "link", "ada@keep.test").returncode == 2


def test_the_audit_is_listed_exported_and_checked(terminal: Terminal) -> None:
    for name in ("one", "two"):
        assert terminal("token", "create", "--name", name).returncode == 0
    listed = terminal("audit", "list", "--action", "token.*", "--limit", "1")
    assert listed.stdout.splitlines()[1].split()[3:6] == ["cli", "token.create", "two"]
    exported = terminal("audit", "export")
    lines = [json.loads(line) for line in exported.stdout.splitlines()]
    assert [line["action"] for line in lines] == ["token.create", "token.create", "audit.export"]
    checked = terminal("audit", "verify")
    assert (checked.returncode, checked.stderr) == (0, "3 lines are as they were written.\n")


def test_an_export_is_checked_with_the_lines_of_the_documentation(
    terminal: Terminal, tmp_path: Path
) -> None:
    for name in ("one", "två", "three"):
        assert terminal("token", "create", "--name", name).returncode == 0
    text = (Path(__file__).parents[3] / "docs/audit.md").read_text("utf-8")
    program = text.partition("```python\n")[2].partition("```")[0]
    export = terminal("audit", "export").stdout
    for written, code in ((export, 0), (export.replace("three", "tree!"), 1)):
        (tmp_path / "audit.ndjson").write_text(written, "utf-8")
        words = [sys.executable, "-c", program]
        checked = subprocess.run(words, cwd=tmp_path, check=False, capture_output=True)
        assert checked.returncode == code


def test_one_changed_byte_in_the_audit_ends_verify_with_1_and_the_line(terminal: Terminal) -> None:
    for name in ("one", "two", "three"):
        assert terminal("token", "create", "--name", name).returncode == 0
    with closing(sqlite3.connect(terminal.data_dir / "sourcekeep.db")) as database:
        database.execute("UPDATE audit SET target_name = 'twa' WHERE target_name = 'two'")
        database.commit()
    checked = terminal("audit", "verify", "--json")
    assert checked.returncode == 1
    assert json.loads(checked.stdout) == {
        "ok": False,
        "lines": 1,
        "broken": {"seq": 2, "detail": "The line is not as it was written."},
    }
    assert "line 2: The line is not as it was written." in terminal("audit", "verify").stderr
