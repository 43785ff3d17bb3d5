"""What a header, a cookie and a method may be (RFC 9110 5.5 and 5.6.2, RFC 6265 4.1.1)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import quote

from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Fault, Problem

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_NOT_IN_A_VALUE = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NOT_TYPED_IN_A_COOKIE = re.compile(r"[\x00-\x1f\x7f;]")
_COOKIE_VALUE_SAFE = "!#$&'()*+-./:<=>?@[]^_`{|}~"
_MEDIA_TYPE = re.compile(
    r"([!#$%&'*+\-.^_`|~0-9A-Za-z]+)/([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*((?:;.*)?)", re.S
)

# The connection's own business (RFC 9110 7.6.1 and 6.6): the engine sets what is needed of these.
OWN_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "host",
        "http2-settings",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)


def is_token(text: str) -> bool:
    """A token of RFC 9110 5.6.2: what a method and a header's name are made of."""
    return _TOKEN.fullmatch(text) is not None


def method_problem(method: str) -> Problem | None:
    """Why this method can't be sent, if it can't."""
    if not is_token(method):
        detail = f"The method {method!r} is not a token: letters, digits and !#$%&'*+-.^_`|~ only."
        return problem("invalid_header", detail, hint="Correct the query's method.")
    if method.upper() == "CONNECT":
        detail = "CONNECT asks for a tunnel through a proxy, not for a resource."
        return problem("invalid_header", detail, hint="Choose another method.")
    return None


def name_problem(name: str) -> Problem | None:
    """Why a header of this name can't be typed, if it can't."""
    if not is_token(name):
        what = (
            "is empty" if not name else f"{name!r} holds a character that no header name may hold"
        )
        hint = "Use letters, digits and hyphens."
        if "{{" in name:
            hint = "A name can't hold a template; put the template into the value."
        return problem("invalid_header", f"The header name {what}.", hint=hint)
    if name.lower() in OWN_HEADERS:
        return problem(
            "invalid_header",
            f"The header {name} is set by Sourcekeep itself, so that the request stays well formed.",
            hint="Remove the row.",
        )
    return None


def value_problem(name: str, value: str) -> Problem | None:
    """Why this value can't be sent under this name, if it can't. Never quotes the value."""
    found = _NOT_IN_A_VALUE.search(value)
    if found is None:
        return None
    names = {"\r": "a carriage return", "\n": "a line break", "\x00": "a NUL"}
    what = names.get(found.group(), "a control character")
    return problem(
        "invalid_header",
        f"The value of the header {name} holds {what} at position {found.start() + 1}.",
        hint="Remove it: a header's value is one line of text.",
    )


def check_header(name: str, value: str, pointer: str) -> list[Fault]:
    """What is wrong with a typed header row at Save; `pointer` is the row's."""
    faults = []
    wrong_name = name_problem(name)
    if wrong_name is not None:
        faults.append(Fault(f"{pointer}/name", wrong_name.code, wrong_name.detail))
    wrong_value = value_problem(name, value)
    if wrong_value is not None:
        faults.append(Fault(f"{pointer}/value", wrong_value.code, wrong_value.detail))
    return faults


def cookie_name_problem(name: str) -> Problem | None:
    """Why a cookie can't have this name, if it can't (RFC 6265 4.1.1: a token)."""
    if is_token(name):
        return None
    return problem(
        "invalid_header",
        f"The cookie name {name!r} holds a character that no cookie name may hold.",
        hint="Use letters, digits, hyphens and underscores.",
    )


def cookie_value_problem(name: str, value: str) -> Problem | None:
    """Why this typed text can't be a cookie's value, if it can't."""
    if _NOT_TYPED_IN_A_COOKIE.search(value) is None:
        return None
    return problem(
        "invalid_header",
        f"The value of the cookie {name} holds a semicolon or a control character.",
        hint="Write %3B for a semicolon that is meant.",
    )


def as_cookie_value(text: str) -> str:
    """A template's value inside a cookie: what is no cookie octet is percent-encoded."""
    return quote(text, safe=_COOKIE_VALUE_SAFE)


def wire_value(text: str) -> bytes:
    """A header's value as bytes: UTF-8, which is what is typed (RFC 9110 5.5 obs-text)."""
    return text.encode("utf-8")


@lru_cache(maxsize=512)
def media_type(value: str) -> tuple[str, Mapping[str, str]] | None:
    """A Content-Type parsed (RFC 9110 8.3.1): lower-case `type/subtype` and its parameters."""
    match = _MEDIA_TYPE.fullmatch(value.strip())
    if match is None:
        return None
    parameters: dict[str, str] = {}
    for name, quoted, bare in re.findall(
        r";\s*([^\s;=]+)\s*=\s*(?:\"((?:[^\"\\]|\\.)*)\"|([^;]*))", match.group(3)
    ):
        parameters.setdefault(
            name.lower(), re.sub(r"\\(.)", r"\1", quoted) if quoted else bare.strip()
        )
    return f"{match.group(1)}/{match.group(2)}".lower(), parameters


def refuse(wrong: Problem | None, pointer: str | None = None) -> None:
    """Raise what is wrong, if something is."""
    if wrong is not None:
        raise Failed(wrong if pointer is None else wrong.at(pointer))
