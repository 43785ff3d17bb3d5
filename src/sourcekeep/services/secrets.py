"""The only opener of the vault: texts in, ciphertexts to the store, and back for the run at hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sourcekeep.model.problem import Refused
from sourcekeep.store.rows import SecretRow
from sourcekeep.store.unit import Unit
from sourcekeep.vault import DoesNotOpen, KeyMissing, Keyring, Sealed, open_sealed, seal


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

    async def opened_of_kind(self, unit: Unit, kind: str) -> dict[str, dict[str, str]]:
        """Owner id -> field key -> text, for all owners of a kind."""
        owners: dict[str, dict[str, str]] = {}
        for row in await unit.secrets.of_kind(kind):
            owners.setdefault(row.owner_id, {})[row.field] = self._open(row)
        return owners

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

    async def missing_keys(self, unit: Unit) -> frozenset[str]:
        """Ids of master keys that stored secrets need and that are not here."""
        return frozenset(await unit.secrets.key_ids()) - self._keyring.ids

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
