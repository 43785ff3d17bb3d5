"""Presets as the page gets them, each checked against what a data source and a query may hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import BaseModel

from sourcekeep.model.preset import Preset, PresetUnusable
from sourcekeep.model.problem import Invalid
from sourcekeep.model.query import QuerySpec
from sourcekeep.services.validation import validate


def preset_docs(presets: Iterable[Preset], source_model: type[BaseModel]) -> list[dict[str, Any]]:
    """One document a preset. Raises PresetUnusable for what could never be saved."""
    return [_document(preset, source_model) for preset in presets]


def _document(preset: Preset, source_model: type[BaseModel]) -> dict[str, Any]:
    _check(preset, "source", source_model, preset.source)
    _check(preset, "query", QuerySpec, {**preset.query, "data_source": preset.preset})
    return {**preset.model_dump(mode="json"), "kind": "restapi"}


def _check(preset: Preset, part: str, model: type[BaseModel], value: Mapping[str, Any]) -> None:
    try:
        validate(model, value)
    except Invalid as invalid:
        fault = invalid.faults[0]
        raise PresetUnusable(
            f"preset {preset.preset}: {part}{fault.pointer}: {fault.detail}"
        ) from None
