"""Secrets, constants and the master keys, as shapes for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from sourcekeep.doors.http.shapes import Shape
from sourcekeep.model import bounds


class SecretMark(Shape):
    """Stands for a stored secret. Written back, it keeps the secret. `from` says where the text is
    kept when that is not here."""

    set: Literal[True]
    from_: str | None = Field(default=None, alias="from")
    updated_at: datetime | None = None


class SecretReference(Shape):
    """Points at a secret that is kept elsewhere, read whenever it is used. Only an admin may."""

    from_: str = Field(
        alias="from", max_length=bounds.WORD, description="`env:NAME` or `file:/path`."
    )


class Use(Shape):
    """What names a value in a template."""

    kind: Literal["source", "query"]
    id: str
    name: str


class Constant(Shape):
    name: str
    value: str
    where_used: list[Use]
    updated_at: datetime


class Secret(Shape):
    name: str
    value: SecretMark
    data_sources: list[str] | None = Field(
        description="Ids of the data sources that may use it; null for every one."
    )
    where_used: list[Use]
    updated_at: datetime


class MasterKey(Shape):
    id: str
    current: bool
    secrets: int = Field(description="How many secrets it wraps.")


class KeyRotation(Shape):
    """What a rotation did, and what is left to do."""

    key: str = Field(description="Id of the current key.")
    added: bool = Field(description="Whether it was made by this call.")
    rewrapped: int
    secrets: int
    left: int = Field(description="Secrets that another key still wraps.")
    broken: list[str] = Field(description="Places of those that do not open.")
    retired: list[str] = Field(description="Ids of the keys that were taken away.")
    unused: list[str] = Field(description="Ids of the keys that wrap nothing and are still here.")
