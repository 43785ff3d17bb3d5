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

from sourcekeep.kit.ids import looks_like_id
from sourcekeep.model import bounds

# A decimal that a float would write with other digits (`1.10`) is a `Decimal`: rows become text.
Fraction = Annotated[float | Decimal, WithJsonSchema({"type": "number"})]
Text = Annotated[str, StringConstraints(max_length=bounds.VALUE)]
Scalar = Text | int | Fraction | bool


def _printable(text: str) -> str:
    """Control and line-breaking characters would spoil lists, logs and terminals."""
    if not text.isprintable():
        raise PydanticCustomError("name_characters", "A name holds no control characters.")
    return text


def _no_id(text: str) -> str:
    """An address or a policy that names one thing by its id must not reach another by its name."""
    if looks_like_id(text):
        raise PydanticCustomError("name_like_id", "A name may not look like an id; choose another.")
    return text


Name = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=bounds.NAME),
    AfterValidator(_printable),
    AfterValidator(_no_id),
]


RowName = Annotated[str, StringConstraints(min_length=1, max_length=bounds.WORD)]


class Frozen(BaseModel):
    """A value of the model: immutable, and strict about names it does not know."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", hide_input_in_errors=True, allow_inf_nan=False
    )


class Pair(Frozen):
    """A name and a value. `None` as a query's value removes the source's entry of that name."""

    name: RowName = Field(title="Name")
    value: Scalar | None = Field(default="", title="Value")


class PlainHeader(Frozen):
    """A header that anyone who may read the source may read."""

    name: RowName = Field(title="Name")
    value: Scalar | None = Field(default="", title="Value")
    locked: bool = Field(default=False, title="Locked", description="A query cannot change it.")
    secret: Literal[False] = Field(default=False, title="Secret")


class SecretHeader(Frozen):
    """A header whose value is sealed in the store and never comes back."""

    name: RowName = Field(title="Name")
    value: SecretStr | None = Field(default=None, max_length=bounds.VALUE, title="Value")
    locked: bool = Field(default=False, title="Locked", description="A query cannot change it.")
    secret: Literal[True] = Field(title="Secret")


# No member of a header is called so: a tag stands in the place of an error as a member does.
_PLAIN, _SECRET = "a plain header", "a secret header"


def _which_header(row: Any) -> str:
    secret = row.get("secret", False) if isinstance(row, dict) else getattr(row, "secret", False)
    return _SECRET if secret is True else _PLAIN


Header = Annotated[
    Annotated[PlainHeader, Tag(_PLAIN)] | Annotated[SecretHeader, Tag(_SECRET)],
    Discriminator(_which_header),
]
