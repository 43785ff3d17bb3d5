"""Reads a golden plan case and composes it. A case is what a person can review:

a sentence after `#`, then JSON with `source`, `query` and, where needed, `parameters`, `constants`
and `secrets`; below a line of dashes the request that comes of it, with who won, or the refusal.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sourcekeep.engine.outgoing import dress
from sourcekeep.engine.plan import HeaderDefault, SourceFace, prepare
from sourcekeep.engine.rows import Entry
from sourcekeep.model.auth import Outgoing
from sourcekeep.model.entry import Pair
from sourcekeep.model.problem import Failed
from sourcekeep.model.query import RequestSpec
from sourcekeep.model.source import Limits, Retry
from sourcekeep.plugins.registry import auth_types

FOLDER = Path(__file__).parent
LINE = "-" * 40


@dataclass(frozen=True)
class Case:
    path: Path
    sentence: str
    given: dict[str, Any]
    expected: str

    @property
    def text(self) -> str:
        return "\n".join((f"# {self.sentence}", _laid_out(self.given), LINE, self.expected, ""))


def read_case(path: Path) -> Case:
    above, _, below = path.read_text("utf-8").partition(f"\n{LINE}\n")
    sentence, _, given = above.partition("\n")
    return Case(path, sentence.removeprefix("# "), json.loads(given), below.rstrip("\n"))


def _laid_out(given: dict[str, Any]) -> str:
    members = [f"  {json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in given.items()]
    return "{\n" + ",\n".join(members) + "\n}"


def composed(given: dict[str, Any]) -> str:
    """The request as it would be sent, one fact a line."""
    try:
        return _composed(given)
    except Failed as failed:
        wrong = failed.problem
        return f"refused {wrong.code} at {wrong.pointer}\n  {wrong.detail}\n  {wrong.hint}"


def _composed(given: dict[str, Any]) -> str:
    source = {"base_url": "https://api.example.com/v1", **given.get("source", {})}
    auth = auth_types()[source.get("auth", {}).get("type", "none")]
    values = auth.values(**{k: v for k, v in source.get("auth", {}).items() if k != "type"})
    sealed = {
        f"headers/{index}": row["value"]
        for index, row in enumerate(source.get("headers", []))
        if row.get("secret")
    }
    face = SourceFace(
        id="source",
        name="source",
        base_url=source["base_url"],
        headers=tuple(
            HeaderDefault(
                row["name"],
                None if row.get("secret") else row["value"],
                row.get("locked", False),
                f"headers/{index}" if row.get("secret") else None,
            )
            for index, row in enumerate(source.get("headers", []))
        ),
        params=tuple(Pair(**row) for row in source.get("params", [])),
        cookies=tuple(Pair(**row) for row in source.get("cookies", [])),
        allowed_origins=tuple(source.get("allowed_origins", [])),
        limits=Limits(**source.get("limits", {})),
        retry=Retry(**source.get("retry", {})),
        auth_places=auth.places(values),
    )
    plan = prepare(face, RequestSpec.model_validate(given.get("query", {}))).plan(
        given.get("parameters", {}), given.get("constants", {}), given.get("secrets", {})
    )
    flow = auth.flow(values, Outgoing(plan.method, plan.target.url))
    try:
        next(flow)
    except StopIteration as end:
        outfit = dress(plan, plan.target, end.value.added, sealed)
    lines = [f"{plan.method} {outfit.target.url}"]
    lines += [_line(f"{entry.name}: {entry.value}", entry) for entry in outfit.headers]
    lines += [_line(f"  param {entry.encoded}", entry) for entry in outfit.params]
    lines += [_line(f"  cookie {entry.name}={entry.value}", entry) for entry in outfit.cookies]
    lines += [f"  notice {notice.code}: {notice.detail}" for notice in plan.warnings]
    if plan.body.content is not None:
        lines += ["", plan.body.content.decode("utf-8", "backslashreplace").replace("\r\n", "\n")]
    return "\n".join(lines).rstrip("\n")


def _line(text: str, entry: Entry) -> str:
    over = f" over {', '.join(entry.overrides)}" if entry.overrides else ""
    return f"{text:<60} <- {entry.from_}{over}"
