"""The options that make up a request, the same for one that is saved and one that is sent at once."""

from typing import Annotated, Any

import typer

from sourcekeep.doors.cli import assignments

Path = Annotated[str | None, typer.Argument(metavar="PATH", help="Path below the base URL.")]
Param = Annotated[
    list[str] | None,
    typer.Option("--param", metavar="NAME=VALUE", help="A param of the URL; once for each."),
]
Header = Annotated[
    list[str] | None,
    typer.Option("--header", metavar="HEADER", help="A header, 'Name: value'; once for each."),
]
JsonBody = Annotated[
    str | None, typer.Option("--json-body", metavar="FILE", help="JSON body (- is stdin).")
]


def request_members(
    *,
    method: str | None,
    path: str | None,
    param: list[str] | None,
    header: list[str] | None,
    json_body: str | None,
) -> dict[str, Any]:
    """The members of a query that were given, and no others."""
    members: dict[str, Any] = {}
    if method is not None:
        members["method"] = method
    if path is not None:
        members["path"] = path
    if param:
        pairs = (assignments.split(word, option="--param") for word in param)
        members["params"] = [{"name": name, "value": value} for name, value in pairs]
    if header:
        members["headers"] = [assignments.header(word) for word in header]
    if json_body is not None:
        content = assignments.read_text(json_body, option="--json-body")
        members["body"] = {"type": "json", "content": content}
    return members
