"""Masking, for any secret in any text; and header values, for any text."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sourcekeep.engine.headers import value_problem
from sourcekeep.engine.rows import Typed, merge, render_all
from sourcekeep.engine.template import Scope
from sourcekeep.kit.redact import MASK, Redactor
from sourcekeep.model.problem import Failed, Problem

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
secrets = st.text(st.characters(exclude_categories=["Cs"]), min_size=4, max_size=40).filter(
    lambda text: text.strip() == text and MASK not in text
)
FORMS = (
    lambda text: text,
    lambda text: quote(text, safe=""),
    lambda text: quote_plus(text),
    lambda text: json.dumps(text)[1:-1],
    lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    lambda text: text.encode().hex(),
)


@given(secret=secrets, before=texts, after=texts, form=st.sampled_from(FORMS))
def test_no_form_of_a_secret_survives_in_any_text(secret, before, after, form):
    masked = Redactor([secret, "another-secret"]).mask(before + form(secret) + after)
    rest = masked.replace(MASK, "\x00")
    assert form(secret) not in rest or form(secret) in before + after
    assert MASK in masked


@given(
    secret=st.text("abcXYZ019+/é:", min_size=6, max_size=30),
    before=st.binary(max_size=9),
    after=st.binary(max_size=9),
)
def test_no_base64_around_a_secret_survives(secret, before, after):
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        text = encode(before + secret.encode() + after).decode()
        assert Redactor([secret]).mask(f"({text})") == f"({MASK})"


@given(text=texts, secret=secrets)
def test_masking_twice_changes_nothing_more(text, secret):
    redactor = Redactor([secret])
    once = redactor.mask(f"{text}{secret}{text}")
    assume(secret not in MASK)
    assert redactor.mask(once) == once or secret in once.replace(MASK, "")


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
def test_a_header_value_is_one_line_or_refused(text):
    ends_a_line = any((ord(c) < 0x20 and c != "\t") or c == "\x7f" for c in text)
    assert (value_problem("X", text) is not None) == ends_a_line
    row = Typed("X-V", "{{ params.v }}", "query", "/headers/0")
    problems: list[Problem] = []
    (compiled,) = merge("header", [], [row], ["v"], problems.append).rows
    if ends_a_line:
        with pytest.raises(Failed):
            compiled.render(Scope({"v": text}, {}, {}))
    else:
        entry = compiled.render(Scope({"v": text}, {}, {}))
        assert entry is not None and entry.value == text


names = st.sampled_from(["Accept", "accept", "X-A", "x-a", "X-B"])
rows = st.lists(st.tuples(names, st.one_of(st.none(), st.just("v"))), max_size=6)


@given(source=rows, query=rows)
def test_the_query_wins_by_name_and_nothing_is_lost_or_doubled(source, query):
    typed_source = [Typed(n, v, "source", f"/s/{i}") for i, (n, v) in enumerate(source)]
    typed_query = [Typed(n, v, "query", f"/q/{i}") for i, (n, v) in enumerate(query)]
    problems: list[Problem] = []
    merged = merge("header", typed_source, typed_query, [], problems.append)
    assert problems == []
    sent = [(e.name, e.from_) for e in render_all(merged.rows, Scope({}, {}, {}))]
    asked = {name.lower() for name, _ in query}
    expected = [(n, "source") for n, v in source if v is not None and n.lower() not in asked]
    expected += [(n, "query") for n, v in query if v is not None]
    assert sent == expected
