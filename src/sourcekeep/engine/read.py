"""Bytes of an answer -> data, without changing what they say.

JSON is recognised by its media type (RFC 8259, `+json` of RFC 6839, and lines of JSON), proved to
be JSON, and passed on as it came, so that numbers stay exact. Text is decoded by the charset of the
header, then a byte order mark, then UTF-8; what is not text stays bytes. Nothing is guessed beyond
that: where a label and the bytes disagree, the bytes are kept and a notice says so.
"""

from __future__ import annotations

import codecs
import gc
import json
import re
from collections.abc import Mapping

import orjson

from sourcekeep.engine.headers import media_type
from sourcekeep.kit import exact_json
from sourcekeep.model.result import Data, Notice

_JSON = re.compile(r"(?:application|text)/json|[^/]+/[^/]+\+json")
_JSON_LINES = re.compile(r"application/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|stream\+json)")
_TEXT = re.compile(
    r"text/.*|.*\+(?:xml|yaml)"
    r"|application/(?:xml.*|(?:x-)?(?:javascript|ecmascript|yaml|sh|toml|www-form-urlencoded)"
    r"|graphql|sql|pem-certificate-chain|jwt|jose|mbox|x-pem-file|http|csp-report|rtf)"
)
_BINARY = re.compile(
    r"(?:image|audio|video|font|model)/.*|application/(?:octet-stream|pdf|zip|gzip|x-.*"
    r"|vnd\..*|protobuf|msgpack|cbor|wasm)"
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?encoding=["']([A-Za-z0-9._\-]+)["']""")
_UNLABELLED: tuple[str, Mapping[str, str]] = ("", {})
_LARGE = 256 * 1024
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


def read(
    body: bytes, content_type: str | None, *, truncated: bool = False
) -> tuple[Data | None, tuple[Notice, ...]]:
    """The data that a body holds (None when it is empty) and what is remarkable about it."""
    if not body:
        return None, ()
    found = media_type(content_type) if content_type else None
    name, parameters = found or _UNLABELLED
    if not truncated:
        if _JSON_LINES.fullmatch(name):
            return _lines(body, parameters.get("charset"))
        if _JSON.fullmatch(name) or (not name and body.lstrip()[:1] in (b"{", b"[")):
            return _json(body, parameters.get("charset"), labelled=bool(name))
    return _text_or_bytes(body, name, parameters.get("charset"), truncated=truncated)


# -- JSON ------------------------------------------------------------------------------------------


def is_json(text: bytes) -> str | None:
    """None when the text is JSON (RFC 8259), else what is wrong with it."""
    try:
        _parse(text)
    except orjson.JSONDecodeError:
        # orjson also refuses what JSON allows: numbers beyond a double, lone surrogates.
        return _strictly_json(text)
    return None


def _parse(text: bytes) -> None:
    """Parse and forget. Beside a large text the garbage collector would take most of the time."""
    if len(text) < _LARGE or not gc.isenabled():
        orjson.loads(text)
        return
    gc.disable()
    try:
        orjson.loads(text)
    finally:
        gc.enable()


def _strictly_json(text: bytes) -> str | None:
    try:
        exact_json.loads(text)
    except RecursionError:
        return "it is nested too deeply"
    except json.JSONDecodeError as error:
        place = f"at line {error.lineno}, column {error.colno}"
        return f"{error.msg[:1].lower()}{error.msg[1:]} {place}"
    except ValueError as error:
        return str(error)
    return None


def _json(
    body: bytes, charset: str | None, *, labelled: bool
) -> tuple[Data | None, tuple[Notice, ...]]:
    text = _as_utf8(body, charset)
    wrong = "its bytes are not text" if text is None else is_json(text)
    if text is not None and wrong is None:
        return Data("json", text), ()
    if not labelled:
        return _text_or_bytes(body, "", charset, truncated=False)
    data = Data("base64", body) if text is None else Data("text", text)
    detail = f"The answer is labelled JSON and cannot be read as JSON: {wrong}. It is shown as {data.encoding}."
    return data, (Notice("broken_json", detail),)


def _lines(body: bytes, charset: str | None) -> tuple[Data | None, tuple[Notice, ...]]:
    """Lines of JSON become one JSON array; each line's own bytes stay as they are."""
    text = _as_utf8(body, charset)
    lines = [line.strip() for line in (text or b"").split(b"\n")]
    full = [(number, line) for number, line in enumerate(lines, 1) if line]
    for number, line in full:
        wrong = is_json(line)
        if wrong is not None:
            detail = (
                f"Line {number} of the answer cannot be read as JSON: {wrong}. It is shown as text."
            )
            return Data("text", text or b""), (Notice("broken_json", detail),)
    if text is None:
        return Data("base64", body), (Notice("broken_json", "The answer's bytes are not text."),)
    return Data("json", b"[" + b",".join(line for _, line in full) + b"]"), ()


def _as_utf8(body: bytes, charset: str | None) -> bytes | None:
    """The text as UTF-8 without a byte order mark; None when it can't be decoded."""
    if charset is None or charset.lower() in ("utf-8", "utf8", "us-ascii", "ascii"):
        if body.isascii():
            return body
        if not body.startswith((codecs.BOM_UTF8, b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff")):
            return body if _decodes(body) else None
    text = _decoded(body, charset)
    return None if text is None else text.encode("utf-8", "surrogatepass")


def _decodes(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


# -- text and bytes --------------------------------------------------------------------------------


def _text_or_bytes(
    body: bytes, name: str, charset: str | None, *, truncated: bool
) -> tuple[Data | None, tuple[Notice, ...]]:
    labelled = bool(charset) or _TEXT.fullmatch(name) is not None or "json" in name
    if not labelled and _BINARY.fullmatch(name):
        return Data("base64", body), ()
    if charset is None and (name.endswith("xml") or not name):
        declared = _XML_ENCODING.match(body)
        charset = declared.group(1).decode() if declared else None
    text = _decoded(body, charset, cut=truncated)
    if text is not None and (labelled or not _NOT_TEXT.search(body[:4096])):
        return Data("text", text.encode("utf-8", "surrogatepass")), ()
    if not labelled:
        return Data("base64", body), ()
    detail = f"The answer is labelled text, but its bytes are not {charset or 'UTF-8'}."
    return Data("base64", body), (Notice("not_decoded", detail),)


def _decoded(body: bytes, charset: str | None, *, cut: bool = False) -> str | None:
    """By the given charset, then the byte order mark, then UTF-8; None when that does not fit.

    A mark wins over a charset (WHATWG Encoding 6). Of a cut text, half a character is let go.
    """
    for mark, marked in _MARKS:
        if body.startswith(mark):
            charset = marked
            break
    name = "utf-8-sig" if charset is None or charset.lower() in ("utf-8", "utf8") else charset
    try:
        return codecs.getincrementaldecoder(name)().decode(body, final=not cut)
    except (UnicodeDecodeError, LookupError, ValueError):
        return None
