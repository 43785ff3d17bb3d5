"""A keep: saved sources and queries that a program can run, local or behind a server."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any, Literal, Self

from sourcekeep.doors.library.loop import LoopThread
from sourcekeep.doors.library.operations import Document, Operations
from sourcekeep.doors.library.results import Result


class Keep:
    """Made by `sourcekeep.open()` or `sourcekeep.connect()`; close it, or use it in a `with`.

    `run` and `call` give a `Result` whether or not the upstream answered well. What is wrong with
    the call itself raises: `Invalid` (each fault with its place), `Refused` (not allowed, not
    found, …), `Failed` (a parameter or the composed request).
    """

    def __init__(self, start: Callable[[], Awaitable[Operations]]) -> None:
        self._loop = LoopThread()
        try:
            self._operations = self._loop.wait(_started(start))
        except BaseException:
            self._loop.stop()
            raise

    def run(self, query: str, /, **parameters: Any) -> Result:
        """Run a saved query, by name or id, with its parameters."""
        return self.run_with(query, parameters)

    def run_with(self, query: str, parameters: Document) -> Result:
        """`run` with the parameters in a dict, for names that Python keeps for itself."""
        return self._loop.wait(self._operations.run_query(query, parameters))

    async def arun(self, query: str, /, **parameters: Any) -> Result:
        """`run` for asynchronous callers; cancelling it closes the upstream connection."""
        work = self._operations.run_query(query, parameters)
        return await asyncio.wrap_future(self._loop.start(work))

    def call(self, source: str, method: str, path: str = "", **request: Any) -> Result:
        """One unsaved request against a source; `request` holds members of a query."""
        return self.run_request(source, {"method": method, "path": path, **request}, {})

    def run_request(self, source: str, query: Document, parameters: Document) -> Result:
        """Run a query that is not saved against a source, by name or id."""
        return self._loop.wait(self._operations.run_request(source, query, parameters))

    def test(self, source: str, patch: Document | None = None) -> Document:
        """Test a source's connection, by name or id: `{"ok", "stages", "certificates", "fixes"}`.

        With `patch` it is tested as that merge patch would make it; nothing is saved.
        """
        return self._loop.wait(self._operations.test(source, patch))

    def doctor(self) -> Document:
        """What an operator should know: `{"ok", "checks", "certificates"}`. Nothing is changed."""
        return self._loop.wait(self._operations.doctor())

    def kinds(self) -> Document:
        """`{"categories", "items", "presets"}`: the kinds, each with its defaults and JSON Schema."""
        return self._loop.wait(self._operations.kinds())

    def list(self, noun: str, /, **filters: str) -> list[Document]:
        """All documents of a noun: `data-sources`, `queries`, `runs`, `constants`, `secrets`,
        `tokens`, `users`, `keys` or `audit`. Filters are those of its list in the HTTP API."""
        return self._loop.wait(self._operations.list(noun, filters))

    def recent(self, noun: str, most: int, /, **filters: str) -> Sequence[Document]:
        """The first documents of a list, `most` at most; of `runs` and `audit` the newest."""
        return self._loop.wait(self._operations.list(noun, filters, most=most))

    def get(self, noun: str, ref: str) -> Document:
        """One document, by id or name; of a user, by id or email. Of a secret it is without its text."""
        return self._loop.wait(self._operations.get(noun, ref))

    def create(self, noun: str, payload: Document) -> Document:
        """Create one and give it as saved; a token with its `token`, a user with their `link`."""
        return self._loop.wait(self._operations.create(noun, payload))

    def patch(self, noun: str, ref: str, patch: Document) -> Document:
        """Change one by a JSON merge patch (RFC 7396) and give it as saved. A token's `policy` is
        replaced whole."""
        return self._loop.wait(self._operations.patch(noun, ref, patch))

    def put(self, noun: str, ref: str, payload: Document) -> Document:
        """Set a constant (`{"value"}`) or a secret (`{"value", "data_sources"}`) by name."""
        return self._loop.wait(self._operations.put(noun, ref, payload))

    def remove(self, noun: str, ref: str) -> None:
        """Delete one; a token is revoked."""
        self._loop.wait(self._operations.remove(noun, ref))

    def retire_credential(self, source: str) -> Document:
        """Make a source's next credential the current one and give the source as saved."""
        return self._loop.wait(self._operations.retire_credential(source))

    def rotate_keys(self, *, retire_old: bool = False) -> Document:
        """Wrap every secret with a new master key: `{"key", "added", "rewrapped", "secrets", "left",
        "broken", "retired", "unused"}`, in counts and ids."""
        return self._loop.wait(self._operations.rotate_keys(retire_old=retire_old))

    def make_link(self, user: str) -> Document:
        """The user with a new one-time `link`, to join or to set a new password, and its end
        (`link_expires_at`, RFC 3339)."""
        return self._loop.wait(self._operations.make_link(user))

    def export_audit(self, write: Callable[[bytes], object], /, **filters: str) -> None:
        """Give `write` the audit as NDJSON, oldest first, part by part."""
        self._loop.wait(self._operations.export_audit(filters, write))

    def verify_audit(self) -> Document:
        """`{"ok", "lines", "broken"}`: whether the audit is as it was written; `broken` is None or
        the `seq` and `detail` of the first line that is not."""
        return self._loop.wait(self._operations.verify_audit())

    def close(self) -> None:
        """Close what is open; the keep cannot be used after."""
        try:
            self._loop.wait(self._operations.close())
        finally:
            self._loop.stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


async def _started(start: Callable[[], Awaitable[Operations]]) -> Operations:
    return await start()


def connect(url: str, *, token: str) -> Keep:
    """The keep behind a server, used with a caller token (`sk_…`).

    `Refused` for a URL that is not http(s); whether the server answers shows with the first call.
    """
    from sourcekeep.doors.library.remote import RemoteOperations

    async def start() -> Operations:
        return RemoteOperations(url, token)

    return Keep(start)


def open_local(
    *,
    data_dir: str | Path | None = None,
    database_url: str | None = None,
    door: Literal["library", "cli"] = "library",
) -> Keep:
    """The keep in a local data dir (the platform's own when not named), or in a database.

    What is not named comes from the environment and `sourcekeep.toml`, as for `sourcekeep serve`.
    `Refused` (`cannot_start`) when the store or the master key cannot be used.
    """
    from sourcekeep.doors.library.local import start_local

    return Keep(lambda: start_local(data_dir, database_url, door))
