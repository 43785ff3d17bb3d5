"""A plan and what the authentication adds -> the request as it goes on the wire.

The authentication's place is its own (rule 5 of `plan.py`): whatever stands under its name, also in
a typed query string or a redirect's, makes room for it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import unquote_plus

from sourcekeep.engine import headers as rules
from sourcekeep.engine.percent import as_typed_field, as_value
from sourcekeep.engine.prepared import Plan
from sourcekeep.engine.rows import Entry, Layer, fold
from sourcekeep.engine.target import Target
from sourcekeep.kit.record import record
from sourcekeep.kit.redact import Redactor
from sourcekeep.model.auth import Place
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed
from sourcekeep.model.result import Pairs

Added = tuple[tuple[Place, str, str], ...]


class Dressed:
    """Headers that go out the same with every run: as entries, as bytes and as they are shown.

    `plain` are the plan's own that they came of, `block` is `lines` as the wire writes them.
    `shown` is filled by the first result.
    """

    __slots__ = ("block", "headers", "lines", "plain", "shown", "shown_by")

    def __init__(
        self,
        plain: tuple[Entry, ...],
        headers: tuple[Entry, ...],
        lines: tuple[tuple[bytes, bytes], ...],
        block: bytes,
    ) -> None:
        self.plain = plain
        self.headers = headers
        self.lines = lines
        self.block = block
        self.shown: Pairs = ()
        self.shown_by: Redactor | None = None


@record
class Outfit:
    """The finished request: where it goes and every entry of it, in the order in which it is sent.

    `headers` hold everything but `Host`, the `Cookie` header included; `cookies` and `params` say
    what it and the URL are made of.
    """

    target: Target
    headers: tuple[Entry, ...]
    params: tuple[Entry, ...]
    cookies: tuple[Entry, ...]
    dressed: Dressed | None = None


def dress(plan: Plan, target: Target, added: Added, header_secrets: Mapping[str, str]) -> Outfit:
    """Put the credential in its place. `target` is the plan's own, or that of a redirect.

    `Failed(credential_missing)` when a secret header has no value, `Failed(invalid_header)` when
    a credential can't stand in a header.
    """
    headers = [
        entry if entry.secret_key is None else _opened(entry, entry.secret_key, header_secrets)
        for entry in plan.headers
    ]
    params, cookies = plan.params, list(plan.cookies)
    for place, name, value in added:
        entry = _auth_entry(plan, place, name, value)
        if place == "header":
            rules.refuse(rules.value_problem(name, value))
            headers = [e for e in headers if e.name.lower() != name.lower()]
            headers.append(entry)
        elif place == "query":
            search = with_param(target.path_query, name, entry.encoded)
            target = Target(target.origin, search, target.root)
            params = (*(p for p in params if p.name != name), entry)
        else:
            rules.refuse(rules.cookie_value_problem(name, value))
            cookies = [*(c for c in cookies if c.name != name), entry]
    if cookies:
        taken = {name for place, name, _ in added if place == "cookie"}
        headers = _with_cookie_header(headers, cookies, taken)
    return Outfit(target, tuple(headers), params, tuple(cookies))


def _opened(entry: Entry, key: str, header_secrets: Mapping[str, str]) -> Entry:
    value = header_secrets.get(key)
    if value is None:
        raise Failed(
            problem(
                "credential_missing",
                f"The secret header {entry.name} of the data source has no value.",
                hint="Open the data source and enter the header's value, or remove the row.",
            )
        )
    rules.refuse(rules.value_problem(entry.name, value))
    return Entry(entry.name, value, entry.from_, entry.overrides, key)


def _auth_entry(plan: Plan, place: Place, name: str, value: str) -> Entry:
    under: tuple[Layer, ...] = plan.displaced.get((place, fold(place, name)), ())
    encoded = f"{as_typed_field(name)}={as_value(value)}" if place == "query" else ""
    return Entry(name, value, "auth", under, encoded=encoded)


def _with_cookie_header(
    headers: list[Entry], cookies: list[Entry], taken: Collection[str]
) -> list[Entry]:
    """One Cookie header (RFC 6265 5.4), after what somebody typed into one.

    `taken` are the authentication's cookies: a typed pair of that name makes room.
    """
    typed = [entry for entry in headers if entry.name.lower() == "cookie"]
    pairs = [pair for entry in typed for pair in _typed_pairs(entry, taken)]
    pairs.extend(f"{cookie.name}={cookie.value}" for cookie in cookies)
    layer: Layer = typed[0].from_ if typed else cookies[-1].from_
    rest = [entry for entry in headers if entry.name.lower() != "cookie"]
    return [*rest, Entry("Cookie", "; ".join(pair for pair in pairs if pair), layer)]


def _typed_pairs(entry: Entry, taken: Collection[str]) -> list[str]:
    if not taken:
        return [entry.value or ""]
    pairs = [pair.strip() for pair in (entry.value or "").split(";")]
    return [pair for pair in pairs if pair.partition("=")[0].strip() not in taken]


def with_param(path_query: str, name: str, encoded: str) -> str:
    """The request target with this parameter and no other of its name."""
    path, _, query = path_query.partition("?")
    kept = [
        pair for pair in query.split("&") if pair and unquote_plus(pair.partition("=")[0]) != name
    ]
    return f"{path}?{'&'.join([*kept, encoded])}"
