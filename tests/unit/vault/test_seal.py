"""A sealed secret opens in its own place with its own key, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sourcekeep.vault import DoesNotOpen, KeyMissing, Keyring, open_sealed, rewrap, seal

ONE, TWO = b"\x01" * 32, b"\xfe" * 32
PLACE = "source/src_1/auth/token"


def test_what_was_sealed_opens() -> None:
    sealed = seal(Keyring([ONE]), "t0k3n", bound_to=PLACE)
    assert open_sealed(Keyring([TWO, ONE]), sealed, bound_to=PLACE) == "t0k3n"
    assert b"t0k3n" not in sealed.ciphertext + sealed.wrapped_key


@pytest.mark.parametrize("other", ["source/src_2/auth/token", "source/src_1/auth/password", ""])
def test_a_copy_in_another_row_or_field_does_not_open(other: str) -> None:
    ring = Keyring([ONE])
    sealed = seal(ring, "t0k3n", bound_to=PLACE)
    with pytest.raises(DoesNotOpen):
        open_sealed(ring, sealed, bound_to=other)
    with pytest.raises(DoesNotOpen):
        rewrap(ring, sealed, bound_to=other)


def test_parts_of_two_secrets_of_one_place_do_not_mix() -> None:
    ring = Keyring([ONE])
    first, second = (seal(ring, text, bound_to=PLACE) for text in ("one", "two"))
    with pytest.raises(DoesNotOpen):
        open_sealed(ring, replace(first, ciphertext=second.ciphertext), bound_to=PLACE)
    swapped = replace(first, wrapped_key=first.ciphertext, ciphertext=first.wrapped_key)
    with pytest.raises(DoesNotOpen):
        open_sealed(ring, swapped, bound_to=PLACE)


def test_a_key_that_is_not_here_is_named() -> None:
    sealed = seal(Keyring([ONE]), "t0k3n", bound_to=PLACE)
    with pytest.raises(KeyMissing, match=sealed.key_id):
        open_sealed(Keyring([TWO]), sealed, bound_to=PLACE)
    lying = replace(sealed, key_id=Keyring([TWO]).current_id)
    with pytest.raises(DoesNotOpen):
        open_sealed(Keyring([TWO]), lying, bound_to=PLACE)


def test_after_rewrapping_only_the_new_key_is_needed() -> None:
    sealed = seal(Keyring([ONE]), "t0k3n", bound_to=PLACE)
    moved = rewrap(Keyring([TWO, ONE]), sealed, bound_to=PLACE)
    assert moved.key_id == Keyring([TWO]).current_id
    assert moved.ciphertext == sealed.ciphertext
    assert open_sealed(Keyring([TWO]), moved, bound_to=PLACE) == "t0k3n"
    with pytest.raises(KeyMissing):
        open_sealed(Keyring([ONE]), moved, bound_to=PLACE)


def test_errors_hold_neither_key_nor_secret() -> None:
    ring = Keyring([ONE])
    sealed = seal(ring, "t0k3n", bound_to=PLACE)
    with pytest.raises(DoesNotOpen) as refused:
        open_sealed(ring, replace(sealed, ciphertext=sealed.ciphertext[:-1]), bound_to=PLACE)
    assert "t0k3n" not in repr(refused.value)
    assert refused.value.__cause__ is None
