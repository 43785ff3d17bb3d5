"""`sourcekeep query …`: saved queries from the command line."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcekeep.doors.cli import assignments
from sourcekeep.doors.cli.command import command, wrong_use
from sourcekeep.doors.cli.output import Output
from sourcekeep.doors.cli.request_options import Header, JsonBody, Param, Path, request_members
from sourcekeep.kit import exact_json

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep

app = typer.Typer(help="Saved queries: add, list, show, rm.", no_args_is_help=True)

Query = Annotated[str, typer.Argument(metavar="QUERY", help="Its name or id.")]


@app.command("add")
@command
def add(
    keep: "Keep",
    out: Output,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="The data source it asks.")],
    path: Path = None,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Its name; else restapi1, …")
    ] = None,
    method: Annotated[
        str | None,
        typer.Option("--method", "-X", metavar="METHOD", help="GET (the default), POST, …"),
    ] = None,
    param: Param = None,
    header: Header = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter",
            metavar="NAME:TYPE[=DEFAULT]",
            help="A parameter; required when it has no default. Once for each.",
        ),
    ] = None,
    json_body: JsonBody = None,
    from_file: Annotated[
        str | None,
        typer.Option("--from", metavar="FILE", help="A query as JSON (- is stdin); options win."),
    ] = None,
) -> None:
    """Save a query."""
    document = _read_document(from_file) | {"data_source": source}
    document |= request_members(
        method=method, path=path, param=param, header=header, json_body=json_body
    )
    if name is not None:
        document["name"] = name
    if parameter:
        document["parameters"] = [_parameter(word) for word in parameter]
    saved = keep.create("queries", document)
    if out.as_json:
        out.document(saved)
    out.say(f"Added the query {saved['name']}. Run it: sourcekeep run {saved['name']}")


def _read_document(from_file: str | None) -> dict[str, Any]:
    if from_file is None:
        return {}
    try:
        document: dict[str, Any] = exact_json.loads_as_typed(
            assignments.read_text(from_file, option="--from")
        )
    except ValueError as error:
        wrong_use(f"--from {from_file} is not JSON: {error}.")
    return document


def _parameter(word: str) -> dict[str, Any]:
    """`id:integer` is required; `page:integer=1` has a default."""
    declared, equals, default = word.partition("=")
    name, _, kind = declared.partition(":")
    parameter: dict[str, Any] = {"name": name, "type": kind or "string", "required": not equals}
    if equals:
        try:
            parameter["default"] = (
                default if kind in ("", "string") else exact_json.loads_as_typed(default)
            )
        except ValueError:
            parameter["default"] = default
    return parameter


@app.command("list")
@command
def list_(
    keep: "Keep",
    out: Output,
    source: Annotated[
        str | None, typer.Option("--source", metavar="SOURCE", help="Only of this data source.")
    ] = None,
) -> None:
    """List saved queries."""
    items = keep.list("queries", **({"data_source": source} if source else {}))
    columns = (("NAME", "name"), ("METHOD", "method"), ("PATH", "path"))
    out.table(items, columns, empty="No queries yet. Add one: sourcekeep query add SOURCE PATH")


@app.command("show")
@command
def show(keep: "Keep", out: Output, query: Query) -> None:
    """Show a saved query."""
    out.document(keep.get("queries", query))


@app.command("rm")
@command
def rm(keep: "Keep", out: Output, query: Query) -> None:
    """Delete a saved query."""
    keep.remove("queries", query)
    out.say(f"Deleted the query {query}.")
