"""What a database's error means: a name that is taken, a missing row, or a database in trouble."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg  # type: ignore[import-untyped]
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sourcekeep.store.errors import Unavailable

_SQLITE = {
    "SQLITE_BUSY": "The database is locked by another program. Try again, or stop that program.",
    "SQLITE_LOCKED": "The database is locked by another program. Try again, or stop that program.",
    "SQLITE_FULL": "The disk is full: nothing was written. Free some space and try again.",
    "SQLITE_READONLY": "The database file cannot be written to. Check its owner and its mode.",
    "SQLITE_CANTOPEN": "The database file cannot be opened. Check that it exists and its mode.",
    "SQLITE_IOERR": "The disk reported an error: nothing was written. Check the disk.",
    "SQLITE_CORRUPT": "The database file is damaged. Restore it from a backup.",
    "SQLITE_NOTADB": "The database file is not a SQLite database. Check the address.",
}
_POSTGRES = {
    "08": "The connection to the database was lost. Check that PostgreSQL runs.",
    "28": "PostgreSQL refused the user name or password. Check the database address.",
    "3D": "PostgreSQL has no database of that name. Create it, or correct the address.",
    "40": "The database could not serve two changes at once. Try again.",
    "53": "PostgreSQL is out of disk, memory or connections: nothing was written.",
    "55": "The database is locked by another change. Try again.",
    "57": "PostgreSQL is shutting down or starting. Try again.",
    "58": "PostgreSQL reported a disk error: nothing was written. Check its log.",
    "25006": "PostgreSQL is in read-only mode: nothing was written.",
    "42501": "PostgreSQL does not let this user do that. Grant the rights on the database.",
}


def is_taken(error: IntegrityError) -> bool:
    """A unique value is there already."""
    return _code(error) in {"SQLITE_CONSTRAINT_UNIQUE", "SQLITE_CONSTRAINT_PRIMARYKEY", "23505"}


def is_missing_reference(error: IntegrityError) -> bool:
    """A row refers to one that is not there, or one that is referred to was to be removed."""
    return _code(error) in {"SQLITE_CONSTRAINT_FOREIGNKEY", "23503"}


@contextmanager
def in_words() -> Iterator[None]:
    """Turns trouble with the database into `Unavailable`; a defect of ours stays what it is."""
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("All connections to the database are in use. Try again.") from error
    except (DBAPIError, sqlite3.Error, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        words = words_for(error)
        if words is None:
            raise
        raise Unavailable(words) from error
    except OSError as error:
        raise Unavailable(f"The database cannot be reached: {error.strerror or error}.") from error


def words_for(error: BaseException) -> str | None:
    """What is wrong with the database, or None when it is not the database's fault."""
    code = _code(error)
    for known, words in (_SQLITE | _POSTGRES).items():
        if code.startswith(known):
            return words
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return _POSTGRES["08"]
    if isinstance(error, asyncpg.InterfaceError) or "InterfaceError" in type(error).__name__:
        return _POSTGRES["08"] if "clos" in str(error) else None
    return None


def _code(error: BaseException) -> str:
    """SQLite's error name or PostgreSQL's five-letter state, wherever the layers left it."""
    seen: BaseException | None = error
    while seen is not None:
        for name in ("sqlite_errorname", "sqlstate", "pgcode"):
            code = getattr(seen, name, None)
            if isinstance(code, str):
                return code
        seen = getattr(seen, "orig", None) or seen.__cause__ or seen.__context__
    return ""
