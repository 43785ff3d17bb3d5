"""`sourcekeep secret …`: workspace secrets for templates, written and never shown."""

import getpass
import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcekeep.doors.cli import assignments
from sourcekeep.doors.cli.command import command, wrong_use
from sourcekeep.doors.cli.output import Output

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep

app = typer.Typer(help="Secrets for templates: set, list, rm.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="As in {{ secrets.NAME }}.")]


@app.command("set")
@command
def set_(
    keep: "Keep",
    out: Output,
    name: Name,
    reference: Annotated[
        str | None,
        typer.Option("--from", metavar="REFERENCE", help="Kept elsewhere: env:NAME or file:/path."),
    ] = None,
    source: Annotated[
        list[str] | None,
        typer.Option(
            "--source", metavar="SOURCE", help="Only for this data source; once for each."
        ),
    ] = None,
    any_source: Annotated[
        bool, typer.Option("--any-source", help="For every data source.")
    ] = False,
) -> None:
    """Set a secret: asked for at a prompt, or read from standard input."""
    if source and any_source:
        wrong_use("Use either --source or --any-source.")
    value: dict[str, Any] = {"value": {"from": reference} if reference else _asked(name)}
    if source or any_source:
        value["data_sources"] = source or None
    keep.put("secrets", name, value)
    out.say(f"Set the secret {name}.")


def _asked(name: str) -> str:
    if sys.stdin.isatty():
        return getpass.getpass(f"{name}: ")
    return assignments.read_text("-", option=name).rstrip("\r\n")


@app.command("list")
@command
def list_(keep: "Keep", out: Output) -> None:
    """List secrets by name, with what uses them; never their values."""
    items = keep.list("secrets")
    names = {} if out.as_json else _names_of_sources(keep, items)
    rows = items if out.as_json else [_row(item, names) for item in items]
    columns = (
        ("NAME", "name"),
        ("SET AT", "updated_at"),
        ("KEPT IN", "kept"),
        ("FOR", "sources"),
        ("USED BY", "used"),
    )
    out.table(rows, columns, empty="No secrets yet.")


def _names_of_sources(keep: "Keep", items: list[dict[str, Any]]) -> dict[str, str]:
    """By id; asked for only when some secret is limited to data sources."""
    if not any(item["data_sources"] for item in items):
        return {}
    return {source["id"]: source["name"] for source in keep.list("data-sources")}


def _row(item: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    limited = item["data_sources"]
    sources = "every data source" if limited is None else [names.get(id, id) for id in limited]
    return {
        **item,
        "kept": item["value"].get("from"),
        "sources": sources,
        "used": [use["name"] for use in item["where_used"]],
    }


@app.command("rm")
@command
def rm(keep: "Keep", out: Output, name: Name) -> None:
    """Delete a secret."""
    keep.remove("secrets", name)
    out.say(f"Deleted the secret {name}.")
