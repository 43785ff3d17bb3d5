"""Presets of public APIs, one TOML file each. Found by looking; nobody lists them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from pathlib import Path

from pydantic import ValidationError

from sourcekeep.model.preset import Preset, PresetUnusable

_OWN = Path(__file__).parent


def presets(folder: Path | None = None) -> tuple[Preset, ...]:
    """Sourcekeep's presets and those of `folder`, which win, by title. Raises PresetUnusable."""
    found = {preset.preset: preset for preset in map(_read, _files(_OWN))}
    if folder is not None:
        if not folder.is_dir():
            raise PresetUnusable(f"presets_dir: there is no folder {folder}.")
        found |= {preset.preset: preset for preset in map(_read, _files(folder))}
    return tuple(sorted(found.values(), key=lambda preset: preset.title.lower()))


def _files(folder: Path) -> Iterable[Path]:
    return sorted(folder.glob("*.toml"))


def _read(path: Path) -> Preset:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
        return Preset.model_validate({**document, "preset": path.stem})
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise PresetUnusable(f"{path}: {place}: {first['msg']}.") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PresetUnusable(f"{path} cannot be read: {error}.") from None
