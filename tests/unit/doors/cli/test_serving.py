"""The options of `sourcekeep serve`."""

from __future__ import annotations

import typer

from sourcekeep.doors.cli.app import program
from sourcekeep.settings import ENVIRONMENT_ONLY, KINDS


def test_every_setting_is_an_option_but_for_those_that_only_the_environment_may_hold() -> None:
    serve = typer.main.get_group(program(start=lambda settings: 0)).commands["serve"]
    options = {parameter.name for parameter in serve.params}
    assert options == (set(KINDS) - ENVIRONMENT_ONLY) | {"config"}
