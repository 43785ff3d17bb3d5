"""A data source with its secrets opened, and what one run worked out that the next may use again.

A source whose authentication is static sends the same headers with every run of a query that puts
no value into them: their order, their bytes and their masked form are worked out once.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sourcekeep.engine.authenticate import Credential, Tokens
from sourcekeep.engine.outgoing import Dressed
from sourcekeep.engine.rows import Entry
from sourcekeep.engine.succession import Succession
from sourcekeep.engine.tls import TlsProfile
from sourcekeep.engine.wire import Proxy
from sourcekeep.kit.redact import Redactor
from sourcekeep.model.auth import AuthType, AuthValues

_MOST_DRESSED = 200  # a query that is not saved leaves one behind with each run


class Kept:
    """The credential of a static authentication, and headers by the plan's own that they came of.

    Lives and dies with one opened source: a changed secret is another opened source.
    """

    __slots__ = ("_dressed", "credential")

    def __init__(self) -> None:
        self.credential: Credential | None = None
        self._dressed: dict[int, Dressed] = {}

    def dressed(self, plain: tuple[Entry, ...]) -> Dressed | None:
        """What was made of this very tuple (its id is good while `Dressed` holds on to it)."""
        known = self._dressed.get(id(plain))
        return known if known is not None and known.plain is plain else None

    def keep(self, dressed: Dressed) -> None:
        """Use it again for the same headers."""
        if len(self._dressed) >= _MOST_DRESSED:
            self._dressed.clear()
        self._dressed[id(dressed.plain)] = dressed


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """A data source with its secrets opened, for its runs.

    `header_secrets` are the sealed headers by field key. `token_scope` names the source in one
    version of its authentication: remembered tokens live there. `next` is the same source with
    its next credential, which is tried first. `ends_told_from` is the moment (seconds since
    1970) from which results warn of the end of its CA or client certificate.
    """

    auth: AuthType
    auth_values: AuthValues
    tls: TlsProfile | None
    header_secrets: Mapping[str, str]
    redactor: Redactor
    proxy: Proxy | None = None
    token_scope: str = ""
    ends_told_from: float = math.inf
    kept: Kept = field(default_factory=Kept, compare=False, repr=False)
    next: OpenedSource | None = None
    succession: Succession = field(default_factory=Succession, compare=False, repr=False)

    def succeeded_by(self, values: AuthValues) -> OpenedSource:
        """This source with these values as its next credential."""
        coming = replace(
            self, auth_values=values, token_scope=f"{self.token_scope}/next", kept=Kept()
        )
        return replace(self, next=coming)

    def remembered(self, tokens: Tokens) -> tuple[str, ...]:
        """The access tokens that its credentials have obtained, for masking."""
        own = tokens.texts(self.token_scope)
        return own if self.next is None else own + tokens.texts(self.next.token_scope)
