"""Bodies that are documents are shown, and can do nothing."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from tests.served import Served
from tests.web.conftest import OpenVisit, Scheme
from tests.web.upstream import api as api
from tests.web.upstream import at_work

HAS_INK = """canvas => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.some((value, at) => at % 4 !== 3 && value < 100);
}"""


async def test_a_foreign_page_is_shown_and_can_do_nothing(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/html")
    page = bench.visit.page
    title = await page.title()
    await bench.run()
    frame = page.frame_locator('iframe[title="Preview of the page"]')
    heading = frame.get_by_role("heading", name="Report")
    await expect(heading).to_have_css("color", "rgb(0, 128, 128)")
    await expect(heading).to_have_css("font-weight", "900")
    await frame.get_by_text("away").click()
    await frame.get_by_role("button", name="send").click()
    await expect(heading).to_be_visible()
    assert await page.title() == title
    await bench.visit.picture("preview")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
async def test_a_pdf_is_shown_page_by_page_and_can_do_nothing(
    open_visit: OpenVisit, demo_server: Served, api: str, scheme: Scheme, width: int
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/pdf", scheme=scheme, width=width)
    result = await bench.run()
    pages = result.get_by_role("region", name="PDF")
    first = pages.get_by_role("region", name="Page 1")
    # Its text, for those who select, search or listen; and its picture.
    await expect(first.get_by_text("Invoice 41")).to_be_attached()
    canvas = await first.locator("canvas").element_handle()
    await bench.visit.page.wait_for_function(HAS_INK, arg=canvas)
    await bench.visit.assert_accessible()
    await bench.visit.picture("pdf")

    await pages.focus()
    await bench.visit.page.keyboard.press("End")
    await expect(
        pages.get_by_role("region", name="Page 2").get_by_text("Invoice 42")
    ).to_be_attached()
    await expect(result.get_by_text("2 pages")).to_be_visible()


async def test_a_torn_pdf_says_so_and_can_be_downloaded(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/torn")
    result = await bench.run()
    await expect(result.get_by_text("This is not a PDF that can be read.")).to_be_visible()
    async with bench.visit.page.expect_download() as saving:
        await bench.button("Download the PDF").click()
    assert (await saving.value).suggested_filename == "response.pdf"
