"""The command line as people and scripts use it: words, streams and exit codes (contract 7)."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.contract.cli.conftest import Terminal
from tests.served import Served


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
        (("run", "nothing", "-p", "id=1", "-p", "id=2"), "id is given twice"),
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


def test_the_options_of_a_query_win_over_its_file_and_nothing_else_changes(
    terminal: Terminal,
) -> None:
    terminal("source", "add", "s", "--base-url", "http://localhost:1")
    file = json.dumps({"name": "q", "method": "POST", "path": "/from-file"})
    terminal("query", "add", "s", "/typed", "--from", "-", stdin=file)
    terminal("query", "add", "s", "--name", "r", "-X", "PUT", "--from", "-", stdin=file)
    saved = {one["name"]: one for one in json.loads(terminal("query", "list", "--json").stdout)}
    assert [(saved[n]["method"], saved[n]["path"]) for n in ("q", "r")] == [
        ("POST", "/typed"),
        ("PUT", "/from-file"),
    ]


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
