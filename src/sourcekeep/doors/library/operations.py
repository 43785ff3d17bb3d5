"""What a keep can be asked to do, wherever it stands: in a local data dir or behind a server."""

from __future__ import annotations

from typing import Any, Protocol

from sourcekeep.doors.library.results import Result

Document = dict[str, Any]


class Operations(Protocol):
    """Documents are those of contract 2; errors are `Invalid` and `Refused` on both sides."""

    async def list(self, noun: str, filters: dict[str, str]) -> list[Document]: ...

    async def get(self, noun: str, ref: str) -> Document: ...

    async def create(self, noun: str, payload: Document) -> Document: ...

    async def patch(self, noun: str, ref: str, patch: Document) -> Document: ...

    async def put(self, noun: str, ref: str, payload: Document) -> Document: ...

    async def remove(self, noun: str, ref: str) -> None: ...

    async def run_query(self, query: str, parameters: Document) -> Result: ...

    async def run_request(self, source: str, query: Document, parameters: Document) -> Result: ...

    async def close(self) -> None: ...
