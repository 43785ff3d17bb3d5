"""Who calls: a caller token, or a session cookie of our own page. The one place that answers it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.model.policy import Actor, Door
from sourcekeep.model.problem import Refused

COOKIE = "sourcekeep_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Sessions(Protocol):
    async def actor_of_session(self, session_id: str) -> Actor: ...


class Tokens(Protocol):
    async def actor_of_token(self, text: str, door: Door) -> Actor: ...
    def known_actor(self, text: str, door: Door) -> Actor | None: ...


class Identity:
    def __init__(self, *, sessions: Sessions, tokens: Tokens, hosts: HostRule) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._hosts = hosts

    def known(self, headers: Mapping[bytes, bytes]) -> Actor | None:
        """What `of` would answer, for a caller token that is in memory; raises like it."""
        authorization = headers.get(b"authorization")
        if authorization is None:
            return None
        return self._tokens.known_actor(_bearer(authorization), "api")

    async def of(self, headers: Mapping[bytes, bytes], *, method: str, scheme: str) -> Actor:
        """The actor behind a request's headers. Raises Refused, or HttpProblem across origins.

        A token wins over a cookie: a program names itself, a browser's cookie comes by itself.
        """
        authorization = headers.get(b"authorization")
        if authorization is not None:
            return await self._tokens.actor_of_token(_bearer(authorization), "api")
        session = session_of(headers)
        if session is None:
            raise Refused(
                "not_signed_in",
                "not_signed_in",
                "Sign in, or send a caller token as 'Authorization: Bearer sk_…'.",
            )
        if method not in SAFE_METHODS:
            self._hosts.check_own_page(headers, scheme=scheme)
        return await self._sessions.actor_of_session(session)


def _bearer(value: bytes) -> str:
    """The token of `Bearer …` (RFC 6750 2.1); the scheme's case does not matter (RFC 9110 11.1)."""
    if value.startswith(b"Bearer sk_"):  # as nearly every caller writes it
        return value[7:].decode("latin-1").strip()
    scheme, _, token = value.decode("latin-1").strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise Refused(
            "not_signed_in",
            "wrong_scheme",
            "The Authorization header must be 'Bearer' and a caller token.",
        )
    return token.strip()


def session_of(headers: Mapping[bytes, bytes]) -> str | None:
    """The session id in the cookies (RFC 6265 4.2.1), or None."""
    for pair in headers.get(b"cookie", b"").decode("latin-1").split(";"):
        name, _, value = pair.strip().partition("=")
        if name == COOKIE and value:
            return value
    return None
