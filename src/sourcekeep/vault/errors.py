"""What the vault says no with. No message holds a key or a secret."""

from __future__ import annotations


class KeyMissing(Exception):
    """A secret was sealed with a master key that is not here. `key_id` names it."""

    def __init__(self, key_id: str) -> None:
        super().__init__(
            f"A secret was sealed with the master key {key_id}, which is not here. Put it back as "
            "SOURCEKEEP_MASTER_KEY or in the key file."
        )
        self.key_id = key_id


class DoesNotOpen(Exception):
    """The key is here but the seal is broken: the row was changed, or moved to another place."""

    def __init__(self, bound_to: str) -> None:
        super().__init__(
            f"The secret {bound_to} does not open: its stored bytes were changed or belong to "
            "another row. Enter it again."
        )
        self.bound_to = bound_to


class KeyUnusable(Exception):
    """A master key cannot be used: badly written, or a file that others can read. In words."""
