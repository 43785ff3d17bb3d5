"""Whatever a source holds: its secrets leave the doc entirely, come back whole, and stay kept."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.model.sealing import close, keep, reopen, secret_keys
from sourcekeep.plugins.registry import auth_types
from sourcekeep.services.kinds import source_model

MODEL = source_model(auth_types().values())
NOW, LATER = "2026-11-24T10:00:00.000Z", "2026-11-25T10:00:00.000Z"

# Recognisable in the doc, whatever else stands there.
secret_text = st.integers(min_value=0, max_value=10**12).map(lambda n: f"canary-{n:013d}")
header_name = st.sampled_from(["X-Key", "x-key", "X-KEY", "Accept", "Api-Version", "A"])


@st.composite
def headers(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = []
    for name in draw(st.lists(header_name, max_size=6)):
        secret = draw(st.booleans())
        value = draw(st.none() | secret_text) if secret else draw(st.sampled_from(["", "plain", 7]))
        rows.append({"name": name, "value": value, "secret": secret, "locked": draw(st.booleans())})
    return rows


auth = st.one_of(
    st.just({"type": "none"}),
    st.fixed_dictionaries({"type": st.just("bearer"), "token": st.none() | secret_text}),
    st.fixed_dictionaries(
        {"type": st.just("basic"), "username": st.just("u"), "password": st.none() | secret_text}
    ),
    st.fixed_dictionaries({"type": st.just("api_key"), "value": st.none() | secret_text}),
)
tls = st.fixed_dictionaries(
    {"client_key": st.none() | secret_text, "client_key_password": st.none() | secret_text}
)
source = st.fixed_dictionaries(
    {"name": st.just("s"), "headers": headers(), "auth": auth, "tls": tls}
)


@given(source)
def test_no_secret_text_is_left_in_the_doc(values: dict[str, Any]) -> None:
    closed = close(MODEL.model_validate(values), now=NOW)
    assert "canary-" not in json.dumps(closed.doc)
    assert json.dumps(values).count("canary-") == len(closed.secrets)
    assert secret_keys(closed.doc) == closed.secrets.keys() == closed.fresh


@given(source)
def test_reopened_it_is_what_it_was(values: dict[str, Any]) -> None:
    before = MODEL.model_validate(values)
    closed = close(before, now=NOW)
    assert MODEL.model_validate(reopen(closed.doc, closed.secrets)) == before


@given(source)
def test_sent_back_as_it_was_read_nothing_changes(values: dict[str, Any]) -> None:
    closed = close(MODEL.model_validate(values), now=NOW)
    kept = keep(closed.doc, closed.doc, closed.secrets)
    again = close(MODEL.model_validate(kept.value), now=LATER, kept=kept, old_doc=closed.doc)
    assert again.doc == closed.doc
    assert again.secrets == closed.secrets
    assert again.fresh == frozenset()


@given(source, st.randoms())
def test_rows_in_another_order_keep_each_its_own_secret(values: dict[str, Any], dice: Any) -> None:
    names = [row["name"].lower() for row in values["headers"]]
    if len(set(names)) < len(names):
        return  # rows of one name are told apart by their order alone
    closed = close(MODEL.model_validate(values), now=NOW)
    rows = list(closed.doc["headers"])
    dice.shuffle(rows)
    kept = keep({**closed.doc, "headers": rows}, closed.doc, closed.secrets)
    again = close(MODEL.model_validate(kept.value), now=LATER, kept=kept, old_doc=closed.doc)
    assert again.secrets == closed.secrets
    assert again.fresh == frozenset()
