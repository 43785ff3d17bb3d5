"""Presets as the page gets them, each checked against what a data source and a query may hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from pydantic import BaseModel

from sourcekeep.model.preset import Preset, PresetUnusable
from sourcekeep.model.problem import Invalid
from sourcekeep.model.query import QuerySpec
from sourcekeep.model.sealing import close
from sourcekeep.services.validation import validate

Model = TypeVar("Model", bound=BaseModel)


def preset_docs(presets: Iterable[Preset], source_model: type[BaseModel]) -> list[dict[str, Any]]:
    """One document a preset. Raises PresetUnusable for what could never be saved."""
    return [_document(preset, source_model) for preset in presets]


def _document(preset: Preset, source_model: type[BaseModel]) -> dict[str, Any]:
    source = _checked(preset, "source", source_model, preset.source)
    secrets = sorted(close(source, now="").secrets)
    if secrets:  # everyone who may see the kinds reads a preset
        raise PresetUnusable(
            f"preset {preset.preset}: source/{secrets[0]} is a secret; a preset may not hold one."
        )
    _checked(preset, "query", QuerySpec, {**preset.query, "data_source": preset.preset})
    return {**preset.model_dump(mode="json"), "kind": "restapi"}


def _checked(preset: Preset, part: str, model: type[Model], value: Mapping[str, Any]) -> Model:
    try:
        return validate(model, value)
    except Invalid as invalid:
        fault = invalid.faults[0]
        raise PresetUnusable(
            f"preset {preset.preset}: {part}{fault.pointer}: {fault.detail}"
        ) from None
