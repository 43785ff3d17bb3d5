"""A rate with as many at once as a minute allows."""

from __future__ import annotations

from sourcekeep.kit.token_bucket import TokenBucket


class Hand:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_as_many_as_a_minute_allows_may_come_at_once_and_then_one_must_wait() -> None:
    bucket = TokenBucket(3, Hand())
    assert [bucket.take() for _ in range(4)] == [0, 0, 0, 20]


def test_what_it_says_to_wait_is_enough_and_not_too_much() -> None:
    hand = Hand()
    bucket = TokenBucket(60, hand)
    for _ in range(60):
        bucket.take()
    wait = bucket.take()
    assert wait == 1
    hand.now += wait
    assert bucket.take() == 0


def test_it_does_not_save_up_more_than_a_minute() -> None:
    hand = Hand()
    bucket = TokenBucket(2, hand)
    hand.now += 3600
    assert [bucket.take() for _ in range(3)] == [0, 0, 30]


def test_it_can_be_told_what_is_left_and_a_debt_is_waited_for() -> None:
    hand = Hand()
    bucket = TokenBucket(60, hand)
    bucket.settle(1)
    assert [bucket.take() for _ in range(2)] == [0, 1]
    bucket.settle(-9)
    assert bucket.take() == 10
    bucket.settle(1000)
    assert sum(bucket.take() == 0 for _ in range(100)) == 60
