"""Seal and open one secret: AES-256-GCM in an envelope.

Each secret has a random data key of its own, wrapped by the master key. Both layers bind the
ciphertext to its place (`bound_to`, e.g. `source/<id>/auth/token`) as associated data, so a copy in
another row or field does not open. Nonces are random 96 bits (NIST SP 800-38D 8.2.2): a data key
seals once, and a master key wraps far fewer than 2^32 times.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from sourcekeep.vault.errors import DoesNotOpen
from sourcekeep.vault.keyring import KEY_BYTES, Keyring

_NONCE = 12


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed secret. Both byte strings are nonce (12), ciphertext, tag (16)."""

    key_id: str
    wrapped_key: bytes
    ciphertext: bytes


def seal(keyring: Keyring, plaintext: str, *, bound_to: str) -> Sealed:
    """Seal any text with the current master key. It opens only with the same `bound_to`."""
    data_key = AESGCM.generate_key(bit_length=8 * KEY_BYTES)
    content = plaintext.encode("utf-8", "surrogatepass")
    return Sealed(
        key_id=keyring.current_id,
        wrapped_key=_wrap(keyring, data_key, bound_to),
        ciphertext=_encrypt(AESGCM(data_key), content, b"secret", bound_to),
    )


def open_sealed(keyring: Keyring, sealed: Sealed, *, bound_to: str) -> str:
    """The text that was sealed. Raises KeyMissing or DoesNotOpen."""
    data_key = _unwrap(keyring, sealed, bound_to)
    content = _decrypt(AESGCM(data_key), sealed.ciphertext, b"secret", bound_to)
    return content.decode("utf-8", "surrogatepass")


def rewrap(keyring: Keyring, sealed: Sealed, *, bound_to: str) -> Sealed:
    """The same secret with its data key wrapped by the current master key; the text is not opened.

    Raises KeyMissing or DoesNotOpen.
    """
    data_key = _unwrap(keyring, sealed, bound_to)
    wrapped = _wrap(keyring, data_key, bound_to)
    return replace(sealed, key_id=keyring.current_id, wrapped_key=wrapped)


def _wrap(keyring: Keyring, data_key: bytes, bound_to: str) -> bytes:
    return _encrypt(keyring.cipher(keyring.current_id), data_key, b"key", bound_to)


def _unwrap(keyring: Keyring, sealed: Sealed, bound_to: str) -> bytes:
    data_key = _decrypt(keyring.cipher(sealed.key_id), sealed.wrapped_key, b"key", bound_to)
    if len(data_key) != KEY_BYTES:
        raise DoesNotOpen(bound_to)
    return data_key


def _encrypt(cipher: AESGCM, content: bytes, layer: bytes, bound_to: str) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + cipher.encrypt(nonce, content, _bond(layer, bound_to))


def _decrypt(cipher: AESGCM, sealed: bytes, layer: bytes, bound_to: str) -> bytes:
    try:
        return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], _bond(layer, bound_to))
    except (InvalidTag, ValueError):
        raise DoesNotOpen(bound_to) from None


def _bond(layer: bytes, bound_to: str) -> bytes:
    return b"sourcekeep 1 " + layer + b"\n" + bound_to.encode("utf-8", "surrogatepass")
