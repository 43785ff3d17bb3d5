"""The check of pins: what it reads, and which difference it calls a fault."""

from __future__ import annotations

import pytest

from tools.checks.pins import Pins, compare, read_pins

TEXT = """\
# a comment
one==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:bb
two==2.0 ; sys_platform == 'win32' \\
    --hash=sha256:cc
"""


def test_versions_markers_and_hashes_are_read() -> None:
    assert read_pins(TEXT) == {
        "one==1.0": {"sha256:aa", "sha256:bb"},
        "two==2.0 ; sys_platform == 'win32'": {"sha256:cc"},
    }


def pins(**packages: str) -> Pins:
    return {name: frozenset(hashes.split()) for name, hashes in packages.items()}


@pytest.mark.parametrize(
    ("pinned", "found", "words"),
    [
        (pins(a="1"), pins(a="1"), None),
        (pins(a="1"), pins(a="1 2"), None),
        (pins(a="1 2"), pins(a="1 3"), "reviewed file(s) are gone or changed"),
        (pins(a="1"), pins(a="1", b="2"), "b is resolved here but not pinned"),
        (pins(a="1", b="2"), pins(a="1"), "b is pinned but not needed"),
    ],
)
def test_a_difference_is_said_in_words(pinned: Pins, found: Pins, words: str | None) -> None:
    faults = compare(pinned, found)
    assert not faults if words is None else words in faults[0]
