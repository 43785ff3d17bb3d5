"""What an address leads to is in sight, and the lists beside it say where one is."""

from __future__ import annotations

from playwright.async_api import expect

from tests.web.workbench import Workbench


async def test_a_name_in_an_address_is_as_good_as_an_id(bench: Workbench) -> None:
    page = bench.visit.page
    await bench.visit.go("/queries/demo1")
    await expect(page.get_by_role("heading", level=1, name="demo1")).to_be_visible()
    for list_name in ("Open queries", "Queries by data source"):
        link = page.get_by_role("navigation", name=list_name).get_by_role("link", name="demo1")
        await expect(link).to_have_attribute("aria-current", "page")

    await bench.visit.go("/data-sources/demo")
    await expect(page.get_by_role("heading", level=1, name="demo")).to_be_visible()
    saved = page.get_by_role("navigation", name="Saved data sources")
    link = saved.get_by_role("link", name="demo")
    await expect(link).to_have_attribute("aria-current", "page")


async def test_a_long_list_and_the_editor_beside_it_are_both_in_sight(bench: Workbench) -> None:
    page = bench.visit.page
    for number in range(40):
        made = await page.context.request.post(
            f"{bench.visit.origin}/api/v1/queries",
            headers={"Origin": bench.visit.origin},
            data={"data_source": "demo", "name": f"query_{number:02}"},
        )
        assert made.ok
    await bench.visit.go("/queries/query_39")
    entry = page.get_by_role("navigation", name="Queries by data source").get_by_role(
        "link", name="query_39"
    )
    name = page.get_by_role("heading", level=1, name="query_39")
    await expect(name).to_be_in_viewport()
    await expect(entry).to_be_in_viewport()
    new = page.get_by_role("link", name="New query", exact=True)
    await expect(new).to_be_in_viewport()
    await expect(new).to_have_css("height", "30px")
    await expect(page.get_by_label("Search queries")).to_be_in_viewport()
    await bench.visit.assert_accessible()
    assert await page.evaluate("scrollY") == 0
