"""A database in trouble is told in words, and what was acknowledged is never lost."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import stat
from pathlib import Path

import pytest

from sourcekeep.store import Store, Unavailable, Unusable
from sourcekeep.store import sqlite as sqlite_module
from tests.contract.every_store import rows


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:///"]
)
async def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(Unusable, match="database address"):
        await Store.open(url)


async def test_the_file_and_its_companions_are_the_owners_alone(sqlite_url: str) -> None:
    old = os.umask(0)
    try:
        store = await Store.open(sqlite_url)
        await store.journal.record(rows.run(status="running", finished_at=None), rows.line())
    finally:
        os.umask(old)
    files = sorted(file_of(sqlite_url).parent.iterdir())
    assert len(files) == 5, files
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    await store.close()
    names = {file.name for file in file_of(sqlite_url).parent.iterdir()}
    assert names == {"sourcekeep.db", "sourcekeep.db.migrate.lock"}


async def test_a_locked_file_is_told_and_works_again(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = ("PRAGMA busy_timeout = 50", *sqlite_module._SETTINGS[1:])
    monkeypatch.setattr(sqlite_module, "_SETTINGS", settings)
    store = await Store.open(sqlite_url)
    other = sqlite3.connect(file_of(sqlite_url), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked by another program"):
        async with store.transaction() as unit:
            await unit.sources.add(rows.source("restapi"))
    with pytest.raises(Unavailable, match="locked by another program"):
        await store.journal.record(rows.run(), rows.line())
    await store.ping()  # reading goes on
    other.execute("ROLLBACK")
    other.close()
    async with store.transaction() as unit:
        await unit.sources.add(rows.source("restapi"))
    await store.journal.record(rows.run(), rows.line())
    await store.close()


async def test_a_file_that_was_removed_is_told_and_nothing_is_acknowledged(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url)
    file = file_of(sqlite_url)
    file.rename(file.with_suffix(".away"))
    for _ in range(2):
        with pytest.raises(Unavailable, match="removed or replaced"):
            async with store.transaction() as unit:
                await unit.sources.add(rows.source("restapi"))
        with pytest.raises(Unavailable, match="removed or replaced"):
            await store.journal.record(rows.run(), rows.line())
        with pytest.raises(Unavailable, match="removed or replaced"):
            await store.ping()
        file.write_bytes(b"")  # another file under the same name is no better
    file.unlink()
    file.with_suffix(".away").rename(file)
    await store.ping()
    await store.journal.record(rows.run(), rows.line())
    await store.close()


async def test_a_full_disk_is_told_and_data_stay_whole(sqlite_url: str) -> None:
    store = await Store.open(sqlite_url)
    kept = rows.run()
    await store.journal.record(kept, rows.line())
    pages = sqlite3.connect(file_of(sqlite_url)).execute("PRAGMA page_count").fetchone()[0]
    database = store._database
    assert isinstance(database, sqlite_module.SqliteDatabase)
    assert database._journal is not None
    database._journal._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(Unavailable, match="disk is full"):
        for _ in range(50):
            await store.journal.record(rows.run(detail={"x": "y" * 5000}), rows.line())
    database._journal._connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    await store.journal.record(rows.run(), rows.line())
    async with store.reading() as unit:
        assert await unit.runs.get(kept.id) == kept
        checks = [checked async for checked in unit.audit.check()]
    assert checks[-1].broken is None
    await store.close()


async def test_a_file_that_is_no_database_is_told_and_left_alone(sqlite_url: str) -> None:
    file_of(sqlite_url).write_bytes(b"my precious notes, " * 100)
    with pytest.raises(Unavailable, match="not a SQLite database"):
        await Store.open(sqlite_url)
    assert file_of(sqlite_url).read_bytes() == b"my precious notes, " * 100


async def test_a_folder_in_the_way_is_told(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        await Store.open(f"sqlite:///{tmp_path}")


async def test_an_address_that_cannot_be_read_is_refused_without_its_password() -> None:
    with pytest.raises(Unusable, match="cannot be read") as refused:
        await Store.open("postgresql://u:s3cret@host/db?sslmode=nonsense")
    assert "s3cret" not in str(refused.value) + repr(refused.value.__cause__)


async def test_a_server_that_is_not_there_is_told() -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        await Store.open("postgresql://sourcekeep@127.0.0.1:1/none")


async def test_a_database_that_does_not_exist_is_told(postgres_cluster: str) -> None:
    with pytest.raises(Unavailable, match="no database of that name"):
        await Store.open(f"{postgres_cluster}/none_of_ours")


async def test_lost_connections_are_made_again_and_the_revision_is_not_trusted_meanwhile(
    postgres_url: str,
) -> None:
    store, other = await Store.open(postgres_url), await Store.open(postgres_url)
    await store.journal.record(rows.run(), rows.line())
    before = store.revision()
    async with other.transaction() as unit:
        await unit.sources.count()
        # Ends every connection of `store` and of `other`, but for this one.
        kill = (
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        await unit.sources._work.connection.exec_driver_sql(kill)
        await unit.sources.add(rows.source("restapi"))
    for _ in range(500):
        if store.revision() < 0:
            break
        await asyncio.sleep(0.01)
    assert store.revision() != store.revision()
    for _ in range(1000):
        if min(store.revision(), other.revision()) > 0:
            break
        await asyncio.sleep(0.01)
    assert store.revision() == other.revision() > before
    await store.journal.record(rows.run(), rows.line())
    async with store.transaction() as unit:
        assert await unit.sources.find("restapi") is not None
        await unit.sources.add(rows.source("another"))
    await store.close()
    await other.close()
