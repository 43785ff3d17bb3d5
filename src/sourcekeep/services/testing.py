"""The connection test of a data source, as it is saved or as it would be with a change (contract 5).

The change obeys the rules of Save: what an editor may not save they may not test either, since a
test sends the credential as a run does. What came of a test is kept beside the source.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import Any

from pydantic import Field

from sourcekeep.engine.plan import prepare
from sourcekeep.engine.probe import Prober
from sourcekeep.engine.probe_stages import Probed
from sourcekeep.kit.clock import Clock
from sourcekeep.model.entry import Frozen
from sourcekeep.model.policy import Actor
from sourcekeep.model.problem import Fault, Invalid
from sourcekeep.model.query import RequestSpec
from sourcekeep.services.answers import Doc
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.prepared import ReadySource, Snapshots
from sourcekeep.services.seen_certificates import SeenCertificates
from sourcekeep.services.source_drafts import Drafts
from sourcekeep.services.validation import validate
from sourcekeep.store.errors import Gone
from sourcekeep.store.rows import SourceTestRow

_BARE = RequestSpec()  # GET of the base URL itself


class TestOrder(Frozen):
    """The body of a test: nothing for the source as it is, or a merge patch to lay over it."""

    patch: dict[str, Any] | None = Field(default=None, title="Patch")


class Testing:
    """Tests sources. Who may run any request against a source may test it."""

    def __init__(
        self,
        database: Database,
        gate: Gate,
        drafts: Drafts,
        snapshots: Snapshots,
        prober: Prober,
        seen: SeenCertificates,
        clock: Clock,
    ) -> None:
        self._database = database
        self._gate = gate
        self._drafts = drafts
        self._snapshots = snapshots
        self._prober = prober
        self._seen = seen
        self._clock = clock

    async def test(self, actor: Actor, ref: str, payload: Any) -> Doc:
        """`{"ok", "stages", "certificates", "fixes"}`. Raises Invalid, and Failed (stage compose)
        when the source's own headers or params cannot be composed: nothing was sent then."""
        patch = validate(TestOrder, payload).patch
        source, repointed = await self._subject(actor, ref, patch)
        await self._gate.require(actor, "source.test", source=source.thing)
        if not source.face.base_url:
            place = "/base_url" if patch is None else "/patch/base_url"
            raise Invalid([Fault(place, "required", "Enter the base URL.")])
        values = await self._snapshots.values()
        plan = prepare(source.face, _BARE).plan(
            {}, values.constants, values.secrets_for(source.thing)
        )
        await self._gate.require_request(
            actor, "source.test", method=plan.method, path=plan.target.path, source=source.thing
        )
        probed = await self._prober.probe(plan, self._snapshots.open(source, values))
        await self._note(actor, source, probed, patch, repointed=repointed)
        return _document(probed)

    async def _subject(self, actor: Actor, ref: str, patch: Doc | None) -> tuple[ReadySource, bool]:
        """The source to test, and whether its credential goes where it did not go before."""
        if patch is None:
            return await self._snapshots.source(ref), False
        with _inside("/patch"):
            draft = await self._drafts.change(actor, ref, patch)
        row = replace(draft.row, doc=draft.closed.doc)
        return self._snapshots.trial(row, draft.closed.secrets), draft.repointed

    async def _note(
        self,
        actor: Actor,
        source: ReadySource,
        probed: Probed,
        patch: Doc | None,
        *,
        repointed: bool,
    ) -> None:
        failed = probed.failed_stage
        detail: Doc = {
            "stage": failed.stage if failed else None,
            "error": failed.code if failed else None,
        }
        if patch is not None:
            detail["unsaved"] = sorted(patch)
        if repointed:
            detail["repointed"] = True
        entry = line(
            actor,
            "source.test",
            at=self._clock(),
            target_kind="source",
            target=source.thing,
            outcome="failed" if failed else "ok",
            detail=detail,
        )
        tested = SourceTestRow(source.row.id, entry.at, detail["stage"], detail["error"])
        try:
            async with self._database.transaction() as unit:
                unit.audit.add(entry)
                if patch is None:
                    await unit.source_tests.put(tested)
        except Gone:  # the source was deleted meanwhile
            await self._database.record(None, entry)
        await self._seen.write()


def _document(probed: Probed) -> Doc:
    return {
        "ok": probed.ok,
        "stages": [asdict(stage) for stage in probed.stages],
        "certificates": list(probed.certificates),
        "fixes": [{"title": fix.title, "patch": fix.patch} for fix in probed.fixes],
    }


@contextmanager
def _inside(place: str) -> Iterator[None]:
    """What is wrong with a part of the body gets its pointers into the whole body."""
    try:
        yield
    except Invalid as error:
        faults = [replace(fault, pointer=place + fault.pointer) for fault in error.faults]
        raise Invalid(faults) from None
