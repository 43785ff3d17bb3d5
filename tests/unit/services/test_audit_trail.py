"""Reading the audit: export, check, and cutting off what is old."""

from __future__ import annotations

import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.wiring import App, system_actor
from tests.contract.every_store import rows
from tests.unit.services.conftest import ADMIN, EDITOR
from tests.unit.services.hand import Hand


@pytest.fixture
def clock() -> Hand:
    return Hand()


async def exported(app: App, actor: Actor = ADMIN, **wanted: Any) -> list[dict[str, Any]]:
    parts = [part async for part in await app.audit.export(actor, **wanted)]
    return [json.loads(line) for line in b"".join(parts).splitlines()]


async def tokens(app: App, number: int) -> None:
    for n in range(number):
        await app.callers.create(ADMIN, {"name": f"t{n}"})


def hash_by_hand(line: dict[str, Any]) -> str:
    """As docs/audit.md says it."""
    content = {name: value for name, value in line.items() if name not in ("prev_hash", "hash")}
    words = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{line['prev_hash']}\n{words}".encode()).hexdigest()


async def test_the_export_is_the_whole_chain_oldest_first_and_anybody_can_check_it(
    app: App,
) -> None:
    await tokens(app, 3)
    lines = await exported(app)
    assert [line["seq"] for line in lines] == [1, 2, 3, 4]
    assert [line["action"] for line in lines] == ["token.create"] * 3 + ["audit.export"]
    assert [line["prev_hash"] for line in lines] == ["0" * 64, *(one["hash"] for one in lines[:-1])]
    assert [hash_by_hand(line) for line in lines] == [line["hash"] for line in lines]


async def test_an_export_is_filtered_as_lists_are_and_says_so_in_its_line(app: App) -> None:
    await tokens(app, 2)
    lines = await exported(app, action="token.*", target="t1", since="2025-01-01T00:00:00Z")
    assert [line["target"]["name"] for line in lines] == ["t1"]
    [last] = (await app.audit.list(ADMIN, limit=1)).items
    assert last["detail"] == {
        "action": "token.*",
        "target": "t1",
        "since": "2025-01-01T00:00:00Z",
    }
    with pytest.raises(Invalid):
        await app.audit.export(ADMIN, until="tomorrow")


async def test_a_long_export_comes_in_parts_and_is_whole(app: App) -> None:
    async with app.store.transaction() as unit:
        for _ in range(1201):
            unit.audit.add(rows.line("token.create"))
    parts = [part async for part in await app.audit.export(ADMIN)]
    assert len(parts) == 3
    assert len(b"".join(parts).splitlines()) == 1202


async def test_only_an_admin_reads_exports_and_checks(app: App) -> None:
    for call in (app.audit.export(EDITOR), app.audit.verify(EDITOR)):
        with pytest.raises(Refused) as caught:
            await call
        assert caught.value.code == "role_not_allowed"


async def test_one_changed_byte_in_one_line_is_named(app: App) -> None:
    await tokens(app, 5)
    assert await app.audit.verify(ADMIN) == {"ok": True, "lines": 5, "broken": None}
    async with app.store.transaction() as unit:
        changed = "UPDATE audit SET target_name = 'tX' WHERE seq = 3"
        await unit.audit._work.execute(text(changed))
    found = await app.audit.verify(ADMIN)
    assert found == {
        "ok": False,
        "lines": 2,
        "broken": {"seq": 3, "detail": "The line is not as it was written."},
    }


async def test_old_lines_are_cut_off_once_a_day_and_the_rest_stays_provable(
    app: App, clock: Hand
) -> None:
    keeper = system_actor("timer")
    await tokens(app, 3)
    clock.now += timedelta(days=10)
    await tokens(app, 2)
    await app.audit.cut(keeper, 0)
    await app.audit.cut(keeper, 9)  # only just older: tomorrow is soon enough
    assert len((await app.audit.list(ADMIN)).items) == 5
    clock.now += timedelta(days=1)
    await app.audit.cut(keeper, 9)
    await app.audit.cut(keeper, 9)
    lines = (await app.audit.list(ADMIN)).items
    assert [line["seq"] for line in lines] == [6, 5, 4]
    assert (lines[0]["action"], lines[0]["actor"]["kind"]) == ("audit.cut", "system")
    assert lines[0]["detail"] == {
        "keep_days": 9,
        "lines": 3,
        "seq": 3,
        "hash": lines[-1]["prev_hash"],
    }
    assert await app.audit.verify(ADMIN) == {"ok": True, "lines": 3, "broken": None}
