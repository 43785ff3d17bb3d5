"""`python -m sourcekeep`, and the program `sourcekeep`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sourcekeep.settings import Settings


def main() -> None:
    """Run the command line; it ends the process with its exit code."""
    from sourcekeep.doors.cli.app import program

    program(start=_start)(prog_name="sourcekeep")


def _start(settings: Settings) -> int:
    from sourcekeep.serve import serve

    return serve(settings)


if __name__ == "__main__":
    main()
