"""Starting: refused in words when a stored secret's key is not here, and nothing is written."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from sourcekeep.settings import Settings
from sourcekeep.store import migrating
from sourcekeep.store.store import _database
from sourcekeep.wiring import CannotStart, build
from tests.unit.services.conftest import ADMIN

KEY, OTHER = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


async def saved(settings: Settings) -> None:
    app = await build(settings)
    await app.sources.create(ADMIN, {"kind": "restapi", "auth": {"type": "bearer", "token": "T-1"}})
    await app.close()


async def test_a_lost_key_file_is_not_replaced_by_a_new_one(settings: Settings) -> None:
    await saved(settings)
    key = settings.data_dir / "master.key"
    assert key.stat().st_mode & 0o777 == 0o600
    key.rename(settings.data_dir / "elsewhere")
    with pytest.raises(CannotStart, match="sealed with a master key that is not here"):
        await build(settings)
    assert not key.exists()
    (settings.data_dir / "elsewhere").rename(key)
    await (await build(settings)).close()


async def test_another_key_is_refused_and_both_together_open(settings: Settings) -> None:
    await saved(replace(settings, master_key=KEY))
    with pytest.raises(CannotStart, match="Nothing was changed"):
        await build(replace(settings, master_key=OTHER))
    await (await build(replace(settings, master_key=f"{OTHER},{KEY}"))).close()


async def test_the_schema_is_not_touched_either_while_the_key_is_not_here(
    settings: Settings,
) -> None:
    database = _database(settings.store_url)
    async with database.writing() as connection:
        await connection.run_sync(partial(migrating.migrate, to="0003"))
        await connection.exec_driver_sql(
            "INSERT INTO secrets (owner_kind, owner_id, field, key_id, wrapped_key, ciphertext,"
            " updated_at) VALUES ('source', 's', 'auth/token', 'gone', '', '', 0)"
        )
    with pytest.raises(CannotStart, match="sealed with a master key that is not here"):
        await build(settings)
    async with database.reading() as connection:
        assert await connection.run_sync(migrating.version_of) == "0003"
    await database.close()


async def test_a_key_that_is_none_is_said_so(settings: Settings) -> None:
    with pytest.raises(CannotStart, match="base64 of 32"):
        await build(replace(settings, master_key="secret"))


async def test_a_database_that_cannot_be_used_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(CannotStart):
        await build(Settings(data_dir=tmp_path, database_url="mysql://nobody@nowhere/x"))


async def test_what_was_saved_is_there_after_a_restart(settings: Settings) -> None:
    await saved(settings)
    app = await build(settings)
    (doc,) = (await app.sources.list(ADMIN)).items
    assert doc["auth"]["token"]["set"] is True
    await app.close()


async def test_no_secret_stands_in_the_data_dir_in_clear(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    app = await build(settings)
    canary = "canary-at-rest-0815"
    auth = {"type": "bearer", "token": canary}
    await app.sources.create(ADMIN, {"kind": "restapi", "auth": auth})
    await app.constants.put(ADMIN, "key", {"value": canary}, secret=True)
    await app.close()
    assert _files_with(tmp_path, canary) == []


def _files_with(folder: Path, canary: str) -> list[str]:
    forms = [canary.encode(), base64.b64encode(canary.encode()), json.dumps(canary).encode()]
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return [file.name for file in files if any(form in file.read_bytes() for form in forms)]
