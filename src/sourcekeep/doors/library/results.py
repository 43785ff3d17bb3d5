"""The result of a run as a Python value, read from the one result shape (contract 3)."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from sourcekeep.kit import exact_json


class RunFailed(Exception):
    """A run did not succeed; `result` holds everything that is known of it."""

    def __init__(self, result: Result) -> None:
        self.result = result
        error = result.error
        said = f"{error.title}: {error.detail} {error.hint}" if error else f"run {result.status}"
        super().__init__(said.strip())


@dataclass(frozen=True, slots=True)
class RunError:
    """Why a run failed: a stable code, its stage, what happened, and what to do next.

    `certificates` are what the server presented, where TLS failed (contract 5's facts).
    """

    code: str
    stage: str
    title: str
    detail: str
    hint: str
    retryable: bool
    certificates: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Response:
    """What the upstream answered, without its body. Sizes in bytes."""

    status: int
    reason: str
    http_version: str
    headers: tuple[tuple[str, str], ...]
    content_type: str | None
    size_bytes: int
    truncated: bool

    def header(self, name: str) -> str | None:
        """The first header of that name, whatever its case (RFC 9110, section 5.1)."""
        wanted = name.lower()
        return next((value for key, value in self.headers if key.lower() == wanted), None)


@dataclass(frozen=True)
class Result:
    """One run. Every member is always there, for success and for failure.

    `text` is the whole result as the HTTP API gives it, `document` the same parsed, with the
    `request` as it was sent (masked) and the `attempts`; `data` is the parsed JSON (numbers exact),
    text, bytes, or None; `content` is the data as bytes, just as the upstream sent them where it
    sent JSON. `timings_ms` are milliseconds by phase.
    """

    text: bytes

    @cached_property
    def document(self) -> dict[str, Any]:
        document: dict[str, Any] = exact_json.loads(self.text)
        return document

    @property
    def run(self) -> str:
        return str(self.document["run"])

    @property
    def status(self) -> Literal["ok", "failed", "cancelled"]:
        status: Literal["ok", "failed", "cancelled"] = self.document["status"]
        return status

    @property
    def ok(self) -> bool:
        return self.status == "ok"

    @cached_property
    def data(self) -> Any:
        if self.document["data_encoding"] == "base64":
            return base64.b64decode(self.document["data"])
        return self.document["data"]

    @cached_property
    def content(self) -> bytes:
        encoding = self.document["data_encoding"]
        if encoding is None:
            return b""
        if encoding == "json":
            return exact_json.member(self.text, "data")
        return self.data if isinstance(self.data, bytes) else str(self.data).encode()

    @cached_property
    def error(self) -> RunError | None:
        error = self.document["error"]
        return None if error is None else RunError(**error)

    @cached_property
    def response(self) -> Response | None:
        response = self.document["response"]
        if response is None:
            return None
        headers = tuple((name, value) for name, value in response["headers"])
        return Response(**{**response, "headers": headers})

    @property
    def timings_ms(self) -> dict[str, float]:
        return dict(self.document["timings_ms"])

    @property
    def warnings(self) -> list[dict[str, str]]:
        return list(self.document["warnings"])

    def raise_for_status(self) -> Result:
        """This result when the run succeeded; `RunFailed`, in words, when it did not."""
        if not self.ok:
            raise RunFailed(self)
        return self
