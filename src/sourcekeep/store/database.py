"""What the store asks of a database. `sqlite.py` and `postgres.py` answer, each in its own way."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from sourcekeep.kit.record import record
from sourcekeep.store import chain
from sourcekeep.store.rows import AuditLine, RunRow
from sourcekeep.store.runs import cleaned_values, raw_values


@record
class Entry:
    """What one call of the journal records. `owner` is this process, for a run without an end."""

    run: RunRow | None
    audit: AuditLine | None
    owner: str | None = None
    cleaned: bool = False

    def run_values(self) -> tuple[object, ...] | None:
        if self.run is None:
            return None
        return (cleaned_values if self.cleaned else raw_values)(self.run, self.owner)

    def line(self) -> AuditLine | None:
        return chain.cleaned(self.audit) if self.audit and self.cleaned else self.audit


class Database(Protocol):
    """One database, opened. Every method raises Unavailable when it is in trouble."""

    async def migrate(self) -> None:
        """Bring the schema up, under a lock that holds between processes. Raises Unusable."""

    async def start(self) -> None:
        """Begin to watch the revision; after `migrate`."""

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that may write: commits at the end, rolls back on an error."""

    def reading(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """A transaction that sees one moment of the whole database."""

    async def announce(self, connection: AsyncConnection, revision: int) -> None:
        """Within a transaction: tell other processes of the new revision when it commits."""

    def moved(self, revision: int) -> None:
        """After the commit: this process knows the new revision at once."""

    def revision(self) -> int:
        """The count of configuration changes by all processes. Cheap; does not wait."""

    async def write(self, entries: Sequence[Entry]) -> None:
        """Write runs and chained audit lines in one durable transaction."""

    async def owner(self) -> str:
        """This process's name, whose life others can check."""

    async def is_alive(self, owner: str) -> bool:
        """Whether the process of that name still runs."""

    async def close(self) -> None:
        """Let go of everything."""
