"""Secrets at rest: master keys, and sealing bound to a row and a field. Knows no database."""

from sourcekeep.vault.errors import DoesNotOpen, KeyMissing, KeyUnusable
from sourcekeep.vault.key_file import KEY_FILE
from sourcekeep.vault.key_source import KeySource
from sourcekeep.vault.keyring import Keyring
from sourcekeep.vault.seal import Sealed, open_sealed, rewrap, seal

__all__ = [
    "KEY_FILE",
    "DoesNotOpen",
    "KeyMissing",
    "KeySource",
    "KeyUnusable",
    "Keyring",
    "Sealed",
    "open_sealed",
    "rewrap",
    "seal",
]
