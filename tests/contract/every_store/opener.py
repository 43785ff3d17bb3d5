"""A process of its own that opens a database, writes one audit line and closes: `opener.py URL`."""

from __future__ import annotations

import asyncio
import sys

from sourcekeep.store import Store
from tests.contract.every_store import rows


async def open_once(url: str) -> None:
    store = await Store.open(url)
    await asyncio.gather(*(store.journal.record(audit=rows.line()) for _ in range(25)))
    async with store.transaction() as unit:
        unit.audit.add(rows.line("system.start"))
    await store.close()


if __name__ == "__main__":
    asyncio.run(open_once(sys.argv[1]))
