"""Whatever is wrong with a request that holds a secret, no word of it is told."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from sourcekeep.engine.plan import HeaderDefault, SourceFace, prepare
from sourcekeep.model.problem import Failed, Invalid
from sourcekeep.model.query import RequestSpec
from sourcekeep.services.validation import validate

SECRET = "canary-4f1d"
FACE = SourceFace(
    "s", "s", "https://api.example.com/v1", headers=(HeaderDefault("X-Locked", "v", True, None),)
)
PARAMETERS = [{"name": "text"}, {"name": "list", "type": "array"}]
GIVEN = {"text": "..", "list": [1, None]}

TEXT = st.lists(
    st.sampled_from(
        ["{{ secrets.key }}"] * 6
        + [
            "{{ secrets.key ~ params.text }}",
            "{{ [secrets.key] | json }}",
            "{{ secrets.key | int }}",
        ]
        + [
            "{{ secrets.key.member }}",
            "{{ secrets.key + 1 }}",
            "{{ params.text }}",
            "{{params.list}}",
        ]
        + ["a", "/", "..", "%2e", "?", "#", "&", "=", " ", "\t", "\r\n", "\0", "\\", "//", ":", "@"]
        + ['"', "'", "{", "}", "[", "]", ",", ";", "null", "é", "\u2028", "http://", '{"a": ']
    ),
    max_size=6,
).map("".join)
NAME = st.sampled_from(
    ["Content-Type", "Accept", "Cookie", "Host", "Idempotency-Key", "X-Locked", "a b", "a"]
)
ROWS = st.lists(st.fixed_dictionaries({"name": NAME, "value": TEXT}), max_size=3)
MEDIA = st.sampled_from(["text/plain", "application/json", "text/plain; charset=utf-16"])
BODY: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"type": st.just("json"), "content": TEXT | st.lists(TEXT)}),
    st.fixed_dictionaries({"type": st.just("form"), "fields": ROWS}),
    st.fixed_dictionaries({"type": st.just("raw"), "content": TEXT, "content_type": MEDIA}),
    st.fixed_dictionaries({"type": st.just("binary"), "data_base64": TEXT}),
    st.fixed_dictionaries(
        {
            "type": st.just("multipart"),
            "parts": st.lists(
                st.fixed_dictionaries({"name": NAME, "filename": TEXT, "data_base64": TEXT}),
                max_size=2,
            ),
        }
    ),
)


def with_content_type(value: str) -> dict[str, Any]:
    body = {"type": "json", "content": "{}"}
    rows = [{"name": "Content-Type", "value": value}]
    return {"path": "", "params": [], "headers": rows, "cookies": [], "body": body}


@example(**with_content_type("{{ secrets.key }}"))
@example(**with_content_type("{{ secrets.key }}/plain"))
@given(path=TEXT, params=ROWS, headers=ROWS, cookies=ROWS, body=BODY)
def test_a_fault_of_composing_quotes_no_secret(**query: Any) -> None:
    try:
        spec = validate(RequestSpec, {**query, "method": "POST", "parameters": PARAMETERS})
        prepare(FACE, spec).plan(GIVEN, {}, {"key": SECRET})
    except Invalid:
        return
    except Failed as failed:
        wrong = failed.problem
        assert wrong.detail and wrong.hint
        assert SECRET not in f"{wrong.detail} {wrong.hint}"
