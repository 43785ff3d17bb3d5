"""The demo's certificate files: stable over restarts, renewed in time, keys for the owner alone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from sourcekeep.doors.demo.certificates import Files, ensure_certificates

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def contents(files: Files) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(files.folder.iterdir())}


def test_the_files_of_the_seed_page_are_there_and_nothing_else(tmp_path: Path) -> None:
    files = ensure_certificates(tmp_path / "demo", now=NOW)
    assert set(contents(files)) == {
        "ca.crt",
        "client.crt",
        "client.key",
        "server.crt",
        "server.key",
    }


def test_keys_are_readable_by_their_owner_alone(tmp_path: Path) -> None:
    files = ensure_certificates(tmp_path / "demo", now=NOW)
    assert files.folder.stat().st_mode & 0o777 == 0o700
    for key in (files.server_key, files.client_key):
        assert key.stat().st_mode & 0o777 == 0o600


def test_a_restart_keeps_the_files(tmp_path: Path) -> None:
    first = contents(ensure_certificates(tmp_path / "demo", now=NOW))
    assert contents(ensure_certificates(tmp_path / "demo", now=NOW + timedelta(days=366))) == first


def test_files_about_to_expire_are_made_anew(tmp_path: Path) -> None:
    first = contents(ensure_certificates(tmp_path / "demo", now=NOW))
    second = contents(ensure_certificates(tmp_path / "demo", now=NOW + timedelta(days=368)))
    assert all(second[name] != first[name] for name in first)


@pytest.mark.parametrize("name", ["ca.crt", "client.crt", "client.key", "server.crt", "server.key"])
@pytest.mark.parametrize("fault", ["missing", "rubbish", "foreign"])
def test_a_set_that_is_not_whole_is_made_anew(tmp_path: Path, name: str, fault: str) -> None:
    files = ensure_certificates(tmp_path / "demo", now=NOW)
    first = contents(files)
    if fault == "missing":
        (files.folder / name).unlink()
    elif fault == "rubbish":
        (files.folder / name).write_text("rubbish")
    else:
        other = ensure_certificates(tmp_path / "other", now=NOW)
        (files.folder / name).write_bytes((other.folder / name).read_bytes())
    second = contents(ensure_certificates(tmp_path / "demo", now=NOW))
    assert all(second[file] != first[file] for file in first)


def test_a_key_that_others_may_read_is_replaced(tmp_path: Path) -> None:
    files = ensure_certificates(tmp_path / "demo", now=NOW)
    before = files.client_key.read_bytes()
    files.client_key.chmod(0o644)
    ensure_certificates(tmp_path / "demo", now=NOW)
    assert files.client_key.read_bytes() != before
    assert files.client_key.stat().st_mode & 0o777 == 0o600
