"""The master keys: which there are, and changing them while everything goes on.

A rotation is: put a new key in front, wrap every secret's data key with it, batch by batch, and on
request take away the keys that nothing is wrapped with any more. Each batch is a transaction and any
of them may be the last: what is left is seen by the key that wraps it, so the next call (or the
next start) goes on from there. No secret's text is opened.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from pydantic import Field

from sourcekeep.kit.clock import Clock
from sourcekeep.model.entry import Frozen
from sourcekeep.model.policy import Actor, Thing
from sourcekeep.model.problem import Refused
from sourcekeep.services.answers import Doc, Page, require_object
from sourcekeep.services.audit import line
from sourcekeep.services.database import Database
from sourcekeep.services.gate import Gate
from sourcekeep.services.secrets import Secrets
from sourcekeep.services.validation import validate
from sourcekeep.store.rows import SecretRow

_log = logging.getLogger("sourcekeep.keys")


class RotationOrder(Frozen):
    """What to do besides wrapping everything with the current key."""

    retire_old: bool = Field(
        default=False,
        title="Retire old keys",
        description="Take the keys that nothing is wrapped with any more out of the key file.",
    )


class Keys:
    """The use cases of the master keys. Ids and counts come out, never a key."""

    def __init__(self, database: Database, gate: Gate, secrets: Secrets, clock: Clock) -> None:
        self._database = database
        self._gate = gate
        self._secrets = secrets
        self._clock = clock

    async def list(self, actor: Actor) -> Page:
        """`{"id", "current", "secrets"}` of each key that is here or in use, the current one first."""
        await self._gate.require(actor, "key.manage")
        current = self._secrets.keyring.current_id
        async with self._database.reading() as unit:
            counts = await unit.secrets.counts()
        ids = sorted(self._secrets.key_ids | counts.keys(), key=lambda id: (id != current, id))
        return Page([_view(id, current, counts) for id in ids], None)

    async def rotate(self, actor: Actor, payload: Any = None) -> Doc:
        """Finish what was begun, else begin with a new key; then wrap everything with it.

        `{"retire_old": true}` takes away what is not used any more. Refused("conflict",
        "rotation_running") while another process does it.
        """
        await self._gate.require(actor, "key.manage")
        order = validate(RotationOrder, require_object({} if payload is None else payload))
        with self._secrets.alone_with_keys() as alone:
            if not alone:
                words = "The keys are being rotated by another process; ask again when it is done."
                raise Refused("conflict", "rotation_running", words)
            added = await self._begin(order)
            rewrapped, broken = await self._wrap_all()
            return await self._end(actor, order, added=added, rewrapped=rewrapped, broken=broken)

    async def finish(self, actor: Actor) -> None:
        """Go on with a rotation that a process left half done. For the start of a server.

        Keys of the environment are left alone: they may be changed on one machine after another,
        and only a person knows when all of them have the new one.
        """
        if self._secrets.keys_are_given or not await self._left():
            return
        with self._secrets.alone_with_keys() as alone:
            if not alone:
                return
            rewrapped, broken = await self._wrap_all()
            order = RotationOrder()
            await self._end(actor, order, added=False, rewrapped=rewrapped, broken=broken)
            _log.warning("a rotation of the master key was finished: %d secrets", rewrapped)

    async def _begin(self, order: RotationOrder) -> bool:
        """Whether a new key was made: not while secrets wait for the current one, nor when only old
        keys are to go, nor when the keys are the environment's."""
        keyring = self._secrets.keyring
        only_retire = order.retire_old and self._secrets.key_ids != {keyring.current_id}
        if self._secrets.keys_are_given or only_retire or await self._left():
            return False
        self._secrets.add_key()
        return True

    async def _left(self) -> int:
        """How many secrets another key than the current one wraps."""
        current = self._secrets.keyring.current_id
        async with self._database.reading() as unit:
            counts = await unit.secrets.counts()
        return sum(count for id, count in counts.items() if id != current)

    async def _wrap_all(self) -> tuple[int, Sequence[str]]:
        """Pass after pass until one finds nothing to do: secrets may be saved in between."""
        total = 0
        while True:
            done, broken = await self._wrap_once()
            total += done
            if done == 0:
                return total, broken

    async def _wrap_once(self) -> tuple[int, Sequence[str]]:
        done: int = 0
        broken: list[str] = []
        last: SecretRow | None = None
        while True:
            async with self._database.transaction() as unit:
                batch = await self._secrets.rewrap_some(unit, last)
            done += batch.done
            broken += batch.broken
            last = batch.last
            if last is None:
                return done, broken

    async def _end(
        self,
        actor: Actor,
        order: RotationOrder,
        *,
        added: bool,
        rewrapped: int,
        broken: Sequence[str],
    ) -> Doc:
        current = self._secrets.keyring.current_id
        async with self._database.transaction() as unit:
            await unit.secrets.settle_keys(alone=True)
            counts = await unit.secrets.counts()
            unused = self._secrets.key_ids - counts.keys() - {current}
            retired = sorted(self._secrets.drop_keys(unused)) if order.retire_old else []
            report: Doc = {
                "key": current,
                "added": added,
                "rewrapped": rewrapped,
                "secrets": sum(counts.values()),
                "left": sum(count for id, count in counts.items() if id != current),
                "broken": [*broken],
                "retired": retired,
                "unused": sorted(unused - set(retired)),
            }
            key = Thing(current, current)
            now = self._clock()
            unit.audit.add(
                line(actor, "key.rotate", at=now, target_kind="key", target=key, detail=report)
            )
        return report


def _view(id: str, current: str, counts: dict[str, int]) -> Doc:
    return {"id": id, "current": id == current, "secrets": counts.get(id, 0)}
