"""Templates: what may be named, what values become, and that nothing runs for ever."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sourcekeep.engine.expression import FILTERS
from sourcekeep.engine.template import Scope, Slot, compile_template, value_of
from sourcekeep.engine.value_text import text_of
from sourcekeep.model.problem import Failed

PARAMS = {
    "id": 7,
    "name": "Zoë",
    "text": "{{ params.id }}",
    "none": None,
    "big": 2**80,
    "list": [1],
    "object": {"a": 1},
}


class Lazy(dict[str, str]):
    """Notes which names were looked up."""

    def __init__(self, **texts: str) -> None:
        super().__init__(texts)
        self.looked_up: list[str] = []

    def __getitem__(self, name: str) -> str:
        self.looked_up.append(name)
        return super().__getitem__(name)


def scope(**secrets: str) -> Scope:
    return Scope(PARAMS, {"region": "eu"}, Lazy(**secrets))


def rendered(text: str, **secrets: str) -> str:
    return compile_template(text, PARAMS).text(scope(**secrets))


def refusal(text: str, **secrets: str) -> Any:
    with pytest.raises(Failed) as raised:
        rendered(text, **secrets)
    return raised.value.problem


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("", ""),
        ("plain } { text", "plain } { text"),
        ("{{ params.id }}", "7"),
        ("{{params.id}}", "7"),
        ("a{{ params.id }}b{{ constants.region }}c", "a7beuc"),
        ("{{ params.none }}", ""),
        ("{{ params.big }}", str(2**80)),
        ("{{ params.name | upper }}", "ZOË"),
        ("{{ params.none | default('x', true) }}", "x"),
        ("{{ 'yes' if params.id > 5 else 'no' }}", "yes"),
        ("{{ params.id + 1 }}", "8"),
        ("{{ params.name[0:2] }}", "Zo"),
        ("{{ params.name ~ '}}' }}", "Zoë}}"),
        ('{{ "}}" }}', "}}"),
        ("{{ '{{' }}", "{{"),
        ("{{ '<a&\"b\">' | xml }}", "&lt;a&amp;&quot;b&quot;&gt;"),
        ("{{ params.name | base64 }}", "Wm/Dqw=="),
        ("{{ [1, 'a'] | json }}", '[1,"a"]'),
        ("{{ [1, 2] | join('-') }}", "1-2"),
        ("{{ (params.id - 1) * 20 }}", "120"),
        ("{{ params.object.a }}", "1"),
        ("{{ 'a' in params.name and not false }}", "false"),
        ("{{ params.none is none }}", "true"),
        ("{% if true %}kept{% endif %}{# too #}", "{% if true %}kept{% endif %}{# too #}"),
    ],
)
def test_a_template_becomes_text(text: str, result: str) -> None:
    assert rendered(text) == result


def test_a_value_is_never_expanded_again() -> None:
    assert rendered("{{ params.text }}") == "{{ params.id }}"
    assert rendered("{{ params.text ~ '' }}") == "{{ params.id }}"


def test_only_named_secrets_are_looked_up() -> None:
    secrets = Lazy(one="1", two="2")
    names = Scope({}, {}, secrets)
    assert compile_template("{{ secrets.one }}{{ secrets.one | upper }}", ()).text(names) == "11"
    assert set(secrets.looked_up) == {"one"}


def test_what_an_expression_makes_of_a_secret_is_remembered_for_masking() -> None:
    names = scope(key="s3cret")
    compile_template("{{ secrets.key }} {{ secrets.key | upper }}", ()).text(names)
    assert names.derived == ["S3CRET"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{{ params.nam }}", "Did you mean params.name?"),
        ("{{ params.zzz }}", "Known: params.big"),
        ("{{ constants.regio }}", "Did you mean constants.region?"),
        ("{{ secrets.kee }}", "Did you mean secrets.key?"),
        ("{{ name }}", "Variables are params"),
        ("{{ params.id + other }}", "other is not known"),
        ("{{ env.PATH }}", "env is not known"),
        ("{{ debug() }}", "debug is not known"),
        ("{{ self }}", "self is not known"),
    ],
)
def test_an_unknown_variable_is_named_with_near_ones(text: str, words: str) -> None:
    wrong = refusal(text, key="s3cret")
    assert wrong.code == "unknown_variable"
    assert words in wrong.detail
    assert wrong.hint


@pytest.mark.parametrize(
    "text",
    [
        "{{ params.id",
        "{{ 'open }}",
        "{{}}",
        "{{ }}",
        "{{ params.id + }}",
        "{{ params.id | nosuch }}",
        "{{ params.name.upper() }}",
        "{{ range(3) }}",
        "{{ params.object.b }}",
        "{{ params.object | map('a') }}",
        "{{ 1e308 * 10 }}",
        "{{ params }}",
        "{{ params['id'] }}",
        "{{ params[params.name] }}",
        "{{ params.name / 2 }}",
        "{{ 1 / 0 }}",
        "{{ {{ params.id }} }}",
    ],
)
def test_a_broken_template_says_what_is_wrong(text: str) -> None:
    wrong = refusal(text)
    assert wrong.code in ("template_error", "unknown_variable")
    assert wrong.detail and wrong.hint
    assert "-----" not in wrong.detail and "\n" not in wrong.detail


def test_an_error_over_a_secret_does_not_quote_it() -> None:
    assert "s3cret" not in str(refusal("{{ secrets.key | int }}", key="s3cret"))
    assert "s3cret" not in str(refusal("{{ secrets.key / 2 }}", key="s3cret"))


@pytest.mark.parametrize(
    "text",
    [
        "{{ 'x' * 100000000 }}",
        "{{ params.list * 1000000000 }}",
        "{{ [0] * 1000000000 }}",
        "{{ ('a,' | split(',')) * 1000000000 }}",
        "{{ '{:>1000000000}'.format(1) }}",
        "{{ 10 ** 1000000000 }}",
        "{{ params.name | replace('Z', 'Z' * 10000) | replace('Z', 'Z' * 10000) }}",
        "{{ ('a' * 40000) | replace('a', 'b' * 40000) }}",
    ],
)
def test_a_bomb_runs_out_of_fuel(text: str) -> None:
    began = time.process_time()
    assert refusal(text).code in ("template_error", "unknown_variable")
    assert time.process_time() - began < 5


def test_a_list_of_many_copies_is_refused_before_it_is_made() -> None:
    large = Scope({"text": "a" * 1_000_000}, {}, {})
    for made in ("[" + "params.text, " * 1000 + "1]", "{'a': [" + "params.text, " * 17 + "]}"):
        (slot,) = compile_template("{{ " + made + " }}", {"text"}).pieces
        assert isinstance(slot, Slot)
        with pytest.raises(Failed) as caught:
            value_of(slot, large)
        assert "more text than a request may hold" in caught.value.problem.detail


@pytest.mark.parametrize("source", ["a" * 100_000, "params.x " + "= " * 50_000, "a " * 50_000])
def test_a_long_expression_is_read_in_time_that_its_length_bounds(source: str) -> None:
    """Minutes, when each letter of a long word is looked at as a beginning."""
    assert refusal("{{ " + source + " }}").code in ("template_error", "unknown_variable")


def test_a_whole_template_keeps_its_type() -> None:
    for name, value in PARAMS.items():
        slot = compile_template("{{ params." + name + " }}", PARAMS).whole
        assert slot is not None
        assert value_of(slot, scope()) is value
    assert compile_template(" {{ params.id }}", PARAMS).whole is None


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (True, "true"),
        (False, "false"),
        (None, ""),
        (10**30, "1" + "0" * 30),
        (1.5, "1.5"),
        (Decimal("1.10"), "1.10"),
        (["a", 1, None], '["a",1,null]'),
        ({"a": Decimal("0.10")}, '{"a":0.10}'),
    ],
)
def test_values_become_exact_text(value: Any, text: str) -> None:
    assert text_of(value) == text


def test_the_documentation_lists_every_filter() -> None:
    text = (Path(__file__).parents[3] / "docs" / "templates.md").read_text("utf-8")
    listed = text.partition("and filters:")[2].partition("```")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == FILTERS
