"""A REST API used from Python without a store: the same engine, the same result."""

from __future__ import annotations

import asyncio
import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any

from sourcekeep.doors.library.loop import LoopThread
from sourcekeep.doors.library.results import Result
from sourcekeep.services.loose import LooseSource, LooseSources
from sourcekeep.services.runs import encode
from sourcekeep.wiring import loose_sources

Values = Mapping[str, Any]
_TYPES: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (bool, "boolean"),
    (int, "integer"),
    ((float, Decimal), "number"),
    (dict, "object"),
    ((list, tuple), "array"),
)
_PLACE = re.compile(r"\{([A-Za-z_][A-Za-z0-9_]*)\}")


@dataclass(frozen=True, slots=True)
class Bearer:
    """A bearer token (RFC 6750)."""

    token: str
    header: str = "Authorization"
    prefix: str = "Bearer"

    def document(self) -> dict[str, Any]:
        return {"type": "bearer", **_members(self)}

    def __repr__(self) -> str:
        return "Bearer(••••••)"


@dataclass(frozen=True, slots=True)
class Basic:
    """User name and password (RFC 7617)."""

    username: str
    password: str

    def document(self) -> dict[str, Any]:
        return {"type": "basic", **_members(self)}

    def __repr__(self) -> str:
        return f"Basic({self.username!r}, ••••••)"


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key under a name of the API's own; `place` is `header`, `query` (a param) or `cookie`."""

    name: str
    value: str
    place: str = "header"

    def document(self) -> dict[str, Any]:
        return {"type": "api_key", "name": self.name, "value": self.value, "in": self.place}

    def __repr__(self) -> str:
        return f"ApiKey({self.name!r}, ••••••, {self.place!r})"


Auth = Bearer | Basic | ApiKey


class RestSource:
    """`RestSource(base_url=…, auth=Bearer("…")).get("/users/{id}", id=7)`.

    `headers` and `params` go with every request; `tls`, `network`, `limits` and `retry` are the
    objects of the same name of a saved source (contract 2). What is wrong with them raises
    `Invalid` at the first request.
    """

    def __init__(
        self,
        *,
        base_url: str,
        auth: Auth | None = None,
        headers: Values | None = None,
        params: Values | None = None,
        **parts: Mapping[str, Any],
    ) -> None:
        self._document = {
            "kind": "restapi",
            "base_url": base_url,
            "auth": auth.document() if auth is not None else {"type": "none"},
            "headers": [{"name": name, "value": value} for name, value in (headers or {}).items()],
            "params": [{"name": name, "value": value} for name, value in (params or {}).items()],
            **parts,
        }
        self._opened: LooseSource | None = None

    def request(self, method: str, path: str = "", /, **given: Any) -> Result:
        """One request, as a result whether or not the API answered well.

        `params`, `headers`, and one of `json`, `form`, `content` (text or bytes, with
        `content_type`) are parts of it; any other keyword is the value of its `{place}` in the
        path, percent-encoded as one segment. Raises `Invalid` and `Failed` for what is wrong with
        the source or the request before anything is sent, TypeError for keywords that do not fit.
        """
        return _loop().wait(self._run(method, path, given))

    async def arequest(self, method: str, path: str = "", /, **given: Any) -> Result:
        """`request` for asynchronous callers; cancelling it closes the connection."""
        return await asyncio.wrap_future(_loop().start(self._run(method, path, given)))

    def get(self, path: str = "", /, **given: Any) -> Result:
        return self.request("GET", path, **given)

    def post(self, path: str = "", /, **given: Any) -> Result:
        return self.request("POST", path, **given)

    def put(self, path: str = "", /, **given: Any) -> Result:
        return self.request("PUT", path, **given)

    def patch(self, path: str = "", /, **given: Any) -> Result:
        return self.request("PATCH", path, **given)

    def delete(self, path: str = "", /, **given: Any) -> Result:
        return self.request("DELETE", path, **given)

    async def _run(self, method: str, path: str, given: dict[str, Any]) -> Result:
        if self._opened is None:
            self._opened = await (await _sources()).open(self._document)
        query, parameters = compose(method, path, given)
        return Result(encode(await self._opened.run(query, parameters)))


def compose(method: str, path: str, given: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The query of contract 2 for one call, and its parameters.

    Every value travels as a parameter, so that no text of the caller's is ever read as a template.
    Raises TypeError for a place without a value and for a value without a place.
    """
    values = dict(given)
    parameters: dict[str, Any] = {}
    query: dict[str, Any] = {"method": method}
    for part in ("params", "headers"):
        query[part] = _rows(values.pop(part, None), parameters)
    body = _body(values, parameters)
    if body is not None:
        query["body"] = body
    places = dict.fromkeys(_PLACE.findall(path))
    if places.keys() != values.keys():
        odd = ", ".join(sorted(places.keys() ^ values.keys()))
        raise TypeError(f"the places of {path!r} and the keywords differ: {odd}")
    query["path"] = _PLACE.sub(r"{{ params.\1 }}", path)
    parameters |= values
    query["parameters"] = [
        {"name": name, "type": _type_of(value), "required": True}
        for name, value in parameters.items()
    ]
    return query, parameters


def _body(values: dict[str, Any], parameters: dict[str, Any]) -> dict[str, Any] | None:
    given = [name for name in ("json", "form", "content") if name in values]
    if len(given) > 1:
        raise TypeError(f"give one body, not {' and '.join(given)}")
    if not given:
        return None
    value = values.pop(given[0])
    if given[0] == "form":
        return {"type": "form", "fields": _rows(value, parameters)}
    if given[0] == "content":
        kind = "text/plain; charset=utf-8" if isinstance(value, str) else "application/octet-stream"
        data = value.encode() if isinstance(value, str) else bytes(value)
        kind = values.pop("content_type", kind)
        text = base64.b64encode(data).decode("ascii")
        return {"type": "binary", "data_base64": text, "content_type": kind}
    if value is None:
        return {"type": "json", "content": "null"}
    return {"type": "json", "content": _placed(value, parameters)}


def _rows(values: Values | None, parameters: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"name": name, "value": None if value is None else _placed(value, parameters)}
        for name, value in (values or {}).items()
    ]


def _placed(value: Any, parameters: dict[str, Any]) -> str:
    """The template of a parameter that holds this value."""
    name = f"_{len(parameters)}"
    parameters[name] = value
    return f"{{{{ params.{name} }}}}"


def _type_of(value: Any) -> str:
    for type_, name in _TYPES:
        if isinstance(value, type_):
            return name
    return "string"


def _members(auth: Bearer | Basic) -> dict[str, Any]:
    return {name: getattr(auth, name) for name in type(auth).__dataclass_fields__}


@cache
def _loop() -> LoopThread:
    """One for all sources of a process."""
    return LoopThread()


_made: list[LooseSources] = []


async def _sources() -> LooseSources:
    """Made once, inside the loop that it works in."""
    if not _made:
        _made.append(loose_sources())
    return _made[0]
