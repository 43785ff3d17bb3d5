"""Saves the demo's data source and query, ready to run, through the services as anybody would."""

from __future__ import annotations

from urllib.parse import urlsplit

from sourcekeep.doors.demo import TOKEN, Addresses
from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.wiring import App

NAME, QUERY = "demo", "demo1"
_DEMO = Actor(kind="system", id="system", name="demo", role="admin", door="cli")


async def save_demo(app: App, addresses: Addresses) -> list[str]:
    """What is there already stays as it is, but for the port, which may be another at each start.

    The demo is no reason not to start: what keeps it from being saved is a line for the console.
    """
    try:
        source = await _source(app, addresses.http)
        await _query(app, source)
    except (Invalid, Refused) as error:
        return [f"The demo's data source and query could not be saved: {error}"]
    return []


async def _query(app: App, source: str) -> None:
    try:
        await app.queries.get(_DEMO, QUERY)
    except Refused as refused:
        if refused.kind != "not_found":
            raise
        query = {"name": QUERY, "data_source": source, "method": "GET", "path": ""}
        await app.queries.create(_DEMO, query)


async def _source(app: App, base_url: str) -> str:
    """The id of the demo's source."""
    auth = {"type": "bearer", "token": TOKEN}
    try:
        found = (await app.sources.get(_DEMO, NAME)).doc
    except Refused as refused:
        if refused.kind != "not_found":
            raise
        payload = {
            "kind": "restapi",
            "name": NAME,
            "description": "The demo API that --demo serves.",
            "base_url": base_url,
            "auth": auth,
        }
        return str((await app.sources.create(_DEMO, payload)).doc["id"])
    if found["base_url"] != base_url and _is_the_demo(found["base_url"], base_url):
        await app.sources.patch(_DEMO, found["id"], {"base_url": base_url, "auth": auth})
    return str(found["id"])


def _is_the_demo(saved: str, served: str) -> bool:
    """Whether a saved address is the demo's under another port, and not somebody's own."""
    one, other = urlsplit(saved), urlsplit(served)
    return (one.scheme, one.hostname, one.path) == (other.scheme, other.hostname, other.path)
