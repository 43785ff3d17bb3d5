"""Go to, run, create from anywhere: by its button on any screen, by Ctrl/Cmd+K with a keyboard."""

from __future__ import annotations

from playwright.async_api import expect

from tests.web.keyboard import type_here
from tests.web.workbench import Workbench


async def test_it_runs_a_query_and_begins_a_secret(bench_in_each_look: Workbench) -> None:
    bench = bench_in_each_look
    page = bench.visit.page
    await bench.button("Go to, run or create").click()
    await type_here(page, "run demo")
    await expect(page.get_by_role("option", name="Run demo1", selected=True)).to_be_visible()
    await bench.visit.assert_accessible()
    await bench.visit.picture("palette")
    await page.keyboard.press("Enter")
    result = page.get_by_role("region", name="Result")
    await expect(result.get_by_text("Query completed")).to_be_visible()

    await page.keyboard.press("ControlOrMeta+k")
    await type_here(page, "new secret")
    await page.get_by_role("option", name="New secret").click()
    await expect(page.get_by_role("dialog", name="Add a secret")).to_be_visible()
    await page.go_back()
    await expect(result.get_by_text("Query completed")).to_be_visible()


async def test_the_colour_scheme_is_within_reach(bench_in_each_look: Workbench) -> None:
    bench = bench_in_each_look
    page = bench.visit.page
    wide = page.viewport_size is not None and page.viewport_size["width"] > 600
    if not wide:
        await bench.button("Navigation").click()
    await page.get_by_title("Dark", exact=True).locator("visible=true").click()
    await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    await bench.visit.assert_accessible()
