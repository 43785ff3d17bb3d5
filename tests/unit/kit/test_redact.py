"""Secrets are masked by value, in the forms in which they usually appear."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest

from sourcekeep.kit.redact import MASK, Redactor

SECRET = "pä$$ w/rd+\"1'<&>\\é%"
TOKEN = "eyJhbGciOiJIUzI1NiJ9.abc-_def"


@pytest.mark.parametrize("secret", [SECRET, TOKEN, "abcd", "line one\nline two of it, long enough"])
def test_every_usual_form_is_masked(secret: str) -> None:
    redactor = Redactor(["another secret", secret])
    raw = secret.encode()
    forms = [
        secret,
        quote(secret, safe=""),
        quote(secret),
        quote_plus(secret),
        json.dumps(secret)[1:-1],
        json.dumps(secret, ensure_ascii=False)[1:-1],
        json.dumps(secret)[1:-1].replace("/", "\\/"),
        html.escape(secret),
        raw.hex(),
        raw.hex().upper(),
    ]
    for form in forms:
        assert redactor.mask(f"before {form} after") == f"before {MASK} after"


@pytest.mark.parametrize("user", ["", "a", "ab", "abc", "user", "üser"])
@pytest.mark.parametrize("secret", [SECRET, TOKEN, "hunter22"])
def test_base64_is_masked_whole_at_every_alignment(user: str, secret: str) -> None:
    redactor = Redactor([secret])
    pair = f"{user}:{secret}".encode()
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        text = encode(pair).decode()
        assert redactor.mask(f"Basic {text}") == f"Basic {MASK}"
        assert redactor.mask(f"x={encode(pair + b' and more').decode()}&y") == f"x={MASK}&y"


def test_blank_space_around_a_secret_need_not_be_there() -> None:
    assert Redactor([" a-token-of-a-file\t"]).mask("sent: a-token-of-a-file.") == f"sent: {MASK}."


def test_text_without_a_secret_is_the_same_object() -> None:
    redactor = Redactor([SECRET, TOKEN, "ab"])
    text = "nothing of the kind is in abc here"
    assert redactor.mask(text) is text
    data = text.encode()
    assert redactor.mask_bytes(data) is data
    assert not redactor.holds(data)


def test_a_short_secret_is_masked_only_where_it_stands_alone() -> None:
    redactor = Redactor(["ab", ""])
    assert redactor.mask("ab cab abc (ab) a=ab") == f"{MASK} cab abc ({MASK}) a={MASK}"


def test_many_and_overlapping_secrets() -> None:
    redactor = Redactor(["secret-one", "one-secret", "secret-one-secret-two"])
    assert redactor.mask("xsecret-one-secretx") == f"x{MASK}x"
    assert redactor.mask("secret-one-secret-two secret-one") == f"{MASK} {MASK}"


def test_a_thousand_secrets_are_as_well_masked_as_one() -> None:
    redactor = Redactor([f"secret-number-{n}!" for n in range(1000)])
    text = "nothing in here"
    assert redactor.mask(text) is text
    assert redactor.mask("a secret-number-777! b") == f"a {MASK} b"
    assert Redactor([]).mask(text) is text


def test_bytes_that_are_no_text_stay() -> None:
    redactor = Redactor([TOKEN])
    assert (
        redactor.mask_bytes(b"\xff" + TOKEN.encode() + b"\xfe") == b"\xff" + MASK.encode() + b"\xfe"
    )
    assert redactor.holds(b"\xff" + TOKEN.encode())


def test_data_is_not_searched_for_everyday_words() -> None:
    redactor = Redactor(["admin"])
    assert redactor.mask("admin") == MASK
    assert not redactor.holds(b"admin")


def test_lines_of_a_long_secret_are_masked_by_themselves() -> None:
    pem = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEF\nshort\n-----END PRIVATE KEY-----"
    assert Redactor([pem]).mask("x MIIEvQIBADANBgkqhkiG9w0BAQEF y") == f"x {MASK} y"


def test_it_never_shows_what_it_knows() -> None:
    redactor = Redactor([TOKEN])
    assert TOKEN not in repr(redactor) + str(redactor)
    assert redactor.plus(["second-secret"]).mask(f"{TOKEN} second-secret") == f"{MASK} {MASK}"
