"""One at a time for each key, and nothing is left behind."""

from __future__ import annotations

import asyncio

from sourcekeep.kit.single_flight import SingleFlight


async def test_one_key_is_held_by_one_and_others_wait_in_line() -> None:
    turns = SingleFlight()
    inside: list[str] = []

    async def work(name: str, key: str) -> None:
        async with turns.alone(key):
            inside.append(f"{name} in")
            await asyncio.sleep(0.01)
            inside.append(f"{name} out")

    await asyncio.gather(work("a", "k"), work("b", "k"))
    assert inside == ["a in", "a out", "b in", "b out"]
    inside.clear()
    await asyncio.gather(work("a", "k"), work("b", "other"))
    assert inside == ["a in", "b in", "a out", "b out"]
    assert turns._locks == {}


async def test_a_waiter_that_is_cancelled_leaves_the_others_in_line() -> None:
    turns = SingleFlight()
    done: list[str] = []
    go = asyncio.Event()

    async def work(name: str) -> None:
        async with turns.alone("k"):
            await go.wait()
            done.append(name)

    tasks = [asyncio.create_task(work(name)) for name in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    await asyncio.sleep(0)
    go.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert done == ["a", "c"]
    assert turns._locks == {}
