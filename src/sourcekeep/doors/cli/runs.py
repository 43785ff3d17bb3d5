"""`sourcekeep run` and `sourcekeep call`: data on standard output, the rest on standard error."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcekeep.doors.cli import assignments
from sourcekeep.doors.cli.command import DONE, FAILED, command, wrong_use
from sourcekeep.doors.cli.output import Output
from sourcekeep.doors.cli.request_options import Header, JsonBody, Param, Path, request_members
from sourcekeep.kit import exact_json

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep
    from sourcekeep.doors.library.results import Result

Parameters = Annotated[
    list[str] | None,
    typer.Option("--parameter", "-p", metavar="NAME=VALUE", help="A parameter; once for each."),
]


@command
def run(
    keep: "Keep",
    out: Output,
    query: Annotated[str, typer.Argument(metavar="QUERY", help="Its name or id.")],
    param: Parameters = None,
) -> int:
    """Run a saved query and print its data."""
    words = _once(param or [])
    declared = (
        {p["name"]: p["type"] for p in keep.get("queries", query)["parameters"]} if words else {}
    )
    values = {name: _typed(value, declared.get(name)) for name, value in words.items()}
    return _print(out, keep.run_with(query, values))


@command
def call(
    keep: "Keep",
    out: Output,
    source: Annotated[str, typer.Argument(metavar="SOURCE", help="Its name or id.")],
    method: Annotated[str, typer.Argument(metavar="METHOD", help="GET, POST, …")],
    path: Path = None,
    param: Param = None,
    header: Header = None,
    json_body: JsonBody = None,
) -> int:
    """Make one request against a data source, without saving a query."""
    request = request_members(
        method=method, path=path, param=param, header=header, json_body=json_body
    )
    return _print(out, keep.run_request(source, request, {}))


def _once(given: list[str]) -> dict[str, str]:
    words: dict[str, str] = {}
    for word in given:
        name, value = assignments.split(word, option="-p")
        if name in words:
            wrong_use(f"-p {name} is given twice.")
        words[name] = value
    return words


def _typed(text: str, kind: str | None) -> Any:
    """A word as the declared type: JSON for numbers, booleans, arrays, objects; else text.

    What does not read as its type goes on as text, so that the engine names what is wrong.
    """
    if kind in (None, "string", "date", "datetime", "enum"):
        return text
    try:
        return exact_json.loads_as_typed(text)
    except ValueError:
        return text


def _print(out: Output, result: "Result") -> int:
    if out.as_json:
        sys.stdout.buffer.write(result.text + b"\n")
    else:
        _print_data(result)
        _print_remarks(out, result)
    sys.stdout.flush()
    return DONE if result.ok else FAILED


def _print_data(result: "Result") -> None:
    if result.data is None and result.document["data_encoding"] is None:
        return
    content = result.content
    sys.stdout.buffer.write(content)
    if result.document["data_encoding"] != "base64" and not content.endswith(b"\n"):
        sys.stdout.buffer.write(b"\n")


def _print_remarks(out: Output, result: "Result") -> None:
    response, total = result.response, result.timings_ms["total"]
    if response is not None:
        out.say(
            f"{response.status} {response.reason} · {total:.0f} ms · {response.size_bytes} bytes"
        )
    for warning in result.warnings:
        out.say(f"Warning: {warning['detail']}")
    if result.error is not None:
        error = result.error
        out.problem(error.code, f"{error.title}: {error.detail}", error.hint)
