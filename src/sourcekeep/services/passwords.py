"""Passwords: argon2id, hashed beside the event loop, and what a good one must be."""

from __future__ import annotations

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from pydantic import SecretStr

from sourcekeep.model.problem import Fault, Invalid

LEAST, MOST = 10, 1000


class Passwords:
    """Hashes and checks. Each takes some 50 ms and 64 MB (RFC 9106 4), so only a few at once."""

    def __init__(self, hasher: PasswordHasher | None = None, *, at_once: int = 2) -> None:
        self._hasher = hasher or PasswordHasher()
        self._turns = asyncio.Semaphore(at_once)
        self._decoy: str | None = None

    async def hash(self, password: str) -> str:
        async with self._turns:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def hash_chosen(
        self, password: SecretStr, *, email: str, pointer: str = "/password"
    ) -> str:
        """The hash of a password that somebody chose. Raises Invalid when it is no good one."""
        text = password.get_secret_value()
        faults = faults_of(text, email, pointer)
        if faults:
            raise Invalid(faults)
        return await self.hash(text)

    async def fits(self, password: str, hash: str | None) -> bool:
        """Whether the password is the one hashed. No hash (no such person) takes as long."""
        async with self._turns:
            right = await asyncio.to_thread(self._verify, password, hash)
        return right and hash is not None

    def _verify(self, password: str, hash: str | None) -> bool:
        if hash is None:
            if self._decoy is None:
                self._decoy = self._hasher.hash("the password of nobody")
            hash = self._decoy
        try:
            return self._hasher.verify(hash, password)
        except (VerificationError, InvalidHashError):
            return False


def faults_of(password: str, email: str, pointer: str = "/password") -> list[Fault]:
    """Length counts; nothing else that people can't remember (NIST SP 800-63B 3.1.1)."""
    if len(password) < LEAST:
        words = f"A password has at least {LEAST} characters; a few words in a row are fine."
        return [Fault(pointer, "too_short", words)]
    if len(password) > MOST:
        return [Fault(pointer, "too_long", f"A password has at most {MOST} characters.")]
    if password.casefold() == email.casefold() or len(set(password)) < 4:
        words = "This password is too easy to guess; choose another."
        return [Fault(pointer, "too_easy", words)]
    return []
