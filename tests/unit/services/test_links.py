"""Invitations and new passwords by a link that works once; the last admin; one's own sessions."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.services.sessions import SessionStart
from sourcekeep.settings import Settings
from sourcekeep.wiring import App, build
from tests.unit.services.conftest import ADMIN, EDITOR
from tests.unit.services.hand import Hand
from tests.unit.services.test_people import ADA, BAD_LINK, HERE, PASSWORD, first, refusal

BOB = {"email": "bob@example.test", "name": "Bob", "role": "editor"}


@pytest.fixture
def clock() -> Hand:
    return Hand()


async def answer(app: App, token: str, **said: Any) -> SessionStart:
    return await app.links.use({"token": token, "password": PASSWORD, **said}, **HERE)


async def look(app: App, token: str) -> dict[str, Any]:
    return await app.links.look({"token": token}, address=HERE["address"])


async def invited(app: App, **other: Any) -> tuple[dict[str, Any], str]:
    made = await app.users.create(ADMIN, {**BOB, **other})
    assert made.link is not None
    return made.user, made.link.token


async def sign_in(app: App, email: str, password: str = PASSWORD) -> SessionStart:
    return await app.people.sign_in({"email": email, "password": password}, **HERE)


async def test_somebody_invited_sets_a_password_and_is_signed_in(app: App) -> None:
    await first(app)
    user, token = await invited(app)
    assert (user["state"], user["last_seen_at"]) == ("invited", None)
    told = await look(app, token)
    assert {name: told[name] for name in ("kind", "email", "name", "role")} == {
        "kind": "invite",
        **BOB,
    }
    start = await answer(app, token, name="Robert")
    assert (start.user["id"], start.user["name"], start.user["role"]) == (
        user["id"],
        "Robert",
        "editor",
    )
    who = await app.sessions.actor_of_session(start.session_id)
    assert (who.id, who.role) == (user["id"], "editor")
    now = await app.users.get(ADMIN, BOB["email"])
    assert now["state"] == "active"
    assert now["last_seen_at"] is not None
    await sign_in(app, BOB["email"])


async def test_an_invitation_works_once_and_for_a_week(app: App, clock: Hand) -> None:
    await first(app)
    _, token = await invited(app)
    await answer(app, token)
    assert await refusal(answer(app, token)) == BAD_LINK
    _, late = await invited(app, email="late@example.test")
    clock.now += timedelta(days=7)
    assert await refusal(look(app, late)) == BAD_LINK
    assert await refusal(answer(app, late)) == BAD_LINK


async def test_of_many_answers_at_once_one_counts(app: App) -> None:
    await first(app)
    _, token = await invited(app)
    calls = (answer(app, token, name=f"N{n}") for n in range(3))
    ends = await asyncio.gather(*calls, return_exceptions=True)
    assert sum(isinstance(end, SessionStart) for end in ends) == 1


async def test_an_invitation_is_for_one_address(app: App) -> None:
    await first(app)
    _, token = await invited(app)
    with pytest.raises(Invalid) as caught:
        await answer(app, token, email="eve@example.test")
    assert [fault.pointer for fault in caught.value.faults] == ["/email"]
    with pytest.raises(Invalid):
        await answer(app, token, password="short")
    await answer(app, token, email="BOB@example.test")


async def test_somebody_invited_cannot_sign_in_before(app: App) -> None:
    await first(app)
    await invited(app)
    assert (await refusal(sign_in(app, BOB["email"], "")))[1] == "wrong_credentials"
    assert (await refusal(sign_in(app, BOB["email"])))[1] == "wrong_credentials"


async def test_a_new_link_ends_the_one_before_and_a_bar_ends_both(app: App) -> None:
    await first(app)
    user, old = await invited(app)
    again = await app.users.new_link(ADMIN, user["id"])
    assert again.link is not None
    assert await refusal(answer(app, old)) == BAD_LINK
    await app.users.patch(ADMIN, user["id"], {"disabled": True})
    assert await refusal(answer(app, again.link.token)) == BAD_LINK
    assert await refusal(app.users.new_link(ADMIN, user["id"])) == ("conflict", "disabled")


async def test_a_link_resets_a_forgotten_password_and_ends_the_sessions(app: App) -> None:
    await first(app)
    user, token = await invited(app)
    there = await answer(app, token)
    made = await app.users.new_link(ADMIN, user["id"])
    assert made.link is not None
    assert (await look(app, made.link.token))["kind"] == "reset"
    await sign_in(app, BOB["email"])  # the password stays until the link is used
    await answer(app, made.link.token, password="another long phrase")
    assert (await refusal(app.sessions.actor_of_session(there.session_id)))[0] == "not_signed_in"
    await sign_in(app, BOB["email"], "another long phrase")


async def test_a_changed_password_ends_links(app: App) -> None:
    await first(app)
    user, token = await invited(app)
    start = await answer(app, token)
    made = await app.users.new_link(ADMIN, user["id"])
    assert made.link is not None
    who = await app.sessions.actor_of_session(start.session_id)
    change = {"current": PASSWORD, "new": "another long phrase"}
    await app.people.change_password(who, start.session_id, change)
    assert await refusal(answer(app, made.link.token)) == BAD_LINK


async def test_a_link_that_does_not_work_leaves_a_line_without_its_text(
    app: App, clock: Hand
) -> None:
    await first(app)
    user, token = await invited(app)
    clock.now += timedelta(days=8)
    for call in (look(app, "guessed"), answer(app, "guessed"), answer(app, token)):
        assert await refusal(call) == BAD_LINK
    lines = (await app.audit.list(ADMIN, action="session.start")).items
    denied = [line for line in lines if line["outcome"] == "denied"]
    assert [line["actor"]["name"] for line in denied] == [user["email"], "unknown", "unknown"]
    assert {line["detail"]["code"] for line in denied} == {"link_not_valid"}
    assert "guessed" not in str(lines) and token not in str(lines)


async def test_guessing_links_is_slowed_down(app: App) -> None:
    await first(app)
    for _ in range(20):
        assert await refusal(look(app, "guess")) == BAD_LINK
    assert (await refusal(look(app, "guess")))[0] == "throttled"


async def test_only_an_admin_invites(app: App) -> None:
    for call in (app.users.create(EDITOR, BOB), app.users.new_link(EDITOR, "x")):
        assert await refusal(call) == ("forbidden", "role_not_allowed")


async def test_an_admin_who_was_only_invited_does_not_count_as_one(app: App) -> None:
    await first(app)
    await invited(app, role="admin")
    last = ("conflict", "last_admin")
    assert await refusal(app.users.patch(ADMIN, ADA["email"], {"role": "editor"})) == last
    assert await refusal(app.users.delete(ADMIN, ADA["email"])) == last


async def test_two_admins_who_bar_each_other_at_once_do_not_both_succeed(
    app: App, settings: Settings
) -> None:
    await first(app)
    _, token = await invited(app, role="admin")
    await answer(app, token)
    other = await build(settings)
    try:
        ends = await asyncio.gather(
            app.users.patch(ADMIN, ADA["email"], {"disabled": True}),
            other.users.patch(ADMIN, BOB["email"], {"role": "runner"}),
            return_exceptions=True,
        )
    finally:
        await other.close()
    refused = [end.code for end in ends if isinstance(end, Refused)]
    assert refused == ["last_admin"]


async def person(app: App, session: SessionStart) -> Actor:
    return await app.sessions.actor_of_session(session.session_id)


async def test_one_sees_and_ends_ones_own_sessions(app: App) -> None:
    here = await first(app)
    there = await sign_in(app, str(ADA["email"]))
    _, token = await invited(app)
    other = await answer(app, token)
    me = await person(app, here)
    listed = (await app.sessions.list(me, here.session_id)).items
    assert sorted(item["current"] for item in listed) == [False, True]
    away = next(item for item in listed if not item["current"])
    assert (await refusal(app.sessions.end(await person(app, other), away["id"])))[0] == "not_found"
    await app.sessions.end(me, away["id"])
    assert (await refusal(person(app, there)))[0] == "not_signed_in"
    await app.sessions.end_all(me)
    assert (await refusal(person(app, here)))[0] == "not_signed_in"
    await person(app, other)


async def test_a_caller_token_has_no_sessions(app: App) -> None:
    token = replace(ADMIN, kind="token")
    for call in (
        app.sessions.list(token, ""),
        app.sessions.end_all(token),
        app.people.change_password(token, "", {"current": "x", "new": "y"}),
    ):
        assert await refusal(call) == ("forbidden", "not_a_person")
