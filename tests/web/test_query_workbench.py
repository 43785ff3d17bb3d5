"""The query workbench: several queries at once, results looked at in every way, by the keyboard."""

from __future__ import annotations

import asyncio
import re

import pytest
from playwright.async_api import Locator, expect

from tests.served import Served
from tests.web.conftest import OpenVisit, Scheme
from tests.web.keyboard import Keyboard, tab_to
from tests.web.upstream import api as api
from tests.web.upstream import at_work


def part(result: Locator, name: str) -> Locator:
    return result.get_by_role("tab", name=re.compile(f"^{name}"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
async def test_a_result_can_be_looked_at_in_every_way(
    open_visit: OpenVisit, demo_server: Served, api: str, scheme: Scheme, width: int
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows", scheme=scheme, width=width)
    result = await bench.run()
    grid = result.get_by_role("grid", name="Result rows")
    await expect(grid.get_by_role("gridcell", name="9007199254740994", exact=True)).to_be_visible()
    await expect(grid.get_by_role("columnheader", name="user.city")).to_have_count(1)
    await bench.visit.assert_accessible()
    await bench.visit.picture("table")
    for button in ("Columns", "Download rows"):
        await result.get_by_role("button", name=button).click()
        await bench.visit.assert_accessible()
        await bench.visit.picture(button)
        await bench.visit.page.keyboard.press("Escape")
    for name in ("JSON", "Chart", "Raw", "Headers", "Timing", "Request"):
        await part(result, name).click()
        await expect(result.get_by_role("tabpanel")).to_be_visible()
        if name == "Chart":
            await expect(result.get_by_role("img", name="Line chart of price")).to_be_visible()
        await bench.visit.assert_accessible()
        await bench.visit.picture(name)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await bench.visit.page.evaluate(overflow) <= 0


async def test_the_table_is_worked_with_by_the_keyboard_alone(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows")
    page = bench.visit.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.keyboard.press("Control+Enter")
    grid = page.get_by_role("grid", name="Result rows")
    await tab_to(page, grid)
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    head = grid.get_by_role("columnheader", name="name")
    await expect(head).to_have_attribute("aria-sort", "descending")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Control+c")
    assert await page.evaluate("navigator.clipboard.readText()") == "row 9"
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Row 10")).to_be_visible()
    await bench.visit.assert_accessible()
    await page.keyboard.press("Escape")
    await expect(grid).to_be_focused()
    await page.keyboard.press("Control+End")
    await expect(page.get_by_role("region", name="Chosen cell")).to_contain_text(
        "user.city, row 1:"
    )


async def test_of_100_000_rows_only_those_in_view_are_drawn(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/many")
    result = await bench.run()
    grid = result.get_by_role("grid", name="Result rows")
    await expect(grid).to_have_attribute("aria-rowcount", "100001")
    for _ in range(5):
        await grid.evaluate("region => { region.scrollTop += 250_000 }")
        await asyncio.sleep(0.05)
        assert await grid.get_by_role("row").count() < 100
    await grid.evaluate("region => { region.scrollTop = region.scrollHeight }")
    await expect(grid.get_by_role("gridcell", name="row 99999", exact=True)).to_be_visible()


async def test_json_is_searched_and_a_place_is_copied_as_a_path(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows")
    page = bench.visit.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    result = await bench.run()
    await part(result, "JSON").click()
    await bench.field("Search names and values").fill("row 42")
    await page.keyboard.press("Enter")
    chosen = result.get_by_role("treeitem", selected=True)
    await expect(chosen).to_contain_text('"row 42"')
    await bench.button("Copy path").click()
    assert await page.evaluate("navigator.clipboard.readText()") == "$[42].name"
    await bench.visit.assert_accessible()


async def test_two_runs_are_compared_place_by_place(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/changing")
    await bench.run()
    result = await bench.run()
    await part(result, "Compare").click()
    differences = result.get_by_role("region", name="Differences in the data")
    await expect(differences.get_by_role("listitem")).to_have_count(1)
    await expect(differences).to_contain_text("$.call")
    await bench.visit.assert_accessible()
    await bench.visit.picture("compare")


async def test_open_queries_and_unsaved_work_survive_a_reload(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows", "/html")
    page, keyboard = bench.visit.page, Keyboard(bench.visit.page)
    await keyboard.type(bench.field("Path"), "/rows?mine")
    other = page.get_by_role("navigation", name="Queries by data source")
    await tab_to(page, other.get_by_role("link", name=re.compile("html$")), key="Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(bench.field("Path")).to_have_value("/html")
    await page.reload()
    tabs = page.get_by_role("navigation", name="Open queries")
    await expect(tabs.get_by_role("link")).to_have_count(2)
    await bench.visit.picture("tabs")
    first = tabs.get_by_role("link", name=re.compile("rows"))
    await expect(first.get_by_role("img", name="Unsaved changes")).to_be_visible()
    await bench.visit.assert_accessible()
    await keyboard.press(first)
    await expect(bench.field("Path")).to_have_value("/rows?mine")
    await tab_to(page, first, key="Shift+Tab")
    await page.keyboard.press("Delete")
    await expect(page.get_by_role("dialog", name="Close rows without saving?")).to_be_visible()
    await bench.visit.assert_accessible()
    await keyboard.press(bench.button("Discard changes"))
    await expect(bench.field("Path")).to_have_value("/html")
    await expect(tabs.get_by_role("link")).to_have_count(1)


async def test_the_result_stands_beside_the_request_and_stays_there(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows")
    await bench.button("Show the result beside the request").click()
    await bench.visit.page.reload()
    result = await bench.run()
    request, answer = await bench.field("Path").bounding_box(), await result.bounding_box()
    assert request is not None
    assert answer is not None
    assert answer["x"] > request["x"] + request["width"]
    await bench.visit.assert_accessible()
    await bench.visit.picture("beside")
