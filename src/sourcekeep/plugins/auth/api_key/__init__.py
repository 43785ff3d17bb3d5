"""An API key under a name of the API's own: in a header, the query string or a cookie."""

from __future__ import annotations

import re
from typing import Any, Literal

from pydantic import Field, SecretStr, create_model, field_validator, model_validator

from sourcekeep.model import bounds
from sourcekeep.model.auth import AuthType, AuthValues, Flow, Outgoing, Place
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class _NamedKey(AuthValues):
    """The name under which the key is sent, and the key."""

    name: str = Field(
        default="X-API-Key",
        min_length=1,
        max_length=bounds.WORD,
        title="Name",
        description="The name of the header, param or cookie that carries the key.",
    )
    value: SecretStr | None = Field(
        default=None,
        max_length=bounds.VALUE,
        title="Value",
        description="The key itself. Stored encrypted.",
    )

    @field_validator("value")
    @classmethod
    def _sendable_key(cls, value: SecretStr | None) -> SecretStr | None:
        """Blank space around a pasted key is never part of it."""
        if value is None:
            return None
        text = value.get_secret_value().strip()
        if _CONTROLS.search(text):
            raise ValueError("The key holds a line break or another control character.")
        return SecretStr(text)

    @model_validator(mode="after")
    def _fits_its_place(self) -> _NamedKey:
        place = _place(self)
        if place != "query" and _TOKEN.fullmatch(self.name) is None:
            raise ValueError(f"A {place} name may hold letters, digits and hyphens only.")
        text = self.value.get_secret_value() if self.value else ""
        if place == "cookie" and ";" in text:
            raise ValueError("The key holds a semicolon, which would end the cookie.")
        return self


# `in` is a word of Python, so that the field can't be written as an annotation.
_IN: Any = (
    Literal["header", "query", "cookie"],
    Field(
        default="header",
        title="Send in",
        json_schema_extra={"x-enum-titles": ["Header", "Query string", "Cookie"]},
    ),
)
ApiKeyValues: type[_NamedKey] = create_model("ApiKeyValues", __base__=_NamedKey, **{"in": _IN})


def _place(values: _NamedKey) -> Place:
    place: Place = getattr(values, "in")
    return place


def flow(values: _NamedKey, request: Outgoing) -> Flow:
    """The key in its place."""
    key = values.value.get_secret_value() if values.value else ""
    if not key:
        raise Failed(
            problem(
                "credential_missing",
                "The data source uses an API key and has no Value for it.",
                hint="Open the data source and enter the Value of its API key.",
            )
        )
    add = {
        "header": request.with_header,
        "query": request.with_param,
        "cookie": request.with_cookie,
    }
    return add[_place(values)](values.name, key)
    yield


def places(values: _NamedKey) -> tuple[tuple[Place, str], ...]:
    """Where the key goes."""
    return ((_place(values), values.name),)


AUTH = AuthType(
    type="api_key",
    title="API key",
    help="A key under a name of the API's own, in a header, the query string or a cookie.",
    values=ApiKeyValues,
    flow=flow,
    places=places,
    static=True,
)
