"""Templates and JSON bodies, for any typed text and any value: a result or a refusal in words."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.engine.json_text import compile_json_text
from sourcekeep.engine.template import Scope, compile_template
from sourcekeep.model.problem import Failed

WORDS = st.sampled_from(
    ["{{", "}}", "params.", "params.v", "secrets.k", "constants.", "v", " ", "|", "upper", "~", "+",
     "*", "(", ")", "[", "]", "'", '"', "\\", ".", "0", "99", "if", "else", "not", "is", "{%", "%}",
     "{#", "#}", "range(", "join", "json", ",", ":", "{", "}", "\n", "é", "__class__", "self"]
)  # fmt: skip
typed = st.lists(WORDS, max_size=12).map("".join)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), texts),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(texts, inner, max_size=3)),
    max_leaves=6,
)  # fmt: skip


@given(text=typed, value=values)
def test_any_typed_text_renders_or_is_refused_in_words(text: str, value: object) -> None:
    scope = Scope({"v": value}, {}, {"k": "canary-secret"})
    try:
        compile_template(text, ["v"]).text(scope)
    except Failed as failed:
        wrong = failed.problem
        assert wrong.stage == "compose"
        assert wrong.detail and wrong.hint and "\n---" not in wrong.detail
        assert "canary-secret" not in wrong.detail


@given(text=texts, around=texts)
def test_a_value_is_put_in_once_and_as_it_is(text: str, around: str) -> None:
    frame = around.replace("{{", "")
    if frame.endswith("{"):
        frame += " "
    rendered = compile_template(f"{frame}{{{{ params.v }}}}", ["v"]).text(
        Scope({"v": text}, {}, {})
    )
    assert rendered == frame + text


@given(value=values, text=texts)
def test_no_value_breaks_out_of_its_place_in_json(value: object, text: str) -> None:
    typed_json = '{"whole": "{{ params.v }}", "bare": {{ params.v }}, "in": "<{{ params.t }}>", "{{ params.t }}!": 1}'
    compiled = compile_json_text(typed_json, ["v", "t"])
    got = json.loads(compiled.render(Scope({"v": value, "t": text}, {}, {})))
    expected = {"whole": value, "bare": value, "in": f"<{text}>"}
    assert got == {**expected, f"{text}!": 1}


@given(text=typed)
def test_any_typed_json_compiles_or_is_refused_in_words(text: str) -> None:
    try:
        compiled = compile_json_text(text, ["v"])
    except Failed as failed:
        assert failed.problem.code in ("invalid_body", "template_error", "unknown_variable")
        return
    try:
        json.loads(compiled.render(Scope({"v": 1}, {}, {"k": "s"})))
    except Failed as failed:
        assert failed.problem.code == "template_error"
