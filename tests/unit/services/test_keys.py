"""Master keys change while everything goes on; what is left half done is finished later."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import replace
from typing import Any

import pytest

from sourcekeep.model.policy import Policy
from sourcekeep.model.problem import Refused
from sourcekeep.settings import Settings
from sourcekeep.vault import KEY_FILE, KeyMissing, Keyring, KeySource
from sourcekeep.wiring import App, CannotStart, build
from tests.unit.services.conftest import ADMIN, EDITOR, TOKEN, Upstream, actor

OLD, NEW = (base64.b64encode(bytes([n]) * 32).decode() for n in (1, 2))


async def filled(app: App, upstream: Upstream, count: int = 3) -> str:
    """Sources and workspace secrets, each with a text; the id of the first source."""
    auth = {"type": "bearer", "token": TOKEN}
    payload = {"kind": "restapi", "base_url": upstream.url, "auth": auth}
    docs = [(await app.sources.create(ADMIN, payload)).doc for _ in range(count)]
    await app.constants.put(ADMIN, "key", {"value": TOKEN}, secret=True)
    return str(docs[0]["id"])


async def keys(app: App) -> dict[str, int]:
    return {item["id"]: item["secrets"] for item in (await app.keys.list(ADMIN)).items}


async def ok(app: App, ref: str) -> bool:
    return (await app.runs.run_unsaved(ADMIN, ref, {"query": {}})).status == "ok"


async def test_everything_is_wrapped_with_a_new_key_and_still_opens(
    app: App, upstream: Upstream
) -> None:
    ref = await filled(app, upstream)
    (old,) = await keys(app)
    report = await app.keys.rotate(ADMIN)
    assert (report["added"], report["rewrapped"], report["left"]) == (True, 4, 0)
    assert report["key"] != old and report["unused"] == [old]
    first, second = (await app.keys.list(ADMIN)).items
    assert first == {"id": report["key"], "current": True, "secrets": 4}
    assert second == {"id": old, "current": False, "secrets": 0}
    assert await ok(app, ref)
    (line,) = (await app.audit.list(ADMIN, action="key.rotate")).items
    assert line["detail"]["rewrapped"] == 4


async def test_the_old_key_goes_when_it_is_asked_for(
    app: App, upstream: Upstream, settings: Settings
) -> None:
    ref = await filled(app, upstream)
    (old,) = await keys(app)
    await app.keys.rotate(ADMIN)
    report = await app.keys.rotate(ADMIN, {"retire_old": True})
    assert (report["added"], report["retired"]) == (False, [old])
    assert list(await keys(app)) == [report["key"]]
    assert len((settings.data_dir / KEY_FILE).read_text().split()) == 1
    assert await ok(app, ref)
    both = await app.keys.rotate(ADMIN, {"retire_old": True})
    assert (both["added"], both["retired"]) == (True, [report["key"]])
    await app.close()
    again = await build(settings)
    assert await ok(again, ref)
    await again.close()


async def test_a_rotation_that_was_begun_goes_on_with_the_same_key(
    app: App, upstream: Upstream, settings: Settings
) -> None:
    await filled(app, upstream)
    Keyring.add_to_file(settings.data_dir)  # and killed before anything was wrapped
    report = await app.keys.rotate(ADMIN)
    assert (report["added"], report["rewrapped"]) == (False, 4)
    assert len(await keys(app)) == 2


async def test_the_next_start_finishes_what_a_killed_process_began(
    app: App, upstream: Upstream, settings: Settings
) -> None:
    ref = await filled(app, upstream, 5)
    await app.close()
    ring = Keyring.add_to_file(settings.data_dir)
    again = await build(settings)
    for _ in range(200):
        if (await keys(again)).get(ring.current_id) == 6:
            break
        await asyncio.sleep(0.02)
    assert (await keys(again))[ring.current_id] == 6
    assert await ok(again, ref)
    await again.close()


async def test_another_process_opens_and_seals_with_the_new_key_without_a_restart(
    app: App, upstream: Upstream, settings: Settings
) -> None:
    ref = await filled(app, upstream)
    other = await build(settings)
    assert await ok(other, ref)
    report = await app.keys.rotate(ADMIN, {"retire_old": True})
    assert await ok(other, ref)
    await other.constants.put(ADMIN, "later", {"value": "canary-later-3"}, secret=True)
    assert await keys(app) == {report["key"]: 5}
    await other.close()


async def test_one_rotation_at_a_time(app: App, settings: Settings) -> None:
    with KeySource(settings.data_dir).alone() as alone:
        assert alone
        with pytest.raises(Refused) as caught:
            await app.keys.rotate(ADMIN)
    assert caught.value.code == "rotation_running"
    assert (await app.keys.rotate(ADMIN))["added"]


async def test_keys_of_the_environment_are_wrapped_to_the_first(
    settings: Settings, upstream: Upstream
) -> None:
    app = await build(replace(settings, master_key=OLD))
    ref = await filled(app, upstream)
    nothing = await app.keys.rotate(ADMIN)
    assert (nothing["added"], nothing["rewrapped"]) == (False, 0)
    await app.close()
    app = await build(replace(settings, master_key=f"{NEW},{OLD}"))
    await asyncio.sleep(0.05)  # a start alone changes nothing: other machines may not know the key
    assert sorted((await keys(app)).values()) == [0, 4]
    report = await app.keys.rotate(ADMIN, {"retire_old": True})
    assert (report["added"], report["rewrapped"], report["retired"]) == (False, 4, [])
    assert not (settings.data_dir / KEY_FILE).exists()
    await app.close()
    app = await build(replace(settings, master_key=NEW))
    assert await ok(app, ref)
    await app.close()
    with pytest.raises(CannotStart):
        await build(replace(settings, master_key=OLD))


async def test_no_run_fails_while_the_key_changes(app: App, upstream: Upstream) -> None:
    ref = await filled(app, upstream, 20)
    done = asyncio.Event()
    outcomes: list[bool] = []

    async def runs() -> None:
        while not done.is_set():
            outcomes.append(await ok(app, ref))

    workers = [asyncio.create_task(runs()) for _ in range(50)]
    for _ in range(3):
        await app.keys.rotate(ADMIN, {"retire_old": True})
    done.set()
    await asyncio.gather(*workers)
    assert len(outcomes) > 50 and all(outcomes)


async def test_a_secret_that_does_not_open_is_named_and_keeps_nobody_waiting(
    app: App, upstream: Upstream
) -> None:
    await filled(app, upstream, 1)
    async with app.store.transaction() as unit:
        (row,) = await unit.secrets.of_kind("constant")
        broken = bytes([row.wrapped_key[0] ^ 1]) + row.wrapped_key[1:]
        await unit.secrets.put(replace(row, wrapped_key=broken))
    report = await app.keys.rotate(ADMIN, {"retire_old": True})
    assert (report["rewrapped"], report["left"]) == (1, 1)
    assert report["broken"] == ["constant/key/value"]
    assert report["retired"] == []  # the old key is still in use: it may be a repaired backup's


async def test_a_key_file_that_is_gone_seals_nothing(
    app: App, upstream: Upstream, settings: Settings
) -> None:
    ref = await filled(app, upstream)
    (settings.data_dir / KEY_FILE).rename(settings.data_dir / "away")
    with pytest.raises(Refused) as caught:
        await app.constants.put(ADMIN, "new", {"value": "canary-x"}, secret=True)
    assert caught.value.code == "master_key_unusable"
    assert not (settings.data_dir / KEY_FILE).exists()
    assert await ok(app, ref)


async def test_a_key_file_that_others_can_read_is_said_and_nothing_changes(
    app: App, settings: Settings
) -> None:
    before = await keys(app)
    path = settings.data_dir / KEY_FILE
    path.chmod(0o644)
    with pytest.raises(Refused) as caught:
        await app.keys.rotate(ADMIN)
    assert (caught.value.kind, caught.value.code) == ("unavailable", "master_key_unusable")
    assert f"chmod 600 {path}" in caught.value.detail
    path.chmod(0o600)
    assert await keys(app) == before


async def test_a_lock_that_cannot_be_made_is_said(app: App, settings: Settings) -> None:
    (settings.data_dir / KEY_FILE).with_suffix(".lock").mkdir()
    with pytest.raises(Refused) as caught:
        await app.keys.rotate(ADMIN)
    assert caught.value.code == "master_key_unusable"


async def test_only_an_admin_without_a_policy_may(app: App) -> None:
    for who in (EDITOR, actor("admin", policy=Policy(sources=("x",)))):
        for call in (app.keys.list, app.keys.rotate):
            with pytest.raises(Refused) as caught:
                await call(who)
            assert caught.value.kind == "forbidden"


async def test_a_ciphertext_in_another_row_does_not_open(app: App, upstream: Upstream) -> None:
    ref = await filled(app, upstream, 1)
    async with app.store.transaction() as unit:
        (row,) = await unit.secrets.of_kind("constant")
        moved: Any = replace(row, owner_kind="source", owner_id=ref, field="auth/token")
        await unit.secrets.put(moved)
    with pytest.raises(Refused, match="does not open"):
        await app.runs.run_unsaved(ADMIN, ref, {"query": {}})
    assert (await app.keys.rotate(ADMIN))["broken"] == [f"source/{ref}/auth/token"]


def test_a_key_that_was_known_stays_known_in_the_process(settings: Settings) -> None:
    source = KeySource(settings.data_dir)
    old = source.ring.current_id
    source.add()
    assert source.drop([old]) == {old}
    source.ring.cipher(old)
    assert source.listed == {source.ring.current_id}
    with pytest.raises(KeyMissing):
        KeySource(settings.data_dir).ring.cipher(old)


def test_the_last_key_is_never_taken_away(settings: Settings) -> None:
    source = KeySource(settings.data_dir)
    assert source.drop(source.ring.ids) == frozenset()
    assert KeySource(settings.data_dir).ring.ids == source.ring.ids
