"""Who calls: how a request's headers are read."""

from __future__ import annotations

import pytest

from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.doors.http.identity import Identity, session_of
from sourcekeep.doors.http.problems import HttpProblem
from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Refused

PERSON = Actor("user", "usr_1", "a@b", "admin", "web")
PROGRAM = Actor("token", "tok_1", "ci", "runner", "api")


class Known:
    """Knows one session and one token."""

    async def actor_of_session(self, session_id: str) -> Actor:
        if session_id != "right":
            raise Refused("not_signed_in", "not_signed_in", "Sign in first.")
        return PERSON

    async def actor_of_token(self, text: str, door: str) -> Actor:
        if (text, door) != ("sk_right", "api"):
            raise Refused("not_signed_in", "token_unknown", "Not valid.")
        return PROGRAM

    def known_actor(self, text: str, door: str) -> Actor | None:
        return PROGRAM if (text, door) == ("sk_right", "api") else None


@pytest.fixture
def identity() -> Identity:
    hosts = HostRule(told=(), public_url=None, loopback_only=True)
    return Identity(sessions=Known(), tokens=Known(), hosts=hosts)


async def actor(identity: Identity, method: str = "GET", **headers: str) -> Actor:
    fields = {name.replace("_", "-").encode(): text.encode() for name, text in headers.items()}
    return await identity.of({b"host": b"localhost", **fields}, method=method, scheme="http")


@pytest.mark.parametrize("value", ["Bearer sk_right", "bearer sk_right", "BEARER   sk_right "])
async def test_a_caller_token_comes_as_bearer(identity: Identity, value: str):
    assert await actor(identity, "POST", authorization=value) is PROGRAM


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer ", "Basic sk_right", "sk_right"])
async def test_another_scheme_is_refused(identity: Identity, value: str):
    with pytest.raises(Refused) as refused:
        await actor(identity, authorization=value)
    assert refused.value.kind == "not_signed_in"


async def test_a_wrong_token_is_not_mended_by_a_right_cookie(identity: Identity):
    with pytest.raises(Refused):
        await actor(identity, authorization="Bearer sk_x", cookie="sourcekeep_session=right")


async def test_a_session_cookie_reads_without_more(identity: Identity):
    assert await actor(identity, cookie="a=b; sourcekeep_session=right; c=d") is PERSON


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "PROPFIND"])
async def test_a_session_cookie_changes_things_from_our_own_page_only(
    identity: Identity, method: str
):
    cookie = "sourcekeep_session=right"
    with pytest.raises(HttpProblem) as refused:
        await actor(identity, method, cookie=cookie)
    assert (refused.value.status, refused.value.code) == (403, "cross_origin")
    assert await actor(identity, method, cookie=cookie, sec_fetch_site="same-origin") is PERSON
    assert await actor(identity, method, cookie=cookie, origin="http://localhost") is PERSON


async def test_no_credential_is_refused(identity: Identity):
    with pytest.raises(Refused) as refused:
        await actor(identity, cookie="other=right")
    assert refused.value.kind == "not_signed_in"


def test_a_cookie_is_found_by_its_whole_name():
    assert session_of({b"cookie": b"xsourcekeep_session=1;sourcekeep_session=2"}) == "2"
    assert session_of({b"cookie": b"sourcekeep_session="}) is None
    assert session_of({}) is None


def test_a_token_in_memory_is_known_without_waiting(identity: Identity):
    assert identity.known({b"authorization": b"Bearer sk_right"}) is PROGRAM
    assert identity.known({b"authorization": b"Bearer sk_other"}) is None
    assert identity.known({b"cookie": b"sourcekeep_session=right"}) is None
