"""Data source + query + parameters -> the request that will be sent, with who won. Nothing is sent.

The rules, in the order in which they apply:

1. **A later layer replaces an earlier one by name**: engine < source < query < authentication.
   Header names are compared without case (RFC 9110 5.1), names of params and cookies exactly.
2. **A layer's own repeated names stay**, in their order: two `tag` rows of a query send two `tag`s,
   and together they replace every `tag` of the source.
3. **A null value takes away**: the source's rows of that name, or the engine's own header, are not
   sent. A row that is one template whose value is null is left out, and what it replaced too.
4. **A locked header of the source can't be replaced or taken away**: `header_locked`.
5. **The authentication's place is its own**: what else stands under that name is displaced, with a
   notice; it is added only when the request is sent, by the auth type (`outgoing.py`).
6. Query strings typed into the base URL or the path are kept as typed, before the params.
7. Numbers and booleans become text. Names hold no templates.
8. `Host`, `Content-Length`, `Transfer-Encoding` and the like belong to the connection: refused.
9. The engine adds what is missing of `User-Agent`, `Accept`, `Accept-Encoding` and the body's
   `Content-Type`. Cookies become one `Cookie` header, after a typed one if there is one.

Everything that does not depend on values is settled once, in `prepare`; `Prepared.plan` is the hot
part. Where the request may go is `target.py`'s matter and never depends on a value.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sourcekeep.engine import headers as rules
from sourcekeep.engine.body import compile_body, content_type_problem
from sourcekeep.engine.parameters import check_declaration
from sourcekeep.engine.prepared import Plan, Prepared
from sourcekeep.engine.rows import Entry, Layer, Merged, Row, Typed, finished, fold, merge
from sourcekeep.engine.source_url import Base, parse_base, parse_origin
from sourcekeep.engine.target import Reference, refer
from sourcekeep.engine.template import Slot, compile_template
from sourcekeep.engine.wire import ACCEPT_ENCODING, Origin, WireLimits
from sourcekeep.model.auth import Place
from sourcekeep.model.catalogue import problem
from sourcekeep.model.entry import Pair
from sourcekeep.model.problem import Failed, Fault, Problem
from sourcekeep.model.query import RequestSpec
from sourcekeep.model.result import Notice
from sourcekeep.model.source import Limits, Retry

__all__ = [
    "Entry",
    "HeaderDefault",
    "Plan",
    "Prepared",
    "SourceFace",
    "check",
    "check_source",
    "prepare",
]

ENGINE_HEADERS = (
    ("User-Agent", "Sourcekeep"),
    ("Accept", "*/*"),
    ("Accept-Encoding", ACCEPT_ENCODING.decode()),
)
_NEVER_REPEATED_ALONE = frozenset({"POST", "PATCH"})  # not idempotent (RFC 9110 9.2.2, RFC 5789)
_LIMITS = Limits()
_RETRY = Retry()
_Found = TypeVar("_Found")


@dataclass(frozen=True, slots=True)
class HeaderDefault:
    """A header of the source. `secret_key` is the field key of a sealed row, which has no value."""

    name: str
    value: str | None
    locked: bool = False
    secret_key: str | None = None


@dataclass(frozen=True, slots=True)
class SourceFace:
    """Everything of a data source that a plan needs; no secret among it."""

    id: str
    name: str
    base_url: str
    headers: tuple[HeaderDefault, ...] = ()
    params: tuple[Pair, ...] = ()
    cookies: tuple[Pair, ...] = ()
    allowed_origins: tuple[str, ...] = ()
    limits: Limits = _LIMITS
    retry: Retry = _RETRY
    auth_places: tuple[tuple[Place, str], ...] = ()


# -- compiling -------------------------------------------------------------------------------------


def prepare(face: SourceFace, request: RequestSpec) -> Prepared:
    """Compile a query against its source. `Failed` with the first thing that is wrong."""
    compiler = _Compiler(face, request, frozenset(p.name for p in request.parameters))
    prepared = compiler.compile()
    if prepared is None:
        raise Failed(compiler.problems[0])
    return prepared


def check(face: SourceFace, request: RequestSpec) -> list[Fault]:
    """Everything that is wrong with a query whatever its parameters, for Save. [] when nothing is.

    Pointers are into the query. What is wrong with the source's own rows or base URL has none.
    """
    compiler = _Compiler(face, request, frozenset(p.name for p in request.parameters))
    compiler.compile()
    return [
        Fault("" if (p.pointer or "").startswith("/source") else p.pointer or "", p.code, _words(p))
        for p in compiler.problems
    ]


def check_source(face: SourceFace) -> list[Fault]:
    """What is wrong with a source's own headers, params and cookies; pointers are into the source.

    Any parameter may be named there: whether it exists is known only with a query.
    """
    compiler = _Compiler(replace(face, base_url="http://localhost"), RequestSpec(), AnyName())
    compiler.compile()
    return [
        Fault((p.pointer or "").removeprefix("/source"), p.code, _words(p))
        for p in compiler.problems
    ]


def _words(wrong: Problem) -> str:
    return f"{wrong.detail} {wrong.hint}".strip()


class AnyName(Collection[str]):
    """Parameters that are not known yet."""

    def __contains__(self, name: object) -> bool:
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Compiler:
    """Collects problems instead of stopping at the first, so that a person mends all in one go."""

    def __init__(self, face: SourceFace, request: RequestSpec, params: Collection[str]) -> None:
        self.face = face
        self.request = request
        self.params = params
        self.problems: list[Problem] = []

    def compile(self) -> Prepared | None:
        request, face = self.request, self.face
        self._check_own_words()
        base = self._attempt(lambda: parse_base(face.base_url), "/source/base_url")
        reference = self._attempt(lambda: self._refer(base), "/path") if base else None
        headers = self._merge("header", _source_headers(face), _typed(request.headers, "headers"))
        params = self._merge(
            "query", _source_rows(face, "params"), _typed(request.params, "params")
        )
        cookies = self._merge(
            "cookie", _source_rows(face, "cookies"), _typed(request.cookies, "cookies")
        )
        body = self._attempt(lambda: compile_body(request.body, self.params), "/body")
        self._check_media_type(headers)
        if self.problems or base is None or reference is None or body is None:
            return None
        displaced, warnings = self._displaced(headers, params, cookies)
        kept = self._engine_overrides(self._kept("header", headers))
        last = self._missing_headers(headers)
        limits = face.limits.model_copy(update=request.limits.model_dump(exclude_none=True))
        return Prepared(
            request=request,
            reference=reference,
            headers=kept,
            params=self._kept("query", params),
            cookies=self._kept("cookie", cookies),
            last_headers=last,
            typed_media_type="content-type" in headers.removed,
            body=body,
            limits=limits,
            wire_limits=WireLimits(
                limits.connect_timeout_s, limits.read_timeout_s, limits.total_timeout_s
            ),
            retry=face.retry.model_copy(update=request.retry.model_dump(exclude_none=True)),
            allowed=self._allowed(base),
            displaced=displaced,
            repeatable=self._repeatable(headers),
            warnings=warnings,
            static_headers=None if (static := finished(kept)) is None else static + last,
        )

    def _attempt(self, step: Callable[[], _Found], pointer: str) -> _Found | None:
        try:
            return step()
        except Failed as failed:
            wrong = failed.problem
            self.problems.append(wrong if wrong.pointer else wrong.at(pointer))
            return None

    def _check_own_words(self) -> None:
        wrong = rules.method_problem(self.request.method)
        if wrong is not None:
            self.problems.append(wrong.at("/method"))
        seen: set[str] = set()
        for index, parameter in enumerate(self.request.parameters):
            words = check_declaration(parameter)
            if parameter.name in seen:
                words = "another parameter has this name already"
            seen.add(parameter.name)
            if words is not None:
                detail = f"The parameter {parameter.name!r} is not well declared: {words}."
                wrong = problem("parameter_invalid", detail, hint="Correct its declaration.")
                self.problems.append(wrong.at(f"/parameters/{index}"))

    def _check_media_type(self, headers: Merged) -> None:
        """A typed Content-Type against the body, where no template stands between."""
        for row in headers.rows:
            if row.entry.name.lower() == "content-type" and row.entry.value is not None:
                wrong = content_type_problem(self.request.body, row.entry.value)
                if wrong is not None:
                    self.problems.append(wrong.at(row.pointer))

    def _refer(self, base: Base) -> Reference[Slot]:
        pieces = compile_template(self.request.path, self.params).pieces
        return refer(base, pieces, self._listed())

    def _listed(self) -> frozenset[Origin]:
        return frozenset(parse_origin(origin) for origin in self.face.allowed_origins)

    def _allowed(self, base: Base) -> frozenset[Origin]:
        return self._listed() | {base.origin}

    def _merge(self, place: Place, source: Sequence[Typed], query: Sequence[Typed]) -> Merged:
        return merge(place, source, query, self.params, self.problems.append)

    def _kept(self, place: Place, merged: Merged) -> tuple[Row, ...]:
        """The rows that the authentication's place does not displace."""
        taken = {fold(place, name) for where, name in self.face.auth_places if where == place}
        return tuple(row for row in merged.rows if fold(place, row.entry.name) not in taken)

    def _displaced(
        self, headers: Merged, params: Merged, cookies: Merged
    ) -> tuple[dict[tuple[Place, str], tuple[Layer, ...]], tuple[Notice, ...]]:
        layers: dict[tuple[Place, str], tuple[Layer, ...]] = {}
        notices = []
        rows = {"header": headers.rows, "query": params.rows, "cookie": cookies.rows}
        for place, name in self.face.auth_places:
            lost = [r.entry for r in rows[place] if fold(place, r.entry.name) == fold(place, name)]
            if lost:
                under = tuple(layer for e in lost for layer in (e.from_, *e.overrides))
                layers[(place, fold(place, name))] = tuple(dict.fromkeys(under))
                notices.append(_displaced_notice(place, name, lost[0].from_))
        return layers, tuple(notices)

    def _missing_headers(self, merged: Merged) -> tuple[Entry, ...]:
        """What the engine adds, because nobody typed it and nobody took it away."""
        there = {fold("header", row.entry.name) for row in merged.rows} | merged.removed
        return tuple(
            Entry(name, value, "engine", line=(name.encode(), value.encode()))
            for name, value in ENGINE_HEADERS
            if name.lower() not in there
        )

    def _engine_overrides(self, rows: Sequence[Row]) -> tuple[Row, ...]:
        ours = {name.lower() for name, _ in ENGINE_HEADERS}
        return tuple(
            replace(row, entry=replace(row.entry, overrides=(*row.entry.overrides, "engine")))
            if row.entry.name.lower() in ours
            else row
            for row in rows
        )

    def _repeatable(self, headers: Merged) -> bool:
        request = self.request
        methods = request.retry.methods
        if request.method not in (self.face.retry.methods if methods is None else methods):
            return False
        if request.method not in _NEVER_REPEATED_ALONE:
            return True
        keyed = any(row.entry.name.lower() == "idempotency-key" for row in headers.rows)
        return methods is not None and keyed


def _displaced_notice(place: Place, name: str, layer: Layer) -> Notice:
    what = {"header": "header", "query": "param", "cookie": "cookie"}[place]
    return Notice(
        "credential_place",
        f"The {layer}'s {what} {name} is not sent: the data source's authentication sets it.",
    )


def _source_headers(face: SourceFace) -> list[Typed]:
    return [
        Typed(h.name, h.value, "source", f"/source/headers/{i}", h.locked, h.secret_key)
        for i, h in enumerate(face.headers)
    ]


def _source_rows(face: SourceFace, kind: str) -> list[Typed]:
    rows: tuple[Pair, ...] = getattr(face, kind)
    return [Typed(r.name, r.value, "source", f"/source/{kind}/{i}") for i, r in enumerate(rows)]


def _typed(rows: Sequence[Any], kind: str) -> list[Typed]:
    return [Typed(r.name, r.value, "query", f"/{kind}/{i}") for i, r in enumerate(rows)]
