"""Rows that people type: headers, params and cookies, as a source or a query holds them."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    SecretStr,
    StringConstraints,
    Tag,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

# A decimal that a float would write with other digits (`1.10`) is a `Decimal`: rows become text.
Fraction = Annotated[float | Decimal, WithJsonSchema({"type": "number"})]
Scalar = str | int | Fraction | bool


def _printable(text: str) -> str:
    """Control and line-breaking characters would spoil lists, logs and terminals."""
    if not text.isprintable():
        raise PydanticCustomError("name_characters", "A name holds no control characters.")
    return text


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_printable),
]


class Frozen(BaseModel):
    """A value of the model: immutable, and strict about names it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False
    )


class Pair(Frozen):
    """A name and a value. `None` as a query's value removes the source's entry of that name."""

    name: str = Field(min_length=1, title="Name")
    value: Scalar | None = Field(default="", title="Value")


class PlainHeader(Frozen):
    """A header that anyone who may read the source may read."""

    name: str = Field(min_length=1, title="Name")
    value: Scalar | None = Field(default="", title="Value")
    locked: bool = Field(default=False, title="Locked", description="A query cannot change it.")
    secret: Literal[False] = Field(default=False, title="Secret")


class SecretHeader(Frozen):
    """A header whose value is sealed in the store and never comes back."""

    name: str = Field(min_length=1, title="Name")
    value: SecretStr | None = Field(default=None, title="Value")
    locked: bool = Field(default=False, title="Locked", description="A query cannot change it.")
    secret: Literal[True] = Field(title="Secret")


def _which_header(row: Any) -> str:
    secret = row.get("secret", False) if isinstance(row, dict) else getattr(row, "secret", False)
    return "secret" if secret is True else "plain"


Header = Annotated[
    Annotated[PlainHeader, Tag("plain")] | Annotated[SecretHeader, Tag("secret")],
    Discriminator(_which_header),
]
