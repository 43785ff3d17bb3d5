"""The one result shape (contract 3): the same keys for success and failure."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from sourcekeep.kit.record import record
from sourcekeep.model.problem import Problem

Status = Literal["ok", "failed", "cancelled"]
DataEncoding = Literal["json", "text", "base64"]
Pairs = tuple[tuple[str, str], ...]


@record
class Data:
    """The body as read. For `json`, `raw` is the upstream's own JSON text, byte for byte.

    For `text` it is UTF-8 text, for `base64` the bytes as they came (not yet encoded).
    """

    encoding: DataEncoding
    raw: bytes


@record
class SentRequest:
    """What was sent first, before any redirect, with secrets masked."""

    method: str
    url: str
    headers: Pairs


@record
class ReceivedResponse:
    """The answer without its content. `size_bytes` counts what was read of that, decompressed;
    `truncated` says that not all was."""

    status: int
    reason: str
    http_version: str
    headers: Pairs
    content_type: str | None
    size_bytes: int
    truncated: bool


@record
class Timings:
    """Milliseconds by phase; the phases of the last attempt, `total` over all of the run."""

    queue: float = 0.0
    dns: float = 0.0
    connect: float = 0.0
    tls: float = 0.0
    send: float = 0.0
    wait: float = 0.0
    read: float = 0.0
    total: float = 0.0


@record
class Attempt:
    """One attempt of a run: the status that came, and the code of what else went wrong, which a
    status of 400 or more alone is not. `waited_ms` is the wait before it."""

    status: int | None
    error: str | None
    waited_ms: float
    duration_ms: float


@dataclass(frozen=True, slots=True)
class Notice:
    """Something the person should know although the run went on."""

    code: str
    detail: str


@record
class Result:
    """What a run returns. `error` is None unless the status is `failed` or `cancelled`."""

    run: str
    status: Status
    request: SentRequest
    data: Data | None = None
    error: Problem | None = None
    response: ReceivedResponse | None = None
    timings_ms: Timings = field(default_factory=Timings)
    attempts: tuple[Attempt, ...] = ()
    warnings: tuple[Notice, ...] = ()
