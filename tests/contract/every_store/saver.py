"""A process of its own that saves until it is killed: `python saver.py URL STEM`.

Prints a source's name once its transaction, and once its run, has been acknowledged.
"""

from __future__ import annotations

import asyncio
import sys

from sourcekeep.store import Store
from tests.contract.every_store import rows


async def save(url: str, stem: str) -> None:
    store = await Store.open(url)
    await store.journal.record(rows.run(status="running", finished_at=None, source_id=stem))
    print("ready", flush=True)

    async def save_one(n: int) -> None:
        source = rows.source(f"{stem}{n}")
        async with store.transaction() as unit:
            await unit.sources.add(source)
            await unit.queries.add(rows.query(f"{stem}{n}q", source))
            for field in ("auth/token", "tls/client_key"):
                await unit.secrets.put(rows.secret(source, field))
            unit.audit.add(rows.line("source.create", target_id=source.id))
        await store.journal.record(rows.run(source_id=source.id), rows.line(target_id=source.id))
        print(source.name, flush=True)

    for n in range(0, 100_000, 4):
        await asyncio.gather(*(save_one(n + m) for m in range(4)))


if __name__ == "__main__":
    asyncio.run(save(sys.argv[1], sys.argv[2]))
