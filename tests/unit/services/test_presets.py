"""Presets: each can be saved as it is, asks for its credential, and previews its first query."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from sourcekeep.model.preset import PresetUnusable
from sourcekeep.plugins.presets import presets
from sourcekeep.plugins.registry import auth_types
from sourcekeep.services.kinds import Kinds
from sourcekeep.settings import Settings
from sourcekeep.wiring import App, CannotStart, build
from tests.unit.services.conftest import ADMIN

PRESETS: list[dict[str, Any]] = Kinds(auth_types(), presets()).listing["presets"]
IDS = [preset["preset"] for preset in PRESETS]
SECRET = "what-a-person-enters"

GUIDE = Path(__file__).parents[3] / "docs" / "presets.md"
MINE = GUIDE.read_text("utf-8").partition("```toml\n")[2].partition("```")[0]


def test_there_are_at_least_fifteen_with_titles_and_names_of_their_own() -> None:
    assert len(PRESETS) >= 15
    for names in (
        [preset["title"].lower() for preset in PRESETS],
        [preset["source"]["name"] for preset in PRESETS],
        [preset["query"]["name"] for preset in PRESETS],
    ):
        assert len(set(names)) == len(names)


@pytest.mark.parametrize("preset", PRESETS, ids=IDS)
def test_a_credential_is_never_sent_in_clear_over_the_net(preset: dict[str, Any]) -> None:
    base = preset["source"].get("base_url") or preset["base_url_example"]
    parts = urlsplit(base)
    assert parts.scheme == "https" or parts.hostname == "localhost"
    assert urlsplit(preset["documentation_url"]).scheme == "https"
    credential = preset["credential"]
    if credential is not None and credential["url"] is not None:
        assert urlsplit(credential["url"]).scheme == "https"


@pytest.mark.parametrize("preset", PRESETS, ids=IDS)
def test_an_address_of_each_customers_own_is_never_guessed(preset: dict[str, Any]) -> None:
    """Else what is typed first would be sent to whoever owns the example's name."""
    has_example = preset["base_url_example"] is not None
    assert has_example == ("base_url" not in preset["source"])
    assert has_example == ("/base_url" in preset["fill"])


@pytest.mark.parametrize("preset", PRESETS, ids=IDS)
async def test_a_preset_becomes_a_source_and_a_query_that_previews(
    app: App, preset: dict[str, Any]
) -> None:
    source = await app.sources.create(ADMIN, {"kind": preset["kind"], **preset["source"]})
    query = await app.queries.create(ADMIN, {**preset["query"], "data_source": source.doc["id"]})
    entered = dict.fromkeys(preset["fill"], SECRET)
    if "/auth/username" in entered:
        entered["/auth/username"] = "ada"
    if "/base_url" in entered:
        entered["/base_url"] = preset["base_url_example"]
    for pointer in entered:
        assert reaches(source.doc, pointer), f"{preset['preset']} has nothing at {pointer}"
    await app.sources.patch(ADMIN, source.doc["id"], patch_of(entered))
    preview = await app.runs.preview_saved(ADMIN, query.doc["id"], {})
    assert SECRET not in str(preview)
    base = preset["source"].get("base_url") or preset["base_url_example"]
    assert preview["url"].startswith(base.rstrip("/"))
    if preset["credential"] is not None:
        sent = [*preview["headers"], *preview["params"], *preview["cookies"]]
        assert any(entry["from"] == "auth" for entry in sent)


def test_a_folder_of_ones_own_adds_presets_and_replaces_ours(tmp_path: Path) -> None:
    (tmp_path / "billing.toml").write_text(MINE, "utf-8")
    (tmp_path / "github.toml").write_text(MINE.replace("billing", "ghe"), "utf-8")
    found = {preset.preset: preset for preset in presets(tmp_path)}
    assert found["billing"].title == "Billing"
    assert found["github"].source["name"] == "ghe"
    assert "stripe" in found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("title = ", "cannot be read"),
        (MINE.replace('title = "Billing"', ""), "title"),
        (MINE.replace('type = "bearer"', 'type = "bear"'), "/auth"),
        (MINE.replace('type = "bearer"', 'type = "bearer", token = "t"'), "may not hold one"),
        (MINE.replace('path = "/invoices"', 'paht = "/invoices"'), "query/paht"),
        (MINE.replace("https://wiki", "javascript://wiki"), "documentation_url"),
    ],
)
async def test_a_preset_that_cannot_be_used_is_named_and_nothing_starts(
    tmp_path: Path, text: str, words: str
) -> None:
    folder = tmp_path / "presets"
    folder.mkdir()
    (folder / "billing.toml").write_text(text, "utf-8")
    with pytest.raises(CannotStart, match="billing") as refused:
        await build(Settings(data_dir=tmp_path / "data", presets_dir=folder))
    assert words in str(refused.value)


def test_a_folder_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(PresetUnusable, match="there is no folder"):
        presets(tmp_path / "nowhere")


def reaches(doc: dict[str, Any], pointer: str) -> bool:
    here: Any = doc
    for step in pointer.split("/")[1:]:
        if not isinstance(here, dict) or step not in here:
            return False
        here = here[step]
    return True


def patch_of(entered: dict[str, str]) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for pointer, value in entered.items():
        *parents, last = pointer.split("/")[1:]
        here = patch
        for step in parents:
            here = here.setdefault(step, {})
        here[last] = value
    return patch
