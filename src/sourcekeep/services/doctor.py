"""Looks at everything that an operator would: the store, the keys, the disk, and each source.

Only looks: nothing is sent, no secret is opened. `wrong` needs somebody now, `warning` soon or never
(a choice that somebody made), `ok` needs nobody.
"""

from __future__ import annotations

import asyncio
import shutil
import stat
import time
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from sourcekeep.engine.tls import has_system_roots
from sourcekeep.kit.clock import Clock
from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Refused
from sourcekeep.services.answers import Doc
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.health import listed
from sourcekeep.services.secrets import Secrets
from sourcekeep.services.seen_certificates import SeenCertificates

State = Literal["ok", "warning", "wrong"]

_WRONG_BELOW, _WARN_BELOW = 100 * 2**20, 2**30  # free bytes on the disk
_TITLES = {"ca_cert": "CA", "client_cert": "client", "server": "server"}
_STATE_OF_WARNING: Mapping[str, State] = {"certificate_expired": "wrong"}
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `source` names the data source that it is about."""

    check: str
    state: State
    detail: str
    hint: str = ""
    source: str | None = None


class Doctor:
    """`data_dir` and `key_file` are looked at on this machine; None is not looked at."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        secrets: Secrets,
        seen: SeenCertificates,
        clock: Clock,
        *,
        data_dir: Path,
        key_file: Path | None,
    ) -> None:
        self._database = database
        self._gate = gate
        self._secrets = secrets
        self._seen = seen
        self._clock = clock
        self._data_dir = data_dir
        self._key_file = key_file

    async def examine(self, actor: Actor) -> Doc:
        """`{"ok", "checks", "certificates"}`: ok when nothing is wrong; certificates by their end."""
        await self._gate.require(actor, "doctor.read")
        checks = [await self._store(), await asyncio.to_thread(self._disk), _roots()]
        checks += self._key_file_mode()
        certificates: list[Doc] = []
        try:
            checks += [await self._schema(), *await self._keys()]
            async for document in self._sources():
                checks.append(_source_check(document))
                checks += _warnings(document)
                certificates += _certificates(document, self._clock())
        except Refused as error:  # the store is away, which stands above, or a key cannot be read
            if all(check.detail != error.detail for check in checks):
                checks.append(Check("store", "wrong", error.detail))
        certificates.sort(key=lambda one: str(one["not_after"]))
        return {
            "ok": all(check.state != "wrong" for check in checks),
            "checks": [asdict(check) for check in checks],
            "certificates": certificates,
        }

    async def _store(self) -> Check:
        began = time.perf_counter()
        try:
            await self._database.ping()
        except Refused as error:
            return Check("store", "wrong", error.detail, "Check that the database runs.")
        ms = (time.perf_counter() - began) * 1000
        return Check("store", "ok", f"The database answers ({ms:.1f} ms).")

    async def _schema(self) -> Check:
        found, wanted = await self._database.schema()
        if found == wanted:
            return Check("schema", "ok", f"The database is at the present schema ({found}).")
        return Check(
            "schema",
            "wrong",
            f"The database is at schema {found}, this program at {wanted}.",
            "Run the same version of Sourcekeep everywhere, and start it again.",
        )

    def _disk(self) -> Check:
        try:
            free = shutil.disk_usage(self._data_dir).free
        except OSError as error:
            return Check("disk", "wrong", f"{self._data_dir} cannot be read: {error.strerror}.")
        state: State = "wrong" if free < _WRONG_BELOW else "warning" if free < _WARN_BELOW else "ok"
        hint = "" if state == "ok" else "Make room: without it, nothing can be saved or recorded."
        return Check("disk", state, f"{free / 2**30:.1f} GiB are free in {self._data_dir}.", hint)

    def _key_file_mode(self) -> Iterator[Check]:
        path = self._key_file
        if path is None:
            yield Check("key_file", "ok", "The master key comes from the environment.")
            return
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
        except OSError as error:
            yield Check("key_file", "wrong", f"{path} cannot be read: {error.strerror}.")
            return
        if mode & 0o077:
            words = f"{path} can be read by others (mode {mode:04o})."
            yield Check("key_file", "wrong", words, f"Type: chmod 600 {path}")
        else:
            yield Check("key_file", "ok", f"Only its owner reads {path} (mode {mode:04o}).")

    async def _keys(self) -> list[Check]:
        ring = self._secrets.keyring
        async with self._database.reading() as unit:
            counts = await unit.secrets.counts()
        missing = {id: many for id, many in counts.items() if id not in ring.ids}
        if missing:
            words = f"{sum(missing.values())} secrets do not open: their key is not here"
            hint = "Start Sourcekeep with that key too, or enter those secrets again."
            return [Check("keys", "wrong", f"{words} ({', '.join(sorted(missing))}).", hint)]
        old = sum(many for id, many in counts.items() if id != ring.current_id)
        if old:
            words = f"{old} of {sum(counts.values())} secrets are sealed with an older key."
            return [Check("keys", "warning", words, "Type: sourcekeep key rotate")]
        words = f"Every secret here ({sum(counts.values())}) is sealed with key {ring.current_id}."
        return [Check("keys", "ok", words)]

    async def _sources(self) -> AsyncIterator[Doc]:
        """The documents of all sources, each with its health."""
        cursor: str | None = None
        while True:
            async with self._database.reading() as unit:
                rows, cursor = await unit.sources.list(cursor=cursor, limit=_PAGE)
                documents = await listed(unit, rows, self._seen, self._clock())
            for document in documents:
                yield document
            if cursor is None:
                return


def _roots() -> Check:
    if has_system_roots():
        return Check("trust", "ok", "This machine has public CA certificates.")
    return Check(
        "trust",
        "warning",
        "This machine has no public CA certificates: sources without a CA of their own fail.",
        "Install the package ca-certificates.",
    )


def _source_check(document: Doc) -> Check:
    name, found = document["name"], document["health"]
    if not document["base_url"]:
        return Check("source", "warning", "It has no base URL.", "Enter the base URL.", name)
    if found["state"] == "failing":
        words = f"{document['base_url']} failed last at {found['at']}: {found['code']}."
        return Check("source", "warning", words, f"Type: sourcekeep source test {name}", name)
    known = "worked" if found["state"] == "ok" else "has not been used since its last change"
    at = f" at {found['at']}" if found["at"] else ""
    return Check("source", "ok", f"{document['base_url']} {known}{at}.", source=name)


def _warnings(document: Doc) -> Iterator[Check]:
    for warning in document["warnings"]:
        code, detail = warning["code"], warning["detail"]
        yield Check(code, _STATE_OF_WARNING.get(code, "warning"), detail, source=document["name"])


def _certificates(document: Doc, now: datetime) -> Iterator[Doc]:
    for field, found in document["certificates"].items():
        for facts in found:
            end = datetime.fromisoformat(facts["not_after"])
            yield {
                "source": document["name"],
                "role": _TITLES[field],
                "subject": facts["subject"],
                "sha256": facts["sha256"],
                "not_after": facts["not_after"],
                "days_left": (end - now).days,
            }
