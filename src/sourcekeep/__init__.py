"""Sourcekeep keeps your REST API data sources and spends their credentials for you.

    keep = sourcekeep.open()                        # a local data dir
    keep = sourcekeep.connect(url, token="sk_…")    # a server
    result = keep.run("restapi1", id=7)

    source = sourcekeep.RestSource(base_url="https://api.example.com/v1/", auth=sourcekeep.Bearer("…"))
    result = source.get("/users/{id}", id=7)        # no store needed

Names are loaded when they are first used, so that importing the package costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep, connect
    from sourcekeep.doors.library.keep import open_local as open
    from sourcekeep.doors.library.rest_source import ApiKey, Basic, Bearer, RestSource
    from sourcekeep.doors.library.results import Result, RunFailed
    from sourcekeep.model.problem import Failed, Invalid, Refused

_PLACES = {
    "ApiKey": ("doors.library.rest_source", "ApiKey"),
    "Basic": ("doors.library.rest_source", "Basic"),
    "Bearer": ("doors.library.rest_source", "Bearer"),
    "Failed": ("model.problem", "Failed"),
    "Invalid": ("model.problem", "Invalid"),
    "Keep": ("doors.library.keep", "Keep"),
    "Refused": ("model.problem", "Refused"),
    "RestSource": ("doors.library.rest_source", "RestSource"),
    "Result": ("doors.library.results", "Result"),
    "RunFailed": ("doors.library.results", "RunFailed"),
    "connect": ("doors.library.keep", "connect"),
    "open": ("doors.library.keep", "open_local"),
}

__all__ = [
    "ApiKey",
    "Basic",
    "Bearer",
    "Failed",
    "Invalid",
    "Keep",
    "Refused",
    "RestSource",
    "Result",
    "RunFailed",
    "connect",
    "open",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'sourcekeep' has no attribute {name!r}")
    module, attribute = _PLACES[name]
    value = getattr(import_module(f"sourcekeep.{module}"), attribute)
    globals()[name] = value
    return value
