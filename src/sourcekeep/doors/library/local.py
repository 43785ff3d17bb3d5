"""Operations on a local data dir or database: the services, called in this process."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, Literal, cast

from sourcekeep.doors.library.operations import Document, Operations
from sourcekeep.doors.library.results import Result
from sourcekeep.kit.clock import rfc3339
from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Refused
from sourcekeep.services.answers import Page
from sourcekeep.services.audit_trail import Asked
from sourcekeep.services.runs import encode
from sourcekeep.services.users import Invited
from sourcekeep.settings import SettingsError, load
from sourcekeep.wiring import App, CannotStart, build, system_actor

Listing = Callable[..., Awaitable[Page]]


async def start_local(
    data_dir: str | Path | None, database_url: str | None, door: Literal["library", "cli"]
) -> Operations:
    """Open the store, as whoever sits at this machine with its key."""
    try:
        settings = load({"data_dir": data_dir and str(data_dir), "database_url": database_url})
        app = await build(settings)
    except (SettingsError, CannotStart) as error:
        raise Refused("unavailable", "cannot_start", str(error)) from error
    own = settings.host if settings.loopback_only else "localhost"
    address = settings.public_url or f"http://{own}:{settings.port}"
    return LocalOperations(app, system_actor(door), address.rstrip("/"))


class LocalOperations:
    """Each noun of contract 2 and the service that has it. `address` is where a server of these
    settings is reached, for links."""

    def __init__(self, app: App, actor: Actor, address: str) -> None:
        self._app = app
        self._actor = actor
        self._address = address
        self._listings: dict[str, Listing] = {
            "data-sources": app.sources.list,
            "queries": app.queries.list,
            "runs": app.runs.list,
            "tokens": app.callers.list,
            "users": app.users.list,
            "constants": app.constants.list,
            "secrets": partial(app.constants.list, secret=True),
            "audit": app.audit.list,
            "keys": lambda actor, cursor: app.keys.list(actor),
        }

    async def kinds(self) -> Document:
        return await self._app.kinds.list(self._actor)

    async def list(
        self, noun: str, filters: dict[str, str], *, most: int | None = None
    ) -> list[Document]:
        listing = self._listings.get(noun)
        if listing is None:
            raise _no_such("list", noun)
        items: list[Document] = []
        cursor: str | None = None
        while True:
            page = await listing(self._actor, **filters, cursor=cursor)
            items.extend(page.items)
            cursor = page.next
            if cursor is None or (most is not None and len(items) >= most):
                return items[:most]

    async def get(self, noun: str, ref: str) -> Document:
        app, actor = self._app, self._actor
        if noun == "data-sources":
            return (await app.sources.get(actor, ref)).doc
        if noun == "queries":
            return (await app.queries.get(actor, ref)).doc
        if noun == "runs":
            return await app.runs.get(actor, ref)
        if noun == "tokens":
            return await app.callers.get(actor, ref)
        if noun == "users":
            return await app.users.get(actor, ref)
        return await app.constants.get(actor, ref, secret=_is_secret(noun))

    async def create(self, noun: str, payload: Document) -> Document:
        app, actor = self._app, self._actor
        if noun == "data-sources":
            return (await app.sources.create(actor, payload)).doc
        if noun == "queries":
            return (await app.queries.create(actor, payload)).doc
        if noun == "tokens":
            made = await app.callers.create(actor, payload)
            return {**made.doc, "token": made.token}
        if noun == "users":
            return self._with_link(await app.users.create(actor, payload))
        raise _no_such("create", noun)

    async def patch(self, noun: str, ref: str, patch: Document) -> Document:
        app, actor = self._app, self._actor
        if noun == "data-sources":
            return (await app.sources.patch(actor, ref, patch)).doc
        if noun == "queries":
            return (await app.queries.patch(actor, ref, patch)).doc
        if noun == "tokens":
            return await app.callers.patch(actor, ref, patch)
        if noun == "users":
            return await app.users.patch(actor, ref, patch)
        raise _no_such("change", noun)

    async def put(self, noun: str, ref: str, payload: Document) -> Document:
        return await self._app.constants.put(self._actor, ref, payload, secret=_is_secret(noun))

    async def remove(self, noun: str, ref: str) -> None:
        app, actor = self._app, self._actor
        removals: dict[str, Callable[..., Awaitable[Any]]] = {
            "data-sources": app.sources.delete,
            "queries": app.queries.delete,
            "tokens": app.callers.revoke,
            "users": app.users.delete,
        }
        if noun in removals:
            await removals[noun](actor, ref)
        else:
            await app.constants.delete(actor, ref, secret=_is_secret(noun))

    async def run_query(self, query: str, parameters: Document) -> Result:
        return Result(encode(await self._app.runs.run_saved(self._actor, query, parameters)))

    async def run_request(self, source: str, query: Document, parameters: Document) -> Result:
        order = {"query": query, "parameters": parameters}
        return Result(encode(await self._app.runs.run_unsaved(self._actor, source, order)))

    async def doctor(self) -> Document:
        return await self._app.doctor.examine(self._actor)

    async def test(self, source: str, patch: Document | None) -> Document:
        return await self._app.testing.test(self._actor, source, {"patch": patch})

    async def retire_credential(self, source: str) -> Document:
        return (await self._app.sources.retire_credential(self._actor, source)).doc

    async def rotate_keys(self, *, retire_old: bool) -> Document:
        return await self._app.keys.rotate(self._actor, {"retire_old": retire_old})

    async def make_link(self, user: str) -> Document:
        return self._with_link(await self._app.users.new_link(self._actor, user))

    async def export_audit(self, filters: dict[str, str], write: Callable[[bytes], object]) -> None:
        async for part in await self._app.audit.export(self._actor, **cast(Asked, filters)):
            write(part)

    async def verify_audit(self) -> Document:
        return await self._app.audit.verify(self._actor)

    def _with_link(self, made: Invited) -> Document:
        link = made.link
        return {
            **made.user,
            "link": None if link is None else f"{self._address}/welcome?token={link.token}",
            "link_expires_at": None if link is None else rfc3339(link.expires_at),
        }

    async def close(self) -> None:
        await self._app.close()


def _is_secret(noun: str) -> bool:
    if noun not in ("constants", "secrets"):
        raise _no_such("do this with", noun)
    return noun == "secrets"


def _no_such(what: str, noun: str) -> Refused:
    return Refused("not_found", "not_found", f"One cannot {what} {noun}.")
