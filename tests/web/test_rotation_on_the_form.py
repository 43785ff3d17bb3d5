"""A credential replaced with overlap: a wrong next one is said, a right one retires the old."""

from __future__ import annotations

from playwright.async_api import expect

from tests.web.keyboard import type_here
from tests.web.workbench import Workbench


async def test_no_run_fails_while_a_token_is_replaced(bench_in_each_look: Workbench) -> None:
    bench = bench_in_each_look
    visit, page, keyboard = bench.visit, bench.visit.page, bench.keyboard
    source, query = await addresses(bench)

    await visit.go(source)
    await keyboard.press(bench.button("Replace with overlap"))
    await expect(bench.field("Next token")).to_be_focused()
    await page.keyboard.type("not-the-token")
    await page.keyboard.press("ControlOrMeta+s")
    await expect(page.get_by_text("No run has tried it yet.")).to_be_visible()
    await visit.assert_accessible()

    await visit.go(query)
    await expect((await bench.run()).get_by_text("Query completed")).to_be_visible()
    await visit.go(source)
    await expect(page.get_by_text("the current one was used")).to_be_visible()
    await visit.assert_accessible()
    await visit.picture("1 refused")

    await keyboard.press(bench.button("Replace Next token"))
    await type_here(page, "demo-token")
    await page.keyboard.press("ControlOrMeta+s")
    await expect(page.get_by_text("No run has tried it yet.")).to_be_visible()
    await visit.go(query)
    await expect((await bench.run()).get_by_text("Query completed")).to_be_visible()
    await visit.go(source)
    await expect(page.get_by_text("The old one can be retired.")).to_be_visible()
    await visit.picture("2 worked")
    await keyboard.press(bench.button("Retire the old one"))
    await visit.assert_accessible()
    await keyboard.press(bench.button("Retire it"))
    await expect(bench.button("Replace with overlap")).to_be_visible()

    await visit.go(query)
    await expect((await bench.run()).get_by_text("Query completed")).to_be_visible()


async def addresses(bench: Workbench) -> tuple[str, str]:
    """Where the demo's source and query are."""
    api = f"{bench.served.url}/api/v1"
    source = await (await bench.visit.page.request.get(f"{api}/data-sources/demo")).json()
    query = await (await bench.visit.page.request.get(f"{api}/queries/demo1")).json()
    return f"/data-sources/{source['id']}", f"/queries/{query['id']}"
