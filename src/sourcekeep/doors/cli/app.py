"""The program `sourcekeep`: its commands. Each imports what it needs only when it runs, so that
`--help` answers at once."""

from collections.abc import Callable

import typer

from sourcekeep.doors.cli import (
    audit,
    doctor,
    keys,
    queries,
    runs,
    sources,
    tokens,
    users,
    values,
)
from sourcekeep.doors.cli.serving import serve_command
from sourcekeep.settings import Settings


def program(*, start: Callable[[Settings], int]) -> typer.Typer:
    """All commands. `start` serves with the settings and gives the exit code."""
    app = typer.Typer(
        help="Sourcekeep keeps your REST API data sources and spends their credentials for you.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.command("serve")(serve_command(start))
    app.command("run")(runs.run)
    app.command("call")(runs.call)
    app.command("doctor")(doctor.doctor)
    app.add_typer(sources.app, name="source")
    app.add_typer(queries.app, name="query")
    app.add_typer(tokens.app, name="token")
    app.add_typer(values.app, name="secret")
    app.add_typer(keys.app, name="key")
    app.add_typer(users.app, name="user")
    app.add_typer(audit.app, name="audit")
    return app
