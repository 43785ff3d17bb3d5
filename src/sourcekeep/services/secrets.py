"""The only opener of the vault: texts in, ciphertexts to the store, and back for the run at hand.

Other processes may change the master keys while this one serves. So the key file is looked at again
before anything is sealed, and when a secret turns up whose key is not known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime

from sourcekeep.model.problem import Refused
from sourcekeep.services.references import References
from sourcekeep.store.rows import SecretRow
from sourcekeep.store.unit import Unit
from sourcekeep.vault import (
    DoesNotOpen,
    KeyMissing,
    Keyring,
    KeySource,
    KeyUnusable,
    Sealed,
    open_sealed,
    rewrap,
    seal,
)


class LazyTexts(Mapping[str, str]):
    """Secret texts that stay sealed until one is asked for, and those that are kept elsewhere.

    `seen` are all texts that were ever handed out, for masking.
    """

    def __init__(
        self,
        rows: Mapping[str, SecretRow],
        open: Callable[[SecretRow], str],
        elsewhere: Mapping[str, str],
        read: Callable[[str], str],
    ) -> None:
        self._rows = rows
        self._open = open
        self._elsewhere = elsewhere
        self._read = read
        self._opened: dict[str, str] = {}
        self.seen: dict[str, None] = {}

    def __getitem__(self, name: str) -> str:
        text = self._opened.get(name)
        return text if text is not None else self._taken(name)

    def _taken(self, name: str) -> str:
        reference = self._elsewhere.get(name)
        if reference is not None:
            text = self._read(reference)
        else:
            text = self._opened[name] = self._open(self._rows[name])
        self.seen[text] = None
        return text

    def __iter__(self) -> Iterator[str]:
        return iter({**self._rows, **self._elsewhere})

    def __len__(self) -> int:
        return len({*self._rows, *self._elsewhere})

    def __repr__(self) -> str:
        return f"LazyTexts({sorted(self)})"


@dataclass(frozen=True, slots=True)
class Rewrapped:
    """One batch: how many secrets, the places of those that do not open, the last row if any."""

    done: int
    broken: list[str]
    last: SecretRow | None


class Secrets:
    """Seals and opens the secrets of an owner, e.g. ("source", its id), by field key.

    A ciphertext is bound to its owner and field, so that a copy in another row does not open.
    """

    def __init__(self, keys: KeySource, references: References) -> None:
        self._keys = keys
        self.references = references

    async def opened(
        self, unit: Unit, kind: str, id: str, *, skip_broken: bool = False
    ) -> dict[str, str]:
        """All texts of one owner. Refused("unavailable") when one does not open.

        With `skip_broken` it is left out, so that a person can enter it again.
        """
        texts = {}
        for row in await unit.secrets.of_owner(kind, id):
            try:
                texts[row.field] = self._open(row)
            except Refused:
                if not skip_broken:
                    raise
        return texts

    async def sealed(self, unit: Unit, kind: str, id: str) -> LazyTexts:
        """The texts of one owner by field key, each opened when it is asked for."""
        rows = {row.field: row for row in await unit.secrets.of_owner(kind, id)}
        return LazyTexts(rows, self._open, {}, self.references.read)

    async def sealed_of_kind(
        self, unit: Unit, kind: str, *, elsewhere: Mapping[str, str]
    ) -> LazyTexts:
        """The texts of all owners of a kind (each has one field), by owner id. `elsewhere` says
        where those are that are not kept here."""
        rows = {row.owner_id: row for row in await unit.secrets.of_kind(kind)}
        return LazyTexts(rows, self._open, elsewhere, self.references.read)

    async def write(
        self,
        unit: Unit,
        kind: str,
        id: str,
        *,
        texts: Mapping[str, str],
        gone: Iterable[str] = (),
        now: datetime,
    ) -> None:
        """Seal these texts and remove the fields that are gone, in the unit's transaction.

        Raises Refused("unavailable") when the key file cannot be used.
        """
        for field in gone:
            await unit.secrets.remove(kind, id, field)
        if not texts:
            return
        await unit.secrets.settle_keys()
        ring = self.keyring
        for field, text in texts.items():
            sealed = seal(ring, text, bound_to=_place(kind, id, field))
            await unit.secrets.put(
                SecretRow(
                    owner_kind=kind,
                    owner_id=id,
                    field=field,
                    key_id=sealed.key_id,
                    wrapped_key=sealed.wrapped_key,
                    ciphertext=sealed.ciphertext,
                    updated_at=now,
                )
            )

    def _open(self, row: SecretRow) -> str:
        sealed = Sealed(row.key_id, row.wrapped_key, row.ciphertext)
        place = _place(row.owner_kind, row.owner_id, row.field)
        try:
            if row.key_id not in self._keys.ring.ids:
                self._keys.refresh()
            return open_sealed(self._keys.ring, sealed, bound_to=place)
        except (KeyMissing, KeyUnusable, DoesNotOpen) as error:
            raise Refused(
                "unavailable",
                "secret_does_not_open",
                f"The stored secret {row.field} does not open: {error}. Enter it again, "
                "or start Sourcekeep with the master key that sealed it.",
            ) from error

    # -- the master keys; what may be done with them, and when, is services/keys.py

    @property
    def keyring(self) -> Keyring:
        """The master keys as they are now, those of other processes included."""
        with _in_words():
            self._keys.refresh()
        return self._keys.ring

    @property
    def key_ids(self) -> frozenset[str]:
        """The ids of the keys in the environment and the key file, without forgotten ones."""
        return self._keys.listed

    @property
    def keys_are_given(self) -> bool:
        """Whether the current master key comes from the environment, and not from the key file."""
        return self._keys.given

    @contextmanager
    def alone_with_keys(self) -> Iterator[bool]:
        """Hold the key file against other rotations; gives False when one is under way."""
        with _in_words(), self._keys.alone() as alone:
            yield alone

    def add_key(self) -> None:
        """Put a new key in front of the key file."""
        with _in_words():
            self._keys.add()

    def drop_keys(self, ids: Iterable[str]) -> frozenset[str]:
        """Take these keys out of the key file; which of them were in it."""
        with _in_words():
            return self._keys.drop(ids)

    async def rewrap_some(self, unit: Unit, after: SecretRow | None) -> Rewrapped:
        """Wrap a batch of secrets with the current key. No text is opened."""
        ring = self.keyring
        rows = await unit.secrets.batch_not_wrapped_by(ring.current_id, after=after)
        done, broken = 0, []
        for row in rows:
            place = _place(row.owner_kind, row.owner_id, row.field)
            sealed = Sealed(row.key_id, row.wrapped_key, row.ciphertext)
            try:
                new = rewrap(ring, sealed, bound_to=place)
            except (KeyMissing, DoesNotOpen):
                broken.append(place)
                continue
            fresh = replace(row, key_id=new.key_id, wrapped_key=new.wrapped_key)
            done += await unit.secrets.rewrapped(row, fresh)
        return Rewrapped(done, broken, rows[-1] if rows else None)


@contextmanager
def _in_words() -> Iterator[None]:
    """A key file that cannot be used, as a refusal."""
    try:
        yield
    except KeyUnusable as error:
        raise Refused("unavailable", "master_key_unusable", str(error)) from error


def _place(kind: str, id: str, field: str) -> str:
    return f"{kind}/{id}/{field}"
