"""What `--help` says: every command, argument and option, in the same words everywhere."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import typer

from sourcekeep.doors.cli.app import program

GROUPS = typer.main.get_group(program(start=lambda settings: 0)).commands


def commands() -> Iterator[tuple[str, Any]]:
    for name, command in GROUPS.items():
        for inner, its in getattr(command, "commands", {"": command}).items():
            yield f"{name} {inner}".strip(), its


@pytest.mark.parametrize(("name", "command"), list(commands()))
def test_whatever_takes_a_value_says_in_capitals_what_it_takes(name: str, command: Any) -> None:
    unnamed = [
        one.name
        for one in command.params
        if not getattr(one, "is_flag", False) and not (one.metavar or "").isupper()
    ]
    assert unnamed == []


@pytest.mark.parametrize(
    ("name", "group"), [(name, one) for name, one in GROUPS.items() if hasattr(one, "commands")]
)
def test_the_line_of_a_group_names_its_commands(name: str, group: Any) -> None:
    _, _, named = group.help.rstrip(".").partition(": ")
    assert set(named.split(", ")) == set(group.commands)
