"""Preview: the request that would be sent, who won, and a cURL line that sends the same bytes."""

from __future__ import annotations

import base64
import subprocess
from typing import Any

import pytest

from sourcekeep.engine.plan import HeaderDefault, SourceFace, prepare
from sourcekeep.engine.preview import preview, stand_in, stand_in_secrets
from sourcekeep.kit.redact import MASK
from sourcekeep.model.entry import Pair
from sourcekeep.model.query import RequestSpec
from sourcekeep.model.source import TlsMode
from sourcekeep.plugins.registry import auth_types

ENVIRONMENT = {
    "SOURCEKEEP_AUTH_TOKEN": "t'k\"n $x",
    "SOURCEKEEP_AUTH_PASSWORD": "p`w` \\",
    "SOURCEKEEP_AUTH_VALUE": "key$(id)",
    "SOURCEKEEP_SECRET_KEY": "s3cret",
    "SOURCEKEEP_HEADERS_X_KEY": "sealed",
}


def shown(
    query: dict[str, Any],
    auth: dict[str, Any] | None = None,
    *,
    source: dict[str, Any] | None = None,
    parameters: dict[str, Any] | None = None,
    tls_mode: TlsMode = "none",
) -> dict[str, Any]:
    auth = auth or {"type": "none"}
    kind = auth_types()[auth["type"]]
    values = kind.values.model_validate({k: v for k, v in auth.items() if k != "type"})
    face = SourceFace(
        **{
            "id": "s",
            "name": "s",
            "base_url": "https://api.example.com/v1",
            "auth_places": kind.places(values),
            **(source or {}),
        }
    )
    plan = prepare(face, RequestSpec.model_validate(query)).plan(
        parameters or {}, {}, stand_in_secrets(["key"])
    )
    return preview(plan, kind, values, tls_mode=tls_mode)


def words_of(line: str) -> list[str]:
    """What the shell makes of the line: the words that cURL would get."""
    script = f'curl() {{ printf "%s\\0" "$@"; }}; {line}'
    done = subprocess.run(
        ["/bin/sh", "-c", script], env=ENVIRONMENT, capture_output=True, check=True
    )
    return done.stdout.decode().split("\0")[:-1]


BEARER = {"type": "bearer", "token": stand_in("auth/token")}


def test_it_shows_who_won() -> None:
    got = shown(
        {
            "path": "/users",
            "params": [{"name": "page", "value": 2}],
            "headers": [{"name": "accept", "value": "text/csv"}],
            "cookies": [{"name": "lang", "value": "de"}],
        },
        BEARER,
        source={
            "headers": (HeaderDefault("Accept", "text/html"),),
            "params": (Pair(name="page", value=1), Pair(name="tenant", value="acme")),
        },
    )
    assert list(got) == ["method", "url", "headers", "params", "cookies", "body", "curl"]
    assert got["method"] == "GET"
    assert got["url"] == "https://api.example.com/v1/users?tenant=acme&page=2"
    rows = {row["name"]: row for row in got["headers"]}
    assert rows["accept"] == {
        "name": "accept",
        "value": "text/csv",
        "from": "query",
        "overrides": ["source", "engine"],
    }
    assert rows["Authorization"]["value"] == f"Bearer {MASK}"
    assert rows["Authorization"]["from"] == "auth"
    assert rows["Host"] == {
        "name": "Host",
        "value": "api.example.com",
        "from": "engine",
        "overrides": [],
    }
    assert [(p["name"], p["value"], p["from"], p["overrides"]) for p in got["params"]] == [
        ("tenant", "acme", "source", []),
        ("page", "2", "query", ["source"]),
    ]
    assert got["cookies"][0]["value"] == "de"
    assert got["body"] == {"content_type": None, "size_bytes": 0, "text": None}


def test_secrets_are_masks_in_every_place() -> None:
    got = shown(
        {
            "method": "POST",
            "path": "/{{ secrets.key }}",
            "params": [{"name": "p", "value": "{{ secrets.key }}"}],
            "headers": [{"name": "X-B", "value": "{{ ('u:' ~ secrets.key) | base64 }}"}],
            "body": {"type": "json", "content": '{"a": "x {{ secrets.key }}"}'},
        },
        {"type": "basic", "username": "zoë", "password": stand_in("auth/password")},
        source={"headers": (HeaderDefault("X-Key", None, secret_key="headers/x-key"),)},
    )
    assert "~" not in str({k: v for k, v in got.items() if k != "curl"})
    assert got["url"] == f"https://api.example.com/v1/{MASK}?p={MASK}"
    rows = {row["name"]: row["value"] for row in got["headers"]}
    assert rows["X-B"] == rows["X-Key"] == MASK
    assert rows["Authorization"] == f"Basic {MASK}"
    assert got["body"]["text"] == '{"a": "x ' + MASK + '"}'


def test_a_source_without_a_credential_is_shown_without_it() -> None:
    got = shown({}, {"type": "bearer"})
    assert "Authorization" not in [row["name"] for row in got["headers"]]


def test_the_curl_line_has_variables_and_the_shell_puts_them_in() -> None:
    got = shown(
        {
            "path": "/it's/{{ params.p }}?f[x]=$HOME",
            "headers": [{"name": "X-A", "value": 'a\'b "c" `d` $e !f \\'}],
            "parameters": [{"name": "p"}],
        },
        BEARER,
        source={"headers": (HeaderDefault("X-Key", None, secret_key="headers/x-key"),)},
        parameters={"p": "a b"},
    )
    assert "~" not in got["curl"]
    assert "$SOURCEKEEP_AUTH_TOKEN" in got["curl"]
    words = words_of(got["curl"])
    assert words[0] == "https://api.example.com/v1/it's/a%20b?f[x]=$HOME"
    assert "--globoff" in words
    headers = [words[i + 1] for i, word in enumerate(words) if word == "--header"]
    assert headers == [
        "X-Key: sealed",
        'X-A: a\'b "c" `d` $e !f \\',
        "User-Agent: Sourcekeep",
        "Accept: */*",
        f"Authorization: Bearer {ENVIRONMENT['SOURCEKEEP_AUTH_TOKEN']}",
    ]
    assert "--compressed" in words and "--request" not in words


@pytest.mark.parametrize(
    ("auth", "expected"),
    [
        (
            {"type": "basic", "username": "u'ser", "password": stand_in("auth/password")},
            ["--user", "u'ser:p`w` \\"],
        ),
        (
            {"type": "api_key", "name": "X-Api-Key", "value": stand_in("auth/value")},
            ["--header", "X-Api-Key: key$(id)"],
        ),
        (
            {"type": "api_key", "name": "sid", "in": "cookie", "value": stand_in("auth/value")},
            ["--header", "Cookie: sid=key$(id)"],
        ),
    ],
)
def test_every_credential_becomes_a_variable(auth: dict[str, Any], expected: list[str]) -> None:
    words = words_of(shown({}, auth)["curl"])
    assert any(words[i : i + 2] == expected for i in range(len(words)))


def test_a_key_in_the_query_string_becomes_a_variable() -> None:
    auth = {"type": "api_key", "name": "key", "in": "query", "value": stand_in("auth/value")}
    assert words_of(shown({}, auth)["curl"])[0] == "https://api.example.com/v1?key=key$(id)"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"method": "HEAD"}, ["--head"]),
        ({"method": "DELETE"}, ["--request", "DELETE"]),
        ({"method": "M-SEARCH"}, ["--request", "M-SEARCH"]),
        (
            {"method": "POST", "body": {"type": "json", "content": '@[1,\n"\'"]'[1:]}},
            ["--data-raw", '[1,\n"\'"]'],
        ),
        (
            {"method": "POST", "body": {"type": "raw", "content": "@file {{ secrets.key }}"}},
            ["--data-raw", "@file s3cret"],
        ),
        ({"method": "POST"}, ["--data-raw", ""]),
    ],
)
def test_method_and_body_are_said_to_curl(query: dict[str, Any], expected: list[str]) -> None:
    words = words_of(shown(query)["curl"])
    assert any(words[i : i + len(expected)] == expected for i in range(len(words)))


def test_a_body_without_a_media_type_gets_none_from_curl() -> None:
    words = words_of(
        shown(
            {
                "method": "POST",
                "headers": [{"name": "Content-Type", "value": None}],
                "body": {"type": "raw", "content": "x"},
            }
        )["curl"]
    )
    assert "Content-Type:" in words


def test_headers_that_were_taken_away_are_not_added_by_curl() -> None:
    rows = [{"name": "User-Agent", "value": None}, {"name": "accept", "value": None}]
    words = words_of(shown({"headers": rows})["curl"])
    assert words[1:] == ["--compressed", "--header", "User-Agent:", "--header", "Accept:"]


def test_bytes_are_piped_into_curl() -> None:
    query = {"method": "PUT", "body": {"type": "binary", "data_base64": "AP8="}}
    got = shown(query)
    assert got["body"] == {
        "content_type": "application/octet-stream",
        "size_bytes": 2,
        "text": None,
    }
    assert got["curl"].startswith("printf %s AP8= | base64 -d | curl ")
    assert words_of(got["curl"])[-2:] == ["--data-binary", "@-"]


@pytest.mark.parametrize("sign", ["\x1b[201~\n", "\x03", "\x15", "\x7f"])
def test_what_a_terminal_obeys_while_it_is_pasted_is_piped_into_curl(sign: str) -> None:
    query = {"method": "POST", "body": {"type": "raw", "content": f"a{sign}id\n"}}
    line = shown(query)["curl"]
    assert sign not in line
    encoded = base64.b64encode(f"a{sign}id\n".encode()).decode()
    assert line.startswith(f"printf %s {encoded} | base64 -d | curl ")


def test_a_secret_in_such_a_body_is_still_a_variable() -> None:
    query = {"method": "POST", "body": {"type": "raw", "content": "\x03{{ secrets.key }}"}}
    assert words_of(shown(query)["curl"])[-2:] == ["--data-raw", "\x03s3cret"]


@pytest.mark.parametrize(
    ("mode", "flag"),
    [
        ("ca_certificate", "--cacert"),
        ("client_certificate", "--key"),
        ("insecure", "--insecure"),
    ],
)
def test_certificates_are_files_that_variables_name(mode: TlsMode, flag: str) -> None:
    assert flag in shown({}, tls_mode=mode)["curl"]
