"""`python -m sourcekeep`, and the program `sourcekeep`."""

from __future__ import annotations


def main() -> None:
    """Run the command line; it ends the process with its exit code."""
    from sourcekeep.doors.cli.app import app

    app(prog_name="sourcekeep")


if __name__ == "__main__":
    main()
