"""Settings from the four places where they may stand: option, then environment, then file, then default.

A setting `data_dir` is the option `--data-dir`, the variable `SOURCEKEEP_DATA_DIR` and the key
`data_dir` of `sourcekeep.toml`. Texts become values here, and what cannot be used is said in words.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from sourcekeep.settings.declared import ENVIRONMENT_ONLY, KINDS, SECRETS, Settings

PREFIX = "SOURCEKEEP_"
FILE_NAME = "sourcekeep.toml"


class SettingsError(Exception):
    """A setting that cannot be used, in one line for the person who wrote it."""


def load(
    options: Mapping[str, Any] | None = None,
    *,
    config: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> Settings:
    """Settings from all four places. Options that are None were not given. Raises SettingsError."""
    environment = os.environ if environment is None else environment
    given = {
        name: _from_text(name, value, f"--{name.replace('_', '-')}")
        if isinstance(value, str)
        else value
        for name, value in (options or {}).items()
        if value is not None
    }
    told = _from_environment(environment)
    named = config or (Path(environment[f"{PREFIX}CONFIG"]) if _set(environment) else None)
    data_dir = given.get("data_dir") or told.get("data_dir")
    written = _from_file(named, Path(data_dir) if data_dir else default_data_dir())
    values = {**written, **told, **given}
    values["data_dir"] = Path(values.get("data_dir") or default_data_dir()).expanduser().absolute()
    settings = Settings(**values)
    _check(settings)
    return settings


def default_data_dir() -> Path:
    """Where this platform keeps a user's data."""
    from platformdirs import user_data_path

    return user_data_path("sourcekeep", appauthor=False)


def _set(environment: Mapping[str, str]) -> bool:
    return bool(environment.get(f"{PREFIX}CONFIG"))


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name in KINDS:
        variable = PREFIX + name.upper()
        text = environment.get(variable, "")
        if text:
            values[name] = _from_text(name, text, variable)
    return values


def _from_file(named: Path | None, data_dir: Path) -> dict[str, Any]:
    """The file that was named, which must be there; else the one in the data dir, if any."""
    import tomllib

    path = named or data_dir / FILE_NAME
    if named is None and not path.is_file():
        return {}
    try:
        with path.open("rb") as file:
            document = tomllib.load(file)
    except OSError as error:
        raise SettingsError(f"{path} cannot be read: {error.strerror or error}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} is not TOML: {error}.") from error
    return {key.replace("-", "_"): _from_toml(key, value, path) for key, value in document.items()}


def _from_toml(key: str, value: Any, path: Path) -> Any:
    name = key.replace("-", "_")
    if name in ENVIRONMENT_ONLY:
        raise SettingsError(
            f"{path}: {key} may not stand in a file; set {PREFIX}{name.upper()} instead."
        )
    if name not in KINDS:
        raise SettingsError(f"{path}: unknown setting '{key}'.{_near(name)}")
    if isinstance(value, list):
        value = ",".join(str(part) for part in value)
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return _from_text(name, text, f"{path}: {key}")


def _near(name: str) -> str:
    near = get_close_matches(name, KINDS, n=3)
    known = near or sorted(set(KINDS) - ENVIRONMENT_ONLY)
    return f" {'Did you mean' if near else 'Known are'} {', '.join(known)}{'?' if near else '.'}"


def _from_text(name: str, text: str, where: str) -> Any:
    kind = KINDS[name]
    try:
        if get_origin(kind) is Literal:
            return _one_of(text, get_args(kind))
        if kind is bool:
            return _one_of(text.lower(), _BOOLEANS, values=_BOOLEANS)
        if get_origin(kind) is tuple:
            return tuple(part.strip() for part in text.split(",") if part.strip())
        return kind(text)
    except ValueError as error:
        reason = str(error) if isinstance(error, _NotOneOf) else f"not {_WORDS[kind]}"
        shown = "" if name in SECRETS else f" '{text[:80]}'"
        raise SettingsError(f"{where}:{shown} is {reason}.") from None


_BOOLEANS = {"true": True, "yes": True, "on": True, "1": True} | {
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
_WORDS = {int: "a whole number", float: "a number", Path: "a path", str: "text"}


class _NotOneOf(ValueError):
    pass


def _one_of(text: str, allowed: Any, values: Mapping[str, Any] | None = None) -> Any:
    if text not in allowed:
        raise _NotOneOf(f"none of {', '.join(allowed)}")
    return values[text] if values else text


def _check(settings: Settings) -> None:
    """What the types alone do not say."""
    for name, least, most in (
        ("port", 0, 65535),
        ("demo_port", 0, 65535 - 443),
        ("workers", 1, 64),
        ("max_request_bytes", 1024, 2**31),
        ("session_hours", 0.01, 24 * 366),
        ("session_idle_hours", 0.01, 24 * 366),
        ("history_days", 0, 36_600),
        ("audit_keep_days", 0, 36_600),
        ("stop_seconds", 0, 3600),
    ):
        value = getattr(settings, name)
        if not least <= value <= most:
            raise SettingsError(f"{name} must be between {least} and {most}, not {value}.")
    if settings.workers > 1 and not hasattr(os, "fork"):
        raise SettingsError("workers can be more than 1 only on a system with fork.")
    if settings.public_url is not None:
        _check_public_url(settings.public_url)
    if settings.database_url is not None:
        scheme = settings.database_url.partition(":")[0]
        if scheme not in ("postgresql", "postgres", "sqlite"):
            raise SettingsError("database_url must begin with postgresql:// or sqlite:///.")


def _check_public_url(url: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/"):
        raise SettingsError(
            f"public_url must be http:// or https:// with a host and no path, not '{url}'."
        )
