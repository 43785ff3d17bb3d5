"""Data sources: create, list, read, change, delete; who may, in which order, and what is noted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sourcekeep.kit.clock import Clock
from sourcekeep.kit.ids import new_id
from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Refused
from sourcekeep.model.rotation import promoted
from sourcekeep.model.sealing import (
    Closed,
    references_of,
    secret_keys,
)
from sourcekeep.services.answers import (
    Doc,
    Page,
    Versioned,
    checked_limit,
    etag,
    name_taken,
    not_found,
    require_match,
)
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.health import listed
from sourcekeep.services.kinds import Kinds
from sourcekeep.services.secrets import Secrets
from sourcekeep.services.seen_certificates import SeenCertificates, client_facts_of
from sourcekeep.services.source_drafts import OWNER, Draft, Drafts, found, thing
from sourcekeep.services.source_rules import is_insecure
from sourcekeep.services.source_view import view
from sourcekeep.store.errors import InUse, NameTaken, Stale
from sourcekeep.store.rows import SourceRow
from sourcekeep.store.shapes import SHAPE_VERSIONS
from sourcekeep.store.unit import Unit

_ATTEMPTS = 10


class Sources:
    """The use cases of a data source. Answers never hold a secret."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        kinds: Kinds,
        drafts: Drafts,
        secrets: Secrets,
        seen: SeenCertificates,
        clock: Clock,
    ) -> None:
        self._database = database
        self._gate = gate
        self._kinds = kinds
        self._drafts = drafts
        self._secrets = secrets
        self._seen = seen
        self._clock = clock

    async def create(self, actor: Actor, payload: Any) -> Versioned:
        """Only `kind` is required; the name is then `restapi`, `restapi_2`, … Raises Invalid."""
        await self._gate.require(actor, "source.create")
        closed, named = await self._drafts.new(actor, payload)
        for _ in range(_ATTEMPTS):
            try:
                return await self._add(actor, closed, named=named)
            except NameTaken as taken:
                if named:
                    raise name_taken(closed.doc["name"]) from taken
        raise Refused("conflict", "busy", "Many data sources are being added; try again.")

    async def list(
        self,
        actor: Actor,
        *,
        search: str | None = None,
        category: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page:
        """By name; a token sees those that its policy names."""
        await self._gate.require(actor, "source.read")
        async with self._database.reading() as unit:
            rows, following = await unit.sources.list(
                search=search,
                kinds=None if category is None else self._kinds.kinds_in(category),
                only=actor.policy.sources,
                cursor=cursor,
                limit=checked_limit(limit),
            )
            items = await listed(unit, rows, self._seen, self._clock())
        return Page(items, following)

    async def get(self, actor: Actor, ref: str) -> Versioned:
        async with self._database.reading() as unit:
            row = await found(unit, ref)
            seen = await self._seen.of(unit, [row])
        await self._gate.require(actor, "source.read", source=thing(row))
        return Versioned(view(row, self._clock(), seen[row.id]), etag(row.version))

    async def patch(
        self, actor: Actor, ref: str, patch: Any, if_match: str | None = None
    ) -> Versioned:
        """Lay a JSON merge patch over the source. Raises Invalid, Refused("stale")."""
        for _ in range(_ATTEMPTS):
            draft = await self._drafts.change(actor, ref, patch, if_match)
            try:
                return await self._change(actor, draft)
            except Stale:  # someone else saved in between: lay the patch over what they saved
                continue
            except NameTaken as taken:
                raise name_taken(taken.name) from taken
        raise Refused("conflict", "busy", "The data source is being changed by others; try again.")

    async def retire_credential(
        self, actor: Actor, ref: str, if_match: str | None = None
    ) -> Versioned:
        """Make the next credential the current one. Refused("conflict", "no_next_credential")."""
        async with self._database.reading() as unit:
            row = await found(unit, ref)
        await self._gate.require(actor, "source.update", source=thing(row))
        require_match(if_match, row.version)
        async with self._database.transaction() as unit:
            row = await found(unit, row.id)
            require_match(if_match, row.version)
            auth = promoted(row.doc["auth"])
            if auth is None:
                raise _no_next(row.name)
            texts = await self._secrets.opened(unit, OWNER, row.id)
            moved = {name: f"auth/next/{name}" for name in auth if f"auth/next/{name}" in texts}
            doc = {**row.doc, "auth": auth}
            changed = await unit.sources.change(replace(row, doc=doc), row.version)
            fresh = {f"auth/{name}": texts[key] for name, key in moved.items()}
            gone = texts.keys() - secret_keys(doc) | references_of(doc).keys() | set(moved.values())
            now = changed.updated_at
            await self._secrets.write(unit, OWNER, row.id, texts=fresh, gone=gone, now=now)
            fields = sorted(secret_keys(row.doc["auth"].get("next")))
            unit.audit.add(self._line(actor, "secret.retire", changed, {"fields": fields}))
            seen = await self._seen.of(unit, [changed])
        return Versioned(view(changed, now, seen[row.id]), etag(changed.version))

    async def delete(self, actor: Actor, ref: str, if_match: str | None = None) -> None:
        """Raises Refused("conflict", "in_use") with the names of the queries that use it."""
        async with self._database.reading() as unit:
            row = await found(unit, ref)
        await self._gate.require(actor, "source.delete", source=thing(row))
        require_match(if_match, row.version)
        async with self._database.transaction() as unit:
            names = await unit.queries.names_using(row.id)
            if names:
                raise _in_use(row.name, names)
            try:
                removed = await unit.sources.remove(row.id)
            except InUse:  # a query was saved in between
                raise _in_use(row.name, ()) from None
            if not removed:
                raise not_found("data source", ref)
            await self._seen.keep_client(unit, row.id, ())
            unit.audit.add(self._line(actor, "source.delete", row))

    async def _add(self, actor: Actor, closed: Closed, *, named: bool) -> Versioned:
        now = self._clock()
        client = await client_facts_of(closed)
        async with self._database.transaction() as unit:
            kind = closed.doc["kind"]
            name = closed.doc["name"] if named else await unit.sources.next_name(kind)
            row = SourceRow(
                id=new_id("src"),
                name=name,
                kind=kind,
                shape_version=SHAPE_VERSIONS["source"],
                version=1,
                doc={**closed.doc, "name": name},
                created_at=now,
                updated_at=now,
            )
            await unit.sources.add(row)
            await self._secrets.write(unit, OWNER, row.id, texts=closed.secrets, now=now)
            unit.audit.add(self._line(actor, "source.create", row))
            self._note_insecure(unit, actor, row, {})
            self._note_secrets(unit, actor, row, {}, closed)
            await self._seen.keep_client(unit, row.id, client)
            seen = await self._seen.of(unit, [row])
        return Versioned(view(row, now, seen[row.id]), etag(row.version))

    async def _change(self, actor: Actor, draft: Draft) -> Versioned:
        row, closed = draft.row, draft.closed
        client = await client_facts_of(closed)
        async with self._database.transaction() as unit:
            new = replace(row, name=closed.doc["name"], doc=closed.doc)
            changed = await unit.sources.change(new, row.version)
            fresh = {key: closed.secrets[key] for key in closed.fresh}
            gone = secret_keys(row.doc) - closed.secrets.keys()
            now = changed.updated_at
            await self._secrets.write(unit, OWNER, row.id, texts=fresh, gone=gone, now=now)
            detail: Doc = {"fields": _changed_fields(row.doc, closed.doc)}
            if draft.repointed:
                detail["repointed"] = True
            if fields := _changed_fields(row.doc["tls"], closed.doc["tls"]):
                detail["tls"] = fields
            unit.audit.add(self._line(actor, "source.update", changed, detail))
            self._note_insecure(unit, actor, changed, row.doc)
            self._note_secrets(unit, actor, changed, row.doc, closed)
            await self._seen.keep_client(unit, row.id, client)
            seen = await self._seen.of(unit, [changed])
        return Versioned(view(changed, now, seen[row.id]), etag(changed.version))

    def _line(self, actor: Actor, action: str, row: SourceRow, detail: Doc | None = None) -> Any:
        return line(
            actor, action, at=self._clock(), target_kind="source", target=thing(row), detail=detail
        )

    def _note_insecure(
        self, unit: Unit, actor: Actor, row: SourceRow, old: Mapping[str, Any]
    ) -> None:
        """Turning verification off is an action of its own, easy to look for."""
        if is_insecure(row.doc) and not is_insecure(old):
            unit.audit.add(self._line(actor, "source.insecure", row))

    def _note_secrets(
        self, unit: Unit, actor: Actor, row: SourceRow, old: Mapping[str, Any], new: Closed
    ) -> None:
        before = references_of(old)
        referred = {key: ref for key, ref in new.references.items() if before.get(key) != ref}
        gone = secret_keys(old) - secret_keys(new.doc)
        if set_now := sorted(new.fresh | referred.keys()):
            detail: Doc = {"fields": set_now}
            if referred:
                detail["from"] = referred
            unit.audit.add(self._line(actor, "secret.set", row, detail))
        if gone:
            unit.audit.add(self._line(actor, "secret.clear", row, {"fields": sorted(gone)}))


def _changed_fields(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*old, *new} if old.get(name) != new.get(name))


def _no_next(name: str) -> Refused:
    words = f'The data source "{name}" has no next credential; enter it first.'
    return Refused("conflict", "no_next_credential", words)


def _in_use(name: str, queries: Any) -> Refused:
    words = f'The data source "{name}" is used by queries; delete them first.'
    return Refused("conflict", "in_use", words, names=tuple(queries))
