"""What runs need, kept in memory: sources with their faces, compiled queries, template values.

All of it hangs on the store's revision. A change anywhere, also in another process, moves that
number, and the next request starts from an empty snapshot that fills as it is asked. What is loaded
was read after the number, so it is never older than the number says.

Secrets stay sealed here until a run that has passed its plan opens them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from pydantic import ValidationError

from sourcekeep.engine.plan import SourceFace, prepare
from sourcekeep.engine.prepared import Prepared
from sourcekeep.engine.run import OpenedSource
from sourcekeep.engine.tls import told_from
from sourcekeep.kit.redact import Redactor
from sourcekeep.model.auth import AuthType
from sourcekeep.model.catalogue import problem
from sourcekeep.model.policy import Thing
from sourcekeep.model.problem import Failed, Problem
from sourcekeep.model.rotation import next_values
from sourcekeep.model.sealing import references_of
from sourcekeep.model.source import SourceSpec
from sourcekeep.services.answers import not_found
from sourcekeep.services.constants import OWNER as CONSTANT_OWNER
from sourcekeep.services.database import Database
from sourcekeep.services.faces import Faces
from sourcekeep.services.queries import request_of
from sourcekeep.services.queries import thing as query_thing
from sourcekeep.services.scopes import SecretsOfSource
from sourcekeep.services.secrets import LazyTexts, Secrets
from sourcekeep.services.source_drafts import OWNER as SOURCE_OWNER
from sourcekeep.services.source_drafts import thing as source_thing
from sourcekeep.services.source_rules import proxy_of, tls_profile
from sourcekeep.store.rows import QueryRow, SourceRow
from sourcekeep.store.unit import Unit

_MOST_KEPT = 10_000
Ready = TypeVar("Ready")


@dataclass(slots=True)
class ReadySource:
    """A source as runs need it. `opened` is made once, when the first run needs it."""

    row: SourceRow
    thing: Thing
    face: SourceFace
    auth: AuthType
    texts: Mapping[str, str]
    elsewhere: Mapping[str, str]
    opened: OpenedSource | None = None
    masked_with: int = -1
    stamp: tuple[object, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadyQuery:
    """A saved query, compiled against its source."""

    row: QueryRow
    thing: Thing
    source: ReadySource
    prepared: Prepared


@dataclass(slots=True)
class Values:
    """What templates may name besides parameters."""

    constants: Mapping[str, str]
    secrets: LazyTexts
    scopes: Mapping[str, frozenset[str]]
    _denied: dict[str, frozenset[str]] = field(default_factory=dict)

    def secrets_for(
        self, source: Thing, secrets: Mapping[str, str] | None = None
    ) -> Mapping[str, str]:
        """Those that the source's templates may name; `secrets` are stand-ins for them."""
        found = self.secrets if secrets is None else secrets
        if not self.scopes:
            return found
        denied = self._denied.get(source.id)
        if denied is None:
            denied = frozenset(name for name, ids in self.scopes.items() if source.id not in ids)
            self._denied[source.id] = denied
        return SecretsOfSource(found, denied, source) if denied else found


@dataclass(slots=True)
class _Snapshot:
    revision: int
    sources: dict[str, ReadySource] = field(default_factory=dict)
    queries: dict[str, ReadyQuery] = field(default_factory=dict)
    values: Values | None = None


class Snapshots:
    """Answers from memory, and from the database what is asked for the first time."""

    def __init__(self, database: Database, faces: Faces, secrets: Secrets) -> None:
        self._database = database
        self._faces = faces
        self._secrets = secrets
        self._now = _Snapshot(-1)

    def at_hand(self, ref: str) -> tuple[ReadyQuery, Values] | None:
        """A query and the values for it when both are in memory: the hot path, without waiting."""
        snapshot = self._current()
        ready = snapshot.queries.get(ref)
        return None if ready is None or snapshot.values is None else (ready, snapshot.values)

    async def query(self, ref: str) -> ReadyQuery:
        """By id or name. Refused("not_found"); Failed when it cannot be composed any more."""
        snapshot = self._current()
        ready = snapshot.queries.get(ref)
        if ready is None:
            ready = await self._load_query(snapshot, ref)
            _keep(snapshot.queries, ref, ready)
        return ready

    async def source(self, ref: str) -> ReadySource:
        """By id or name. Refused("not_found")."""
        snapshot = self._current()
        ready = snapshot.sources.get(ref)
        if ready is None:
            async with self._database.reading() as unit:
                row = await unit.sources.find(ref)
                if row is None:
                    raise not_found("data source", ref)
                ready = await self._ready_source(snapshot, unit, row)
            _keep(snapshot.sources, ref, ready)
        return ready

    def trial(self, row: SourceRow, texts: Mapping[str, str]) -> ReadySource:
        """A source that is not saved like this, with its secrets: for a test of it, kept nowhere."""
        return self._ready(row, texts)

    async def values(self) -> Values:
        """Constants and secrets for templates."""
        snapshot = self._current()
        if snapshot.values is None:
            async with self._database.reading() as unit:
                rows = await unit.constants.all()
                named = await unit.constants.all(secret=True)
                elsewhere = {row.name: row.reference for row in named if row.reference}
                secrets = await self._secrets.sealed_of_kind(
                    unit, CONSTANT_OWNER, elsewhere=elsewhere
                )
            snapshot.values = Values(
                constants={row.name: row.value or "" for row in rows},
                secrets=secrets,
                scopes={
                    row.name: frozenset(row.data_sources)
                    for row in named
                    if row.data_sources is not None
                },
            )
        return snapshot.values

    def open(self, source: ReadySource, values: Values) -> OpenedSource:
        """The source with its secrets opened. They and the template secrets are masked by value.

        Raises Failed(credential_missing) for one that is kept elsewhere and is not there.
        """
        if (
            source.opened is not None
            and source.masked_with == len(values.secrets.seen)
            and (not source.elsewhere or source.stamp == self._stamp(source))
        ):
            return source.opened
        source.stamp = self._stamp(source)
        read = self._secrets.references.read
        texts = {**source.texts, **{key: read(ref) for key, ref in source.elsewhere.items()}}
        spec = self._spec(source, texts)
        source.masked_with = len(values.secrets.seen)
        profile = tls_profile(spec.tls)
        opened = OpenedSource(
            auth=source.auth,
            auth_values=spec.auth,
            tls=profile,
            ends_told_from=told_from(profile),
            header_secrets={k: v for k, v in texts.items() if k.startswith("headers/")},
            redactor=Redactor([*texts.values(), *values.secrets.seen]),
            proxy=proxy_of(spec),
            token_scope=f"{source.row.id}/{source.row.version}",
        )
        coming = next_values(spec.auth)
        source.opened = opened if coming is None else opened.succeeded_by(coming)
        return source.opened

    def _stamp(self, source: ReadySource) -> tuple[object, ...]:
        return self._secrets.references.stamp(source.elsewhere.values())

    def _spec(self, source: ReadySource, texts: Mapping[str, str]) -> SourceSpec:
        try:
            return self._faces.spec(source.row.doc, texts)
        except ValidationError as error:
            if not source.elsewhere:
                raise
            raise Failed(_unfit(source, error)) from None

    def _current(self) -> _Snapshot:
        revision = self._database.revision()
        if revision != self._now.revision:
            self._now = _Snapshot(revision)
        return self._now

    async def _load_query(self, snapshot: _Snapshot, ref: str) -> ReadyQuery:
        async with self._database.reading() as unit:
            row = await unit.queries.find(ref)
            source_row = await unit.sources.get(row.data_source_id) if row is not None else None
            if row is None or source_row is None:
                raise not_found("query", ref)
            source = await self._ready_source(snapshot, unit, source_row)
        prepared = prepare(source.face, request_of(row.doc))
        return ReadyQuery(row, query_thing(row), source, prepared)

    async def _ready_source(self, snapshot: _Snapshot, unit: Unit, row: SourceRow) -> ReadySource:
        """One for all queries of a source, so that its secrets are opened once."""
        known = snapshot.sources.get(row.id)
        if known is not None and known.row.version == row.version:
            return known
        texts = await self._secrets.sealed(unit, SOURCE_OWNER, row.id)
        ready = self._ready(row, texts)
        _keep(snapshot.sources, row.id, ready)
        return ready

    def _ready(self, row: SourceRow, texts: Mapping[str, str]) -> ReadySource:
        return ReadySource(
            row=row,
            thing=source_thing(row),
            face=self._faces.face(row),
            auth=self._faces.auth_type(row.doc),
            texts=texts,
            elsewhere=references_of(row.doc),
        )


def _unfit(source: ReadySource, error: ValidationError) -> Problem:
    """A text that is kept elsewhere was checked by nobody when it was put there."""
    places = ", ".join(dict.fromkeys(source.elsewhere.values()))
    return problem(
        "credential_missing",
        f"A secret that is kept elsewhere ({places}) cannot be used: "
        f"{error.errors(include_input=False, include_url=False)[0]['msg']}",
        hint="Correct what is kept there.",
    )


def _keep(known: dict[str, Ready], ref: str, value: Ready) -> None:
    if len(known) >= _MOST_KEPT:
        known.clear()
    known[ref] = value
