"""A preset: what is known of a public API, so that its first useful query takes under a minute.

It is data, one TOML file an API. What it says of the source and the query has the writable shapes of
contract 2, and is checked against them where the kinds are put together (`services/kinds.py`).
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field, StringConstraints

from sourcekeep.model.entry import Frozen

PresetId = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Link = Annotated[str, StringConstraints(pattern=r"^https?://[^\s]+$", max_length=500)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200)]
JsonPointer = Annotated[str, StringConstraints(pattern=r"^(/[^/]+)+$")]


class PresetUnusable(Exception):
    """A preset file that cannot be used, in one line for the person who wrote it."""


class Credential(Frozen):
    """Where a person gets what the API wants to see."""

    help: Words = Field(description="What to get, and what is needed of it.")
    url: Link | None = Field(default=None, description="The page that gives it out.")


class Preset(Frozen):
    """One API. Its id is the name of its file."""

    preset: PresetId
    title: Words
    description: Words
    documentation_url: Link
    credential: Credential | None = None
    fill: tuple[JsonPointer, ...] = Field(
        default=(), description="What a person must enter, in order: JSON Pointers into the source."
    )
    base_url_example: Link | None = Field(
        default=None, description="Where each customer has an address of their own."
    )
    host_suffix: str | None = Field(
        default=None, description="What the hosts of all customers end in, such as .example.com."
    )
    source: dict[str, Any] = Field(description="The data source, without its kind.")
    query: dict[str, Any] = Field(description="The first query, without its data source.")
