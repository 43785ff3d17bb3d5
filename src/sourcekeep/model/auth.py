"""The contract of an authentication type: one folder under `plugins/auth/` (architecture.md).

A flow is a conversation written as a generator that does no I/O itself: it yields steps, the
driver (`engine/authenticate.py`) answers them, and its return value is the request with the
credential added. A type whose credential is static never yields.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Literal

from sourcekeep.kit.record import record
from sourcekeep.model.entry import Frozen

Place = Literal["header", "query", "cookie"]


class AuthValues(Frozen):
    """What a person fills in. `SecretStr` alone makes a field sealed, write-only and masked."""


@record
class Outgoing:
    """The request as a flow sees it: what it may read, and what it may add.

    `url` is the final absolute URL without the additions; additions are kept apart so that the
    engine places them (and shows in a preview that they come from the authentication).
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes | None = None
    added: tuple[tuple[Place, str, str], ...] = field(default=())

    def with_header(self, name: str, value: str) -> Outgoing:
        """With this header set, whatever else stood under its name (RFC 9110 5.1)."""
        return self._with(("header", name, value))

    def with_param(self, name: str, value: str) -> Outgoing:
        """With this URL parameter set; the engine percent-encodes it."""
        return self._with(("query", name, value))

    def with_cookie(self, name: str, value: str) -> Outgoing:
        """With this cookie set."""
        return self._with(("cookie", name, value))

    def _with(self, addition: tuple[Place, str, str]) -> Outgoing:
        return Outgoing(self.method, self.url, self.headers, self.body, (*self.added, addition))


@dataclass(frozen=True, slots=True)
class Recall:
    """Ask for a remembered text (an access token); the answer is `str | None`."""

    name: str


@dataclass(frozen=True, slots=True)
class Remember:
    """Keep a text for so many seconds in this source's own token cache."""

    name: str
    text: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Send:
    """Make a request of its own (a token call); the answer is a `Reply`."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back of a `Send`."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


Step = Recall | Remember | Send
Flow = Generator[Step, Any, Outgoing]
ValuesClass = type[AuthValues]


@dataclass(frozen=True, slots=True)
class AuthType:
    """One authentication type. Its folder's name is `type`, the word that is stored.

    `static` says that what the flow adds depends on the values alone, not on the request: the
    engine then asks it once for each opened source. `needs_body` marks signers.
    """

    type: str
    title: str
    help: str
    values: ValuesClass
    flow: Callable[[Any, Outgoing], Flow]
    places: Callable[[Any], tuple[tuple[Place, str], ...]]
    needs_body: bool = False
    static: bool = False
