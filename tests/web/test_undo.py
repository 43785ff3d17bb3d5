"""Deleting with a way back, and a server that goes away and comes again."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from playwright.async_api import expect

from tests.served import serving
from tests.web.conftest import OpenVisit
from tests.web.workbench import Workbench


async def test_a_deleted_source_comes_back_with_its_credential(
    bench: Workbench,
) -> None:
    page = bench.visit.page
    await bench.add_rest_api()
    await bench.enter_bearer(base_url=bench.served.demo_addresses[0], token="demo-token")
    await bench.save()
    await bench.button("Delete").click()
    await expect(page.get_by_text("Deleted the data source restapi")).to_be_visible()
    saved = page.get_by_role("navigation", name="Saved data sources")
    await expect(saved.get_by_role("link", name="restapi")).to_have_count(0)
    await bench.visit.assert_accessible()
    await bench.visit.picture("undo")

    await bench.button("Undo").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("group", name="Token")).to_contain_text("set")
    await bench.create_query()
    await expect((await bench.run()).get_by_text("Query completed")).to_be_visible()


async def test_what_was_deleted_is_gone_for_good_once_the_page_is_left(
    bench: Workbench,
) -> None:
    page = bench.visit.page
    await bench.add_rest_api()
    address = page.url
    await bench.button("Delete").click()
    await expect(page.get_by_text("Deleted the data source restapi")).to_be_visible()
    await page.goto("about:blank")
    await bench.visit.go(address)
    await expect(page.get_by_text("There is no such data source")).to_be_visible()


async def test_a_source_in_use_names_its_queries_and_a_query_can_be_undone(
    bench: Workbench,
) -> None:
    page = bench.visit.page
    saved = page.get_by_role("navigation", name="Saved data sources")
    await saved.get_by_role("link", name="demo").click()
    await bench.button("Delete").click()
    dialog = page.get_by_role("dialog", name="demo is in use")
    await expect(dialog.get_by_role("link").first).to_be_visible()
    await bench.visit.assert_accessible()
    await bench.visit.picture("in use")
    await dialog.get_by_role("link").first.click()

    await page.get_by_role("button", name="More about").click()
    await page.get_by_role("menuitem", name="Delete").click()
    await expect(page.get_by_text("Deleted the query")).to_be_visible()
    await bench.button("Undo").click()
    await expect(bench.button("Run")).to_be_visible()


async def test_a_server_that_went_away_is_found_again_and_unsaved_work_is_kept(
    open_visit: OpenVisit, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with serving(data) as first:
        bench = Workbench(await open_visit(first.url), first)
        await bench.enter_for_the_first_time()
        await bench.add_rest_api()
        await bench.field("Base URL").fill("https://api.example.com/")
    page = bench.visit.page
    await bench.press_save()
    await expect(page.get_by_text("Sourcekeep does not answer; trying again")).to_be_visible()
    await bench.visit.assert_accessible()
    await bench.visit.picture("away")
    with serving(data, "--port", str(urlsplit(first.url).port)):
        await expect(page.get_by_text("Sourcekeep does not answer; trying again")).to_have_count(0)
        await expect(bench.field("Base URL")).to_have_value("https://api.example.com/")
        await bench.save()
    bench.visit.forgive_missing_files()


async def test_a_page_wanted_while_the_server_is_away_comes_when_it_is_back(
    open_visit: OpenVisit, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with serving(data) as first:
        bench = Workbench(await open_visit(first.url), first)
        await bench.enter_for_the_first_time()
        page = bench.visit.page
        # The palette comes once the page has settled, so as to be there in any case.
        await page.wait_for_function(
            "() => performance.getEntriesByType('resource').some(e => e.name.includes('Palette'))"
        )
    await bench.open_from_navigation("Callers")
    await expect(page.get_by_text("Sourcekeep does not answer; trying again")).to_be_visible()
    await page.keyboard.press("ControlOrMeta+k")
    await expect(page.get_by_role("dialog", name="Go to, run or create")).to_be_visible()
    await page.keyboard.press("Escape")
    with serving(data, "--port", str(urlsplit(first.url).port)):
        await expect(page.get_by_role("heading", level=1, name="Callers")).to_be_visible()
        await bench.visit.assert_accessible()
    bench.visit.forgive_missing_files()
