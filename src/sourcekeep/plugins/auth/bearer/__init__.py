"""Bearer authentication (RFC 6750): a token that whoever bears it may use."""

from __future__ import annotations

import re

from pydantic import Field, SecretStr, field_validator

from sourcekeep.model import bounds
from sourcekeep.model.auth import AuthType, AuthValues, Flow, Outgoing, Place
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class BearerValues(AuthValues):
    """The token; for an API with habits of its own, the header and the word before the token."""

    token: SecretStr | None = Field(
        default=None,
        max_length=bounds.VALUE,
        title="Token",
        description="The security token that the authentication server issued. Stored encrypted.",
    )
    header: str = Field(
        default="Authorization",
        max_length=bounds.WORD,
        title="Header",
        description="The header that carries the token.",
    )
    prefix: str = Field(
        default="Bearer",
        max_length=bounds.WORD,
        title="Prefix",
        description="The word before the token; empty for the token alone.",
    )

    @field_validator("header")
    @classmethod
    def _sendable_header(cls, header: str) -> str:
        if _TOKEN.fullmatch(header) is None:
            raise ValueError("The header name may hold letters, digits and hyphens only.")
        return header

    @field_validator("prefix")
    @classmethod
    def _sendable_prefix(cls, prefix: str) -> str:
        if _CONTROLS.search(prefix):
            raise ValueError("The prefix holds a line break or another control character.")
        return prefix.strip()

    @field_validator("token")
    @classmethod
    def _sendable_token(cls, token: SecretStr | None) -> SecretStr | None:
        """Blank space around a pasted token is never part of it (RFC 6750 2.1)."""
        if token is None:
            return None
        text = token.get_secret_value().strip()
        if _CONTROLS.search(text):
            raise ValueError("The token holds a line break or another control character.")
        if text.lower().startswith("bearer "):
            raise ValueError(
                "The token starts with 'Bearer', which is sent by itself: "
                "paste only what comes after it."
            )
        return SecretStr(text)


def flow(values: BearerValues, request: Outgoing) -> Flow:
    """`Authorization: Bearer TOKEN`."""
    token = values.token.get_secret_value() if values.token else ""
    if not token:
        raise Failed(
            problem(
                "credential_missing",
                "The data source uses Bearer authentication and has no Token.",
                hint="Open the data source and enter its Token.",
            )
        )
    return request.with_header(values.header, f"{values.prefix} {token}".lstrip())
    yield


def places(values: BearerValues) -> tuple[tuple[Place, str], ...]:
    """The header that it sets."""
    return (("header", values.header),)


AUTH = AuthType(
    type="bearer",
    title="Bearer",
    help="A token in the Authorization header (RFC 6750).",
    values=BearerValues,
    flow=flow,
    places=places,
    static=True,
)
