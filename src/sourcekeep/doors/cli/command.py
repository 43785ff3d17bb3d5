"""What every command shares: which keep it acts on, how it prints, how it ends.

Exit codes (contract 7): 0 done, 1 the run failed or nothing answers, 2 wrong use, 3 not allowed.
"""

import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from sourcekeep.doors.cli.output import Output

if TYPE_CHECKING:
    from sourcekeep.doors.library.keep import Keep
    from sourcekeep.model.problem import Invalid, Refused

DONE, FAILED, WRONG_USE, NOT_ALLOWED = 0, 1, 2, 3

Server = Annotated[
    str | None,
    typer.Option(
        "--server",
        envvar="SOURCEKEEP_SERVER",
        metavar="URL",
        help="Act on this server, with the caller token in SOURCEKEEP_TOKEN.",
    ),
]
DataDir = Annotated[
    Path | None,
    typer.Option(
        "--data-dir", envvar="SOURCEKEEP_DATA_DIR", metavar="DIR", help="Act on this data dir."
    ),
]
DatabaseUrl = Annotated[
    str | None,
    typer.Option(
        "--database-url",
        envvar="SOURCEKEEP_DATABASE_URL",
        metavar="URL",
        help="Act on this database: postgresql://… or sqlite:///file.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]

_SHARED: tuple[tuple[str, Any, Any], ...] = (
    ("server", Server, None),
    ("data_dir", DataDir, None),
    ("database_url", DatabaseUrl, None),
    ("as_json", Json, False),
)


def command(work: Callable[..., int | None]) -> Callable[..., None]:
    """Make `work(keep, out, …)` a command: it gains the shared options, errors become words."""
    own = list(inspect.signature(work).parameters.values())[2:]
    shared = [
        inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=hint)
        for name, hint, default in _SHARED
    ]

    def run(**given: Any) -> None:
        where = {name: given.pop(name) for name, _, _ in _SHARED}
        out = Output(as_json=where.pop("as_json"))
        raise typer.Exit(_carry_out(work, where, out, given))

    run.__name__ = work.__name__
    run.__doc__ = work.__doc__
    parameters = [*(p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in own), *shared]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    return run


def _carry_out(
    work: Callable[..., int | None], where: dict[str, Any], out: Output, given: dict[str, Any]
) -> int:
    from sourcekeep.model.problem import Failed, Invalid, Refused

    try:
        with open_keep(**where) as keep:
            return work(keep, out, **given) or DONE
    except Invalid as error:
        return _say_invalid(out, error)
    except Failed as error:
        problem = error.problem
        out.problem(problem.code, f"{problem.title}: {problem.detail}", problem.hint)
        return WRONG_USE
    except Refused as error:
        return say_refused(out, error)
    except KeyboardInterrupt:
        out.say("Cancelled.")
        return FAILED


def open_keep(server: str | None, data_dir: Path | None, database_url: str | None) -> "Keep":
    """The keep that the options name: a server, else the local data dir or database."""
    import os

    from sourcekeep.doors.library.keep import connect, open_local
    from sourcekeep.model.problem import Invalid

    if server is None:
        return open_local(data_dir=data_dir, database_url=database_url, door="cli")
    token = os.environ.get("SOURCEKEEP_TOKEN")
    if not token:
        wrong_use("--server needs a caller token in SOURCEKEEP_TOKEN.")
    try:
        return connect(server, token=token)
    except Invalid as error:
        wrong_use(f"--server: {error.detail}")


def wrong_use(text: str) -> NoReturn:
    """End with exit code 2 and the reason on standard error."""
    print(f"sourcekeep: {text}", file=sys.stderr)
    raise typer.Exit(WRONG_USE)


def _say_invalid(out: Output, error: "Invalid") -> int:
    for fault in error.faults:
        out.problem(fault.code, f"{fault.pointer or 'input'}: {fault.detail}", "")
    return WRONG_USE


def say_refused(out: Output, error: "Refused") -> int:
    """Say why it was refused; the exit code for that."""
    names = f" ({', '.join(error.names)})" if error.names else ""
    out.problem(error.code, error.detail + names, "")
    if error.kind in ("not_signed_in", "forbidden"):
        return NOT_ALLOWED
    return FAILED if error.kind in ("unavailable", "throttled") else WRONG_USE
