"""The audit: found by its filters, opened, verified and taken along."""

from __future__ import annotations

import json
import re
from pathlib import Path

from playwright.async_api import expect

from tests.web.keyboard import tab_to
from tests.web.workbench import Workbench


async def test_what_was_done_is_found_opened_verified_and_exported(
    bench_in_each_look: Workbench, tmp_path: Path
) -> None:
    bench = bench_in_each_look
    visit, page, keyboard = bench.visit, bench.visit.page, bench.keyboard
    await bench.add_rest_api()
    await visit.go("/audit")
    await keyboard.press(bench.button("Verify"))
    await expect(page.get_by_text("as they were written.")).to_be_visible()
    await visit.assert_accessible()
    await visit.picture("1 verified")

    await keyboard.type(bench.field("Done to"), "restapi")
    await page.keyboard.press("Enter")
    lines = page.get_by_role("table", name="Audit lines")
    await expect(lines.get_by_role("button")).to_have_count(1)
    await keyboard.press(lines.get_by_role("button", name=re.compile("source.create")))
    await expect(lines.get_by_text("Line before")).to_be_visible()
    await visit.assert_accessible()
    await visit.picture("2 opened")

    await tab_to(page, page.get_by_role("link", name="Export as NDJSON"), key="Shift+Tab")
    async with page.expect_download() as coming:
        await page.keyboard.press("Enter")
    path = tmp_path / "audit.ndjson"
    await (await coming.value).save_as(path)
    exported = [json.loads(line) for line in path.read_text().splitlines()]
    assert [line["action"] for line in exported] == ["source.create"]
