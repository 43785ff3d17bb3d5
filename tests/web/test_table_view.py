"""How a table is looked at: set by mouse or keyboard, and left alone by another run."""

from __future__ import annotations

from playwright.async_api import Locator, expect

from tests.served import Served
from tests.web.conftest import OpenVisit
from tests.web.keyboard import tab_to
from tests.web.upstream import api as api
from tests.web.upstream import at_work


async def width_of(column: Locator) -> float:
    box = await column.bounding_box()
    assert box is not None
    return box["width"]


async def test_a_column_is_made_wider_by_mouse_and_by_keyboard(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows")
    page = bench.visit.page
    result = await bench.run()
    grid = result.get_by_role("grid", name="Result rows")
    name = grid.get_by_role("columnheader", name="name")
    usual = await width_of(name)

    box = await name.bounding_box()
    assert box is not None
    edge = (box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    await page.mouse.move(*edge)
    await page.mouse.down()
    await page.mouse.move(edge[0] + 100, edge[1], steps=4)
    await page.mouse.up()
    await expect(name).to_have_css("width", f"{round(usual + 100)}px")
    await expect(name).to_have_attribute("aria-sort", "none")
    await page.mouse.dblclick(edge[0] + 100, edge[1])
    await expect(name).to_have_css("width", f"{round(usual)}px")

    await tab_to(page, grid)
    await page.keyboard.press("ArrowRight")
    for _ in range(3):
        await page.keyboard.press("Shift+ArrowRight")
    await expect(name).to_have_css("width", f"{round(usual) + 48}px")
    for _ in range(4):
        await page.keyboard.press("Shift+ArrowLeft")
    await expect(name).to_have_css("width", f"{round(usual) - 16}px")
    await bench.visit.assert_accessible()
    await bench.visit.picture("widths")


async def test_another_run_and_another_part_leave_the_table_as_it_was(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows")
    page = bench.visit.page
    result = await bench.run()
    price = result.get_by_role("columnheader", name="price")
    await price.click()
    await result.get_by_label("Filter rows").fill("row 5")
    await result.get_by_role("button", name="Columns").click()
    await result.get_by_role("checkbox", name="user.city").uncheck()
    await page.keyboard.press("Escape")
    await result.get_by_role("tab", name="JSON", exact=True).click()
    await result.get_by_role("tab", name="Table", exact=True).click()

    async def is_as_it_was() -> None:
        await expect(price).to_have_attribute("aria-sort", "ascending")
        await expect(result.get_by_label("Filter rows")).to_have_value("row 5")
        await expect(result.get_by_role("button", name="Columns 4 of 5")).to_be_visible()

    await is_as_it_was()
    await page.evaluate("scrollTo(0, 200)")
    scrolled = await page.evaluate("scrollY")
    assert scrolled > 0
    await page.keyboard.press("Control+Enter")
    await expect(result.get_by_role("tab", name="Compare")).to_be_visible()
    await is_as_it_was()
    assert await page.evaluate("scrollY") == scrolled
