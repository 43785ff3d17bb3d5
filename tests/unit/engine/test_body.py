"""Bodies: what each type becomes in bytes, and what is refused before anything is sent."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from pydantic import TypeAdapter

from sourcekeep.engine.body import ComposedBody, compile_body, content_type_problem
from sourcekeep.engine.headers import media_type
from sourcekeep.engine.template import Scope
from sourcekeep.kit import exact_json
from sourcekeep.model.problem import Failed, Problem
from sourcekeep.model.query import Body, RawBody

BODY: TypeAdapter[Any] = TypeAdapter(Body)


def composed(body: dict[str, Any], **params: Any) -> ComposedBody:
    spec = BODY.validate_python(body)
    return compile_body(spec, params.keys()).compose(Scope(params, {}, {"key": "s3cret"}))


def refusal(body: dict[str, Any], **params: Any) -> Problem:
    with pytest.raises(Failed) as raised:
        composed(body, **params)
    return raised.value.problem


def json_body(content: Any, **params: Any) -> bytes | None:
    return composed({"type": "json", "content": content}, **params).content


def test_no_body_is_no_body() -> None:
    assert composed({"type": "none"}) == ComposedBody(None, None)


@pytest.mark.parametrize(
    "text",
    ['{"a": 1.10, "b":12345678901234567890123}', " [1,\n2] ", '"text"', "null", '{"é":"\\u00e9"}'],
)
def test_typed_json_is_sent_byte_for_byte(text: str) -> None:
    assert json_body(text) == text.encode()


@pytest.mark.parametrize(
    ("text", "params", "sent"),
    [
        ('{"a": "{{ params.v }}"}', {"v": 7}, '{"a": 7}'),
        ('{"a": {{ params.v }}}', {"v": 7}, '{"a": 7}'),
        ('{"a": {{ params.v }}}', {"v": "x"}, '{"a": "x"}'),
        ('{"a": "{{ params.v }}"}', {"v": None}, '{"a": null}'),
        ('{"a": "{{ params.v }}"}', {"v": [1, {"b": "c"}]}, '{"a": [1,{"b":"c"}]}'),
        ('{"a": " {{ params.v }}"}', {"v": 7}, '{"a": " 7"}'),
        ('{"a": "{{ params.v }}{{ params.v }}"}', {"v": 7}, '{"a": "77"}'),
        ('{"{{ params.v }}" : 1}', {"v": 7}, '{"7" : 1}'),
        ('{"a": "x{{ params.v }}"}', {"v": '"\\\n\x01é'}, '{"a": "x\\"\\\\\\n\\u0001é"}'),
        ('"{{ params.v }}"', {"v": True}, "true"),
        ("{{ params.v }}", {"v": {"a": 2**70}}, '{"a":1180591620717411303424}'),
        ('{"a": "{{ params.v | default(\\"y\\", true) }}"}', {"v": None}, '{"a": "y"}'),
        ('{"a": "{{ params.v | default("y", true) }}"}', {"v": None}, '{"a": "y"}'),
        ('{"a": "\\"{{ params.v }}\\""}', {"v": "x"}, '{"a": "\\"x\\""}'),
        ('{"a": "\\\\{{ params.v }}"}', {"v": "x"}, '{"a": "\\\\x"}'),
        ('{"a": "{{ params.v }}"}', {"v": '", "admin": true, "x": "'}, None),
        ('{"a": {"b": {"c": "{{ params.v }}"}}}', {"v": 1}, '{"a": {"b": {"c": 1}}}'),
    ],
)
def test_a_template_in_json_fits_its_place(
    text: str, params: dict[str, Any], sent: str | None
) -> None:
    content = json_body(text, **params)
    assert content is not None
    if sent is None:  # nothing a value holds becomes structure
        assert exact_json.loads(content) == {"a": params["v"]}
    else:
        assert content.decode() == sent
    json.loads(content)


def test_json_as_a_value_is_the_same_as_its_text() -> None:
    content = {"a": "{{ params.v }}", "n": 12345678901234567890123, "s": 'it\'s "x" {{ params.v }}'}
    assert json_body(content, v=5) == (b'{"a":5,"n":12345678901234567890123,"s":"it\'s \\"x\\" 5"}')


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("{", "line 1, column 2"),
        ('{"a": 1,}', "a comma stands before the closing bracket"),
        ("[1, 2, ]", "a comma stands before the closing bracket"),
        ('{\n  // c\n  "a": 1}', "line 2, column 3: JSON has no comments"),
        ('{"a": /* c */ 1}', "JSON has no comments"),
        ('{"a": 1 # c\n}', "JSON has no comments"),
        ("{'a': 1}", "single quotes"),
        ('{"a": NaN}', "NaN"),
        ('{"a": 01}', "line 1, column 8"),
        ('{"a": "x\ny"}', "line 1, column 9"),
        ('{"a": undefined}', "line 1, column 7"),
        ('{"a": {{ params.v }}, }', "a comma stands before the closing bracket"),
        ('{"a": "x', "line 1"),
        ('{"a": x{{ params.v }}}', "line 1, column 7"),
        ("[" * 100_000, "not JSON"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(text: str, words: str) -> None:
    wrong = refusal({"type": "json", "content": text}, v=1)
    assert (wrong.code, wrong.pointer) == ("invalid_body", "/body/content")
    assert words in wrong.detail
    assert wrong.hint


def test_form_fields_are_encoded_whole() -> None:
    body = composed(
        {
            "type": "form",
            "fields": [
                {"name": "a b", "value": "c d&e=f+g%20é*-._~"},
                {"name": "n", "value": "{{ params.n }}"},
                {"name": "n", "value": True},
                {"name": "gone", "value": None},
                {"name": "absent", "value": "{{ params.none }}"},
                {"name": "empty", "value": ""},
            ],
        },
        n=1.5,
        none=None,
    )
    assert body.content == b"a+b=c+d%26e%3Df%2Bg%2520%C3%A9*-._~&n=1.5&n=true&empty="
    assert body.content_type == "application/x-www-form-urlencoded"


def test_multipart_parts_keep_names_bytes_and_types() -> None:
    data = bytes(range(256))
    body = composed(
        {
            "type": "multipart",
            "parts": [
                {"name": 'a"\r\nb', "value": "{{ params.v }}"},
                {
                    "name": "f",
                    "filename": "ü {{ params.v }}.bin",
                    "data_base64": base64.b64encode(data).decode(),
                },
                {"name": "j", "value": "{}", "content_type": "application/json"},
                {"name": "gone", "value": None},
            ],
        },
        v="x",
    )
    found = media_type(body.content_type or "")
    assert found is not None and found[0] == "multipart/form-data"
    boundary = found[1]["boundary"].encode()
    assert body.content is not None
    pieces = body.content.split(b"--" + boundary)
    assert pieces[0] == b"" and pieces[-1] == b"--\r\n"
    assert pieces[1:-1] == [
        b'\r\nContent-Disposition: form-data; name="a%22%0D%0Ab"\r\n\r\nx\r\n',
        b'\r\nContent-Disposition: form-data; name="f"; filename="\xc3\xbc x.bin"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n" + data + b"\r\n",
        b'\r\nContent-Disposition: form-data; name="j"\r\n'
        b"Content-Type: application/json\r\n\r\n{}\r\n",
    ]


def test_a_multipart_body_is_the_same_every_time_and_its_boundary_is_not_in_it() -> None:
    parts = {"type": "multipart", "parts": [{"name": "a", "value": "{{ params.v }}"}]}
    first = composed(parts, v="x")
    assert first == composed(parts, v="x")
    boundary = (first.content_type or "").partition("boundary=")[2]
    again = composed(parts, v=boundary.removeprefix("sourcekeep-"))
    assert (again.content_type or "").partition("boundary=")[2] != boundary


@pytest.mark.parametrize("charset", ["undefined", "idna", "base64", "rot13", "nothing"])
def test_a_charset_that_writes_no_text_is_refused(charset: str) -> None:
    """Python knows codecs by such names, and some fail in ways of their own."""
    body = RawBody(type="raw", content="." * 100, content_type=f"text/plain; charset={charset}")
    with pytest.raises(Failed) as caught:
        compile_body(body, ()).compose(Scope({}, {}, {}))
    assert caught.value.problem.code == "invalid_body"


def test_raw_text_and_its_charset() -> None:
    raw = {
        "type": "raw",
        "content": "é {{ params.v }}",
        "content_type": "text/plain; charset=latin1",
    }
    assert composed(raw, v="x").content == b"\xe9 x"
    assert refusal(raw, v="€").code == "invalid_body"
    assert refusal({**raw, "content_type": "text"}).pointer == "/body/content_type"
    assert refusal({**raw, "content_type": "text/plain\r\nX: 1"}).code == "invalid_header"


def test_bytes_come_as_base64_typed_or_from_a_parameter() -> None:
    assert composed({"type": "binary", "data_base64": "aGV s\nbG8="}).content == b"hello"
    binary = {"type": "binary", "data_base64": "{{ params.v }}", "content_type": "image/png"}
    assert composed(binary, v="aGk=").content == b"hi"
    assert refusal(binary, v="not base64!").code == "invalid_body"
    assert refusal({"type": "binary", "data_base64": "a"}).pointer == "/body/data_base64"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"type": "json", "content": '{"a": "{{ params.x }}"}'}, "/body/content"),
        (
            {"type": "form", "fields": [{"name": "a", "value": "{{ params.x }}"}]},
            "/body/fields/0/value",
        ),
        ({"type": "raw", "content": "{{ params.x }}"}, "/body/content"),
        (
            {"type": "multipart", "parts": [{"name": "a", "value": "{{ x }}"}]},
            "/body/parts/0/value",
        ),
        (
            {"type": "multipart", "parts": [{"name": "a", "data_base64": "!"}]},
            "/body/parts/0/data_base64",
        ),
    ],
)
def test_a_fault_has_the_pointer_of_its_place(body: dict[str, Any], pointer: str) -> None:
    assert refusal(body).pointer == pointer


@pytest.mark.parametrize(
    ("kind", "typed", "fits"),
    [
        ("json", "application/json", True),
        ("json", "application/vnd.api+json; charset=utf-8", True),
        ("json", "Application/X-AMZ-JSON-1.1", True),
        ("json", "text/plain", True),
        ("json", "application/xml", False),
        ("json", "multipart/form-data", False),
        ("form", "application/x-www-form-urlencoded;charset=UTF-8", True),
        ("form", "application/json", False),
        ("multipart", "multipart/related", True),
        ("multipart", "application/json", False),
        ("raw", "application/anything", True),
        ("raw", "no media type", False),
    ],
)
def test_a_typed_media_type_is_checked_against_the_body(kind: str, typed: str, fits: bool) -> None:
    body = BODY.validate_python({"type": kind, **({"content": "{}"} if kind == "json" else {})})
    assert (content_type_problem(body, typed) is None) == fits


def test_media_types_are_parsed() -> None:
    assert media_type('Text/HTML ; Charset="utf-8"; q="a;\\"b"') == (
        "text/html",
        {"charset": "utf-8", "q": 'a;"b'},
    )
    assert media_type("text") is None
    assert media_type("text/plain, text/html") is None
