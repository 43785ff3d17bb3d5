"""`--demo`: the demo API beside the server, and a data source and a query for it, saved through the
services as anybody would. Without the option nothing of it is imported."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.settings import Settings
from sourcekeep.wiring import App

_TLS, _MTLS = 442, 443  # how far the TLS twins' ports are from the demo's
NAME, QUERY = "demo", "demo1"
_DEMO = Actor(kind="system", id="system", name="demo", role="admin", door="cli")


class CannotDemonstrate(Exception):
    """The demo API cannot be served, in one line."""


@asynccontextmanager
async def demonstration(settings: Settings, app: App, *, wanted: bool) -> AsyncIterator[list[str]]:
    """The demo runs during the block, if there is to be one; yields the lines to tell of it."""
    if not (settings.demo and wanted):
        yield []
        return
    from sourcekeep.doors.demo import TOKEN, Demo, DemoPorts, DemoPortTaken

    port = settings.demo_port
    ports = DemoPorts(http=port, tls=port + _TLS, mtls=port + _MTLS) if port else DemoPorts.free()
    try:
        demo = await Demo.start(settings.data_dir, ports=ports)
    except DemoPortTaken as error:
        raise CannotDemonstrate(str(error)) from error
    try:
        addresses, files = demo.addresses, settings.data_dir / "demo"
        yield [
            *await _save(app, addresses.http, TOKEN),
            f"Demo API at {addresses.http} (bearer token: {TOKEN})",
            f"  with TLS at {addresses.tls} (CA Cert: {files / 'server.crt'})",
            f"  with a client certificate at {addresses.mtls} "
            f"(Client Cert and Client Key: {files / 'client.crt'}, {files / 'client.key'})",
        ]
    finally:
        await demo.stop()


async def _save(app: App, base_url: str, token: str) -> list[str]:
    """What is there already stays as it is, but for the port, which may be another at each start.

    The demo is no reason not to start: what keeps it from being saved is a line for the console.
    """
    try:
        source = await _source(app, base_url, token)
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


async def _source(app: App, base_url: str, token: str) -> str:
    """The id of the demo's source."""
    auth = {"type": "bearer", "token": token}
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
