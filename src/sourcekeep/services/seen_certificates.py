"""Certificates that were seen: what servers presented last, and what a sealed PKCS#12 file holds.

A wire tells of each new connection whose server it verified; that is only noted in memory, and
written down now and then. Nothing here is trusted: these are facts for people, above all the ends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sourcekeep.engine.source_url import origin_text, parse_origin
from sourcekeep.engine.tls import TlsProfile, client_facts, facts_of_chain
from sourcekeep.engine.wire import Origin
from sourcekeep.kit.clock import Clock
from sourcekeep.model.sealing import Closed
from sourcekeep.services.answers import Doc
from sourcekeep.services.database import Database
from sourcekeep.store.rows import CertificateRow, SourceRow
from sourcekeep.store.unit import Unit

_SERVER = "server "
_PKCS12 = "tls/client_pkcs12"
_AGAIN_AFTER = timedelta(
    days=1
)  # what has not changed is written anew only to say that it is there
_FORGOTTEN_AFTER = timedelta(days=90)
_MOST_NOTED = 10_000

Chain = tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """The certificate facts that a source's document shows besides those in its own fields."""

    server: tuple[Doc, ...] = ()
    client: tuple[Doc, ...] = ()


NOTHING_SEEN = Seen()


class SeenCertificates:
    """One for the process. `note` is what a wire calls."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._noted: dict[str, tuple[Chain, datetime]] = {}
        self._written: dict[str, tuple[Chain, datetime]] = {}
        self._swept_at: datetime | None = None

    def note(self, origin: Origin, server_name: str, chain: Chain) -> None:
        """A new connection to this origin was verified for this name."""
        if len(self._noted) >= _MOST_NOTED:
            self._noted.clear()
        self._noted[_server_place(origin, server_name)] = (chain, self._clock())

    async def of(self, unit: Unit, rows: Iterable[SourceRow]) -> Mapping[str, Seen]:
        """What was seen of these sources, by their ids."""
        places = {row.id: (_place_of(row.doc), client_place(row.id)) for row in rows}
        known = await unit.certificates.at({place for both in places.values() for place in both})
        found = {place: tuple(row.chain) for place, row in known.items()}
        for place, (chain, _) in self._noted.items():
            found[place] = _facts(chain)
        return {
            id: Seen(found.get(server, ()), found.get(client, ()))
            for id, (server, client) in places.items()
        }

    async def keep_client(self, unit: Unit, source_id: str, facts: Sequence[Doc] | None) -> None:
        """Keep what `client_facts_of` found, or nothing more; None leaves it as it is."""
        if facts:
            row = CertificateRow(client_place(source_id), list(facts), self._clock())
            await unit.certificates.put(row)
        elif facts is not None:
            await unit.certificates.remove(client_place(source_id))

    async def write(self) -> None:
        """Write down what is new, and what was last written a day ago."""
        noted = {place: seen for place, seen in self._noted.items() if self._is_news(place, seen)}
        if not noted:
            return
        async with self._database.transaction() as unit:
            for place, (chain, at) in noted.items():
                await unit.certificates.put(CertificateRow(place, list(_facts(chain)), at))
            await self._sweep(unit)
        self._written |= noted
        for place, seen in noted.items():
            if self._noted.get(place) == seen:
                del self._noted[place]

    def _is_news(self, place: str, seen: tuple[Chain, datetime]) -> bool:
        chain, at = seen
        before = self._written.get(place)
        return before is None or before[0] != chain or at - before[1] >= _AGAIN_AFTER

    async def _sweep(self, unit: Unit) -> None:
        now = self._clock()
        if self._swept_at is None or now - self._swept_at >= _AGAIN_AFTER:
            self._swept_at = now
            await unit.certificates.forget(now - _FORGOTTEN_AFTER, prefix=_SERVER)


async def client_facts_of(closed: Closed) -> list[Doc] | None:
    """The facts of a PKCS#12 file that is being saved, which nobody can read afterwards; [] when
    there is none, None when it is the one from before."""
    text = closed.secrets.get(_PKCS12)
    if text is not None and _PKCS12 not in closed.fresh:
        return None
    if text is None:
        return []
    password = closed.secrets.get("tls/client_key_password")
    profile = TlsProfile("client_certificate", client_pkcs12=text, client_key_password=password)
    found = await asyncio.to_thread(client_facts, profile)  # opening it may take a while
    return [asdict(facts) for facts in found]


def client_place(source_id: str) -> str:
    """Where the facts of a source's sealed client certificate are kept."""
    return f"client {source_id}"


def _server_place(origin: Origin, server_name: str) -> str:
    named = "" if server_name == origin.host else f" as {server_name}"
    return f"{_SERVER}{origin_text(origin)}{named}"


def _place_of(doc: Mapping[str, Any]) -> str:
    """The place of a source's own server; one that nothing is seen at when it uses no TLS."""
    base_url = doc.get("base_url")
    if not base_url:
        return _SERVER
    origin = parse_origin(base_url)
    return _server_place(origin, doc.get("tls", {}).get("server_name") or origin.host)


def _facts(chain: Chain) -> tuple[Doc, ...]:
    return tuple(asdict(facts) for facts in facts_of_chain(chain))
