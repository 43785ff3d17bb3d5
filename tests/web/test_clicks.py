"""The task of the page that Sourcekeep started from: no more clicks here than there."""

from __future__ import annotations

from playwright.async_api import expect

from tests.served import Served
from tests.web.clicks import clicks, count_clicks
from tests.web.conftest import OpenVisit
from tests.web.keyboard import type_here
from tests.web.workbench import Workbench

# For one task, step by step in docs/first-use.md.
CLICKS_OF_THE_ORIGINAL = 17
CLICKS_HERE = 17
CLICKS_THE_SHORT_WAY = 12
# Opening a list and choosing in it, which the page is not told of.
IN_A_LIST = 2


async def test_the_flow_of_the_original_takes_no_more_clicks_than_there(
    open_visit: OpenVisit, demo_server: Served
) -> None:
    """The steps of its page with a header and a CA certificate; counted in docs/first-use.md."""
    bench = await at_data_sources(open_visit, demo_server)
    page = bench.visit.page
    await page.get_by_role("link", name="Data Sources", exact=True).click()
    await page.get_by_role("link", name="API 1").click()
    await bench.button("REST API").click()
    await rename(bench)
    await enter(bench, "Base URL", demo_server.demo_addresses[1])
    await bench.button("Add header").click()
    await enter(bench, "Name of header 1", "X-Tenant")
    await enter(bench, "Value of header 1", "acme")
    await bench.field("Authentication").select_option(label="Bearer")
    await enter(bench, "Token", "demo-token")
    await bench.field("SSL Certificate").select_option(label="CA Certificate")
    await enter(bench, "CA Cert", bench.certificate_file("server.crt"))
    await save_and_run(bench)
    assert await clicks(page) + 2 * IN_A_LIST == CLICKS_HERE <= CLICKS_OF_THE_ORIGINAL


async def test_the_short_way_takes_fewer(open_visit: OpenVisit, demo_server: Served) -> None:
    bench = await at_data_sources(open_visit, demo_server)
    page = bench.visit.page
    await bench.button("REST API").click()
    await rename(bench)
    await enter(bench, "Base URL", demo_server.demo_addresses[1])
    await bench.button("Add header").click()
    await type_here(page, "X-Tenant")
    await page.keyboard.press("Tab")
    await page.keyboard.type("acme")
    await bench.field("Authentication").select_option(label="Bearer")
    await enter(bench, "Token", "demo-token")
    await bench.button("Test connection").click()
    await page.get_by_role("button", name="Trust exactly this CA").click()
    await expect(page.get_by_role("heading", name="The connection works")).to_be_visible()
    await save_and_run(bench)
    assert await clicks(page) + IN_A_LIST == CLICKS_THE_SHORT_WAY


async def at_data_sources(open_visit: OpenVisit, served: Served) -> Workbench:
    """Signed in, with the count of clicks at none."""
    visit = await open_visit(served.url)
    bench = Workbench(visit, served)
    await bench.enter_for_the_first_time()
    await count_clicks(visit.page)
    await visit.page.reload()
    return bench


async def rename(bench: Workbench) -> None:
    await bench.button("Rename data source restapi").click()
    await bench.visit.page.locator("input:focus").wait_for()
    await bench.visit.page.keyboard.press("Control+a")
    await bench.visit.page.keyboard.type("orders")
    await bench.visit.page.keyboard.press("Enter")


async def enter(bench: Workbench, label: str, text: str) -> None:
    """Click into the field and paste."""
    await bench.field(label).click()
    await bench.visit.page.keyboard.insert_text(text)


async def save_and_run(bench: Workbench) -> None:
    page = bench.visit.page
    await bench.button("Save").click()
    await expect(page.get_by_text("Saved", exact=True).first).to_be_visible()
    await bench.create_query()
    await bench.button("Run").click()
    await expect(page.get_by_text("Query completed")).to_be_visible()
