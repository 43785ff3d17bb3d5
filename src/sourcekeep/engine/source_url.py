"""The base URL of a data source: checked in words at Save, and cut where a path is joined to it.

It decides where the credential may go, so it is read by one parser only (`can_ada`, the WHATWG URL
standard), and whatever that parser would mend in silence is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import can_ada

from sourcekeep.engine.percent import as_typed
from sourcekeep.engine.wire.values import Origin
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Fault

_DEFAULT_PORTS = {"http": 80, "https": 443}
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")
_EXAMPLE = "https://api.example.com/v1"


@dataclass(frozen=True, slots=True)
class Base:
    """A checked base URL, cut at the places where a path and a query string are joined to it."""

    origin: Origin
    path: str
    query: str


def origin_of(url: can_ada.URL) -> Origin:
    """The origin of a parsed http(s) URL."""
    scheme = url.protocol[:-1]
    return Origin(
        scheme=scheme,
        host=url.hostname.strip("[]"),
        port=int(url.port) if url.port else _DEFAULT_PORTS[scheme],
    )


def origin_text(origin: Origin) -> str:
    """As a person writes it: `https://api.example.com`, the default port left out."""
    return f"{origin.scheme}://{origin.host_header().decode()}"


def check_base_url(text: str) -> list[Fault]:
    """What is wrong with a base URL, in words, for Save. An empty list when nothing is."""
    fault = _base_fault(text)
    return [] if fault is None else [Fault("/base_url", "invalid_url", fault)]


def check_origin(text: str, pointer: str) -> list[Fault]:
    """What is wrong with one entry of `allowed_origins`: a scheme, a host and maybe a port."""
    fault = _base_fault(text, noun="origin")
    if fault is None:
        url = can_ada.parse(text)
        if url.pathname != "/" or url.search:
            fault = f"An origin has no path: write only {origin_text(origin_of(url))}."
    return [] if fault is None else [Fault(pointer, "invalid_origin", fault)]


def parse_origin(text: str) -> Origin:
    """The origin that a checked text names."""
    return origin_of(can_ada.parse(text))


def parse_base(text: str) -> Base:
    """A base URL ready for joining. `Failed(invalid_url)` when it is none."""
    if not text:
        raise Failed(
            problem(
                "invalid_url",
                "The data source has no base URL.",
                hint=f"Open the data source and enter its Base URL, such as {_EXAMPLE}.",
            )
        )
    fault = _base_fault(text)
    if fault is not None:
        raise Failed(problem("invalid_url", fault))
    url = can_ada.parse(text)
    return Base(
        origin=origin_of(url),
        path=as_typed(url.pathname),
        query=as_typed(url.search.removeprefix("?")),
    )


def _base_fault(text: str, noun: str = "base URL") -> str | None:
    shape = _shape_fault(text, noun)
    if shape is not None:
        return shape
    try:
        url = can_ada.parse(text)
    except ValueError:
        return _why_unparsable(text, noun)
    if url.username or url.password or "@" in text.split("://", 1)[1].split("/", 1)[0]:
        return (
            f"The {noun} must not hold a user name or password: "
            "remove the part before the @ and choose an Authentication type instead."
        )
    if url.hash or "#" in text:
        return f"The {noun} must not have a fragment: remove the # and what follows it."
    if not url.hostname:
        return f"The {noun} has no host: write it like {_EXAMPLE}."
    return None


def _shape_fault(text: str, noun: str) -> str | None:
    """What the parser would mend in silence or read as something else."""
    if not text.strip():
        return f"Enter the {noun}, such as {_EXAMPLE}."
    if text != text.strip():
        return f"The {noun} has blank space at its start or end: remove it."
    if _CONTROLS.search(text):
        return f"The {noun} holds a tab, a line break or another control character: remove it."
    if "{{" in text or "}}" in text:
        return (
            f"The {noun} can't hold a template, because it decides where the credential may go: "
            "put the changing part into the query's path."
        )
    if " " in text:
        return f"The {noun} holds a space: remove it, or write %20."
    if "\\" in text:
        return f"The {noun} holds a backslash: write / instead."
    scheme, separator, rest = text.partition("://")
    if separator and scheme.lower() in _DEFAULT_PORTS:
        if rest[:1] in ("", "/"):
            return f"The {noun} has no host: write it like {_EXAMPLE}."
        return None
    if separator and re.fullmatch(r"[A-Za-z][A-Za-z0-9+.\-]*", scheme):
        return f"The {noun} starts with {scheme}://, but only http:// and https:// can be used."
    bare = text.removeprefix("https:").removeprefix("http:").lstrip("/")
    guess = "http" if bare.startswith(("localhost", "127.", "[::1]")) else "https"
    return f"The {noun} must start with https:// or http://: did you mean {guess}://{bare}?"


def _why_unparsable(text: str, noun: str) -> str:
    authority = re.split(r"[/?#]", text.partition("://")[2], maxsplit=1)[0]
    host, _, port = authority.rpartition("@")[2].rpartition(":")
    if host and not host.endswith(":") and "]" not in port:
        if not port.isascii() or not port.isdigit():
            return f"The {noun} has the port {port!r}, which is not a number."
        if int(port) > 65535:
            return f"The {noun} has the port {port}, but ports end at 65535."
    return f"The {noun} has the host {authority!r}, which is not a valid host name or address."
