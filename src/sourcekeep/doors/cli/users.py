"""`sourcekeep user …`: people, invited by a link, and a way back in for who forgot their password."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from sourcekeep.doors.cli.command import command
from sourcekeep.doors.cli.output import Output

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep

app = typer.Typer(help="People: list, invite, link, disable, enable, rm.", no_args_is_help=True)

User = Annotated[str, typer.Argument(metavar="EMAIL", help="Their email address or id.")]


@app.command("list")
@command
def list_(keep: "Keep", out: Output) -> None:
    """List the people who may sign in."""
    columns = (
        ("EMAIL", "email"),
        ("NAME", "name"),
        ("ROLE", "role"),
        ("STATE", "state"),
        ("LAST SEEN", "last_seen_at"),
    )
    out.table(keep.list("users"), columns, empty="Nobody yet.")


@app.command("invite")
@command
def invite(
    keep: "Keep",
    out: Output,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Their email address.")],
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="What they are called.")
    ] = None,
    role: Annotated[
        str, typer.Option("--role", metavar="ROLE", help="admin, editor or runner.")
    ] = "runner",
) -> None:
    """Invite somebody; the one-time link is printed, alone on standard output."""
    _tell(out, keep.create("users", {"email": email, "role": role, "name": name}))


@app.command("link")
@command
def link(keep: "Keep", out: Output, user: User) -> None:
    """Print a new one-time link, to join or to set a new password; earlier links end."""
    _tell(out, keep.make_link(user))


@app.command("disable")
@command
def disable(keep: "Keep", out: Output, user: User) -> None:
    """Bar somebody; their sessions end at once."""
    out.say(f"Disabled {keep.patch('users', user, {'disabled': True})['email']}.")


@app.command("enable")
@command
def enable(keep: "Keep", out: Output, user: User) -> None:
    """Let somebody in again."""
    out.say(f"Enabled {keep.patch('users', user, {'disabled': False})['email']}.")


@app.command("rm")
@command
def rm(keep: "Keep", out: Output, user: User) -> None:
    """Remove somebody; the last admin stays."""
    keep.remove("users", user)
    out.say(f"Removed {user}.")


def _tell(out: Output, made: dict[str, Any]) -> None:
    if out.as_json:
        out.document(made)
        return
    print(made["link"])
    out.say(f"For {made['email']}; it works once, until {made['link_expires_at']}.")
