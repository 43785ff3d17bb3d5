"""Brings a database to the present schema, once, however many processes start at a time.

The caller holds a lock and an open transaction on `connection`: a step that fails takes all of them
back. Alembic is imported only when there is something to do; it costs a tenth of a second.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from sourcekeep.store.errors import Unusable
from sourcekeep.store.explain import words_for
from sourcekeep.store.migrations import HEAD

FOLDER = Path(__file__).with_name("migrations")


def version_of(connection: Connection) -> str | None:
    """The schema's version; None for an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def is_present(connection: Connection) -> bool:
    """Nothing to do: the database is at the present schema."""
    return version_of(connection) == HEAD


def migrate(connection: Connection, *, folder: Path = FOLDER, to: str = "head") -> None:
    """Run the steps that are missing. Raises Unusable in words; the caller then rolls back."""
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.attributes["connection"] = connection
    known = {step.revision for step in ScriptDirectory.from_config(config).walk_revisions()}
    version = version_of(connection)
    if version is not None and version not in known:
        raise Unusable(
            f"The database is at schema {version}, which this program does not know: a newer "
            "Sourcekeep has used it. Start that version. Nothing was changed."
        )
    try:
        command.upgrade(config, to)
    except Exception as error:
        if words_for(error) is not None:
            raise
        reason = str(error).partition("\n")[0]
        raise Unusable(
            f"The database could not be brought from schema {version or 'none'} to the present "
            f"one: {reason}. Nothing was changed; the program that used it before still can."
        ) from error
