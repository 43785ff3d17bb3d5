"""The table of a contest, its ratios against the budget, and the dated report."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bench.load import Figures

OURS = "Sourcekeep"


@dataclass(frozen=True)
class Budget:
    """A ratio of performance.md: one figure of ours over the same of another contestant."""

    words: str
    other: str
    figure: str
    must: float | None
    aim: float


@dataclass(frozen=True)
class Contest:
    """What was measured, and what it is held against."""

    title: str
    figures: dict[str, Figures | str]
    budgets: tuple[Budget, ...]

    def text(self) -> str:
        """Two Markdown tables: the figures, and the ratios."""
        return "\n".join([f"## {self.title}", "", *self._figures(), "", *self._ratios(), ""])

    def _figures(self) -> list[str]:
        lines = [
            "| contestant | CPU µs/request | requests/s | p50 ms | p99 ms | memory MB |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
        ]
        for name, f in self.figures.items():
            if isinstance(f, str):
                lines.append(f"| {name} | {f} | | | | |")
            else:
                lines.append(
                    f"| {name} | {f.cpu_us:.1f} | {f.per_second:,.0f} | {f.p50_ms:.2f} "
                    f"| {f.p99_ms:.2f} | {f.memory_mb:.0f} |"
                )
        return lines

    def _ratios(self) -> list[str]:
        lines = ["| ratio | ours | must reach | aim | |", "| --- | ---: | ---: | ---: | --- |"]
        mine = self.figures[OURS]
        for budget in self.budgets:
            other = self.figures[budget.other]
            must = "" if budget.must is None else f"{budget.must:g} ×"
            end = f"| {must} | {budget.aim:g} × |"
            if isinstance(other, str) or isinstance(mine, str):
                lines.append(f"| {budget.words} | not measured {end} |")
                continue
            ratio = getattr(mine, budget.figure) / getattr(other, budget.figure)
            lines.append(f"| {budget.words} | {ratio:.2f} × {end} {_verdict(budget, ratio)} |")
        return lines


def _verdict(budget: Budget, ratio: float) -> str:
    def reached(line: float) -> bool:
        return ratio >= line if budget.figure == "per_second" else ratio <= line

    if budget.must is not None and not reached(budget.must):
        return "MISSED"
    return "aim met" if reached(budget.aim) else "met" if budget.must is not None else "aim missed"


def write(contests: list[Contest], folder: Path) -> Path:
    """The report of today, with the machine it was made on; an earlier one of today is replaced."""
    today = date.today().isoformat()
    head = [
        f"# Bench of {today}",
        "",
        f"Python {platform.python_version()}, {platform.machine()}, one core for the server, "
        "one for load (wrk) and upstream (nginx, mutual TLS, 1 KB JSON).",
        "",
    ]
    report = folder / f"{today}.md"
    report.write_text("\n".join([*head, *(contest.text() for contest in contests)]))
    return report
