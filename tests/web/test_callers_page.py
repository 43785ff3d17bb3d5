"""A caller token: narrowed with its meaning beside it, shown once, used, and revoked."""

from __future__ import annotations

import re

from playwright.async_api import APIResponse, expect

from tests.web.workbench import Workbench


async def test_a_token_does_what_the_page_said_it_could_and_nothing_once_it_is_revoked(
    bench_in_each_look: Workbench,
) -> None:
    bench = bench_in_each_look
    visit, page, keyboard = bench.visit, bench.visit.page, bench.keyboard
    await visit.go("/callers")
    await visit.assert_accessible()
    await keyboard.press(page.get_by_role("link", name="New caller token"))

    await keyboard.type(bench.field("Name"), "reports")
    await keyboard.tick(bench.field("Only some data sources"))
    explained = page.get_by_role("region", name="What it could do")
    await expect(explained).to_contain_text("May send nothing")
    await keyboard.tick(page.get_by_role("checkbox", name=re.compile("^demo ")))
    await keyboard.tick(bench.field("Only some methods"))
    await expect(explained).to_contain_text("demo1")
    await expect(explained).to_contain_text("GET or HEAD only")
    await visit.assert_accessible()
    await visit.picture("1 policy")
    await keyboard.press(bench.button("Create token"))

    token_box = page.get_by_role("group", name="Token", exact=True)
    token = (await token_box.inner_text()).strip()
    assert token.startswith("sk_")
    await expect(bench.button("Copy: Token")).to_be_focused()
    line = await page.get_by_role("group", name="Try it").inner_text()
    assert f"{bench.served.url}/api/v1/queries/" in line
    await visit.assert_accessible()
    await visit.picture("2 made")

    assert (await run(bench, token)).status == 200
    denied = await page.request.post(
        f"{bench.served.url}/api/v1/data-sources",
        data={"kind": "restapi"},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert denied.status == 403

    await keyboard.press(page.get_by_role("link", name="Done"))
    row = page.get_by_role("row").filter(has_text="reports")
    await expect(row).to_contain_text("data source demo; methods GET, HEAD")
    assert token not in await page.content()
    await keyboard.press(bench.button("Revoke reports"))
    await visit.assert_accessible()
    await keyboard.press(bench.button("Revoke"))
    await expect(page.get_by_text("Every token here has ended")).to_be_visible()
    assert (await run(bench, token)).status == 401


async def test_a_limit_taken_away_holds_from_the_next_request_on(bench: Workbench) -> None:
    page = bench.visit.page
    made = await page.request.post(
        f"{bench.served.url}/api/v1/tokens",
        data={"name": "narrow", "policy": {"queries": []}},
        headers={"Origin": bench.served.url},
    )
    token = (await made.json())["token"]
    assert (await run(bench, token)).status == 403
    await bench.visit.go("/callers")
    await page.get_by_role("link", name="narrow", exact=True).click()
    await page.get_by_label("Only some queries").uncheck()
    await bench.button("Save").click()
    await expect(page.get_by_text("Saved. It holds from")).to_be_visible()
    assert (await run(bench, token)).status == 200


async def run(bench: Workbench, token: str) -> APIResponse:
    """Run the demo's query as a program does."""
    return await bench.visit.page.request.post(
        f"{bench.served.url}/api/v1/queries/demo1/run",
        data={"parameters": {}},
        headers={"Authorization": f"Bearer {token}"},
    )
