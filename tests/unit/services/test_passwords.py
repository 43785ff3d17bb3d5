"""Passwords and the wait after wrong ones."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from sourcekeep.services.passwords import Passwords, faults_of
from sourcekeep.services.throttle import FREE_FAILURES, LONGEST_WAIT_S, Throttle

QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Hand:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


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


def test_a_few_failures_are_free_and_then_each_doubles_the_wait() -> None:
    hand = Hand()
    throttle = Throttle(hand)
    waits = []
    for _ in range(FREE_FAILURES + 2):
        throttle.failed("a")
        waits.append(throttle.wait_s("a"))
        hand.now += throttle.wait_s("a")
    assert waits == [0, 0, 0, 0, 5, 10, 20]


def test_the_wait_has_an_end_and_a_success_forgets() -> None:
    throttle = Throttle(Hand())
    for _ in range(100):
        throttle.failed("a", "b")
    assert throttle.wait_s("a") == LONGEST_WAIT_S
    throttle.succeeded("a")
    assert throttle.wait_s("a") == 0
    assert throttle.wait_s("a", "b") == LONGEST_WAIT_S


def test_failures_are_forgotten_after_an_hour() -> None:
    hand = Hand()
    throttle = Throttle(hand)
    for _ in range(FREE_FAILURES - 1):
        throttle.failed("a")
    hand.now += 3601
    throttle.failed("a")
    assert throttle.wait_s("a") == 0


def test_memory_stays_bounded_under_many_names() -> None:
    hand = Hand()
    throttle = Throttle(hand)
    for number in range(25_000):
        hand.now += 0.001
        throttle.failed(f"account:{number}")
    assert len(throttle._failures) <= 20_000
