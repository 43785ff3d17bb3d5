"""WWW-Authenticate is read as RFC 9110 11.6.1 writes it, and anything else breaks nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.engine.challenge import Challenge, challenges


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("Bearer", [Challenge("Bearer")]),
        ('Basic realm="x"', [Challenge("Basic", {"realm": "x"})]),
        ("Basic realm=x", [Challenge("Basic", {"realm": "x"})]),
        ('Basic REALM = "a, \\"b\\""', [Challenge("Basic", {"realm": 'a, "b"'})]),
        (
            'Bearer realm="api", error="invalid_token", error_description="expired, sorry"',
            [
                Challenge(
                    "Bearer",
                    {
                        "realm": "api",
                        "error": "invalid_token",
                        "error_description": "expired, sorry",
                    },
                )
            ],
        ),
        (
            'Negotiate, Basic realm="x", Bearer scope="a b", error="insufficient_scope"',
            [
                Challenge("Negotiate"),
                Challenge("Basic", {"realm": "x"}),
                Challenge("Bearer", {"scope": "a b", "error": "insufficient_scope"}),
            ],
        ),
        (
            "NTLM TlRMTVNTUAAC==, Bearer",
            [Challenge("NTLM", token68="TlRMTVNTUAAC=="), Challenge("Bearer")],
        ),
        (", , Basic realm=x,", [Challenge("Basic", {"realm": "x"})]),
        ("Digest qop=auth, nonce=abc", [Challenge("Digest", {"qop": "auth", "nonce": "abc"})]),
        ("", []),
        ('"no scheme"', []),
        ('Bearer realm="open', [Challenge("Bearer")]),
    ],
)
def test_challenges(value: str, wanted: list[Challenge]) -> None:
    assert challenges([value]) == wanted


def test_several_fields_are_one_list() -> None:
    assert [one.scheme for one in challenges(["Bearer", "Basic realm=x"])] == ["Bearer", "Basic"]


@given(st.lists(st.text(max_size=80), max_size=3))
def test_no_text_breaks_it(values: list[str]) -> None:
    challenges(values)


_WORDS = st.text("abcXYZ019-_", min_size=1, max_size=8)


@given(
    st.lists(
        st.tuples(_WORDS, st.dictionaries(_WORDS.map(str.lower), st.text(max_size=20), max_size=3)),
        min_size=1,
        max_size=4,
    )
)
def test_what_was_written_is_what_is_read(wanted: list[tuple[str, dict[str, str]]]) -> None:
    def quoted(text: str) -> str:
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'

    written = ", ".join(
        f"{scheme} {', '.join(f'{name}={quoted(text)}' for name, text in parameters.items())}"
        for scheme, parameters in wanted
    )
    read = [(one.scheme, dict(one.parameters)) for one in challenges([written])]
    assert read == wanted
