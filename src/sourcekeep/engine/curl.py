"""A composed request as a cURL line that sends the same bytes once the named variables are set."""

from __future__ import annotations

import base64
import re
import shlex

from sourcekeep.engine.outgoing import Outfit
from sourcekeep.engine.prepared import Plan
from sourcekeep.engine.rows import Entry
from sourcekeep.engine.stand_in import basic_pair, masked, replaced, stand_in
from sourcekeep.model.source import TlsMode

_GLOBS = re.compile(r"[\[\]{}]")  # cURL would read these in a URL as a pattern
# A terminal obeys these while they are pasted, also inside quotes: end of the paste, interrupt, erase.
_OBEYED = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]")
_CURLS_OWN = ("User-Agent", "Accept")  # what cURL would add by itself
_NO_BODY_BUT_A_LENGTH = frozenset({"POST", "PUT", "PATCH"})

_TLS: dict[TlsMode, str] = {
    "none": "",
    "ca_certificate": '--cacert "$SOURCEKEEP_CA_CERT_FILE"',
    "client_certificate": (
        '--cacert "$SOURCEKEEP_CA_CERT_FILE" --cert "$SOURCEKEEP_CLIENT_CERT_FILE" '
        '--key "$SOURCEKEEP_CLIENT_KEY_FILE"'
    ),
    "insecure": "--insecure",
}


def curl_line(plan: Plan, outfit: Outfit, *, tls_mode: TlsMode = "none") -> str:
    """The line. `--compressed` names the encodings that this cURL can undo. Secrets are `$SOURCEKEEP_…` variables, certificates the files that these name."""
    words = ["curl", *_method(plan), _quoted(outfit.target.url)]
    if _GLOBS.search(outfit.target.url):
        words.append("--globoff")
    for entry in outfit.headers:
        words.extend(_header(entry))
    there = {entry.name.lower() for entry in outfit.headers}
    for name in _CURLS_OWN:
        if name.lower() not in there:
            words.extend(("--header", f"'{name}:'"))
    before, body = _body(plan, outfit)
    words.extend(body)
    if _TLS[tls_mode] and outfit.target.origin.scheme == "https":
        words.append(_TLS[tls_mode])
    return before + " ".join(words)


def _method(plan: Plan) -> list[str]:
    if plan.method == "HEAD" and plan.body.content is None:
        return ["--head"]
    if plan.method == "GET" and plan.body.content is None:
        return []
    return ["--request", shlex.quote(plan.method)]


def _header(entry: Entry) -> list[str]:
    if entry.secret_key is not None:
        return ["--header", _quoted(f"{entry.name}: {stand_in(entry.secret_key)}")]
    value = entry.value or ""
    if entry.from_ == "engine" and entry.name == "Accept-Encoding":
        return ["--compressed"]
    pair = basic_pair(value) if entry.name.lower() == "authorization" else None
    if pair is not None:
        return ["--user", _quoted(pair)]
    # cURL reads `Name:` as "leave this header out" and `Name;` as "send it empty".
    return ["--header", _quoted(f"{entry.name}: {value}" if value else f"{entry.name};")]


def _body(plan: Plan, outfit: Outfit) -> tuple[str, list[str]]:
    """What is piped into cURL, and its own words for the body."""
    content = plan.body.content
    typed = any(entry.name.lower() == "content-type" for entry in outfit.headers)
    plain = [] if typed else ["--header", "'Content-Type:'"]
    if content is None:
        if plan.method not in _NO_BODY_BUT_A_LENGTH:
            return "", []
        return "", [*plain, "--data-raw", "''"]
    words = [*plain, "--header", "'Expect:'"]
    text = _as_text(content)
    if text is not None:
        return "", [*words, "--data-raw", _quoted(text)]
    encoded = base64.b64encode(content).decode()
    return f"printf %s {encoded} | base64 -d | ", [*words, "--data-binary", "@-"]


def _as_text(content: bytes) -> str | None:
    """The body as text that a shell can hold and a terminal takes in, or None."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\x00" in text:
        return None
    # A stand-in has to stay readable: it becomes a variable.
    return None if _OBEYED.search(text) and masked(text) == text else text


def _quoted(text: str) -> str:
    """Quoted for a POSIX shell: what is typed in single quotes, variables in double quotes."""
    return replaced(text, lambda name: f'"${name}"', _literal)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"
