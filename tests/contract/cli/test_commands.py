"""The command line as people and scripts use it: words, streams and exit codes (contract 7)."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.served import Served, serving

Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("cli"), "--demo", "--demo-port", "0") as server:
        yield server


class Terminal:
    """Runs `sourcekeep …` and gives what came of it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def __call__(
        self, *words: str, stdin: str = "", environment: dict[str, str] | None = None
    ) -> Done:
        return subprocess.run(
            [sys.executable, "-m", "sourcekeep", *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "SOURCEKEEP_DATA_DIR": str(self.data_dir), **(environment or {})},
            check=False,
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "data")


def test_from_nothing_to_data_in_three_commands(terminal: Terminal, served: Served) -> None:
    added = terminal(
        "source", "add", "demo api", "--base-url", served.demo_addresses[0],
        "--auth", "bearer", "--secret", "auth.token=-", stdin="demo-token\n",
    )  # fmt: skip
    assert (added.returncode, added.stdout) == (0, "")
    assert "Added the data source demo api." in added.stderr
    assert terminal("query", "add", "demo api", "--name", "hello").returncode == 0
    ran = terminal("run", "hello")
    assert ran.returncode == 0
    assert json.loads(ran.stdout)["success"] is True
    assert "200 OK" in ran.stderr


def test_the_seeds_certificate_files_are_named_by_option(
    terminal: Terminal, served: Served
) -> None:
    files = served.data_dir / "demo"
    added = terminal(
        "source", "add", "mutual", "--base-url", served.demo_addresses[2],
        "--auth", "bearer", "--secret", "auth.token=-", "--ca-cert", str(files / "server.crt"),
        "--client-cert", str(files / "client.crt"), "--client-key", str(files / "client.key"),
        stdin="demo-token",
    )  # fmt: skip
    assert added.returncode == 0, added.stderr
    ran = terminal("call", "mutual", "GET", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["response"]["status"] == 200


def test_a_failed_run_exits_1_with_the_reason_on_standard_error(
    terminal: Terminal, served: Served
) -> None:
    terminal(
        "source", "add", "s", "--base-url", served.demo_addresses[0],
        "--auth", "bearer", "--secret", "auth.token=-", stdin="not-the-token",
    )  # fmt: skip
    ran = terminal("call", "s", "GET")
    assert ran.returncode == 1
    assert "401" in ran.stderr
    assert "not-the-token" not in ran.stdout + ran.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "nothing"), 'no query "nothing"'),
        (("source", "add", "x", "--base-url", "localhost:3001"), "/base_url"),
        (("source", "add", "x", "--auth", "magic"), "magic"),
        (("source", "add", "x", "--header", "no colon"), "Name: value"),
        (("source", "edit", "x"), "Nothing to change"),
        (("source", "add", "x", "--ca-cert", "/nowhere/ca.pem"), "/nowhere/ca.pem"),
        (("query", "add", "nowhere"), "nowhere"),
        (("token", "create", "--name", "x", "--role", "king"), "'admin', 'editor'"),
        (("fly",), "fly"),
    ],
)
def test_wrong_use_exits_2_and_says_what_to_do(
    terminal: Terminal, words: tuple[str, ...], said: str
) -> None:
    done = terminal(*words)
    assert done.returncode == 2, done.stderr
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_parameters_are_read_as_their_declared_types(terminal: Terminal, served: Served) -> None:
    base = served.demo_addresses[0]
    terminal(
        "source", "add", "s", "--base-url", base, "--auth", "bearer",
        "--secret", "auth.token=-", stdin="demo-token",
    )  # fmt: skip
    terminal(
        "query", "add", "s", "--name", "q", "--param", "n={{ params.n }}",
        "--parameter", "n:integer", "--parameter", "t:string=007",
    )  # fmt: skip
    ran = terminal("run", "q", "-p", "n=9007199254740993", "-p", "t=12", "--json")
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout)["request"]["url"].endswith("n=9007199254740993")
    wrong = terminal("run", "q", "-p", "n=seven")
    assert wrong.returncode == 2
    assert "n" in wrong.stderr and "seven" in wrong.stderr


def test_a_caller_token_stands_alone_on_standard_output(terminal: Terminal) -> None:
    made = terminal("token", "create", "--name", "ci", "--role", "admin")
    assert made.stdout.startswith("sk_") and made.stdout.count("\n") == 1
    assert made.stdout.strip() not in terminal("token", "list", "--json").stdout
    listed = json.loads(terminal("token", "list", "--json").stdout)
    assert terminal("token", "revoke", listed[0]["id"]).returncode == 0


def test_a_secret_that_is_no_text_is_refused(terminal: Terminal) -> None:
    words = [sys.executable, "-m", "sourcekeep", "secret", "set", "key"]
    environment = {**os.environ, "SOURCEKEEP_DATA_DIR": str(terminal.data_dir), "LC_ALL": "C"}
    done = subprocess.run(
        words, input=b"half\xff", capture_output=True, env=environment, timeout=60, check=False
    )
    assert done.returncode == 2
    assert done.stderr == b"sourcekeep: key: - could not be read: it is not UTF-8 text.\n"


def test_commands_act_on_a_server_with_a_token(terminal: Terminal, served: Served) -> None:
    owner = Terminal(served.data_dir)
    admin = owner("token", "create", "--name", "remote", "--role", "admin").stdout.strip()
    runner = owner("token", "create", "--name", "small", "--role", "runner").stdout.strip()
    listed = terminal(
        "source", "list", "--json", "--server", served.url, environment={"SOURCEKEEP_TOKEN": admin}
    )
    assert json.loads(listed.stdout), listed.stderr
    refused = terminal(
        "source", "add", "x", "--server", served.url, environment={"SOURCEKEEP_TOKEN": runner}
    )
    assert refused.returncode == 3
    nobody = terminal(
        "source", "list", "--server", served.url, environment={"SOURCEKEEP_TOKEN": "sk_none"}
    )
    assert nobody.returncode == 3
    without = terminal("source", "list", "--server", served.url)
    assert without.returncode == 2
    assert "SOURCEKEEP_TOKEN" in without.stderr
    for command in (("source", "list"), ("doctor",)):
        nowhere = terminal(
            *command, "--server", "http://x:port", environment={"SOURCEKEEP_TOKEN": admin}
        )
        assert nowhere.returncode == 2
        assert nowhere.stderr.startswith("sourcekeep: --server: ")


def test_a_secret_is_never_taken_from_an_argument(terminal: Terminal) -> None:
    terminal("source", "add", "s", "--base-url", "http://localhost:1")
    done = terminal(
        "source", "edit", "s", "--set", "auth.type=bearer", "--set", "auth.token=visible"
    )
    assert done.returncode == 2
    assert "--secret" in done.stderr


def test_sources_are_shown_edited_and_removed(terminal: Terminal) -> None:
    terminal("source", "add", "s", "--base-url", "http://localhost:1", "--header", "X-A: 1")
    assert json.loads(terminal("source", "show", "s").stdout)["headers"][0]["name"] == "X-A"
    assert terminal("source", "edit", "s", "--name", "t").returncode == 0
    table = terminal("source", "list").stdout
    assert table.splitlines()[0].startswith("NAME")
    assert "http://localhost:1" in table
    assert terminal("source", "rm", "t").returncode == 0
    assert "No data sources yet" in terminal("source", "list").stderr


def test_a_connection_is_tested_line_by_line(terminal: Terminal, served: Served) -> None:
    plain, secure, _ = served.demo_addresses
    for name, address, token in (
        ("good", plain, "demo-token"),
        ("wrong token", plain, "wrong-token"),
        ("no ca", secure, "demo-token"),
    ):
        terminal(
            "source", "add", name, "--base-url", address, "--auth", "bearer",
            "--secret", "auth.token=-", stdin=token,
        )  # fmt: skip
    good = terminal("source", "test", "good")
    assert (good.returncode, good.stderr) == (0, "")
    assert [line[:6] for line in good.stdout.splitlines()] == [
        "✓ DNS ", "✓ TCP ", "· TLS ", "✓ Auth", "✓ Resp",
    ]  # fmt: skip
    assert " ms  " in good.stdout
    wrong = terminal("source", "test", "wrong token")
    assert wrong.returncode == 1
    assert "✗ Auth" in wrong.stdout
    assert "[http_status]" in wrong.stdout
    assert "wrong-token" not in wrong.stdout
    refused = terminal("source", "test", "no ca")
    assert refused.returncode == 1
    assert "✗ TLS" in refused.stdout
    assert "[unknown_ca]" in refused.stdout or "[self_signed]" in refused.stdout
    assert "SHA-256" in refused.stdout
    told = json.loads(terminal("source", "test", "no ca", "--json").stdout)
    mended = terminal(
        "source", "edit", "no ca", "--from", "-", stdin=json.dumps(told["fixes"][0]["patch"])
    )
    assert mended.returncode == 0, mended.stderr
    assert terminal("source", "test", "no ca").returncode == 0
    assert terminal("source", "test", "nobody").returncode == 2


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
    assert row.split()[0] == "key" and "env:API_TOKEN" in row


def test_the_doctor_tells_what_is_wrong_and_exits_1(terminal: Terminal, tmp_path: Path) -> None:
    well = terminal("doctor")
    assert well.returncode == 0, well.stdout
    assert "✓ store" in well.stdout
    assert "✓ schema" in well.stdout
    terminal("source", "add", "open", "--base-url", "https://a.test", "--set", "tls.mode=insecure")
    warned = terminal("doctor")
    assert (warned.returncode, "! tls_not_ver" in warned.stdout) == (0, True)
    assert terminal("doctor", "--strict").returncode == 1
    assert json.loads(terminal("doctor", "--json").stdout)["ok"] is True
    (terminal.data_dir / "master.key").chmod(0o644)
    wrong = terminal("doctor")
    assert (wrong.returncode, wrong.stderr) == (1, "")
    assert "✗ start" in wrong.stdout
    assert "chmod 600" in wrong.stdout


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
