"""Master keys come from the environment or from a key file that only its owner can read."""

from __future__ import annotations

import base64
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from sourcekeep.vault import KEY_FILE, KeyMissing, Keyring, KeyUnusable
from sourcekeep.vault.keyring import key_id

ONE, TWO = b"\x01" * 32, b"\xfe" * 32


def text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def test_the_first_start_makes_a_key_file_for_its_owner_only(tmp_path: Path) -> None:
    data_dir = tmp_path / "new" / "data"
    first = Keyring.load(data_dir)
    file = data_dir / KEY_FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(data_dir.stat().st_mode) == 0o700
    assert len(base64.b64decode(file.read_text().strip())) == 32
    assert [path.name for path in data_dir.iterdir()] == [KEY_FILE]
    again = Keyring.load(data_dir, None)
    assert (again.current_id, again.ids) == (first.current_id, first.ids)


def test_two_first_starts_never_make_the_same_key(tmp_path: Path) -> None:
    assert Keyring.load(tmp_path / "a").current_id != Keyring.load(tmp_path / "b").current_id


def test_processes_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    program = (
        "import sys, pathlib; from sourcekeep.vault import Keyring; sys.stdin.readline();"
        "print(Keyring.load(pathlib.Path(sys.argv[1])).current_id)"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    ids = {process.communicate("go\n")[0] for process in processes}
    assert len(ids) == 1
    assert [path.name for path in tmp_path.iterdir()] == [KEY_FILE]


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o666])
def test_a_key_file_that_others_can_touch_is_refused_with_the_remedy(
    tmp_path: Path, mode: int
) -> None:
    Keyring.load(tmp_path)
    (tmp_path / KEY_FILE).chmod(mode)
    with pytest.raises(KeyUnusable, match="chmod 600"):
        Keyring.load(tmp_path)
    with pytest.raises(KeyUnusable, match=f"{mode:04o}"):
        Keyring.load(tmp_path, text(ONE))


def test_the_variable_wins_and_makes_no_file(tmp_path: Path) -> None:
    ring = Keyring.load(tmp_path, text(ONE))
    assert ring.current_id == key_id(ONE)
    assert list(tmp_path.iterdir()) == []


def test_several_keys_are_known_and_the_first_is_current(tmp_path: Path) -> None:
    kept = Keyring.load(tmp_path)
    url_safe = base64.urlsafe_b64encode(TWO).decode().rstrip("=")
    ring = Keyring.load(tmp_path, f" {text(ONE)} , {url_safe}")
    assert ring.current_id == key_id(ONE)
    assert ring.ids == {key_id(ONE), key_id(TWO), kept.current_id}


@pytest.mark.parametrize(
    "bad", ["short", text(b"1" * 31), text(b"1" * 33), "ä" * 44, ",", "!" * 44]
)
def test_a_key_that_is_none_is_refused_without_showing_it(tmp_path: Path, bad: str) -> None:
    with pytest.raises(KeyUnusable, match="SOURCEKEEP_MASTER_KEY must hold base64") as refused:
        Keyring.load(tmp_path, bad)
    if len(bad) > 1:
        assert bad not in str(refused.value)


def test_a_damaged_or_empty_key_file_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / KEY_FILE
    for content in ("", "not a key\n"):
        file.write_text(content)
        file.chmod(0o600)
        with pytest.raises(KeyUnusable):
            Keyring.load(tmp_path)
        assert file.read_text() == content


def test_a_missing_key_is_named(tmp_path: Path) -> None:
    ring = Keyring([ONE])
    ring.require([key_id(ONE)])
    ring.require([])
    with pytest.raises(KeyMissing, match=key_id(TWO)) as refused:
        ring.require({key_id(ONE), key_id(TWO)})
    assert refused.value.key_id == key_id(TWO)


def test_a_rotation_adds_a_key_and_later_drops_the_old(tmp_path: Path) -> None:
    old = Keyring.load(tmp_path)
    both = Keyring.add_to_file(tmp_path)
    assert both.current_id not in old.ids
    assert both.ids == {both.current_id, old.current_id}
    assert Keyring.load(tmp_path).current_id == both.current_id
    new = Keyring.keep_in_file(tmp_path, {both.current_id})
    assert new.ids == Keyring.load(tmp_path).ids == {both.current_id}
    assert stat.S_IMODE((tmp_path / KEY_FILE).stat().st_mode) == 0o600
    with pytest.raises(KeyUnusable):
        Keyring.keep_in_file(tmp_path, {"none"})
    assert Keyring.load(tmp_path).ids == {both.current_id}


def test_a_keyring_does_not_show_its_keys() -> None:
    shown = repr(Keyring([ONE])) + str(vars(Keyring([ONE])))
    assert repr(ONE) not in shown and text(ONE) not in shown and ONE.hex() not in shown
