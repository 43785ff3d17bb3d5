"""Every setting of the server: its type, its default, and one line of words.

Nobody below `wiring` is handed this object, only values from it.
"""

from __future__ import annotations

import types
from dataclasses import dataclass, field, fields
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, get_args, get_type_hints

LogLevel = Literal["error", "warning", "info", "debug"]


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
