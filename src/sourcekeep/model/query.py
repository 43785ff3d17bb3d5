"""The query: a saved request against one source, with typed parameters (contract 2, "Query")."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from sourcekeep.model import bounds
from sourcekeep.model.entry import Fraction, Frozen, Name, Pair, RowName, Scalar
from sourcekeep.model.source import Method, Methods, Statuses

ParameterType = Literal[
    "string",
    "integer",
    "number",
    "boolean",
    "date",
    "datetime",
    "enum",
    "array",
    "object",
]


class Parameter(Frozen):
    """A typed, validated input of a query: the only thing a caller can vary."""

    name: str = Field(min_length=1, max_length=100, pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    type: ParameterType = "string"
    description: str = Field(default="", max_length=10_000)
    required: bool = False
    default: Any = None
    minimum: Fraction | int | None = None
    maximum: Fraction | int | None = None
    exclusiveMinimum: Fraction | int | None = None  # noqa: N815  the names are JSON Schema's own
    exclusiveMaximum: Fraction | int | None = None  # noqa: N815
    multipleOf: Fraction | int | None = Field(default=None, gt=0)  # noqa: N815
    minLength: int | None = Field(default=None, ge=0)  # noqa: N815
    maxLength: int | None = Field(default=None, ge=0)  # noqa: N815
    pattern: str | None = Field(default=None, max_length=bounds.WORD)
    enum: tuple[Any, ...] | None = Field(default=None, max_length=bounds.MOST_ENTRIES)
    items: dict[str, Any] | None = None
    minItems: int | None = Field(default=None, ge=0)  # noqa: N815
    maxItems: int | None = Field(default=None, ge=0)  # noqa: N815
    uniqueItems: bool = False  # noqa: N815
    properties: dict[str, Any] | None = None


class NoBody(Frozen):
    type: Literal["none"] = "none"


class JsonBody(Frozen):
    """`content` is JSON text, or a JSON value."""

    type: Literal["json"]
    content: Any


class FormBody(Frozen):
    type: Literal["form"]
    fields: tuple[Pair, ...] = Field(default=(), max_length=bounds.MOST_ENTRIES)


class Part(Frozen):
    """One part of a multipart body (RFC 7578): a value, or a file as base64."""

    name: RowName
    value: Scalar | None = None
    filename: str | None = Field(default=None, max_length=bounds.WORD)
    content_type: str | None = Field(default=None, max_length=bounds.WORD)
    data_base64: str | None = None


class MultipartBody(Frozen):
    type: Literal["multipart"]
    parts: tuple[Part, ...] = Field(default=(), max_length=bounds.MOST_ENTRIES)


class RawBody(Frozen):
    type: Literal["raw"]
    content: str = ""
    content_type: str = Field(default="text/plain; charset=utf-8", max_length=bounds.WORD)


class BinaryBody(Frozen):
    type: Literal["binary"]
    data_base64: str = ""
    content_type: str = Field(default="application/octet-stream", max_length=bounds.WORD)


Body = Annotated[
    NoBody | JsonBody | FormBody | MultipartBody | RawBody | BinaryBody,
    Field(discriminator="type"),
]


class QueryLimits(Frozen):
    """Bounds that this query sets otherwise than its source; absent means the source's."""

    connect_timeout_s: float | None = Field(default=None, gt=0, le=300)
    read_timeout_s: float | None = Field(default=None, gt=0, le=3600)
    total_timeout_s: float | None = Field(default=None, gt=0, le=3600)
    max_response_bytes: int | None = Field(default=None, ge=1, le=2**31)
    max_redirects: int | None = Field(default=None, ge=0, le=50)


class QueryRetry(Frozen):
    """Retry rules that this query sets otherwise than its source; absent means the source's."""

    max_attempts: int | None = Field(default=None, ge=1, le=10)
    methods: Methods | None = None
    statuses: Statuses | None = None
    respect_retry_after: bool | None = None


class QueryHeader(Frozen):
    """A header row of a query: the name, the value; `None` removes the source's header."""

    name: RowName
    value: Scalar | None = ""


class RequestSpec(Frozen):
    """The request part of a query, as `/run` of a source takes it unsaved."""

    method: Method = "GET"
    path: str = Field(default="", max_length=65536)
    params: tuple[Pair, ...] = Field(default=(), max_length=bounds.MOST_ENTRIES)
    headers: tuple[QueryHeader, ...] = Field(default=(), max_length=bounds.MOST_ENTRIES)
    cookies: tuple[Pair, ...] = Field(default=(), max_length=bounds.MOST_ENTRIES)
    body: Body = NoBody()
    parameters: tuple[Parameter, ...] = Field(default=(), max_length=bounds.MOST_ENTRIES)
    limits: QueryLimits = QueryLimits()
    retry: QueryRetry = QueryRetry()
    transform: dict[str, Any] | None = Field(default=None, description="Not there yet: null.")

    @field_validator("transform")
    @classmethod
    def _none_yet(cls, value: dict[str, Any] | None) -> None:
        """One that is kept and never applied would be a lie about every answer."""
        if value is not None:
            raise PydanticCustomError(
                "not_there_yet", "Transformations are not there yet; leave it null."
            )


class QuerySpec(RequestSpec):
    """A query as a person writes it. `data_source` names its source, by id or name."""

    name: Name = Field(title="Name")
    description: str = Field(default="", max_length=10_000)
    data_source: str = Field(min_length=1, max_length=bounds.NAME)
