"""Data sources and queries, and the kinds there are, as shapes for the OpenAPI document."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from sourcekeep.doors.http.shapes import CertificateFacts, Shape
from sourcekeep.model.preset import Preset
from sourcekeep.model.query import QuerySpec


class Category(Shape):
    id: str
    title: str


class Kind(Shape):
    kind: str
    title: str
    category: str
    description: str
    defaults: dict[str, Any]
    schema_: dict[str, Any] = Field(alias="schema", description="JSON Schema 2020-12.")


class KindPreset(Preset):
    """What is known of a public API: a data source and a first query, ready to be created."""

    kind: Literal["restapi"]


class Kinds(Shape):
    categories: list[Category]
    items: list[Kind]
    presets: list[KindPreset]


class Certificates(Shape):
    ca_cert: list[CertificateFacts]
    client_cert: list[CertificateFacts]
    server: list[CertificateFacts] = Field(
        description="What the server presented when a run or a test last verified it, leaf first."
    )


class Query(QuerySpec):
    """A saved query. `data_source` is its source's id."""

    id: str
    created_at: datetime
    updated_at: datetime
