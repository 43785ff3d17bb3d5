"""The one table of what was measured against the budget of performance.md, and the dated report."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench import pythons


@dataclass(frozen=True)
class Line:
    """One line of the budget: what was measured, and the bound that it is held against.

    `value` is a ratio (unit ×) or a figure by itself (ms, s, MB); None when `beside` could not be
    had. `must` None: there is only an aim.
    """

    work: str
    ours: str
    beside: str
    value: float | None
    unit: str
    must: float | None
    aim: float
    more_is_better: bool = False

    def text(self) -> str:
        """A row of the Markdown table."""
        shown = "not measured" if self.value is None else f"{self.value:.2f} {self.unit}"
        must = "" if self.must is None else f"{self.must:g} {self.unit}"
        cells = (self.work, self.ours, self.beside, shown, must, f"{self.aim:g} {self.unit}")
        return f"| {' | '.join(cells)} | {self.verdict()} |"

    def verdict(self) -> str:
        """What became of it, in a word or two."""
        if self.value is None:
            return "not measured"
        if self.must is not None and not self._within(self.must):
            return "MISSED"
        if self._within(self.aim):
            return "aim met"
        return "met" if self.must is not None else "aim missed"

    def _within(self, bound: float) -> bool:
        assert self.value is not None
        return self.value >= bound if self.more_is_better else self.value <= bound


@dataclass(frozen=True)
class Contest:
    """What one contest found: its lines of the budget, and the figures behind them as Markdown."""

    title: str
    lines: tuple[Line, ...]
    details: tuple[str, ...] = ()

    def text(self) -> str:
        """The figures behind the lines."""
        return "\n".join([f"## {self.title}", "", *self.details, ""])


def table(contests: Sequence[Contest]) -> str:
    """All lines of the budget in one table."""
    head = [
        "| work | ours | beside | result | must reach | aim | |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    return "\n".join([*head, *(line.text() for one in contests for line in one.lines), ""])


def write(contests: Sequence[Contest], folder: Path) -> Path:
    """The report of today, with the machine it was made on; an earlier one of today is replaced."""
    today = date.today().isoformat()
    head = [
        f"# Bench of {today}",
        "",
        f"Served by {pythons.serving().build()}, {platform.machine()}, one core for the server, one for load (wrk) and "
        "upstream (nginx, mutual TLS, 1 KB JSON).",
        "",
        table(contests),
    ]
    report = folder / f"{today}.md"
    report.write_text("\n".join([*head, *(one.text() for one in contests if one.details)]))
    return report
