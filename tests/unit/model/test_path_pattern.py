"""Path patterns: what fits, and that no way of writing a path slips through."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.model.path_pattern import path_matches


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/v1/users/*", "/v1/users/7"),
        ("/v1/users/*", "/v1/users/a%20b"),
        ("/v1/**", "/v1"),
        ("/v1/**", "/v1/"),
        ("/v1/**", "/v1/a/b"),
        ("/v1/**/edit", "/v1/edit"),
        ("/v1/**/edit", "/v1/a/b/edit"),
        ("/**", "/"),
        ("/", "/"),
        ("/", ""),
        ("/files/report-*.csv", "/files/report-2026.csv"),
        ("/a b", "/a%20b"),
        ("/100%", "/100%25"),
        ("/grüße", "/gr%C3%BC%C3%9Fe"),
        ("/a.b", "/a.b"),
        ("/v1/users/*", "/v1/users/7;v=2"),
        ("/a;v=1/*", "/a;v=1/b"),
        ("/**", "/a/..;/b"),
    ],
)
def test_it_fits(pattern: str, path: str) -> None:
    assert path_matches(pattern, path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/v1/users/*", "/v1/users/"),
        ("/v1/users/*", "/v1/users"),
        ("/v1/users/*", "/v1/users/7/keys"),
        ("/v1/users/*", "/v1/users/7%2Fkeys"),
        ("/v1/users/*", "/V1/users/7"),
        ("/v1/**", "/v10"),
        ("/v1/**", "/v1/../admin"),
        ("/v1/**", "/v1/%2e%2e/admin"),
        ("/v1/**", "/v1/..%2fadmin"),
        ("/v1/**", "/v1/%252e%252e%252fadmin"),
        ("/v1/**", "/v1/..\\admin"),
        ("/v1/**", "/v1/..%5cadmin"),
        ("/v1/**", "/v1//../../admin"),
        ("/v1/*", "/v1/.."),
        ("/v1/**", "/v1/..;/admin"),
        ("/v1/**", "/v1/..%3Bx=1/admin"),
        ("/v1/users/*/mail", "/v1/users/..;/mail"),
        ("/public/**", "/public/..;/../admin"),
        ("/public/**", "/public/a;/..;x=1/../admin"),
        ("/report-*.csv", "/report-x;.csv"),
        ("/a.b", "/aXb"),
        ("/report-*.csv", "/report-1/x.csv"),
    ],
)
def test_it_does_not_fit(pattern: str, path: str) -> None:
    assert not path_matches(pattern, path)


_DOTS = st.sampled_from(["..", "%2e%2e", ".%2E", "%252e%252e", "..;"])
_SLASH = st.sampled_from(["/", "%2f", "%2F", "%252f", "\\", "%5c", "//"])


@given(st.lists(st.tuples(_SLASH, _DOTS), min_size=2, max_size=5), _SLASH)
def test_climbing_out_never_fits_however_it_is_written(
    climb: list[tuple[str, str]], last: str
) -> None:
    path = "/public" + "".join(f"{slash}{dots}" for slash, dots in climb) + f"{last}admin"
    assert not path_matches("/public/**", path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("/**" + "/a/**" * 40 + "/b", "/a" * 400),
        ("/" + "*a" * 40 + "*b", "/" + "a" * 2000),
        ("/**" * 60 + "/b", "/x" * 400),
    ],
)
def test_no_pattern_and_path_take_longer_than_their_lengths_say(pattern: str, path: str) -> None:
    assert not path_matches(pattern, path)  # with a search that goes back everywhere: years
    assert path_matches(pattern, path + "/b" if pattern.startswith("/**") else path + "b")


# What the patterns mean, said as one plain regular expression: small ones only, it may go back.
def _as_said(pattern: str, path: str) -> bool:
    parts = []
    for segment in pattern.removeprefix("/").split("/"):
        if segment == "**":
            parts.append("(?:/[^/]*)*")
        elif segment == "*":
            parts.append("/[^/]+")
        else:
            parts.append("/" + "[^/]*".join(re.escape(piece) for piece in segment.split("*")))
    return re.fullmatch("".join(parts), path, re.DOTALL) is not None


@given(
    st.lists(st.text("ab*", max_size=5), min_size=1, max_size=5),
    st.lists(st.text("ab", max_size=5), min_size=1, max_size=5),
)
def test_a_pattern_means_what_it_says(wanted: list[str], segments: list[str]) -> None:
    path = re.sub("/{2,}", "/", "/" + "/".join(segments))  # `//` has two readings
    pattern = "/" + "/".join(wanted)
    assert path_matches(pattern, path) == _as_said(pattern, path)
