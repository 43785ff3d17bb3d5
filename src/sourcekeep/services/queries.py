"""Saved queries: create, list, read, change, delete. A query is composed once before it is saved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sourcekeep.engine.plan import check
from sourcekeep.kit.clock import Clock, rfc3339
from sourcekeep.kit.ids import new_id
from sourcekeep.kit.merge_patch import merge
from sourcekeep.model.policy import Actor, Thing
from sourcekeep.model.problem import Fault, Invalid, Refused
from sourcekeep.model.query import QuerySpec, RequestSpec
from sourcekeep.services.answers import (
    Doc,
    Page,
    Versioned,
    checked_limit,
    etag,
    name_taken,
    not_found,
    require_match,
    require_object,
)
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.faces import Faces
from sourcekeep.services.gate import Gate
from sourcekeep.services.source_drafts import thing as source_thing
from sourcekeep.services.validation import validate
from sourcekeep.store.errors import Gone, NameTaken, Stale
from sourcekeep.store.rows import QueryRow, SourceRow
from sourcekeep.store.shapes import SHAPE_VERSIONS
from sourcekeep.store.unit import Unit

READ_ONLY = ("id", "created_at", "updated_at")
_ATTEMPTS = 10


class Queries:
    """The use cases of a saved query."""

    def __init__(self, database: Database, gate: Gate, faces: Faces, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._faces = faces
        self._clock = clock

    async def create(self, actor: Actor, payload: Any) -> Versioned:
        """Only `data_source` (id or name) is required; the name is then `restapi1`, `restapi2`, …"""
        await self._gate.require(actor, "query.create")
        wanted = _writable(require_object(payload))
        named = wanted.get("name") is not None
        spec = validate(QuerySpec, wanted if named else {**wanted, "name": "restapi"})
        async with self._database.reading() as unit:
            source = await self._source(unit, spec.data_source)
        await self._require(actor, "query.create", source, None)
        self._check(source, spec)
        for _ in range(_ATTEMPTS):
            try:
                return await self._add(actor, source, spec, named=named)
            except NameTaken as taken:
                if named:
                    raise name_taken(spec.name) from taken
            except Gone as gone:
                raise _no_source(spec.data_source) from gone
        raise Refused("conflict", "busy", "Many queries are being added; try again.")

    async def list(
        self,
        actor: Actor,
        *,
        data_source: str | None = None,
        search: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> Page:
        """By name, of one source or of all; a token sees those that its policy names."""
        await self._gate.require(actor, "query.read")
        policy = actor.policy
        async with self._database.reading() as unit:
            source = None
            if data_source is not None:
                source = await unit.sources.find(data_source)
                if source is None:
                    raise not_found("data source", data_source)
            rows, following = await unit.queries.list(
                data_source_id=None if source is None else source.id,
                search=search,
                only=policy.queries,
                cursor=cursor,
                limit=checked_limit(limit),
            )
            if policy.sources is not None:
                seen, _ = await unit.sources.list(only=policy.sources, limit=1000)
                ids = {one.id for one in seen}
                rows = [row for row in rows if row.data_source_id in ids]
        return Page([view(row) for row in rows], following)

    async def get(self, actor: Actor, ref: str) -> Versioned:
        async with self._database.reading() as unit:
            row, source = await self._found(unit, ref)
        await self._require(actor, "query.read", source, row)
        return Versioned(view(row), etag(row.version))

    async def patch(
        self, actor: Actor, ref: str, patch: Any, if_match: str | None = None
    ) -> Versioned:
        """Lay a JSON merge patch over the query; `body` is replaced as a whole, for its `content`
        may be a JSON value whose nulls are meant. Raises Invalid, Refused("stale")."""
        wanted = require_object(patch)
        for _ in range(_ATTEMPTS):
            async with self._database.reading() as unit:
                row, source = await self._found(unit, ref)
            await self._require(actor, "query.update", source, row)
            require_match(if_match, row.version)
            try:
                return await self._change(actor, row, wanted)
            except Stale:
                continue
            except NameTaken as taken:
                raise name_taken(taken.name) from taken
        raise Refused("conflict", "busy", "The query is being changed by others; try again.")

    async def delete(self, actor: Actor, ref: str, if_match: str | None = None) -> None:
        async with self._database.reading() as unit:
            row, source = await self._found(unit, ref)
        await self._require(actor, "query.delete", source, row)
        require_match(if_match, row.version)
        async with self._database.transaction() as unit:
            if not await unit.queries.remove(row.id):
                raise not_found("query", ref)
            unit.audit.add(self._line(actor, "query.delete", row))

    async def _add(
        self, actor: Actor, source: SourceRow, spec: QuerySpec, *, named: bool
    ) -> Versioned:
        now = self._clock()
        async with self._database.transaction() as unit:
            name = spec.name if named else await unit.queries.next_name(source.kind)
            row = QueryRow(
                id=new_id("qry"),
                name=name,
                data_source_id=source.id,
                shape_version=SHAPE_VERSIONS["query"],
                version=1,
                doc=_doc(spec, name=name, source=source),
                created_at=now,
                updated_at=now,
            )
            await unit.queries.add(row)
            unit.audit.add(self._line(actor, "query.create", row))
        return Versioned(view(row), etag(row.version))

    async def _change(self, actor: Actor, row: QueryRow, patch: Doc) -> Versioned:
        if patch.get("id", row.id) != row.id:
            raise Invalid([Fault("/id", "read_only", "The id cannot be changed.")])
        spec = validate(QuerySpec, patched(row.doc, _writable(patch)))
        async with self._database.reading() as unit:
            source = await self._source(unit, spec.data_source)
        if source.id != row.data_source_id:  # which is as making one there
            await self._require(actor, "query.create", source, None)
        self._check(source, spec)
        async with self._database.transaction() as unit:
            doc = _doc(spec, name=spec.name, source=source)
            new = replace(row, name=spec.name, data_source_id=source.id, doc=doc)
            try:
                changed = await unit.queries.change(new, row.version)
            except Gone as gone:
                raise _no_source(spec.data_source) from gone
            fields = sorted(name for name in {*row.doc, *doc} if row.doc.get(name) != doc.get(name))
            unit.audit.add(self._line(actor, "query.update", changed, {"fields": fields}))
        return Versioned(view(changed), etag(changed.version))

    def _check(self, source: SourceRow, spec: RequestSpec) -> None:
        """Compose it as far as it goes without parameters: a bad path or template is said now."""
        faults = check(self._faces.for_checking(source), spec)
        own = [fault for fault in faults if fault.pointer]  # without: the source's fault, not ours
        if own:
            raise Invalid(own)

    async def _found(self, unit: Unit, ref: str) -> tuple[QueryRow, SourceRow]:
        row = await unit.queries.find(ref)
        source = await unit.sources.get(row.data_source_id) if row is not None else None
        if row is None or source is None:
            raise not_found("query", ref)
        return row, source

    async def _source(self, unit: Unit, ref: str) -> SourceRow:
        source = await unit.sources.find(ref)
        if source is None:
            raise _no_source(ref)
        return source

    async def _require(
        self, actor: Actor, action: Any, source: SourceRow, row: QueryRow | None
    ) -> None:
        query = None if row is None else thing(row)
        await self._gate.require(actor, action, source=source_thing(source), query=query)

    def _line(self, actor: Actor, action: str, row: QueryRow, detail: Doc | None = None) -> Any:
        return line(
            actor, action, at=self._clock(), target_kind="query", target=thing(row), detail=detail
        )


def thing(row: QueryRow) -> Thing:
    """The query as a policy and an audit line name it."""
    return Thing(row.id, row.name)


def view(row: QueryRow) -> Doc:
    """The document of contract 2."""
    return {
        "id": row.id,
        **row.doc,
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
    }


def patched(doc: Mapping[str, Any], patch: Mapping[str, Any]) -> Doc:
    """A merge patch (RFC 7396) in which `body` is one value."""
    merged: Doc = merge(doc, {name: value for name, value in patch.items() if name != "body"})
    if "body" in patch:
        merged["body"] = patch["body"] if patch["body"] is not None else {"type": "none"}
    return merged


def request_of(doc: Mapping[str, Any]) -> RequestSpec:
    """The request part of a stored query."""
    names = RequestSpec.model_fields
    return RequestSpec.model_validate({name: doc[name] for name in names if name in doc})


def _doc(spec: QuerySpec, *, name: str, source: SourceRow) -> Doc:
    doc: Doc = _lists(spec.model_dump())  # as JSON, pydantic would make text of a `Decimal`
    for short in ("limits", "retry"):  # absent means the source's; null would say the same
        doc[short] = {key: value for key, value in doc[short].items() if value is not None}
    parameters = []
    for parameter, dumped in zip(spec.parameters, doc["parameters"], strict=True):
        given = parameter.model_fields_set | {"name", "type"}
        parameters.append({key: value for key, value in dumped.items() if key in given})
    return {**doc, "name": name, "data_source": source.id, "parameters": parameters}


def _lists(value: Any) -> Any:
    """The value with lists for tuples, as it is when it is read again."""
    if isinstance(value, dict):
        return {name: _lists(member) for name, member in value.items()}
    return [_lists(member) for member in value] if isinstance(value, list | tuple) else value


def _writable(payload: Doc) -> Doc:
    return {name: value for name, value in payload.items() if name not in READ_ONLY}


def _no_source(ref: str) -> Invalid:
    words = f'There is no data source "{ref[:200]}".'
    return Invalid([Fault("/data_source", "not_found", words)])
