"""Drives the conversation of an auth type (`model/auth.py`): answers its steps, keeps its tokens.

A remembered token belongs to one scope: one source in one version of its authentication. Only one
run of a scope obtains a token at a time; the others wait and then use it.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack

from sourcekeep.engine.outgoing import Added
from sourcekeep.kit.record import record
from sourcekeep.kit.single_flight import SingleFlight
from sourcekeep.model.auth import (
    AuthType,
    AuthValues,
    Flow,
    Outgoing,
    Recall,
    Remember,
    Reply,
    Send,
)

_MOST_SCOPES = 1000  # beyond this, what has ended is let go

Clock = Callable[[], float]
Sender = Callable[[Send], Awaitable[Reply]]


@record
class Credential:
    """What a flow added, and whether a remembered token stands behind it (it may be stale)."""

    added: Added
    recalled: bool


class Tokens:
    """Remembered texts by scope and name, each with its end. Never written anywhere."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        self._clock = clock
        self._texts: dict[str, dict[str, tuple[str, float]]] = {}
        self.turns = SingleFlight()

    def recall(self, scope: str, name: str) -> str | None:
        """The text, while it is still good."""
        text, end = self._texts.get(scope, {}).get(name, (None, 0.0))
        return text if text is not None and end > self._clock() else None

    def remember(self, scope: str, name: str, text: str, seconds: float) -> None:
        """Keep a text for so many seconds; nothing is kept that would be over at once."""
        if len(self._texts) > _MOST_SCOPES:
            self._drop_ended()
        if seconds > 0:
            self._texts.setdefault(scope, {})[name] = (text, self._clock() + seconds)

    def _drop_ended(self) -> None:
        now = self._clock()
        for scope, texts in list(self._texts.items()):
            if all(end <= now for _, end in texts.values()):
                del self._texts[scope]

    def forget(self, scope: str) -> None:
        """Forget all of a scope: its token was refused, or its source has changed."""
        self._texts.pop(scope, None)

    def texts(self, scope: str) -> tuple[str, ...]:
        """What is remembered, for masking."""
        texts = self._texts.get(scope)
        return tuple(text for text, _ in texts.values()) if texts else ()


async def authenticate(
    auth: AuthType,
    values: AuthValues,
    request: Outgoing,
    *,
    scope: str,
    tokens: Tokens,
    send: Sender,
) -> Credential:
    """Play the flow to its end. `Failed` when the flow says so (its stage is auth)."""
    flow = auth.flow(values, request)
    try:
        step = next(flow)
    except StopIteration as end:  # a static credential: no conversation, no waiting
        return Credential(end.value.added, recalled=False)
    return await _converse(flow, step, scope=scope, tokens=tokens, send=send)


async def _converse(
    flow: Flow, step: Recall | Remember | Send, *, scope: str, tokens: Tokens, send: Sender
) -> Credential:
    recalled = False
    async with AsyncExitStack() as turn:
        held = False
        while True:
            answer: str | Reply | None = None
            if isinstance(step, Recall):
                answer = tokens.recall(scope, step.name)
                if answer is None and not held:
                    await turn.enter_async_context(tokens.turns.alone(scope))
                    held = True
                    answer = tokens.recall(scope, step.name)
                recalled = recalled or answer is not None
            elif isinstance(step, Remember):
                tokens.remember(scope, step.name, step.text, step.seconds)
            else:
                answer = await send(step)
            try:
                step = flow.send(answer)
            except StopIteration as end:
                return Credential(end.value.added, recalled)
