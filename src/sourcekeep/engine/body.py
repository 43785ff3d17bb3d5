"""A query's body -> bytes and their media type.

Every type is compiled once; what can be wrong without values is said then. A `Content-Type` that a
person typed wins and is checked against the type of body (media types are parsed, not compared).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import quote_plus

from sourcekeep.engine.headers import media_type, value_problem
from sourcekeep.engine.json_text import JsonText, compile_json_text
from sourcekeep.engine.template import (
    Scope,
    Template,
    compile_template,
    value_of,
)
from sourcekeep.engine.value_text import text_of
from sourcekeep.kit import exact_json
from sourcekeep.model.catalogue import problem
from sourcekeep.model.entry import Scalar
from sourcekeep.model.problem import Failed, Problem
from sourcekeep.model.query import (
    BinaryBody,
    Body,
    FormBody,
    JsonBody,
    MultipartBody,
    Part,
    RawBody,
)

_FORM = "application/x-www-form-urlencoded"
_FORM_SAFE = "*-._"
_BLANK = re.compile(r"\s+")
_MULTIPART_ESCAPES = str.maketrans({'"': "%22", "\r": "%0D", "\n": "%0A"})


@dataclass(frozen=True, slots=True)
class ComposedBody:
    """`content` is None when the request has no body; `content_type` is the engine's proposal."""

    content: bytes | None
    content_type: str | None


class BodyTemplate(Protocol):
    """A compiled body."""

    def compose(self, scope: Scope) -> ComposedBody:
        """The body with its values. `Failed` when a value does not fit."""
        ...


@dataclass(frozen=True, slots=True)
class _Fixed:
    body: ComposedBody

    def compose(self, scope: Scope) -> ComposedBody:
        return self.body


NO_BODY: BodyTemplate = _Fixed(ComposedBody(None, None))


@dataclass(frozen=True, slots=True)
class _Json:
    text: JsonText

    def compose(self, scope: Scope) -> ComposedBody:
        return ComposedBody(self.text.render(scope), "application/json")


@dataclass(frozen=True, slots=True)
class _Form:
    """WHATWG URL 5.2: names and values are data, encoded whole; a null value leaves a field out."""

    fields: tuple[tuple[str, Template | None], ...]

    def compose(self, scope: Scope) -> ComposedBody:
        pairs = []
        for name, template in self.fields:
            value = nullable_text(template, scope)
            if value is not None:
                pairs.append(f"{_form(name)}={_form(value)}")
        return ComposedBody("&".join(pairs).encode(), _FORM)


@dataclass(frozen=True, slots=True)
class _Raw:
    text: Template
    content_type: str

    def compose(self, scope: Scope) -> ComposedBody:
        text = self.text.text(scope)
        found = media_type(self.content_type)
        charset = (found[1] if found else {}).get("charset", "utf-8")
        try:
            return ComposedBody(text.encode(charset), self.content_type)
        except (UnicodeError, LookupError):
            detail = f"The body holds a character that the charset {charset!r} does not have."
            raise Failed(problem("invalid_body", detail, hint="Use charset=utf-8.")) from None


@dataclass(frozen=True, slots=True)
class _Binary:
    data: Template
    content_type: str

    def compose(self, scope: Scope) -> ComposedBody:
        return ComposedBody(_unbase64(self.data.text(scope), "The body"), self.content_type)


@dataclass(frozen=True, slots=True)
class _Part:
    name: str
    filename: Template | None
    content_type: str | None
    value: Template | None
    data: Template | None

    def compose(self, scope: Scope) -> tuple[bytes, bytes] | None:
        """The part's header lines and its content; None when its value is null."""
        if self.data is not None:
            content = _unbase64(self.data.text(scope), f"The part {self.name!r}")
        else:
            text = nullable_text(self.value, scope)
            if text is None:
                return None
            content = text.encode()
        head = f'Content-Disposition: form-data; name="{self.name.translate(_MULTIPART_ESCAPES)}"'
        if self.filename is not None:
            name = self.filename.text(scope).translate(_MULTIPART_ESCAPES)
            head += f'; filename="{name}"'
        if self.content_type is not None:
            head += f"\r\nContent-Type: {self.content_type}"
        return head.encode(), content


@dataclass(frozen=True, slots=True)
class _Multipart:
    """RFC 7578. The boundary comes from the content, so that a plan is the same every time."""

    parts: tuple[_Part, ...]

    def compose(self, scope: Scope) -> ComposedBody:
        parts = [part for part in (one.compose(scope) for one in self.parts) if part is not None]
        boundary = _boundary(parts)
        mark = b"--" + boundary.encode()
        chunks = [mark + b"\r\n" + head + b"\r\n\r\n" + data + b"\r\n" for head, data in parts]
        content = b"".join(chunks) + mark + b"--\r\n"
        return ComposedBody(content, f"multipart/form-data; boundary={boundary}")


def _boundary(parts: Sequence[tuple[bytes, bytes]]) -> str:
    digest = hashlib.sha256()
    for head, data in parts:
        digest.update(head + b"\0" + data + b"\0")
    while any(digest.hexdigest()[:32].encode() in data for _, data in parts):
        digest.update(b"again")
    return f"sourcekeep-{digest.hexdigest()[:32]}"


def _form(text: str) -> str:
    return quote_plus(text, safe=_FORM_SAFE)


def nullable_text(template: Template | None, scope: Scope) -> str | None:
    """A row's value; None when the row is null, or is one template whose value is null."""
    if template is None:
        return None
    whole = template.whole
    if whole is None:
        return template.text(scope)
    value = value_of(whole, scope)
    return None if value is None else text_of(value)


def _unbase64(text: str, what: str) -> bytes:
    try:
        return base64.b64decode(_BLANK.sub("", text), validate=True)
    except (binascii.Error, ValueError):
        detail = f"{what} is not base64."
        raise Failed(problem("invalid_body", detail, hint="Send the bytes as base64.")) from None


# -- compiling -------------------------------------------------------------------------------------


def compile_body(body: Body, params: Collection[str]) -> BodyTemplate:
    """Compile a body; a `Failed` carries the pointer of the place inside `/body`."""
    if isinstance(body, JsonBody):
        return _compile_json(body, params)
    if isinstance(body, FormBody):
        rows = []
        for index, field in enumerate(body.fields):
            rows.append((field.name, _cell(field.value, params, f"/body/fields/{index}/value")))
        return _Form(tuple(rows))
    if isinstance(body, MultipartBody):
        parts = [_compile_part(part, params, index) for index, part in enumerate(body.parts)]
        return _Multipart(tuple(parts))
    if isinstance(body, RawBody):
        _check_media_type(body.content_type, "/body/content_type")
        return _Raw(_text(body.content, params, "/body/content"), body.content_type)
    if isinstance(body, BinaryBody):
        _check_media_type(body.content_type, "/body/content_type")
        return _compile_binary(body, params)
    return NO_BODY


def _compile_json(body: JsonBody, params: Collection[str]) -> BodyTemplate:
    content = body.content
    text = content if isinstance(content, str) else exact_json.dumps(content).decode()
    try:
        compiled = compile_json_text(text, params)
    except Failed as failed:
        raise Failed(failed.problem.at("/body/content")) from None
    if compiled.static is not None:
        return _Fixed(ComposedBody(compiled.static, "application/json"))
    return _Json(compiled)


def _compile_binary(body: BinaryBody, params: Collection[str]) -> BodyTemplate:
    data = _text(body.data_base64, params, "/body/data_base64")
    binary = _Binary(data, body.content_type)
    if data.static is None:
        return binary
    try:
        return _Fixed(binary.compose(Scope({}, {}, {})))
    except Failed as failed:
        raise Failed(failed.problem.at("/body/data_base64")) from None


def _compile_part(part: Part, params: Collection[str], index: int) -> _Part:
    pointer = f"/body/parts/{index}"
    content_type = part.content_type
    if content_type is not None:
        _check_media_type(content_type, f"{pointer}/content_type")
    if part.data_base64 is not None and content_type is None:
        content_type = "application/octet-stream"
    data = None
    if part.data_base64 is not None:
        data = _text(part.data_base64, params, f"{pointer}/data_base64")
        if data.static is not None:
            try:
                _unbase64(data.static, f"The part {part.name!r}")
            except Failed as failed:
                raise Failed(failed.problem.at(f"{pointer}/data_base64")) from None
    filename = part.filename
    return _Part(
        name=part.name,
        filename=None if filename is None else _text(filename, params, f"{pointer}/filename"),
        content_type=content_type,
        value=_cell(part.value, params, f"{pointer}/value"),
        data=data,
    )


def _text(text: str, params: Collection[str], pointer: str) -> Template:
    try:
        return compile_template(text, params)
    except Failed as failed:
        raise Failed(failed.problem.at(pointer)) from None


def _cell(value: Scalar | None, params: Collection[str], pointer: str) -> Template | None:
    return None if value is None else _text(text_of(value), params, pointer)


def _check_media_type(text: str, pointer: str) -> None:
    wrong = value_problem("Content-Type", text) or media_type_problem(text)
    if wrong is not None:
        raise Failed(wrong.at(pointer))


def media_type_problem(text: str) -> Problem | None:
    """Why this is no media type, if it is none."""
    if media_type(text) is not None:
        return None
    return _no_media_type(f"The Content-Type {text!r}")


def _no_media_type(what: str) -> Problem:
    detail = f"{what} is not a media type."
    return problem("invalid_header", detail, hint="Write it like application/json.")


def content_type_problem(body: Body, typed: str) -> Problem | None:
    """Why a typed `Content-Type` contradicts the type of body, if it does.

    It may be made of a secret, so that it is not quoted.
    """
    found = media_type(typed)
    if found is None:
        return _no_media_type("The header Content-Type")
    name, _ = found
    fits = True
    if body.type == "json":
        fits = "json" in name or name.startswith("text/") or name == "application/csp-report"
    elif body.type == "form":
        fits = name == _FORM
    elif body.type == "multipart":
        fits = name.startswith("multipart/")
    if fits:
        return None
    return problem(
        "invalid_body",
        f"The header Content-Type names another media type than that of a body of type {body.type}.",
        hint="Remove the header, or choose the body type that it names.",
    )
