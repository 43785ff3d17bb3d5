"""The master keys that are known here; the first one seals, all of them open.

A key is 32 random bytes. Its id is the first 8 bytes of its SHA-256 in hex: enough to name it,
nothing to guess it by.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sourcekeep.vault import key_file
from sourcekeep.vault.errors import KeyMissing, KeyUnusable

KEY_BYTES = 32


class Keyring:
    """Known master keys. Never shows one: `repr` gives ids only."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        if not keys:
            raise KeyUnusable("There is no master key.")
        self.current_id = key_id(keys[0])
        self._ciphers = {key_id(key): AESGCM(key) for key in keys}
        self.ids = frozenset(self._ciphers)

    @classmethod
    def load(cls, data_dir: Path, environment_key: str | None = None) -> Keyring:
        """The keys of `SOURCEKEEP_MASTER_KEY` (base64 of 32 bytes, several with commas, the first
        is current), then those of the key file, if there is one. Without the variable the file is
        made on first start. Raises KeyUnusable in words."""
        given = (
            _parsed(environment_key.split(","), "SOURCEKEEP_MASTER_KEY") if environment_key else []
        )
        path = data_dir / key_file.KEY_FILE
        if not given:
            key_file.make_once(path, new_key_text())
        kept = _parsed(key_file.read(path), f"The key file {path}") if path.exists() else []
        return cls(given + kept)

    @classmethod
    def add_to_file(cls, data_dir: Path) -> Keyring:
        """Put a new key in front of the key file's others: it becomes current. First step of a
        rotation; the old keys stay until `keep_in_file`."""
        path = data_dir / key_file.KEY_FILE
        known = key_file.read(path)
        key_file.replace(path, [new_key_text(), *known])
        return cls(_parsed(key_file.read(path), f"The key file {path}"))

    @classmethod
    def keep_in_file(cls, data_dir: Path, ids: Iterable[str]) -> Keyring:
        """Leave only these keys in the key file: the last step of a rotation."""
        path = data_dir / key_file.KEY_FILE
        wanted = set(ids)
        texts = key_file.read(path)
        keys = _parsed(texts, f"The key file {path}")
        left = [text for text, key in zip(texts, keys, strict=True) if key_id(key) in wanted]
        ring = cls(_parsed(left, f"The key file {path}"))
        key_file.replace(path, left)
        return ring

    def knowing(self, other: Keyring) -> Keyring:
        """The same with what the other opens besides; this one's current key seals."""
        both = object.__new__(Keyring)
        both.current_id = self.current_id
        both._ciphers = other._ciphers | self._ciphers
        both.ids = frozenset(both._ciphers)
        return both

    def cipher(self, id: str) -> AESGCM:
        """The cipher of a known key. Raises KeyMissing."""
        try:
            return self._ciphers[id]
        except KeyError:
            raise KeyMissing(id) from None

    def require(self, ids: Iterable[str]) -> None:
        """Raises KeyMissing when a key with one of these ids is not here."""
        for id in sorted(ids):
            self.cipher(id)

    def __repr__(self) -> str:
        return f"Keyring(current={self.current_id}, ids={sorted(self.ids)})"


def key_id(key: bytes) -> str:
    """The key's public name."""
    return hashlib.sha256(key).digest()[:8].hex()


def new_key_text() -> str:
    """A new random key as base64."""
    return base64.b64encode(AESGCM.generate_key(bit_length=8 * KEY_BYTES)).decode()


def _parsed(texts: Iterable[str], where: str) -> list[bytes]:
    keys = []
    for text in texts:
        plain = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
        try:
            key = base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != KEY_BYTES:
            raise KeyUnusable(
                f"{where} must hold base64 of {KEY_BYTES} random bytes; make one with "
                "`openssl rand -base64 32`."
            )
        keys.append(key)
    return keys
