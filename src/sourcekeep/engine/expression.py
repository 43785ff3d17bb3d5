"""Expressions inside `{{ }}`: a small language on top of MiniJinja, without a way to run wild.

There are: variables with members and indexes, text and number literals, lists, `+ - * / // % ~`,
comparisons, `and or not in`, `is defined` and the like, `… if … else …`, slices, and the filters of
`FILTERS`. There are no functions, no methods and no statements. Every evaluation has fuel; what
fuel does not see (repeating a list makes a hundred million items from five characters, a method
such as `format` asks the allocator for gigabytes) is not in the language at all, or counted before.
"""

from __future__ import annotations

import base64
import math
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import escape as xml_escape

import minijinja

from sourcekeep.engine.value_text import text_of
from sourcekeep.kit import exact_json

_FUEL = 50_000
_MOST_TEXT = 16 * 1024 * 1024
_SHORT = 100  # characters of a value: what the longest expression makes of it is no burden
_LITERAL = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\"""", re.S)
_FILTER = re.compile(r"\|\s*([A-Za-z_]\w*)")
_VARIABLE = re.compile(r"(?<![\w.])(params|constants|secrets)\s*\.\s*([A-Za-z_]\w*)")
_WORD = re.compile(r"(?<![\w.])([A-Za-z_]\w*)")
# Each begins with what no word does: else every letter of a long word would be a new beginning.
_KEYWORD_ARGUMENT = re.compile(r"(?<!\w)[A-Za-z_]\w*\s*=(?!=)")
_TEST = re.compile(r"\bis\s+(?:not\s+)?[A-Za-z_]\w*")
_KEYWORDS = frozenset(
    {"and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "True", "False", "None"}
)
_NUMERIC = frozenset({"abs", "default", "float", "int", "round"})

# Documented in docs/templates.md. The last four are ours.
FILTERS = frozenset(
    [
        "abs",
        "capitalize",
        "default",
        "first",
        "float",
        "int",
        "join",
        "last",
        "length",
        "list",
        "lower",
        "max",
        "min",
        "replace",
        "reverse",
        "round",
        "sort",
        "split",
        "string",
        "sum",
        "title",
        "trim",
        "unique",
        "upper",
        "base64",
        "json",
        "urlencode",
        "xml",
    ]
)


class Unusable(Exception):
    """The expression can't be compiled or evaluated; the text says why."""


class UnknownName(Exception):
    """The expression names something that is no variable."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def names_in(source: str) -> tuple[tuple[str, str], ...]:
    """The `(root, name)` pairs that an expression uses; raises when it is not in the language."""
    if not source.strip():
        raise Unusable("there is nothing between the braces")
    try:
        _ENVIRONMENT.undeclared_variables_in_str(f"{{{{ {source} }}}}")
    except minijinja.TemplateError as error:
        raise Unusable(_first_line(error)) from None
    bare = _LITERAL.sub("''", source)
    for name in _FILTER.findall(bare):
        if name not in FILTERS:
            raise Unusable(f"there is no filter {name}; there are {', '.join(sorted(FILTERS))}")
    words = _VARIABLE.sub(" ", _FILTER.sub(" ", _TEST.sub(" ", bare)))
    for name in _WORD.findall(_keyword_arguments_removed(words)):
        if name in ("params", "constants", "secrets"):
            raise Unusable(f"write {name}.NAME: a variable is named, not looked up by a value")
        if name not in _KEYWORDS:
            raise UnknownName(name)
    if re.search(r"\.\s*[A-Za-z_]\w*\s*\(", bare):
        raise Unusable("there are no functions and no methods, only filters")
    if "*" in bare:
        _check_times(bare)
    return tuple(dict.fromkeys(_VARIABLE.findall(bare)))


def _keyword_arguments_removed(words: str) -> str:
    return _KEYWORD_ARGUMENT.sub(" ", words)


def _check_times(bare: str) -> None:
    """`*` is for numbers: a list that is repeated has no bound that anybody watches."""
    if "[" in bare or "{" in bare or not set(_FILTER.findall(bare)) <= _NUMERIC:
        raise Unusable(
            "beside *, only numbers, parentheses and the filters "
            f"{', '.join(sorted(_NUMERIC))} can stand"
        )


def evaluate(source: str, context: Mapping[str, Mapping[str, Any]]) -> Any:
    """The value with its own type. Raises `Unusable`."""
    if "*" in source:
        for values in context.values():
            if any(isinstance(value, list | dict) for value in values.values()):
                raise Unusable("* is for numbers, and a variable here is an array or an object")
    if "[" in source or "{" in source:
        _check_copies(source, context)
    try:
        value = _ENVIRONMENT.eval_expr(
            f"({source}) | default(undefined__)", undefined__=_UNDEFINED, **context
        )
    except minijinja.TemplateError as error:
        raise Unusable(_first_line(error)) from None
    if isinstance(value, str):
        if value == _UNDEFINED:
            raise Unusable("it has no value: a member that it names is not there")
        if len(value) > _MOST_TEXT:
            raise Unusable("it makes more text than a request may hold")
    if isinstance(value, float) and not math.isfinite(value):
        raise Unusable("it is not a finite number")
    return value


def _check_copies(source: str, context: Mapping[str, Mapping[str, Any]]) -> None:
    """A list or an object holds its members for nothing; taken out, each of them is a copy."""
    total = 0
    for root, values in context.items():
        for name, value in values.items():
            length = _length(value)
            if length > _SHORT:
                named = re.findall(rf"\b{root}\s*\.\s*{name}\b", source)
                total += length * len(named)
    if total > _MOST_TEXT:
        raise Unusable("it makes more text than a request may hold")


def _length(value: Any) -> int:
    """How much text there is in a value, roughly."""
    if isinstance(value, str):
        return len(value)
    if isinstance(value, dict):
        return sum(len(name) + _length(member) for name, member in value.items())
    return 1 + sum(map(_length, value)) if isinstance(value, list) else 1


def _first_line(error: minijinja.TemplateError) -> str:
    line = str(error).split("\n", 1)[0]
    return re.sub(r" \(in <\w+>:\d+\)$", "", line)


# -- filters of ours -------------------------------------------------------------------------------


def _xml(value: Any) -> str:
    """Text for XML content and attribute values (XML 1.0, 2.4)."""
    return xml_escape(text_of(value), {'"': "&quot;", "'": "&apos;"})


def _base64(value: Any) -> str:
    """Base64 of the text's UTF-8 (RFC 4648, section 4)."""
    return base64.b64encode(text_of(value).encode()).decode()


def _json(value: Any) -> str:
    """JSON text."""
    return exact_json.dumps(value).decode()


def _urlencode(value: Any) -> str:
    """Percent-encoded whole (RFC 3986 2.1), for a URL inside a header or a body."""
    return quote(text_of(value), safe="")


def _environment() -> minijinja.Environment:
    environment = minijinja.Environment()
    environment.fuel = _FUEL
    environment.undefined_behavior = "strict"
    environment.pycompat = False  # Python's text methods: `format` can ask for any width
    environment.auto_escape_callback = lambda _name: False
    environment.add_filter("xml", _xml)
    environment.add_filter("base64", _base64)
    environment.add_filter("json", _json)
    environment.add_filter("urlencode", _urlencode)
    return environment


_ENVIRONMENT = _environment()
_UNDEFINED = "\x00undefined\x00"
