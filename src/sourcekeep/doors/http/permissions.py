"""Which action each route of the API is, and the check of it before anything else happens.

Before a body is read or a name is looked up: who may not do a thing learns nothing of what would be
wrong with the call. Services decide once more, on the very source and query. A route that is not
placed here does not start, so nothing is open by oversight.
"""

from __future__ import annotations

from collections.abc import Iterable

from starlette.routing import BaseRoute, Route

from sourcekeep.doors.http.answers import Receive, Scope, Send
from sourcekeep.doors.http.asked import ACTOR
from sourcekeep.doors.http.described import PREFIX
from sourcekeep.doors.http.gate import PUBLIC, Asgi
from sourcekeep.model.policy import Action
from sourcekeep.services.gate import Gate

ACTIONS: dict[tuple[str, str], Action] = {
    ("GET", "/kinds"): "kind.read",
    ("GET", "/data-sources"): "source.read",
    ("POST", "/data-sources"): "source.create",
    ("GET", "/data-sources/{source}"): "source.read",
    ("PATCH", "/data-sources/{source}"): "source.update",
    ("DELETE", "/data-sources/{source}"): "source.delete",
    ("POST", "/data-sources/{source}/test"): "source.test",
    ("POST", "/data-sources/{source}/credential/retire"): "source.update",
    ("GET", "/queries"): "query.read",
    ("POST", "/queries"): "query.create",
    ("GET", "/queries/{query}"): "query.read",
    ("PATCH", "/queries/{query}"): "query.update",
    ("DELETE", "/queries/{query}"): "query.delete",
    ("GET", "/runs"): "run.read",
    ("GET", "/runs/{run}"): "run.read",
    ("POST", "/runs/{run}/cancel"): "run.cancel",
    ("GET", "/constants"): "constant.read",
    ("GET", "/constants/{name}"): "constant.read",
    ("PUT", "/constants/{name}"): "constant.write",
    ("DELETE", "/constants/{name}"): "constant.write",
    ("GET", "/secrets"): "secret.read",
    ("GET", "/secrets/{name}"): "secret.read",
    ("PUT", "/secrets/{name}"): "secret.write",
    ("DELETE", "/secrets/{name}"): "secret.write",
    ("GET", "/keys"): "key.manage",
    ("POST", "/keys/rotate"): "key.manage",
    ("GET", "/session"): "account.read",
    ("DELETE", "/session"): "account.manage",
    ("POST", "/session/password"): "account.manage",
    ("GET", "/sessions"): "account.manage",
    ("DELETE", "/sessions"): "account.manage",
    ("DELETE", "/sessions/{session}"): "account.manage",
    ("GET", "/users"): "user.manage",
    ("POST", "/users"): "user.manage",
    ("GET", "/users/{user}"): "user.manage",
    ("PATCH", "/users/{user}"): "user.manage",
    ("DELETE", "/users/{user}"): "user.manage",
    ("POST", "/users/{user}/link"): "user.manage",
    ("GET", "/tokens"): "token.manage",
    ("POST", "/tokens"): "token.manage",
    ("POST", "/tokens/explain"): "token.manage",
    ("GET", "/tokens/{token}"): "token.manage",
    ("PATCH", "/tokens/{token}"): "token.manage",
    ("DELETE", "/tokens/{token}"): "token.manage",
    ("GET", "/audit"): "audit.read",
    ("GET", "/audit/export"): "audit.read",
    ("POST", "/audit/verify"): "audit.read",
    ("GET", "/doctor"): "doctor.read",
}


class NotPlaced(Exception):
    """A route stands in no table; said when the server is put together."""


def guard(routes: Iterable[BaseRoute], gate: Gate) -> None:
    """Put the check of its action before every route. Raises NotPlaced."""
    for route in routes:
        if not isinstance(route, Route):
            raise NotPlaced(f"{route} is no plain route.")
        for method in (route.methods or set()) - {"HEAD"}:  # which the door answers as GET
            if (method, route.path) not in PUBLIC:
                route.app = _Guarded(route.app, _action(method, route.path), gate)


def _action(method: str, path: str) -> Action:
    place = path.removeprefix(PREFIX).replace(":path}", "}")
    action = ACTIONS.get((method, place))
    if action is None:
        raise NotPlaced(f"{method} {place} has no action in {__name__}.")
    return action


class _Guarded:
    """One route, and the action that its caller must be allowed."""

    def __init__(self, inner: Asgi, action: Action, gate: Gate) -> None:
        self._inner = inner
        self._action = action
        self._gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        named = next(iter(scope["path_params"].values()), None)
        await self._gate.require(scope[ACTOR], self._action, named=named)
        await self._inner(scope, receive, send)
