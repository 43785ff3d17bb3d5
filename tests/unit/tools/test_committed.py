"""The check of what may be committed. The samples are made here in pieces, or it would find them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.checks.committed import NEVER_TRACKED, REGISTRY_HOSTS, look_into


def findings(tmp_path: Path, content: str | bytes) -> list[tuple[int, str]]:
    file = tmp_path / "file"
    file.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(look_into(file))


@pytest.mark.parametrize("host", REGISTRY_HOSTS)
def test_a_registry_is_found_with_its_line(tmp_path: Path, host: str) -> None:
    found = findings(tmp_path, f"one\nhttps://{host.upper()}/simple\n")
    assert found == [(2, "a package registry's address")]


@pytest.mark.parametrize("path", ["/ro" + "ot/x", "/wo" + "rk/main", "/ho" + "me/ada/x"])
@pytest.mark.parametrize("before", ["", " ", '"', "(", "="])
def test_a_machine_path_is_found(tmp_path: Path, path: str, before: str) -> None:
    assert [what for _, what in findings(tmp_path, before + path)] == ["a path of one machine"]


@pytest.mark.parametrize("text", ["src/wo" + "rk/x", "https://a.test/ro" + "ot/x", "../wo" + "rk/"])
def test_a_path_inside_something_else_is_none(tmp_path: Path, text: str) -> None:
    assert findings(tmp_path, text) == []


def test_a_private_key_is_found_and_its_mere_mention_is_not(tmp_path: Path) -> None:
    begin = "-----BEGIN PRIVATE " + "KEY-----"
    assert findings(tmp_path, f"{begin}\n{'A' * 64}\n")[0][1] == "a private key"
    assert findings(tmp_path, f'assert text.startswith("{begin}")') == []


def test_a_resolved_address_in_a_lock_file_is_found(tmp_path: Path) -> None:
    found = findings(tmp_path, '"resolved"' + ': "https://a.test/x.tgz"')
    assert [what for _, what in found] == ["a download address in a lock file"]


def test_binaries_are_passed_over(tmp_path: Path) -> None:
    assert findings(tmp_path, b"\0/ro" + b"ot/x") == []


@pytest.mark.parametrize("name", ["uv.lock", "web/node_modules/a/b.js", "x/server.key", "a.db"])
def test_some_files_are_never_tracked(name: str) -> None:
    assert NEVER_TRACKED.search(name)
