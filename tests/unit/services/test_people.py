"""Signing in: the first link, passwords, sessions, and slowing down who guesses."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.services.passwords import Passwords
from sourcekeep.services.sessions import SessionStart
from sourcekeep.settings import Settings
from sourcekeep.wiring import App, build
from tests.unit.services.conftest import ADMIN, EDITOR
from tests.unit.services.hand import Hand

PASSWORD = "correct horse battery"
ADA = {"email": "ada@example.test", "name": "Ada", "password": PASSWORD}
HERE: dict[str, Any] = {"address": "192.0.2.1", "user_agent": "test"}


@pytest.fixture
def clock() -> Hand:
    return Hand()


async def first(app: App) -> SessionStart:
    return await app.links.use({**ADA, "token": await app.links.first_link()}, **HERE)


async def refusal(call: Any) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await call
    return caught.value.kind, caught.value.code


async def sign_in(app: App, password: str = PASSWORD, **where: Any) -> SessionStart:
    body = {"email": "ADA@example.test", "password": password}
    return await app.people.sign_in(body, **{**HERE, **where})


NOBODY = ("not_signed_in", "not_signed_in")
WRONG = ("not_signed_in", "wrong_credentials")
BAD_LINK = ("forbidden", "link_not_valid")


async def test_the_first_person_is_an_admin_and_signed_in_at_once(app: App) -> None:
    start = await first(app)
    who = await app.sessions.actor_of_session(start.session_id)
    assert (who.kind, who.name, who.role, who.door) == ("user", ADA["email"], "admin", "web")
    assert start.user["name"] == "Ada"
    told = await app.sessions.who(who, start.session_id)
    assert told["user"]["id"] == start.user["id"]
    assert told["actor"] == {"kind": "user", "id": who.id, "name": who.name, "role": "admin"}


async def test_the_link_works_once_and_none_is_made_once_somebody_exists(app: App) -> None:
    token = await app.links.first_link()
    await app.links.use({**ADA, "token": token}, **HERE)
    again = {**ADA, "email": "eve@example.test", "token": token}
    assert await refusal(app.links.use(again, **HERE)) == BAD_LINK
    assert await app.links.first_link() is None


async def test_two_at_once_with_the_link_make_one_person(app: App) -> None:
    token = await app.links.first_link()
    calls = [
        app.links.use({**ADA, "email": f"{n}@example.test", "token": token}, **HERE)
        for n in range(3)
    ]
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(end, SessionStart) for end in ends) == 1
    assert len((await app.users.list(ADMIN)).items) == 1


async def test_a_link_ends_after_a_day_and_when_a_new_one_is_made(app: App, clock: Hand) -> None:
    old = await app.links.first_link()
    new = await app.links.first_link()
    assert await refusal(app.links.use({**ADA, "token": old}, **HERE)) == BAD_LINK
    clock.now += timedelta(hours=24)
    assert await refusal(app.links.use({**ADA, "token": new}, **HERE)) == BAD_LINK


async def test_a_password_must_be_long_and_not_silly(app: App) -> None:
    token = await app.links.first_link()
    for password, code in (("short", "too_short"), ("aaaaaaaaaaaa", "too_easy")):
        with pytest.raises(Invalid) as caught:
            await app.links.use({**ADA, "password": password, "token": token}, **HERE)
        assert [(f.pointer, f.code) for f in caught.value.faults] == [("/password", code)]
    await app.links.use({**ADA, "token": token}, **HERE)


async def test_signing_in_needs_the_right_password_and_tells_nothing_else(app: App) -> None:
    await first(app)
    assert await refusal(sign_in(app, "wrong password")) == WRONG
    nobody = app.people.sign_in({"email": "no@example.test", "password": PASSWORD}, **HERE)
    assert await refusal(nobody) == WRONG
    start = await sign_in(app)
    assert start.user["email"] == ADA["email"]


async def test_each_sign_in_has_a_session_of_its_own_and_sign_out_ends_it(app: App) -> None:
    one, two = await first(app), await sign_in(app)
    assert one.session_id != two.session_id
    await app.sessions.sign_out(one.session_id)
    await app.sessions.sign_out(one.session_id)
    assert await refusal(app.sessions.actor_of_session(one.session_id)) == NOBODY
    await app.sessions.actor_of_session(two.session_id)


async def test_a_session_ends_without_use_and_at_the_longest(app: App, clock: Hand) -> None:
    idle, used = await first(app), await sign_in(app)
    for _ in range(4):
        clock.now += timedelta(days=6)
        await app.sessions.actor_of_session(used.session_id)
    assert await refusal(app.sessions.actor_of_session(idle.session_id)) == NOBODY
    clock.now += timedelta(days=6)
    assert await refusal(app.sessions.actor_of_session(used.session_id)) == NOBODY


async def test_a_session_that_ends_while_it_is_read_again_is_not_remembered(
    app: App, clock: Hand, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was used in another process, so that this one reads it again once it seems over."""
    start = await first(app)
    who = await app.sessions.actor_of_session(start.session_id)
    clock.now += timedelta(days=6)
    other = await build(settings, clock=clock)
    await other.sessions.actor_of_session(start.session_id)
    await other.close()
    clock.now += timedelta(days=2)
    load = app.sessions._load

    async def loaded_and_ended(hash: str) -> Any:
        found = await load(hash)
        monkeypatch.undo()
        await app.sessions.end_all(who)
        assert await refusal(app.sessions.actor_of_session("another")) == NOBODY
        return found

    monkeypatch.setattr(app.sessions, "_load", loaded_and_ended)
    await app.sessions.actor_of_session(start.session_id)
    assert await refusal(app.sessions.actor_of_session(start.session_id)) == NOBODY


async def test_guessing_is_slowed_down_for_the_account_and_the_address(app: App) -> None:
    await first(app)
    for _ in range(5):
        assert await refusal(sign_in(app, "wrong password")) == WRONG
    with pytest.raises(Refused) as caught:
        await sign_in(app, address="198.51.100.7")
    assert (caught.value.kind, caught.value.retry_after_s) == ("throttled", 5)
    for number in range(15):  # 20 by now from this address
        guess = {"email": f"{number}@example.test", "password": "x"}
        assert await refusal(app.people.sign_in(guess, **HERE)) == WRONG
    other = app.people.sign_in({"email": "eve@example.test", "password": "x"}, **HERE)
    assert (await refusal(other))[0] == "throttled"


async def test_another_way_of_writing_the_address_has_no_tries_of_its_own(app: App) -> None:
    await first(app)
    for number, email in enumerate(("ada", "ADA", "\uff41da", "a\uff44a", "ad\uff41")):
        said = {"email": f"{email}@example.test", "password": "wrong password"}
        where = {"address": f"192.0.2.{10 + number}", "user_agent": "test"}
        assert await refusal(app.people.sign_in(said, **where)) == WRONG
    assert (await refusal(sign_in(app, address="198.51.100.7")))[0] == "throttled"


async def test_guesses_at_once_are_counted_one_by_one(app: App) -> None:
    await first(app)
    guesses = [refusal(sign_in(app, f"guess number {n}")) for n in range(20)]
    heard = [kind for kind, _ in await asyncio.gather(*guesses)]
    assert heard.count("not_signed_in") == 5


async def test_passwords_and_session_ids_are_kept_as_hashes_and_not_logged(app: App) -> None:
    start = await first(app)
    await refusal(sign_in(app, "a wrong guess"))
    async with app.store.reading() as unit:
        user = await unit.users.find(ADA["email"])
    assert user is not None
    assert user.password_hash.startswith("$argon2id$")
    lines = json.dumps((await app.audit.list(ADMIN)).items)
    for secret in (PASSWORD, start.session_id, "a wrong guess"):
        assert secret not in lines


async def test_changing_the_password_ends_the_other_sessions(app: App) -> None:
    here, elsewhere = await first(app), await sign_in(app)
    who = await app.sessions.actor_of_session(here.session_id)
    change = {"current": PASSWORD, "new": "another long phrase"}
    with pytest.raises(Invalid):
        wrong = {**change, "current": "not this"}
        await app.people.change_password(who, here.session_id, wrong)
    await app.people.change_password(who, here.session_id, change)
    await app.sessions.actor_of_session(here.session_id)
    assert await refusal(app.sessions.actor_of_session(elsewhere.session_id)) == NOBODY
    assert await refusal(sign_in(app)) == WRONG
    await sign_in(app, "another long phrase")


async def test_a_wrong_present_password_leaves_a_line(app: App) -> None:
    start = await first(app)
    who = await app.sessions.actor_of_session(start.session_id)
    change = {"current": "not the password", "new": "another good password"}
    with pytest.raises(Invalid):
        await app.people.change_password(who, start.session_id, change)
    (line,) = (await app.audit.list(ADMIN, action="user.password")).items
    assert (line["outcome"], line["detail"]) == ("denied", {"code": "wrong_credentials"})
    assert line["actor"]["id"] == line["target"]["id"] == who.id


async def test_an_admin_adds_people_and_a_disabled_one_is_out_at_once(app: App) -> None:
    await first(app)
    bob = {"email": "bob@example.test", "name": "Bob", "password": PASSWORD, "role": "editor"}
    made = (await app.users.create(ADMIN, bob)).user
    start = await app.people.sign_in({"email": bob["email"], "password": PASSWORD}, **HERE)
    await app.users.patch(ADMIN, made["id"], {"disabled": True})
    assert await refusal(app.sessions.actor_of_session(start.session_id)) == NOBODY
    again = app.people.sign_in({"email": bob["email"], "password": PASSWORD}, **HERE)
    assert await refusal(again) == WRONG
    await app.users.delete(ADMIN, bob["email"])
    assert len((await app.users.list(ADMIN)).items) == 1


async def test_the_last_admin_stays(app: App) -> None:
    await first(app)
    last = ("conflict", "last_admin")
    assert await refusal(app.users.delete(ADMIN, ADA["email"])) == last
    assert await refusal(app.users.patch(ADMIN, ADA["email"], {"role": "runner"})) == last
    assert await refusal(app.users.patch(ADMIN, ADA["email"], {"disabled": True})) == last


async def test_only_an_admin_deals_with_people_and_addresses_are_unique(app: App) -> None:
    await first(app)
    assert await refusal(app.users.list(EDITOR)) == ("forbidden", "role_not_allowed")
    with pytest.raises(Invalid) as caught:
        await app.users.create(ADMIN, {**ADA, "email": "ADA@EXAMPLE.test"})
    assert [(f.pointer, f.code) for f in caught.value.faults] == [("/email", "name_taken")]


@pytest.fixture
def reset_meanwhile(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once a password was found right, its owner sets a new one by an admin's link."""
    fits = Passwords.fits
    resets = [True]

    async def and_then_reset(self: Passwords, password: str, hash: str | None) -> bool:
        right = await fits(self, password, hash)
        if right and resets:
            resets.clear()
            made = await app.users.new_link(ADMIN, ADA["email"])
            await app.links.use(
                {"token": made.link.token, "password": "a new one altogether"}, **HERE
            )
        return right

    monkeypatch.setattr(Passwords, "fits", and_then_reset)


@pytest.mark.usefixtures("reset_meanwhile")
async def test_a_sign_in_under_way_with_the_old_password_does_not_outlive_a_reset(app: App) -> None:
    await first(app)
    assert await refusal(sign_in(app)) == WRONG
    assert (await sign_in(app, "a new one altogether")).user["name"] == "Ada"


@pytest.mark.usefixtures("reset_meanwhile")
async def test_a_change_under_way_with_the_old_password_does_not_undo_a_reset(app: App) -> None:
    start = await first(app)
    who = await app.sessions.actor_of_session(start.session_id)
    change = {"current": PASSWORD, "new": "what the thief would have"}
    with pytest.raises(Invalid) as caught:
        await app.people.change_password(who, start.session_id, change)
    assert [(fault.pointer, fault.code) for fault in caught.value.faults] == [("/current", "wrong")]
    assert (await sign_in(app, "a new one altogether")).user["name"] == "Ada"
