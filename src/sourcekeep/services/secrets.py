"""The only opener of the vault: texts in, ciphertexts to the store, and back for the run at hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime

from sourcekeep.model.problem import Refused
from sourcekeep.store.rows import SecretRow
from sourcekeep.store.unit import Unit
from sourcekeep.vault import DoesNotOpen, KeyMissing, Keyring, Sealed, open_sealed, seal


class LazyTexts(Mapping[str, str]):
    """Secret texts that stay sealed until one is asked for. `opened` are those that were."""

    def __init__(self, rows: Mapping[str, SecretRow], open: Callable[[SecretRow], str]) -> None:
        self._rows = rows
        self._open = open
        self.opened: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        text = self.opened.get(name)
        if text is None:
            text = self.opened[name] = self._open(self._rows[name])
        return text

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __repr__(self) -> str:
        return f"LazyTexts({sorted(self._rows)})"


class Secrets:
    """Seals and opens the secrets of an owner, e.g. ("source", its id), by field key.

    A ciphertext is bound to its owner and field, so that a copy in another row does not open.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

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
        return LazyTexts(
            {row.field: row for row in await unit.secrets.of_owner(kind, id)}, self._open
        )

    async def sealed_of_kind(self, unit: Unit, kind: str) -> LazyTexts:
        """The texts of all owners of a kind (each has one field), by owner id."""
        return LazyTexts(
            {row.owner_id: row for row in await unit.secrets.of_kind(kind)}, self._open
        )

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
        """Seal these texts and remove the fields that are gone, in the unit's transaction."""
        for field in gone:
            await unit.secrets.remove(kind, id, field)
        for field, text in texts.items():
            sealed = seal(self._keyring, text, bound_to=_place(kind, id, field))
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
            return open_sealed(self._keyring, sealed, bound_to=place)
        except (KeyMissing, DoesNotOpen) as error:
            raise Refused(
                "unavailable",
                "secret_does_not_open",
                f"The stored secret {row.field} does not open: {error}. Enter it again, "
                "or start Sourcekeep with the master key that sealed it.",
            ) from error


def _place(kind: str, id: str, field: str) -> str:
    return f"{kind}/{id}/{field}"
