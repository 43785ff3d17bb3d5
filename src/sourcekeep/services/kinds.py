"""The kinds of data source: categories, cards, defaults, and the schema that draws their form.

The authentication types are found, not listed: each is a folder under `plugins/auth/`, and its
values become one member of the source's `auth` union here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import or_
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, create_model

from sourcekeep.model.auth import AuthType, AuthValues
from sourcekeep.model.policy import Actor, Denied, decide
from sourcekeep.model.preset import Preset
from sourcekeep.model.problem import Refused
from sourcekeep.model.rotation import with_next
from sourcekeep.model.sealing import close
from sourcekeep.model.source import SourceSpec
from sourcekeep.services.presets import preset_docs

_CATEGORIES = ({"id": "api", "title": "API"},)


class Kinds:
    """What kinds there are, and the model that a source of each must fit."""

    def __init__(self, auth_types: Mapping[str, AuthType], presets: Iterable[Preset] = ()) -> None:
        """Raises PresetUnusable for a preset that could never be saved."""
        self.auth_types = dict(auth_types)
        self.source_model = source_model(auth_types.values())
        self.listing = {
            "categories": [dict(category) for category in _CATEGORIES],
            "items": [_restapi(self.source_model)],
            "presets": preset_docs(presets, self.source_model),
        }

    async def list(self, actor: Actor) -> dict[str, Any]:
        """`{"categories": […], "items": […]}` of contract 2, and `"presets"` of public APIs."""
        verdict = decide(actor, "kind.read")
        if isinstance(verdict, Denied):
            raise Refused("forbidden", verdict.code, verdict.reason)
        return self.listing

    def category_of(self, kind: str) -> str | None:
        """The category's id, or None for a kind that is not known."""
        return next((i["category"] for i in self.listing["items"] if i["kind"] == kind), None)

    def kinds_in(self, category: str) -> tuple[str, ...]:
        """The kinds of a category; none for a category that is not known."""
        return tuple(i["kind"] for i in self.listing["items"] if i["category"] == category)


def source_model(auth_types: Iterable[AuthType]) -> type[SourceSpec]:
    """`SourceSpec` with `auth` as the union of these types, told apart by `type`."""
    members = [_member(auth) for auth in auth_types]
    union: Any = Annotated[reduce(or_, members), Field(discriminator="type")]
    default = Field(default=members[0](), title="Authentication")
    return create_model("DataSource", __base__=SourceSpec, auth=(union, default))


def _member(auth: AuthType) -> type[AuthValues]:
    config = ConfigDict(title=auth.title, json_schema_extra={"description": auth.help})
    member = type(f"{auth.values.__name__}Member", (auth.values,), {"model_config": config})
    name = "".join(part.capitalize() for part in auth.type.split("_"))
    tag: Any = Literal[auth.type]
    typed: Any = {"type": (tag, Field(default=auth.type, title="Type"))}
    return with_next(create_model(f"{name}Auth", __base__=member, **typed), auth.values)


def _restapi(model: type[SourceSpec]) -> dict[str, Any]:
    schema = model.model_json_schema(mode="validation")
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "REST API"
    schema["required"] = ["kind"]
    for definition in schema["$defs"].values():
        _type_first(definition)
    defaults = close(model.model_validate({"name": "restapi"}), now="").doc
    return {
        "kind": "restapi",
        "title": "REST API",
        "category": "api",
        "description": "Any HTTP API that speaks JSON, text or files, with its credential kept here.",
        "defaults": defaults,
        "schema": schema,
    }


def _type_first(definition: dict[str, Any]) -> None:
    """A union member names its type first, and must have it when it is sent."""
    properties = definition.get("properties", {})
    kind = properties.get("type", {})
    if "const" in kind:
        definition["properties"] = {"type": kind, **properties}
        definition["required"] = ["type", *definition.get("required", [])]
