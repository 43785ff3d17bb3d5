"""Where a redirect leads (RFC 9110 15.4): 303 becomes a GET, 301 and 302 turn a POST into a GET as
every client does, 307 and 308 keep method and body."""

from __future__ import annotations

from sourcekeep.engine.head_text import text_of
from sourcekeep.engine.target import Target
from sourcekeep.engine.wire import WireResponse
from sourcekeep.kit.record import record
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem
from sourcekeep.model.result import Notice

_REDIRECTS = frozenset({301, 302, 303, 307, 308})


@record
class Hop:
    """One request of an attempt: the plan's own, or one that a redirect leads to."""

    method: str
    target: Target
    body: bytes | None
    bodiless: bool = False  # the body was dropped on the way, and its headers with it


def next_hop(hop: Hop, status: int, target: Target) -> Hop:
    """The request that this status asks for at the target."""
    becomes_get = (status == 303 and hop.method != "HEAD") or (
        status in (301, 302) and hop.method == "POST"
    )
    if becomes_get and hop.method != "GET":
        return Hop("GET", target, None, bodiless=True)
    return Hop(hop.method, target, hop.body, hop.bodiless)


def followed(status: int, target: Target) -> Notice:
    """Tells the person that a redirect was followed."""
    return Notice("redirected", f"The server redirected ({status}) to {target.url}.")


def not_for_this_caller(hop: Hop) -> Problem:
    """The caller's policy ends at the redirect."""
    return problem(
        "redirect_refused",
        f"The server redirects to {hop.target.url}, where the caller's policy does not let it "
        f"send a {hop.method}. Nothing was sent there.",
        hint="Ask an admin to allow that method and path, or call another path.",
    )


def too_many(followed: int, location: str) -> Problem:
    """The redirects do not end."""
    return problem(
        "too_many_redirects",
        f"The server redirects again after {followed} redirects, now to {location}.",
    )


def location_of(response: WireResponse) -> str | None:
    """Where a redirect points to; None for any other answer."""
    if response.status not in _REDIRECTS:
        return None
    return next((text_of(v) for n, v in response.headers if n.lower() == b"location"), None)
