"""On a narrow screen nothing is cut: no word on a button, no value between its neighbours."""

from __future__ import annotations

from playwright.async_api import expect

from tests.served import Served
from tests.web.conftest import OpenVisit, begin

CUT = """() => [...document.querySelectorAll("button, a")]
  .filter(control => control.checkVisibility())
  .flatMap(control => [...control.querySelectorAll("*")])
  .filter(part => part.scrollWidth > part.clientWidth + 1
    && getComputedStyle(part).overflowX === "hidden"
    && getComputedStyle(part).textOverflow !== "ellipsis")
  .map(part => part.textContent)"""


async def test_no_word_on_a_button_is_cut(open_visit: OpenVisit, demo_server: Served) -> None:
    bench = await begin(open_visit, demo_server, width=360)
    page = bench.visit.page
    for place, landmark in (
        ("/data-sources/demo", "Test connection"),
        ("/queries/demo1", "Run"),
        ("/runs", "Navigation"),
        ("/secrets", "Add a secret"),
        ("/settings/account", "Navigation"),
    ):
        await bench.visit.go(place)
        await expect(bench.button(landmark)).to_be_visible()
        assert await page.evaluate(CUT) == []
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert await page.evaluate(overflow) <= 0


async def test_who_set_a_header_leaves_its_value_room(
    open_visit: OpenVisit, demo_server: Served
) -> None:
    bench = await begin(open_visit, demo_server, width=360)
    await bench.visit.go("/queries/demo1")
    result = await bench.run()
    await result.get_by_role("tab", name="Request").click()
    agent = result.get_by_text("Sourcekeep", exact=True).first
    await expect(agent).to_be_visible()
    box = await result.get_by_role("cell", name="gzip, deflate, br, zstd").bounding_box()
    assert box is not None
    assert box["width"] > 250
    await bench.visit.assert_accessible()
    await bench.visit.picture("who set what")


async def test_a_run_is_opened_by_its_row(open_visit: OpenVisit, demo_server: Served) -> None:
    bench = await begin(open_visit, demo_server, width=360)
    await bench.visit.go("/queries/demo1")
    await bench.run()
    await bench.open_from_navigation("Runs")
    page = bench.visit.page
    await page.get_by_role("row").filter(has_text="demo1").click()
    await expect(page.get_by_role("heading", level=1, name="demo1")).to_be_visible()
    await page.go_back()
    filters = [await bench.field(name).bounding_box() for name in ("Data source", "Query")]
    assert filters[0] and filters[1]
    assert filters[0]["y"] == filters[1]["y"]
