"""Writes the golden plans anew, to be read in the diff: `python -m tests.golden.plan.rewrite`."""

from __future__ import annotations

from dataclasses import replace

from tests.golden.plan.compose import FOLDER, composed, read_case

if __name__ == "__main__":
    for path in sorted(FOLDER.glob("*.case")):
        case = read_case(path)
        path.write_text(replace(case, expected=composed(case.given)).text, "utf-8")
