"""Errors as values with a face: what went wrong, at which stage, and what to do next.

A `Problem` describes one failed run (contract 4). An `Invalid` collects everything wrong with one
input, each fault with its JSON Pointer. A `Refused` is a use case that said no. None of them knows
HTTP: each door maps them in one place.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sourcekeep.model.certificate import CertificateFacts

Stage = Literal[
    "parameters",
    "compose",
    "auth",
    "network",
    "tls",
    "exchange",
    "response",
    "transform",
]


@dataclass(frozen=True, slots=True)
class Problem:
    """One failure of a run. `detail` says what happened, `hint` what to do about it.

    `certificates` are what the server presented, leaf first, where TLS failed.
    """

    code: str
    stage: Stage
    title: str
    detail: str
    hint: str
    retryable: bool = False
    pointer: str | None = None
    certificates: tuple[CertificateFacts, ...] = ()

    def at(self, pointer: str) -> Problem:
        """The same problem, tied to a place in the caller's input (a JSON Pointer)."""
        return replace(self, pointer=pointer)


class Failed(Exception):
    """Carries a `Problem` up to the floor that turns it into a result."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(f"{problem.code}: {problem.detail}")
        self.problem = problem


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with an input: where (JSON Pointer), which rule, and the remedy in words."""

    pointer: str
    code: str
    detail: str


class Invalid(Exception):
    """Everything wrong with one input, gathered so that a person mends it in one go."""

    def __init__(self, faults: Sequence[Fault], *, detail: str | None = None) -> None:
        self.faults = tuple(faults)
        self.detail = detail or self.faults[0].detail
        super().__init__("; ".join(f"{fault.pointer}: {fault.detail}" for fault in self.faults))


RefusalKind = Literal[
    "not_signed_in", "forbidden", "not_found", "conflict", "stale", "throttled", "unavailable"
]


class Refused(Exception):
    """A use case said no. `kind` is the sort of no, `code` the stable name a program can test;
    `retry_after_s` is when to try again, `names` what stands in the way."""

    def __init__(
        self,
        kind: RefusalKind,
        code: str,
        detail: str,
        *,
        retry_after_s: int | None = None,
        names: Sequence[str] = (),
    ) -> None:
        super().__init__(detail)
        self.kind: RefusalKind = kind
        self.code = code
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.names = tuple(names)
