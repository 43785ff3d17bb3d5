"""Passwords: hashed, checked, and good enough."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from sourcekeep.services.passwords import Passwords, faults_of

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def test_a_password_fits_its_own_hash_only() -> None:
    passwords = Passwords(QUICK)
    hash = await passwords.hash("correct horse")
    assert await passwords.fits("correct horse", hash)
    assert not await passwords.fits("correct horse ", hash)
    assert hash != await passwords.hash("correct horse")


async def test_no_hash_and_no_hash_at_all_fit_nothing() -> None:
    passwords = Passwords(QUICK)
    assert not await passwords.fits("x", None)
    assert not await passwords.fits("the password of nobody", None)
    assert not await passwords.fits("x", "not a hash")


async def test_the_default_is_argon2id() -> None:
    assert (await Passwords().hash("correct horse")).startswith("$argon2id$")


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "too_short"),
        ("123456789", "too_short"),
        ("x" * 1001, "too_long"),
        ("ada@example.test", "too_easy"),
        ("ababababab", "too_easy"),
    ],
)
def test_a_bad_password_is_said_why(password: str, code: str) -> None:
    assert [fault.code for fault in faults_of(password, "Ada@example.test")] == [code]


@pytest.mark.parametrize("password", ["correct horse", "пароль длинный", "0123456789"])
def test_any_long_one_will_do(password: str) -> None:
    assert faults_of(password, "ada@example.test") == []
