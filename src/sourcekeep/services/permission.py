"""The one gate of the services: what `model/policy` denies becomes a refusal in words."""

from __future__ import annotations

from sourcekeep.model.policy import Action, Actor, Denied, Thing, Verdict, decide, decide_request
from sourcekeep.model.problem import Refused


def permit(
    actor: Actor, action: Action, *, source: Thing | None = None, query: Thing | None = None
) -> None:
    """Return when the actor may; raise Refused("forbidden") with the reason when not."""
    _raise(decide(actor, action, source=source, query=query))


def permit_request(actor: Actor, *, method: str, path: str) -> None:
    """The same for the request as it would go on the wire."""
    _raise(decide_request(actor, method=method, path=path))


def may(
    actor: Actor, action: Action, *, source: Thing | None = None, query: Thing | None = None
) -> bool:
    """Whether the actor may, where a no is not an error (a list shows what one may see)."""
    return not isinstance(decide(actor, action, source=source, query=query), Denied)


def _raise(verdict: Verdict) -> None:
    if isinstance(verdict, Denied):
        raise Refused("forbidden", verdict.code, verdict.reason)
