"""A rotation of the master key that is killed in the middle is finished by the next process."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from sourcekeep.settings import Settings
from sourcekeep.vault import Keyring
from sourcekeep.wiring import App, build, system_actor

MANY = 3000
ADMIN = system_actor("library")


async def filled(settings: Settings) -> str:
    """Many sealed secrets; the id of the key that wraps them."""
    app = await build(settings)
    async with app.store.transaction() as unit:
        secrets = app.constants._secrets
        now = app.constants._clock()
        for number in range(MANY):
            texts = {"value": f"canary-{number}"}
            await secrets.write(unit, "constant", f"s{number}", texts=texts, now=now)
    (item,) = (await app.keys.list(ADMIN)).items
    await app.close()
    return str(item["id"])


def command(settings: Settings, *words: str) -> list[str]:
    where = ["--data-dir", str(settings.data_dir), "--database-url", settings.store_url]
    return [sys.executable, "-m", "sourcekeep", *words, *where, "--json"]


async def rotated(settings: Settings, *words: str) -> dict[str, Any]:
    """The report of a rotation by a process of its own, which must end well."""
    words = ("key", "rotate", *words)
    process = await asyncio.create_subprocess_exec(
        *command(settings, *words), stdout=asyncio.subprocess.PIPE
    )
    told, _ = await process.communicate()
    assert process.returncode == 0
    report: dict[str, Any] = json.loads(told)
    return report


async def counts(app: App) -> dict[str, int]:
    async with app.store.reading() as unit:
        return await unit.secrets.counts()


async def killed_in_the_middle(settings: Settings, old: str) -> dict[str, int]:
    """Start a rotation in a process of its own and kill it once some secrets are done."""
    watcher = await build(settings)
    nowhere = asyncio.subprocess.DEVNULL
    words = command(settings, "key", "rotate")
    process = await asyncio.create_subprocess_exec(*words, stdout=nowhere, stderr=nowhere)
    try:
        while True:
            found = await counts(watcher)
            if found.get(old, 0) < MANY:
                break
            assert process.returncode is None
            await asyncio.sleep(0)
    finally:
        process.kill()
        await process.wait()
    found = await counts(watcher)
    await watcher.close()
    return found


async def all_open(app: App) -> bool:
    async with app.store.reading() as unit:
        texts = await app.constants._secrets.sealed_of_kind(unit, "constant", elsewhere={})
    return {texts[name] for name in texts} == {f"canary-{number}" for number in range(MANY)}


async def test_the_next_rotation_finishes_it_with_the_same_key(
    tmp_path: Path, database_url: str
) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url)
    old = await filled(settings)
    left = await killed_in_the_middle(settings, old)
    assert 0 < left[old] < MANY
    new = Keyring.load(settings.data_dir).current_id
    report = await rotated(settings)
    assert (report["key"], report["added"], report["left"]) == (new, False, 0)
    assert report["rewrapped"] == left[old]
    assert (await rotated(settings, "--retire-old"))["retired"] == [old]
    app = await build(settings)
    assert await all_open(app)
    await app.close()


async def test_the_next_start_finishes_it_by_itself(tmp_path: Path, database_url: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url=database_url)
    old = await filled(settings)
    left = await killed_in_the_middle(settings, old)
    assert 0 < left[old] < MANY
    app = await build(settings)
    assert await all_open(app)  # both keys are known: nothing waits for the rotation
    for _ in range(600):
        if old not in await counts(app):
            break
        await asyncio.sleep(0.05)
    assert list(await counts(app)) == [Keyring.load(settings.data_dir).current_id]
    assert await all_open(app)
    await app.close()
