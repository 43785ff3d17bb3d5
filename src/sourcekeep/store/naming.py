"""The next free name of a series, such as `restapi`, `restapi_2`, `restapi_3`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

Name = Callable[[int], str]
Taken = Callable[[str], Awaitable[bool]]


async def next_free(name: Name, taken: Taken) -> str:
    """The first name found free, in few questions: double until one is free, then halve.

    In a series without gaps that is the one after the last, at the cost of some 2 log2(n) look-ups.
    Another writer may take it first: the unique index then says so and the caller asks again.
    """
    if not await taken(name(1)):
        return name(1)
    low, high = 1, 2
    while await taken(name(high)):
        low, high = high, high * 2
    while high - low > 1:
        middle = (low + high) // 2
        if await taken(name(middle)):
            low = middle
        else:
            high = middle
    return name(high)
