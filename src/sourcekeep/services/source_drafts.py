"""What is about to be saved of a data source: read, merged, checked, with its secrets taken out.

Nothing is stored here. A save goes on from a draft, and so does the test of a change that is not
saved: what an editor may not save they may not test.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sourcekeep.kit.clock import Clock, rfc3339
from sourcekeep.kit.json_pointer import pointer
from sourcekeep.model.policy import Actor, Thing
from sourcekeep.model.problem import Failed, Fault, Invalid
from sourcekeep.model.sealing import STAND_IN, Closed, Kept, close, keep, reopen
from sourcekeep.model.source import SourceSpec
from sourcekeep.services.answers import Doc, not_found, require_match, require_object
from sourcekeep.services.database import Database
from sourcekeep.services.faces import Faces
from sourcekeep.services.gate import Gate
from sourcekeep.services.secrets import Secrets
from sourcekeep.services.source_rules import faults_of, patched, repointed
from sourcekeep.services.source_view import READ_ONLY
from sourcekeep.services.validation import validate
from sourcekeep.store.rows import SourceRow
from sourcekeep.store.unit import Unit

OWNER = "source"


@dataclass(frozen=True, slots=True)
class Draft:
    """A stored source with a change laid over it: checked, not saved. `closed.secrets` are opened.

    `repointed` says that kept secrets would go where they did not go before.
    """

    row: SourceRow
    closed: Closed
    repointed: bool


class Drafts:
    """Makes drafts. Asks the gate for what only some may change."""

    def __init__(
        self, database: Database, gate: Gate, faces: Faces, secrets: Secrets, clock: Clock
    ) -> None:
        self._database = database
        self._gate = gate
        self._faces = faces
        self._secrets = secrets
        self._clock = clock

    async def new(self, actor: Actor, payload: Any) -> tuple[Closed, bool]:
        """A source to add, and whether it came with a name. Raises Invalid."""
        wanted = _writable(require_object(payload))
        if "kind" not in wanted:
            raise Invalid([Fault("/kind", "required", "'kind' is required: use restapi.")])
        named = wanted.get("name") is not None
        kept = keep(wanted if named else {**wanted, "name": "restapi"}, {}, {})
        await self._check_references(actor, kept)
        return await self._closed(kept, {}, check_certificates=True), named

    async def change(
        self, actor: Actor, ref: str, patch: Any, if_match: str | None = None
    ) -> Draft:
        """The source as it would be with this merge patch, checked for Save; nothing is stored.

        Raises Invalid, Refused("stale").
        """
        patch = require_object(patch)
        async with self._database.reading() as unit:
            row = await found(unit, ref)
            texts = await self._secrets.opened(unit, OWNER, row.id, skip_broken=True)
        await self._gate.require(actor, "source.update", source=thing(row))
        require_match(if_match, row.version)
        if patch.get("id", row.id) != row.id:
            raise Invalid([Fault("/id", "read_only", "The id cannot be changed.")])
        if "base_url" in patch and not patch["base_url"]:
            raise Invalid([Fault("/base_url", "required", "Enter the base URL.")])
        patch = _writable(patch)
        base, merged = patched(row.doc, patch)
        kept = keep(merged, base, texts)
        await self._check_references(actor, kept)
        touches_tls = "tls" in patch
        closed = await self._closed(kept, base, check_certificates=touches_tls)
        moved = repointed(row.doc, closed.doc)
        if moved is not None and not kept.marks and not await self._has_secrets_of_its_own(row):
            moved = None
        if moved is not None and not self._gate.allows(actor, "secret.repoint", source=thing(row)):
            raise Invalid([moved])
        return Draft(row, closed, repointed=moved is not None)

    async def _closed(
        self, kept: Kept, old_doc: Mapping[str, Any], *, check_certificates: bool
    ) -> Closed:
        """The validated input with its secrets taken out. Raises Invalid with all faults."""
        spec = validate(self._faces.source_model, kept.value)
        face = self._faces.face_of(spec, id="")
        closed = close(spec, now=rfc3339(self._clock()), kept=kept, old_doc=old_doc)
        if closed.references:
            spec, complete = self._with_references(closed)
            check_certificates = check_certificates and complete
        faults = await faults_of(spec, face, check_certificates=check_certificates)
        if faults:
            raise Invalid(faults)
        return closed

    async def _check_references(self, actor: Actor, kept: Kept) -> None:
        """Only who may write any secret may point at one that is kept elsewhere."""
        if not kept.named:
            return
        await self._gate.require(actor, "secret.write")
        check = self._secrets.references.fault
        faults = [fault for p, text in kept.named.items() if (fault := check(text, pointer(p)))]
        if faults:
            raise Invalid(faults)

    def _with_references(self, closed: Closed) -> tuple[SourceSpec, bool]:
        """The spec with the texts that are kept elsewhere, and whether all of them are there now.

        One that is not may be there in another process, or later: it is checked when it is used.
        """
        texts = dict(closed.secrets)
        for key, reference in closed.references.items():
            try:
                texts[key] = self._secrets.references.read(reference)
            except Failed:
                texts[key] = STAND_IN
        spec = validate(self._faces.source_model, reopen(closed.doc, texts))
        return spec, STAND_IN not in texts.values()

    async def _has_secrets_of_its_own(self, row: SourceRow) -> bool:
        """Whether a secret of the workspace is limited to this source and some others."""
        async with self._database.reading() as unit:
            secrets = await unit.constants.all(secret=True)
        return any(row.id in (secret.data_sources or ()) for secret in secrets)


async def found(unit: Unit, ref: str) -> SourceRow:
    """The source with this id or name. Refused("not_found")."""
    row = await unit.sources.find(ref)
    if row is None:
        raise not_found("data source", ref)
    return row


def thing(row: SourceRow) -> Thing:
    """The source as a policy and an audit line name it."""
    return Thing(row.id, row.name)


def _writable(payload: Doc) -> Doc:
    """Without what only we write, so that a document may be sent back as it was read."""
    return {name: value for name, value in payload.items() if name not in READ_ONLY}
