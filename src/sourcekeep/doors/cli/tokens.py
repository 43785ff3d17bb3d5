"""`sourcekeep token …`: caller tokens, given to programs instead of the real credential."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcekeep.doors.cli import assignments
from sourcekeep.doors.cli.command import command, wrong_use
from sourcekeep.doors.cli.output import Output

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep

app = typer.Typer(help="Caller tokens: create, list, revoke.", no_args_is_help=True)


@app.command("create")
@command
def create(
    keep: "Keep",
    out: Output,
    name: Annotated[str, typer.Option("--name", metavar="NAME", help="What the token is for.")],
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="admin, editor or runner.")
    ] = "runner",
    policy: Annotated[
        str | None, typer.Option("--policy", metavar="FILE", help="A policy as JSON (- is stdin).")
    ] = None,
) -> None:
    """Create a caller token; it is printed this once, alone on standard output."""
    payload: dict[str, Any] = {"name": name, "role": role}
    if policy is not None:
        try:
            payload["policy"] = json.loads(assignments.read_text(policy, option="--policy"))
        except ValueError as error:
            wrong_use(f"--policy {policy} is not JSON: {error}.")
    created = keep.create("tokens", payload)
    if out.as_json:
        out.document(created)
    else:
        print(created["token"])
        out.say("Keep it now: it cannot be shown again.")


@app.command("list")
@command
def list_(keep: "Keep", out: Output) -> None:
    """List caller tokens; never their text."""
    columns = (("ID", "id"), ("NAME", "name"), ("ROLE", "role"), ("LAST USED", "last_used_at"))
    out.table(keep.list("tokens"), columns, empty="No caller tokens yet.")


@app.command("revoke")
@command
def revoke(
    keep: "Keep",
    out: Output,
    token: Annotated[str, typer.Argument(metavar="ID", help="Its id, from `token list`.")],
) -> None:
    """Revoke a caller token at once."""
    keep.remove("tokens", token)
    out.say(f"Revoked the caller token {token}.")
