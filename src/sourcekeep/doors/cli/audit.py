"""`sourcekeep audit …`: who did what, as a list, as a file, and whether it is as it was written."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcekeep.doors.cli.command import DONE, FAILED, command
from sourcekeep.doors.cli.output import Output

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep

app = typer.Typer(help="The audit: list, verify, export.", no_args_is_help=True)

Actor = Annotated[
    str | None, typer.Option("--actor", metavar="ACTOR", help="Who did it: id or name.")
]
Target = Annotated[
    str | None, typer.Option("--target", metavar="TARGET", help="What it was done to: id or name.")
]
Action = Annotated[
    str | None,
    typer.Option("--action", metavar="ACTION", help="As source.update, or a group, as 'source.*'."),
]
Since = Annotated[str | None, typer.Option("--since", metavar="TIME", help="RFC 3339, included.")]
Until = Annotated[str | None, typer.Option("--until", metavar="TIME", help="RFC 3339, excluded.")]


@app.command("list")
@command
def list_(
    keep: "Keep",
    out: Output,
    actor: Actor = None,
    target: Target = None,
    action: Action = None,
    since: Since = None,
    until: Until = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, metavar="NUMBER", help="Lines at most.")
    ] = 50,
) -> None:
    """List what was done, newest first."""
    items = keep.recent("audit", limit, **_filters(actor, target, action, since, until))
    rows = items if out.as_json else [_row(item) for item in items]
    columns = (
        ("SEQ", "seq"),
        ("AT", "at"),
        ("ACTOR", "actor"),
        ("DOOR", "door"),
        ("ACTION", "action"),
        ("TARGET", "target"),
        ("OUTCOME", "outcome"),
    )
    out.table(rows, columns, empty="No audit lines.")


@app.command("verify")
@command
def verify(keep: "Keep", out: Output) -> int:
    """Walk the chain of hashes; exit 1 and the first broken line when it is not whole."""
    told = keep.verify_audit()
    if out.as_json:
        out.document(told)
    elif told["ok"]:
        out.say(f"{told['lines']} lines are as they were written.")
    else:
        broken = told["broken"]
        out.problem("audit_broken", f"line {broken['seq']}: {broken['detail']}", "")
        out.say(f"The {told['lines']} lines before it are as they were written.")
    return DONE if told["ok"] else FAILED


@app.command("export")
@command
def export(
    keep: "Keep",
    out: Output,
    actor: Actor = None,
    target: Target = None,
    action: Action = None,
    since: Since = None,
    until: Until = None,
) -> None:
    """Print the audit as NDJSON, oldest first: one line each, with its hash."""
    keep.export_audit(sys.stdout.buffer.write, **_filters(actor, target, action, since, until))
    sys.stdout.buffer.flush()


def _filters(*values: str | None) -> dict[str, str]:
    names = ("actor", "target", "action", "since", "until")
    return {name: value for name, value in zip(names, values, strict=True) if value is not None}


def _row(item: dict[str, Any]) -> dict[str, Any]:
    target = item["target"]
    return {**item, "actor": item["actor"]["name"], "target": target["name"] or target["kind"]}
