"""`name=value` words of the command line, and secrets that must not stand on it."""

import getpass
import sys
from pathlib import Path
from typing import Any

from sourcekeep.doors.cli.command import wrong_use


def split(word: str, *, option: str) -> tuple[str, str]:
    """`name=value` in two; anything else is wrong use, naming the option."""
    name, equals, value = word.partition("=")
    if not equals or not name:
        wrong_use(f"{option} takes name=value, not {word!r}.")
    return name, value


def header(word: str) -> dict[str, str]:
    """`Name: value` as a header row."""
    name, colon, value = word.partition(":")
    if not colon or not name.strip():
        wrong_use(f"--header takes 'Name: value', not {word!r}.")
    return {"name": name.strip(), "value": value.strip()}


def put_at(document: dict[str, Any], dotted: str, value: Any) -> None:
    """Set `auth.token` and the like inside nested objects."""
    *way, last = dotted.split(".")
    for step in way:
        document = document.setdefault(step, {})
    document[last] = value


def secret(word: str) -> tuple[str, str]:
    """`field` asks at a prompt, `field=-` reads standard input, `field=FILE` a file.

    Never the value itself: arguments stand in the process list and in shell history.
    """
    name, equals, place = word.partition("=")
    if not equals:
        return name, getpass.getpass(f"{name}: ")
    return name, read_text(place, option=f"--secret {name}").rstrip("\r\n")


def read_text(place: str, *, option: str) -> str:
    """The text of a file, or of standard input for `-`."""
    try:
        if place == "-":  # its bytes: what the terminal's language is says nothing of a pipe
            return sys.stdin.buffer.read().decode("utf-8")
        return Path(place).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        wrong_use(f"{option}: {place} could not be read: {reason}.")
