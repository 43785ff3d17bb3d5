"""Basic authentication (RFC 7617): a user name and a password, in UTF-8."""

from __future__ import annotations

import base64
import re

from pydantic import Field, SecretStr, field_validator

from sourcekeep.model import bounds
from sourcekeep.model.auth import AuthType, AuthValues, Flow, Outgoing, Place
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed

_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class BasicValues(AuthValues):
    """A user name, which may be read by who may read the source, and a password."""

    username: str = Field(
        default="", max_length=bounds.WORD, title="Username", description="Without a colon."
    )
    password: SecretStr | None = Field(
        default=None,
        max_length=bounds.VALUE,
        title="Password",
        description="Stored encrypted. Some APIs want a key as Username and no password.",
    )

    @field_validator("username")
    @classmethod
    def _sendable_name(cls, username: str) -> str:
        if ":" in username:
            raise ValueError(
                "The user name holds a colon, which would end it (RFC 7617, section 2)."
            )
        if _CONTROLS.search(username):
            raise ValueError("The user name holds a line break or another control character.")
        return username

    @field_validator("password")
    @classmethod
    def _sendable_password(cls, password: SecretStr | None) -> SecretStr | None:
        if password is not None and _CONTROLS.search(password.get_secret_value()):
            raise ValueError("The password holds a line break or another control character.")
        return password


def flow(values: BasicValues, request: Outgoing) -> Flow:
    """`Authorization: Basic base64(username:password)`."""
    password = values.password.get_secret_value() if values.password else ""
    if not values.username and not password:
        raise Failed(
            problem(
                "credential_missing",
                "The data source uses Basic authentication and has neither Username nor Password.",
                hint="Open the data source and enter Username and Password.",
            )
        )
    pair = base64.b64encode(f"{values.username}:{password}".encode()).decode()
    return request.with_header("Authorization", f"Basic {pair}")
    yield


def places(values: BasicValues) -> tuple[tuple[Place, str], ...]:
    """The header that it sets."""
    return (("header", "Authorization"),)


AUTH = AuthType(
    type="basic",
    title="Basic",
    help="A user name and a password in the Authorization header (RFC 7617).",
    values=BasicValues,
    flow=flow,
    places=places,
    static=True,
)
