"""The typed settings of the server, and where they are read from."""

from sourcekeep.settings.declared import (
    ENVIRONMENT_ONLY,
    KINDS,
    LogLevel,
    Settings,
    shown_default,
    words,
)
from sourcekeep.settings.reading import FILE_NAME, PREFIX, SettingsError, load

__all__ = [
    "ENVIRONMENT_ONLY",
    "FILE_NAME",
    "KINDS",
    "PREFIX",
    "LogLevel",
    "Settings",
    "SettingsError",
    "load",
    "shown_default",
    "words",
]
