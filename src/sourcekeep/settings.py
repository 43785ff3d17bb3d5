"""Every setting of the server, one line of words each: option, then environment, then file, then default.

A setting `data_dir` is the option `--data-dir`, the variable `SOURCEKEEP_DATA_DIR` and the key
`data_dir` of `sourcekeep.toml`. Nobody below `wiring` is handed this object, only values from it.
"""

from __future__ import annotations

import os
import types
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from difflib import get_close_matches
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import urlsplit

PREFIX = "SOURCEKEEP_"
FILE_NAME = "sourcekeep.toml"

LogLevel = Literal["error", "warning", "info", "debug"]


class SettingsError(Exception):
    """A setting that cannot be used, in one line for the person who wrote it."""


def _setting(default: Any, words: str, *, secret: bool = False, shown: str | None = None) -> Any:
    """`shown` is the default in words where the value alone would not say it."""
    return field(
        default=default,
        repr=not secret,
        metadata={"words": words, "secret": secret, "shown": shown},
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What `serve` runs with."""

    host: str = _setting("127.0.0.1", "Address to listen on.")
    port: int = _setting(8700, "Port to listen on; 0 picks a free one and prints it.")
    workers: int = _setting(1, "Processes that share the port.")
    data_dir: Path = _setting(  # noqa: RUF009  the call only makes the field
        Path(),
        "Folder of the database, the key file and the demo's certificates.",
        shown="the platform's folder for user data",
    )
    database_url: str | None = _setting(
        None,
        "`postgresql://user:password@host/name`, or `sqlite:///file`.",
        secret=True,
        shown="SQLite in the data dir",
    )
    master_key: str | None = _setting(
        None,
        "Base64 of 32 bytes; several with commas between, the first is the current one. "
        "Environment only.",
        secret=True,
        shown="the key file `master.key` in the data dir, made on first start",
    )
    secret_environment: tuple[str, ...] = _setting(
        (),
        "Variables that secrets may refer to as `env:NAME`, with commas between; `*` stands for "
        "any text, as in `API_*`. Never those of Sourcekeep itself.",
    )
    secret_folders: tuple[str, ...] = _setting(
        ("/run/secrets",),
        "Folders whose files secrets may refer to as `file:/path`, with commas between.",
        shown="/run/secrets",
    )
    public_url: str | None = _setting(
        None,
        "Address under which people reach the server, when a proxy stands before it. "
        "With `https://`, cookies are marked Secure.",
    )
    allowed_hosts: tuple[str, ...] = _setting(
        (),
        "Further host names by which the server may be called, with commas between. The host of "
        "`public_url`, loopback names and the machine's addresses need not be listed.",
    )
    trusted_proxies: tuple[str, ...] = _setting(
        (), "Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed."
    )
    allow_private: bool | None = _setting(
        None,
        "Whether data sources may call loopback and private addresses.",
        shown="yes when listening on loopback only",
    )
    allow_address: tuple[str, ...] = _setting(
        (),
        "Private networks and hosts that data sources may call although `allow_private` is off, "
        "with commas between: `10.1.0.0/16`, `192.168.1.7`, `db.internal`, `*.internal`. Cloud "
        "metadata, link-local and the like are never called.",
    )
    deny_address: tuple[str, ...] = _setting(
        (),
        "Networks and hosts that data sources may not call, in the same form. What is denied stays "
        "denied, whatever else allows it.",
    )
    presets_dir: Path | None = _setting(  # noqa: RUF009
        None,
        "Folder with presets of your own APIs (`*.toml`), offered beside Sourcekeep's.",
    )
    demo: bool = _setting(False, "Serve a demo API too, with a data source and a query for it.")
    demo_port: int = _setting(
        3001,
        "Port of the demo API; its TLS twins are 442 and 443 higher. 0 picks free ones.",
    )
    max_request_bytes: int = _setting(16 * 1024 * 1024, "Largest body of a call, in bytes.")
    session_hours: float = _setting(30 * 24.0, "Hours after which a person must sign in again.")
    session_idle_hours: float = _setting(
        7 * 24.0, "Hours without a call after which a session ends."
    )
    history_days: int = _setting(30, "Days for which runs are kept; 0 keeps them for ever.")
    audit_keep_days: int = _setting(
        0,
        "Days for which audit lines are kept; 0 keeps them for ever. What is left stays provable.",
    )
    stop_seconds: float = _setting(
        10.0, "Seconds that runs are given to finish when the server stops."
    )
    log_level: LogLevel = _setting(  # noqa: RUF009
        "warning", "`error`, `warning`, `info` or `debug`."
    )

    @property
    def loopback_only(self) -> bool:
        """Whether nobody but this machine can reach the server."""
        return is_loopback(self.host)

    @property
    def private_allowed(self) -> bool:
        return self.loopback_only if self.allow_private is None else self.allow_private

    @property
    def store_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'sourcekeep.db'}"


# What a person may not write on a command line, where other users of the machine can read it.
ENVIRONMENT_ONLY = frozenset({"master_key"})


def is_loopback(host: str) -> bool:
    """Whether a host to listen on is this machine alone; a name counts only when it is localhost."""
    if host.lower() == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


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


def _kind(hint: Any) -> Any:
    """The type without its `| None`."""
    if isinstance(hint, types.UnionType):
        return next(part for part in get_args(hint) if part is not types.NoneType)
    return hint


# Each setting's type, by name, in the order in which they are documented.
KINDS: dict[str, Any] = {name: _kind(hint) for name, hint in get_type_hints(Settings).items()}
SECRETS = frozenset(part.name for part in fields(Settings) if part.metadata["secret"])


def words(name: str) -> str:
    """What a setting is, in one line; the help text of its option."""
    return str(_described(name).metadata["words"])


def shown_default(name: str) -> str:
    """A setting's default as a person reads it."""
    described = _described(name)
    if described.metadata["shown"] is not None:
        return str(described.metadata["shown"])
    default = described.default
    if default is None or default == ():
        return "none"
    return str(default).lower() if isinstance(default, bool) else str(default).removesuffix(".0")


def _described(name: str) -> Any:
    return next(part for part in fields(Settings) if part.name == name)
