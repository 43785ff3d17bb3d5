"""`sourcekeep key …`: the master keys that seal the stored secrets. A key itself is never shown."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcekeep.doors.cli.command import DONE, FAILED, command
from sourcekeep.doors.cli.output import Output

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep

app = typer.Typer(help="Master keys: list, rotate.", no_args_is_help=True)


@app.command("list")
@command
def list_(keep: "Keep", out: Output) -> None:
    """List the master keys by id, and how many secrets each of them wraps."""
    items = keep.list("keys")
    rows = items if out.as_json else [_row(item) for item in items]
    columns = (("ID", "id"), ("CURRENT", "current"), ("SECRETS", "secrets"))
    out.table(rows, columns, empty="No master keys yet.")


@app.command("rotate")
@command
def rotate(
    keep: "Keep",
    out: Output,
    retire_old: Annotated[
        bool,
        typer.Option("--retire-old", help="Take away old keys that nothing is wrapped with."),
    ] = False,
) -> int:
    """Wrap every secret with a new master key while servers go on; finish a rotation that was begun.

    With SOURCEKEEP_MASTER_KEY, secrets are wrapped with the first key of it.
    """
    report = keep.rotate_keys(retire_old=retire_old)
    if out.as_json:
        out.document(report)
    else:
        _tell(out, report)
    return FAILED if report["left"] else DONE


def _tell(out: Output, report: dict[str, Any]) -> None:
    made = "The new master key" if report["added"] else "The master key"
    out.say(
        f"{made} {report['key']} wraps {report['secrets'] - report['left']} of "
        f"{report['secrets']} secrets; {report['rewrapped']} were wrapped anew."
    )
    for place in report["broken"]:
        out.say(f"{place} does not open and was left as it is: enter that secret again.")
    if report["retired"]:
        out.say(f"Taken away: {', '.join(report['retired'])}.")
    if report["unused"]:
        out.say(
            f"No longer used: {', '.join(report['unused'])}. Backups from before need it; take it "
            "away with --retire-old, or out of SOURCEKEEP_MASTER_KEY."
        )


def _row(item: dict[str, Any]) -> dict[str, Any]:
    return {**item, "current": "yes" if item["current"] else ""}
