"""A compiled query and the request it becomes: the part of planning that depends on values.

The rules are in `plan.py`, which compiles; this is the hot part, run once for every request.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sourcekeep.engine import headers as rules
from sourcekeep.engine.body import BodyTemplate, ComposedBody, content_type_problem
from sourcekeep.engine.parameters import bind
from sourcekeep.engine.percent import as_value
from sourcekeep.engine.rows import Entry, Layer, Row, render_all
from sourcekeep.engine.target import Reference, Target, settle
from sourcekeep.engine.template import Scope, Slot, join, value_of
from sourcekeep.engine.value_text import text_of
from sourcekeep.engine.wire.values import Origin, WireLimits
from sourcekeep.kit.record import record
from sourcekeep.model.auth import Place
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed
from sourcekeep.model.query import RequestSpec
from sourcekeep.model.result import Notice
from sourcekeep.model.source import Limits, Retry

_MOST_TYPES = 8  # a raw body's type can hold a template


@record
class Plan:
    """One composed request, without what the authentication adds.

    `allowed` are all origins that the request may reach, its own included. `displaced` are the
    layers that lost to the authentication, by place and folded name. `repeatable` says whether
    the retry rules let this request be made again. `secret_texts` is what expressions made of
    secrets: to be masked like them. `static_headers` says that `headers` are the very tuple of
    the query's other plans.
    """

    method: str
    target: Target
    headers: tuple[Entry, ...]
    params: tuple[Entry, ...]
    cookies: tuple[Entry, ...]
    body: ComposedBody
    limits: Limits
    wire_limits: WireLimits
    retry: Retry
    path_template: str
    allowed: frozenset[Origin]
    displaced: Mapping[tuple[Place, str], tuple[Layer, ...]]
    repeatable: bool
    warnings: tuple[Notice, ...]
    secret_texts: tuple[str, ...] = ()
    static_headers: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query compiled against its source: all that does not depend on values is done.

    `static_headers` are all headers of its plans, one object for all of them, when no value
    changes any: what is made of them can then be kept (`outgoing.py`).
    """

    request: RequestSpec
    reference: Reference[Slot]
    headers: tuple[Row, ...]
    params: tuple[Row, ...]
    cookies: tuple[Row, ...]
    last_headers: tuple[Entry, ...]
    typed_media_type: bool
    body: BodyTemplate
    limits: Limits
    wire_limits: WireLimits
    retry: Retry
    allowed: frozenset[Origin]
    displaced: Mapping[tuple[Place, str], tuple[Layer, ...]]
    repeatable: bool
    warnings: tuple[Notice, ...]
    static_headers: tuple[Entry, ...] | None
    _with_body: dict[str, tuple[Entry, ...]] = field(
        default_factory=dict, compare=False, repr=False
    )

    def plan(
        self,
        parameters: Mapping[str, Any],
        constants: Mapping[str, str],
        secrets: Mapping[str, str],
    ) -> Plan:
        """The request with its values. `Failed` of stage parameters or compose."""
        scope = Scope(bind(self.request.parameters, parameters), constants, secrets)
        params = render_all(self.params, scope)
        target = self._target(scope, params)
        headers = self.static_headers
        static = headers is not None
        if headers is None:
            headers = render_all(self.headers, scope) + self.last_headers
        cookies = render_all(self.cookies, scope)
        body = self._body(scope)
        if body.content_type is not None:
            headers, static = self._typed(headers, body.content_type, static=static)
        return Plan(  # in its own order: by name, it would take twice as long
            self.request.method,
            target,
            headers,
            params,
            cookies,
            body,
            self.limits,
            self.wire_limits,
            self.retry,
            self.request.path,
            self.allowed,
            self.displaced,
            self.repeatable,
            self.warnings,
            tuple(scope.derived),
            static,
        )

    def _target(self, scope: Scope, params: Sequence[Entry]) -> Target:
        reference = self.reference
        try:
            path = "".join(
                [
                    piece if isinstance(piece, str) else _in_segment(piece, scope)
                    for piece in reference.path
                ]
            )
            if not reference.query and not params:
                return settle(reference, path, reference.base_query)
            typed = join(reference.query, scope, as_value)
            query = [text for text in (reference.base_query, typed) if text]
            query.extend(param.encoded for param in params)
            return settle(reference, path, "&".join(query))
        except Failed as failed:
            raise Failed(failed.problem.at("/path")) from None

    def _body(self, scope: Scope) -> ComposedBody:
        try:
            return self.body.compose(scope)
        except Failed as failed:
            raise Failed(failed.problem.at("/body")) from None

    def _typed(
        self, headers: tuple[Entry, ...], proposed: str, *, static: bool
    ) -> tuple[tuple[Entry, ...], bool]:
        """The headers with the body's type; static ones are one object for each type."""
        if not static or self.request.body.type == "multipart":  # its boundary is always new
            return self._with_media_type(headers, proposed), False
        known = self._with_body.get(proposed)
        if known is None:
            known = self._with_media_type(headers, proposed)
            if len(self._with_body) >= _MOST_TYPES:
                self._with_body.clear()
            self._with_body[proposed] = known
        return known, True

    def _with_media_type(self, headers: tuple[Entry, ...], proposed: str) -> tuple[Entry, ...]:
        """The body's Content-Type, unless somebody typed one, which is then checked against it."""
        typed = next((e for e in headers if e.name.lower() == "content-type"), None)
        if typed is None or typed.value is None:
            if typed is not None or self.typed_media_type:
                return headers
            return (*headers, Entry("Content-Type", proposed, "engine"))
        rules.refuse(content_type_problem(self.request.body, typed.value), "/headers")
        boundary = proposed.partition(";")[2] if self.request.body.type == "multipart" else ""
        if not boundary:
            return headers
        if "boundary" in typed.value.lower():
            detail = "The typed Content-Type holds a boundary, which only the composed body knows."
            hint = "Leave the boundary out; it is added."
            raise Failed(problem("invalid_body", detail, hint=hint).at("/headers"))
        whole = replace(typed, value=f"{typed.value};{boundary}")
        return tuple(whole if entry is typed else entry for entry in headers)


def _in_segment(slot: Slot, scope: Scope) -> str:
    """A value in a path segment: encoded whole, so that it stays one segment."""
    value = value_of(slot, scope)
    if value is None:
        detail = f"{{{{ {slot.source} }}}} stands in the path and has no value."
        raise Failed(problem("parameter_missing", detail))
    return as_value(text_of(value))
