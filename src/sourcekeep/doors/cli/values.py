"""`sourcekeep secret …`: workspace secrets for templates, written and never shown."""

import getpass
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from sourcekeep.doors.cli.command import command
from sourcekeep.doors.cli.output import Output

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep

app = typer.Typer(help="Secrets for templates: set, list, rm.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="As in {{ secrets.NAME }}.")]


@app.command("set")
@command
def set_(keep: "Keep", out: Output, name: Name) -> None:
    """Set a secret: asked for at a prompt, or read from standard input."""
    asked = sys.stdin.isatty()
    value = getpass.getpass(f"{name}: ") if asked else sys.stdin.read().rstrip("\r\n")
    keep.put("secrets", name, {"value": value})
    out.say(f"Set the secret {name}.")


@app.command("list")
@command
def list_(keep: "Keep", out: Output) -> None:
    """List secrets by name; never their values."""
    columns = (("NAME", "name"), ("SET AT", "updated_at"))
    out.table(keep.list("secrets"), columns, empty="No secrets yet.")


@app.command("rm")
@command
def rm(keep: "Keep", out: Output, name: Name) -> None:
    """Delete a secret."""
    keep.remove("secrets", name)
    out.say(f"Deleted the secret {name}.")
