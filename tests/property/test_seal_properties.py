"""Seal and open, for any text and any place."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.vault import DoesNotOpen, KeyMissing, Keyring, Sealed, open_sealed, rewrap, seal

RING = Keyring([b"\x01" * 32, b"\x02" * 32])
any_text = st.text(alphabet=st.characters(codec=None))
changes = st.tuples(
    st.sampled_from(["wrapped_key", "ciphertext"]), st.integers(0), st.integers(1, 255)
)


@given(plaintext=any_text, place=any_text)
def test_any_text_opens_in_its_place(plaintext: str, place: str) -> None:
    sealed = seal(RING, plaintext, bound_to=place)
    assert open_sealed(RING, sealed, bound_to=place) == plaintext
    moved = rewrap(RING, sealed, bound_to=place)
    assert open_sealed(RING, moved, bound_to=place) == plaintext


@given(plaintext=any_text, place=any_text, other=any_text)
def test_no_text_opens_in_another_place(plaintext: str, place: str, other: str) -> None:
    sealed = seal(RING, plaintext, bound_to=place)
    if other != place:
        with pytest.raises(DoesNotOpen):
            open_sealed(RING, sealed, bound_to=other)


@given(plaintext=any_text, change=changes)
def test_one_changed_byte_anywhere_is_noticed(plaintext: str, change: tuple[str, int, int]) -> None:
    part, where, difference = change
    sealed = seal(RING, plaintext, bound_to="source/src_1/auth/token")
    content = bytearray(getattr(sealed, part))
    content[where % len(content)] ^= difference
    with pytest.raises(DoesNotOpen):
        open_sealed(
            RING, replace(sealed, **{part: bytes(content)}), bound_to="source/src_1/auth/token"
        )


@given(key_id=st.sampled_from([*sorted(RING.ids), "ff"]), wrapped=st.binary(), text=st.binary())
def test_no_bytes_at_all_do_anything_but_refuse(key_id: str, wrapped: bytes, text: bytes) -> None:
    with pytest.raises((DoesNotOpen, KeyMissing)):
        open_sealed(RING, Sealed(key_id, wrapped, text), bound_to="place")


@given(plaintext=any_text)
def test_the_same_text_never_seals_to_the_same_bytes(plaintext: str) -> None:
    first, second = (seal(RING, plaintext, bound_to="place") for _ in range(2))
    assert first.ciphertext != second.ciphertext
    assert first.wrapped_key != second.wrapped_key
