"""Locks on files: one holder, and a sign of life that ends with its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sourcekeep.store import Unavailable
from sourcekeep.store.file_lock import Presence, locked

HOLDER = (
    "import sys, pathlib; from sourcekeep.store.file_lock import Presence;"
    "print(Presence(pathlib.Path(sys.argv[1])).hold(), flush=True); sys.stdin.readline()"
)


async def test_one_holds_the_lock_and_another_is_told_after_its_patience(tmp_path: Path) -> None:
    async with locked(tmp_path / "lock"):
        with pytest.raises(Unavailable, match="Another process"):
            async with locked(tmp_path / "lock", patience_s=0.05):
                pytest.fail("two hold one lock")
    async with locked(tmp_path / "lock", patience_s=0):
        pass


def test_a_process_is_alive_until_it_is_killed(tmp_path: Path) -> None:
    database = tmp_path / "a[1].db"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    name = holder.stdout.readline().strip()
    here = Presence(database)
    here.sweep()
    assert here.is_alive(name)
    holder.kill()
    holder.communicate()
    assert not here.is_alive(name)
    assert list(tmp_path.iterdir()) == []


def test_a_sweep_clears_away_the_dead_only(tmp_path: Path) -> None:
    database = tmp_path / "x.db"
    here, there = Presence(database), Presence(database)
    mine = here.hold()
    assert here.hold() == mine
    Path(f"{database}.alive.process_dead").touch()
    there.sweep()
    assert [path.name for path in tmp_path.iterdir()] == [f"x.db.alive.{mine}"]
    assert there.is_alive(mine) and here.is_alive(mine)
    here.release()
    here.release()
    assert not there.is_alive(mine)


def test_a_name_from_the_database_leads_to_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "x.db.alive.").mkdir()
    victim = tmp_path / "victim"
    victim.touch()
    assert not Presence(tmp_path / "x.db").is_alive(f"{os.sep}..{os.sep}victim")
    assert victim.exists()
