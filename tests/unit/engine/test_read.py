"""Bytes of an answer -> data: exact, by label, and never guessed."""

from __future__ import annotations

import orjson
import pytest

from sourcekeep.engine.read import is_json, read
from sourcekeep.engine.result_json import encode
from sourcekeep.model.result import Data, Result, SentRequest


def data_of(body: bytes, content_type: str | None) -> tuple[str, bytes]:
    data, notices = read(body, content_type)
    assert data is not None and not notices
    return data.encoding, data.raw


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "Application/JSON",
        "text/json",
        "application/problem+json",
        "application/vnd.github.v3+json; charset=utf-8",
        None,
    ],
)
def test_json_is_known_by_its_media_type_and_passes_byte_for_byte(
    content_type: str | None,
) -> None:
    body = b' {"n": 12345678901234567890123, "d": 1.10,\n "e": 1E400, "s": "\\u00e9", "n": -0.0} '
    assert data_of(body, content_type) == ("json", body)


@pytest.mark.parametrize(
    "text",
    [b'"\\ud800"', b"1e400", b"-0", b"[]", b"null", b'{"a":1,"a":2}', b"0.1000000000000000055"],
)
def test_what_json_allows_is_json(text: bytes) -> None:
    assert is_json(text) is None
    result = Result("r", "ok", SentRequest("GET", "http://a/", ()), Data("json", text))
    assert b'"data":' + text in encode(result)


@pytest.mark.parametrize(
    "text", [b"", b"{", b"[1,]", b"NaN", b"{'a':1}", b'"\x01"', b"01", b"[1] [2]", b"[" * 20_000]
)
def test_what_json_does_not_allow_is_not(text: bytes) -> None:
    assert is_json(text)


def test_what_is_wrong_with_broken_json_is_said_in_a_sentence() -> None:
    _, (notice,) = read(b'{"a": 1,', "application/json")
    assert notice.detail == (
        "The answer is labelled JSON and cannot be read as JSON: expecting property name enclosed in double quotes "
        "at line 1, column 9. It is shown as text."
    )


def test_broken_json_is_shown_as_text_with_a_notice() -> None:
    data, (notice,) = read(b'{"a": 1', "application/json")
    assert data == Data("text", b'{"a": 1')
    assert notice.code == "broken_json"
    data, (notice,) = read(b'{"a": "\xff"}', "application/json")
    assert data == Data("base64", b'{"a": "\xff"}')
    assert notice.code == "broken_json"


def test_json_in_another_charset_becomes_utf8() -> None:
    text = '{"é": 1.10}'
    assert data_of(b"\xef\xbb\xbf" + text.encode(), "application/json") == ("json", text.encode())
    assert data_of(text.encode("utf-16"), "application/json") == ("json", text.encode())
    assert data_of(text.encode("utf-32"), "application/json") == ("json", text.encode())
    latin = "application/json; charset=iso-8859-1"
    assert data_of(text.encode("latin-1"), latin) == ("json", text.encode())


@pytest.mark.parametrize(
    "content_type", ["application/x-ndjson", "application/jsonl", "application/stream+json"]
)
def test_lines_of_json_become_an_array_of_the_same_bytes(content_type: str) -> None:
    body = b'{"n": 1.10}\r\n\n [2]\n"x"'
    assert data_of(body, content_type) == ("json", b'[{"n": 1.10},[2],"x"]')


def test_a_number_that_no_program_would_read_is_not_called_broken_json() -> None:
    body = b'{"n": ' + b"9" * 5000 + b"}"
    data, (notice,) = read(body, "application/json")
    assert data == Data("text", body)
    assert "a number has more than 4,300 digits" in notice.detail


def test_a_broken_line_is_named() -> None:
    data, (notice,) = read(b'{"a":1}\n{"a":\n', "application/x-ndjson")
    assert data is not None and data.encoding == "text"
    assert "Line 2" in notice.detail


@pytest.mark.parametrize(
    ("body", "content_type", "text"),
    [
        ("é".encode(), "text/plain", "é"),
        (b"\xe9", "text/plain; charset=iso-8859-1", "é"),
        (b"\x80", "text/plain; charset=windows-1252", "€"),
        ("é".encode("utf-16"), "text/plain", "é"),
        (b"\xef\xbb\xbfa", "text/csv", "a"),
        (b"\xef\xbb\xbf\xc3\xa9", "text/plain; charset=iso-8859-1", "é"),
        ("日本".encode("shift_jis"), "text/html; charset=Shift_JIS", "日本"),
        (b'<?xml version="1.0" encoding="ISO-8859-1"?><a>\xe9</a>', "application/xml", None),
        (b"<svg/>", "image/svg+xml", "<svg/>"),
        (b"a=1", "application/x-www-form-urlencoded", "a=1"),
        (b"just text", None, "just text"),
        (b"unknown but text", "application/unknown", "unknown but text"),
        (b"a\x1b[0m\x00", "text/plain", "a\x1b[0m\x00"),
    ],
)
def test_text_is_decoded_by_its_label(
    body: bytes, content_type: str | None, text: str | None
) -> None:
    expected = body.decode("latin-1") if text is None else text
    assert data_of(body, content_type) == ("text", expected.encode())


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (b"\x89PNG\r\n", "image/png"),
        (b"%PDF-1.7", "application/pdf"),
        (b"plain", "application/octet-stream"),
        (b"\x00\x01\x02", None),
        (b"\xff\xfe\xfd", "application/unknown"),
        (b"a\x00b", "application/unknown"),
    ],
)
def test_bytes_stay_bytes(body: bytes, content_type: str | None) -> None:
    assert data_of(body, content_type) == ("base64", body)


@pytest.mark.parametrize(
    "content_type", ["text/plain", "text/plain; charset=utf-8", "text/html; charset=nosuch"]
)
def test_text_that_does_not_decode_keeps_its_bytes_and_says_so(content_type: str) -> None:
    body = b"caf\xe9"
    data, (notice,) = read(body, content_type)
    assert data == Data("base64", body)
    assert notice.code == "not_decoded"


def test_an_empty_body_is_no_data() -> None:
    assert read(b"", "application/json") == (None, ())


def test_a_cut_body_is_text_up_to_its_last_whole_character() -> None:
    cut, _ = read('{"a": "é'.encode()[:-1], "application/json", truncated=True)
    assert cut == Data("text", b'{"a": "')
    cut, _ = read(b"\x89PNG", "image/png", truncated=True)
    assert cut == Data("base64", b"\x89PNG")


def test_every_key_of_a_result_is_always_there() -> None:
    shape = orjson.loads(encode(Result("r", "ok", SentRequest("GET", "http://a/", ()))))
    assert list(shape) == [
        "run", "status", "data", "data_encoding", "error", "request", "response", "timings_ms",
        "attempts", "warnings",
    ]  # fmt: skip
    assert list(shape["timings_ms"]) == [
        "queue", "dns", "connect", "tls", "send", "wait", "read", "total",
    ]  # fmt: skip
    base64 = Result("r", "ok", SentRequest("GET", "http://a/", ()), Data("base64", b"\x00\xff"))
    assert orjson.loads(encode(base64))["data"] == "AP8="
