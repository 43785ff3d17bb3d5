"""How commands print: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any


class Output:
    """Prints for people, or with `--json` for programs."""

    def __init__(self, *, as_json: bool) -> None:
        self.as_json = as_json

    def say(self, text: str) -> None:
        """A remark for the person; never part of the data."""
        print(text, file=sys.stderr)

    def problem(self, code: str, text: str, hint: str) -> None:
        """Why it did not work, and what to do."""
        if self.as_json:
            self.say(json.dumps({"code": code, "detail": text, "hint": hint}, ensure_ascii=False))
        else:
            self.say(f"sourcekeep: {text}" + (f"\n  {hint}" if hint else ""))

    def document(self, document: Any) -> None:
        """One JSON document, indented."""
        print(json.dumps(document, indent=2, ensure_ascii=False))

    def table(
        self, items: Sequence[dict[str, Any]], columns: Iterable[tuple[str, str]], *, empty: str
    ) -> None:
        """The items as aligned columns `(title, member)`; as JSON whole."""
        if self.as_json:
            self.document(items)
            return
        if not items:
            self.say(empty)
            return
        titles, members = zip(*columns, strict=True)
        rows = [titles, *(tuple(_cell(item.get(member)) for member in members) for item in items)]
        widths = [max(len(row[place]) for row in rows) for place in range(len(titles))]
        for row in rows:
            cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            print("  ".join(cells).rstrip())


def _cell(value: Any) -> str:
    if value is None:
        return "-"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(value)
