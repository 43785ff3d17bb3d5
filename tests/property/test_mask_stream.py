"""Text that comes in pieces is masked as if it had come whole, wherever the pieces end."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from urllib.parse import quote

from hypothesis import example, given
from hypothesis import strategies as st

from sourcekeep.kit import redact
from sourcekeep.kit.redact import MASK, Redactor

SECRETS = [
    "aaaa",
    "aXa",
    "hunter22",
    "ab",
    "x.y",
    "pä$$ w/rd+\"1'<&>%",
    "abababab",
    "line\nbreak-9",
]


def forms(secret: str) -> list[str]:
    raw = secret.encode()
    pairs = [base64.b64encode(b"u" * n + raw + b"!" * n).decode() for n in range(4)]
    return [secret, quote(secret), json.dumps(secret)[1:-1], raw.hex(), *pairs]


pieces = st.one_of(
    st.sampled_from([form for secret in SECRETS for form in forms(secret)]),
    st.sampled_from(["a", "b", "=", "==", " ", "-", "\n", "é", "A1b2", MASK, "aa", "ba", "ab"]),
    st.text(max_size=5),
)
texts = st.lists(pieces, max_size=12).map("".join)


@st.composite
def cut(draw: st.DrawFn) -> list[str]:
    text = draw(texts)
    ends = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]


def streamed(redactor: Redactor, parts: list[str]) -> str:
    stream = redactor.stream()
    return "".join([*map(stream.feed, parts), stream.end()])


@given(cut(), st.sets(st.sampled_from(SECRETS)))
@example(["aaaaaa", "aaaa", "b"], {"aaaa"})
@example(["aGFoYQ", "dW50ZXIyMg", "==", "="], {"hunter22"})
@example(["a", "b", " ab", "ab"], {"ab"})
def test_pieces_give_what_the_whole_gives(parts: list[str], secrets: set[str]) -> None:
    redactor = Redactor(sorted(secrets))
    assert streamed(redactor, parts) == redactor.mask("".join(parts))


@given(cut(), st.sets(st.sampled_from(SECRETS)))
def test_one_character_at_a_time_gives_it_too(parts: list[str], secrets: set[str]) -> None:
    redactor = Redactor(sorted(secrets))
    assert streamed(redactor, list("".join(parts))) == redactor.mask("".join(parts))


@given(
    st.lists(st.one_of(pieces.map(lambda t: t.encode("utf-8", "replace")), st.binary(max_size=4))),
    st.lists(st.integers(0, 200), max_size=8),
)
def test_bytes_that_are_no_text_come_through(parts: list[bytes], ends: list[int]) -> None:
    data = b"".join(parts)
    redactor = Redactor(SECRETS)
    stream = redactor.byte_stream()
    places = [0, *sorted(min(end, len(data)) for end in ends), len(data)]
    chunks = [data[a:b] for a, b in pairwise(places)]
    assert b"".join([*map(stream.feed, chunks), stream.end()]) == redactor.mask_bytes(data)


def test_a_run_of_base64_longer_than_a_mask_widens_is_cut_the_same(monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(redact, "_MOST_WIDENED", 16)
    redactor = Redactor(["hunter22"])
    hidden = base64.b64encode(b"hunter22").decode().rstrip("=")
    for before in range(0, 40, 3):
        text = "x" * before + hidden + "y" * 40 + hidden + " z"
        for size in (1, 2, 7, 19):
            parts = [text[at : at + size] for at in range(0, len(text), size)]
            assert streamed(redactor, parts) == redactor.mask(text)


def test_no_more_is_held_back_than_may_still_be_a_secret() -> None:
    redactor = Redactor(["hunter22-and-more"])
    stream = redactor.stream()
    text = "nothing of the kind. " * 1000
    out = "".join(stream.feed(text[at : at + 10]) for at in range(0, len(text), 10))
    longest = redactor._longest
    assert len(text) - len(out) < longest + 10
    assert out + stream.end() == text


def test_a_mask_that_goes_on_and_on_is_not_kept() -> None:
    stream = Redactor(["aaaa"]).stream()
    out = stream.feed("a" * 100_000)
    assert out in ("", MASK)
    for _ in range(100):
        out += stream.feed("a" * 10_000)
    assert len(stream._forms._held) < 10_000
    assert out + stream.end() == MASK


def test_a_form_of_hundreds_of_secrets_is_found_across_a_cut() -> None:
    secrets = [f"canary-{number:04}-{'x' * (number % 40)}" for number in range(500)]
    redactor = Redactor(secrets)
    for secret in secrets[::37]:
        for form in forms(secret):
            text = f"[{form}]"
            for at in (1, len(form) // 2, len(form)):
                assert streamed(redactor, [text[:at], text[at:]]) == redactor.mask(text)
                assert secret not in streamed(redactor, [text[:at], text[at:]])
