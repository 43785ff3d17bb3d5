"""The revision moves when anyone changes the configuration, and only then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from sourcekeep.store import ConstantRow, LinkRow, Store
from tests.contract.every_store import rows

Open = Callable[[], Awaitable[Store]]


async def until(true: Callable[[], bool]) -> bool:
    """Waits for up to five seconds for what another connection has to hear."""
    for _ in range(500):
        if true():
            return True
        await asyncio.sleep(0.01)
    return False


async def test_a_change_is_seen_at_once_here_and_soon_by_others(open_store: Open) -> None:
    here, there = await open_store(), await open_store()
    for n in range(3):
        before = (here.revision(), there.revision())
        async with here.transaction() as unit:
            await unit.sources.add(rows.source(f"s{n}"))
        assert here.revision() != before[0]
        assert await until(lambda seen=before[1]: there.revision() != seen)  # type: ignore[misc]
    assert here.revision() == there.revision()


async def test_every_kind_of_configuration_moves_it(store: Store) -> None:
    source, person, caller = rows.source("s"), rows.user("a@b.c"), rows.token("ci")
    session = rows.session(person)
    constant = ConstantRow("host", "x", False, rows.NOON)
    changes = [
        lambda unit: unit.sources.add(source),
        lambda unit: unit.sources.change(source, 1),
        lambda unit: unit.secrets.put(rows.secret(source)),
        lambda unit: unit.secrets.remove("source", source.id, "auth/token"),
        lambda unit: unit.sources.remove(source.id),
        lambda unit: unit.users.add(person),
        lambda unit: unit.users.change(person),
        lambda unit: unit.sessions.add(session),
        lambda unit: unit.sessions.remove(session.hash),
        lambda unit: unit.tokens.add(caller),
        lambda unit: unit.tokens.revoke(caller.id, rows.NOON),
        lambda unit: unit.constants.put(constant),
        lambda unit: unit.constants.remove("host"),
        lambda unit: unit.users.remove(person.id),
    ]
    for number, change in enumerate(changes):
        before = store.revision()
        async with store.transaction() as unit:
            await change(unit)
        assert store.revision() != before, number


async def test_use_and_history_do_not_move_it(store: Store) -> None:
    person, caller = rows.user("a@b.c"), rows.token("ci")
    session = rows.session(person)
    async with store.transaction() as unit:
        await unit.users.add(person)
        await unit.sessions.add(session)
        await unit.tokens.add(caller)
    before = store.revision()
    async with store.transaction() as unit:
        await unit.sessions.touch(session.hash, rows.NOON)
        await unit.tokens.touch({caller.id: rows.NOON})
        await unit.links.add(LinkRow("h", "invite", rows.NOON, rows.NOON))
        await unit.runs.record(rows.run())
        await unit.sources.remove("src_none")
        unit.audit.add(rows.line())
    await store.journal.record(rows.run(), rows.line())
    assert store.revision() == before
