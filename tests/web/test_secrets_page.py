"""Secrets and constants: added, scoped, used, and refused to be deleted, without a mouse."""

from __future__ import annotations

import json

from playwright.async_api import expect

from tests.web.keyboard import type_here
from tests.web.workbench import Workbench

VALUE = "a-secret-nobody-reads-again"


async def test_a_secret_is_added_for_one_source_and_never_comes_back(
    bench_in_each_look: Workbench,
) -> None:
    bench = bench_in_each_look
    visit, page, keyboard = bench.visit, bench.visit.page, bench.keyboard
    await visit.go("/secrets")
    await expect(page.get_by_text("No secrets yet")).to_be_visible()
    await visit.assert_accessible()

    await keyboard.press(bench.button("Add a secret"))
    await expect(bench.field("Name")).to_be_focused()
    await page.keyboard.type("demo_key")
    await keyboard.type(bench.field("Value"), VALUE)
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Choose where it may be sent.")).to_be_visible()
    await keyboard.tick(bench.field("Only these data sources"))
    await keyboard.tick(page.get_by_role("checkbox", name="demo"))
    await visit.assert_accessible()
    await visit.picture("1 add")
    await keyboard.press(page.get_by_role("dialog").get_by_role("button", name="Add", exact=True))

    row = page.get_by_role("row").filter(has_text="demo_key")
    await expect(row).to_contain_text("nowhere yet")
    await expect(row).to_contain_text("demo")
    await visit.assert_accessible()
    await visit.picture("2 listed")
    await page.reload()
    await expect(row).to_be_visible()
    assert VALUE not in await page.content()

    await keyboard.press(bench.button("Delete secret demo_key"))
    await keyboard.press(bench.button("Delete"))
    await expect(page.get_by_text("No secrets yet")).to_be_visible()


async def test_a_constant_in_use_leads_to_the_query_that_names_it(bench: Workbench) -> None:
    visit, page, keyboard = bench.visit, bench.visit.page, bench.keyboard
    await visit.go("/secrets?show=constants")
    await keyboard.press(bench.button("Add a constant"))
    await type_here(page, "tenant")
    await keyboard.type(bench.field("Value"), "acme")
    await keyboard.press(page.get_by_role("dialog").get_by_role("button", name="Add", exact=True))
    await expect(page.get_by_role("row").filter(has_text="tenant")).to_contain_text("acme")

    header = {"name": "X-Tenant", "value": "{{ constants.tenant }}"}
    changed = await page.request.patch(
        f"{bench.served.url}/api/v1/queries/demo1",
        data=json.dumps({"headers": [header]}),
        headers={"Origin": bench.served.url, "Content-Type": "application/json"},
    )
    assert changed.ok, await changed.text()
    await page.reload()
    await keyboard.press(bench.button("Delete constant tenant"))
    refusal = page.get_by_role("dialog", name="tenant is in use")
    await visit.assert_accessible()
    await keyboard.press(refusal.get_by_role("link", name="demo1"))
    await expect(bench.button("Rename query demo1")).to_be_visible()
