"""Stand-ins: what takes the place of a secret where no secret is opened.

A stand-in is made of characters that no encoding changes, so that it can be found again in a
composed request and be shown as a mask, or as a variable of the shell.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable

from sourcekeep.kit.redact import MASK

_STAND_IN = re.compile(r"~(SOURCEKEEP_[A-Z0-9_]+)~", re.I)
_NOT_IN_A_NAME = re.compile(r"[^A-Z0-9]+")
_BASE64_RUN = re.compile(r"[A-Za-z0-9+/_\-]{16,}={0,2}")


def stand_in(field_key: str) -> str:
    """The stand-in of a sealed field: `auth/token` is `$SOURCEKEEP_AUTH_TOKEN` in a cURL line."""
    return f"~SOURCEKEEP_{_NOT_IN_A_NAME.sub('_', field_key.upper()).strip('_')}~"


def stand_in_secrets(names: Iterable[str]) -> dict[str, str]:
    """Stand-ins for the workspace secrets that templates may name."""
    return {name: stand_in(f"secret/{name}") for name in names}


def masked(text: str) -> str:
    """The text with every stand-in, also one inside base64, shown as a mask."""
    return _BASE64_RUN.sub(_masked_run, _STAND_IN.sub(MASK, text))


def _masked_run(match: re.Match[str]) -> str:
    return match.group() if _STAND_IN.search(_from_base64(match.group())) is None else MASK


def replaced(text: str, variable: Callable[[str], str], literal: Callable[[str], str]) -> str:
    """The text taken apart: each stand-in's name through `variable`, the rest through `literal`."""
    pieces = _STAND_IN.split(text)
    out = []
    for index, piece in enumerate(pieces):
        if index % 2:
            out.append(variable(piece.upper()))
        elif piece or len(pieces) == 1:
            out.append(literal(piece))
    return "".join(out)


def basic_pair(value: str) -> str | None:
    """`user:password` of a Basic credential that holds a stand-in; None for anything else."""
    scheme, _, encoded = value.partition(" ")
    pair = _from_base64(encoded) if scheme.lower() == "basic" else ""
    return pair if _STAND_IN.search(pair) else None


def _from_base64(text: str) -> str:
    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4)).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return ""
