"""The schema is brought up once, refuses what it does not know, and fails without a trace."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from sourcekeep.store import Store, Unusable, migrating
from sourcekeep.store.columns import Words
from sourcekeep.store.migrations import HEAD
from sourcekeep.store.store import _database
from sourcekeep.store.tables import metadata
from tests.contract.every_store import rows


async def run_sql(url: str, statement: str) -> object:
    database = _database(url)
    try:
        async with database.writing() as connection:
            result = await connection.exec_driver_sql(statement)
            return result.scalar() if result.returns_rows else None
    finally:
        await database.close()


def test_the_head_is_the_newest_step() -> None:
    assert ScriptDirectory(str(migrating.FOLDER)).get_heads() == [HEAD]


async def test_the_steps_lead_to_the_tables_as_the_program_knows_them(database_url: str) -> None:
    store = await Store.open(database_url)
    await store.close()
    database = _database(database_url)

    def differences(connection: Connection) -> list[object]:
        def types_differ(*found: Any) -> bool:
            inspected, known = found[-2:]
            by_code_point = isinstance(known, Words) and connection.dialect.name == "postgresql"
            wanted = known.compile(connection.dialect) + (' COLLATE "C"' if by_code_point else "")
            written = inspected.compile(connection.dialect)
            return bool(written != wanted)

        context = MigrationContext.configure(connection, opts={"compare_type": types_differ})
        return list(compare_metadata(context, metadata))

    async with database.reading() as connection:
        assert await connection.run_sync(differences) == []
    await database.close()


async def test_a_database_of_a_newer_program_is_refused_and_left_alone(database_url: str) -> None:
    store = await Store.open(database_url)
    async with store.transaction() as unit:
        await unit.sources.add(rows.source("restapi"))
    await store.close()
    await run_sql(database_url, "UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Unusable, match=r"schema 9999.*newer Sourcekeep.*Nothing was changed"):
        await Store.open(database_url)
    assert await run_sql(database_url, "SELECT version_num FROM alembic_version") == "9999"
    assert await run_sql(database_url, "SELECT count(*) FROM sources") == 1


async def test_a_step_that_fails_takes_back_the_steps_before_it(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await Store.open(database_url)
    async with store.transaction() as unit:
        await unit.sources.add(rows.source("restapi"))
    await store.close()
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.FOLDER, folder)
    for number, before, body in (
        ("9001", HEAD, "op.add_column('sources', sa.Column('extra', sa.Text()))"),
        ("9002", "9001", "op.drop_table('sources'); op.execute('no such statement')"),
    ):
        (folder / "versions" / f"v{number}.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = {number!r}\ndown_revision = {before!r}\n"
            f"def upgrade():\n    op.execute('DELETE FROM audit')\n    {body}\n"
        )
    monkeypatch.setattr(migrating, "HEAD", "9002")
    monkeypatch.setattr(
        "sourcekeep.store.migrating.migrate.__kwdefaults__", {"folder": folder, "to": "head"}
    )
    with pytest.raises(
        Unusable, match=rf"could not be brought from schema {HEAD}.*Nothing was changed"
    ):
        await Store.open(database_url)
    monkeypatch.undo()
    assert await run_sql(database_url, "SELECT version_num FROM alembic_version") == HEAD
    store = await Store.open(database_url)
    async with store.transaction() as unit:
        assert await unit.sources.find("restapi") is not None
        await unit.sources.add(rows.source("another"))
    await store.close()


async def test_a_table_that_is_made_anew_keeps_the_rows_that_refer_to_it(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await Store.open(database_url)
    person = rows.user("ada@example.com")
    session = rows.session(person)
    async with store.transaction() as unit:
        await unit.users.add(person)
        await unit.sessions.add(session)
    await store.close()
    folder = tmp_path / "migrations"
    shutil.copytree(migrating.FOLDER, folder)
    (folder / "versions" / "v9001.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\n"
        f"revision = '9001'\ndown_revision = {HEAD!r}\n"
        "def upgrade():\n"
        "    again = 'always' if op.get_bind().dialect.name == 'sqlite' else 'never'\n"
        "    with op.batch_alter_table('users', recreate=again) as users:\n"
        "        users.add_column(sa.Column('extra', sa.Text()))\n"
    )
    monkeypatch.setattr(migrating, "HEAD", "9001")
    monkeypatch.setattr(
        "sourcekeep.store.migrating.migrate.__kwdefaults__", {"folder": folder, "to": "head"}
    )
    store = await Store.open(database_url)
    async with store.transaction() as unit:
        assert await unit.sessions.get(session.hash) == session
        assert await unit.users.get(person.id) == person
        assert await unit.users.remove(person.id)
        assert await unit.sessions.get(session.hash) is None
    await store.close()
    assert await run_sql(database_url, "SELECT version_num FROM alembic_version") == "9001"


async def test_a_database_with_tables_of_someone_else_is_refused_and_left_alone(
    database_url: str,
) -> None:
    await run_sql(database_url, "CREATE TABLE sources (mine INTEGER)")
    await run_sql(database_url, "INSERT INTO sources VALUES (7)")
    with pytest.raises(Unusable, match="Nothing was changed"):
        await Store.open(database_url)
    assert await run_sql(database_url, "SELECT mine FROM sources") == 7
    database = _database(database_url)
    async with database.reading() as connection:
        assert await connection.run_sync(migrating.version_of) is None
    await database.close()
