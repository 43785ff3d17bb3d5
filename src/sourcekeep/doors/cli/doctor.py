"""`sourcekeep doctor`: what an operator should know, and exit code 1 when something is wrong."""

from typing import Annotated, Any

import typer

from sourcekeep.doors.cli.command import (
    DONE,
    FAILED,
    DatabaseUrl,
    DataDir,
    Json,
    Server,
    open_keep,
    say_refused,
)
from sourcekeep.doors.cli.output import Output

_MARKS = {"ok": "✓", "warning": "!", "wrong": "✗"}
# Why the keep could not even be opened: findings, not wrong use.
_NOT_OPENED = ("cannot_start", "store_unavailable", "server_unreachable")


def doctor(
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 for warnings too.")] = False,
    server: Server = None,
    data_dir: DataDir = None,
    database_url: DatabaseUrl = None,
    as_json: Json = False,
) -> None:
    """Look at the store, the keys, the disk, every data source and when certificates end.

    Nothing is sent and nothing is changed. Exit 1 when something is wrong.
    """
    from sourcekeep.model.problem import Refused

    out = Output(as_json=as_json)
    try:
        with open_keep(server, data_dir, database_url) as keep:
            report = keep.doctor()
    except Refused as error:
        if error.code not in _NOT_OPENED:
            raise typer.Exit(say_refused(out, error)) from None
        report = _not_opened(error.detail)
    if as_json:
        out.document(report)
    else:
        _tell(out, report)
    warned = strict and any(check["state"] == "warning" for check in report["checks"])
    raise typer.Exit(DONE if report["ok"] and not warned else FAILED)


def _not_opened(detail: str) -> dict[str, Any]:
    check = {"check": "start", "state": "wrong", "detail": detail, "hint": "", "source": None}
    return {"ok": False, "checks": [check], "certificates": []}


def _tell(out: Output, report: dict[str, Any]) -> None:
    for check in report["checks"]:
        about = f"{check['source']}: " if check["source"] else ""
        print(f"{_MARKS[check['state']]} {check['check']:<12} {about}{check['detail']}")
        if check["hint"]:
            print(f"{'':15}→ {check['hint']}")
    if report["certificates"]:
        print()
        columns = (
            ("ENDS", "not_after"),
            ("DAYS", "days_left"),
            ("SOURCE", "source"),
            ("OF", "role"),
            ("SUBJECT", "subject"),
        )
        out.table(report["certificates"], columns, empty="")
