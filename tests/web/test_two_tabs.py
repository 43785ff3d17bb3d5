"""Two tabs of one browser have one person at a time."""

from __future__ import annotations

from playwright.async_api import expect

from tests.web.workbench import Workbench


async def test_who_signs_out_in_one_tab_is_out_in_the_other(bench: Workbench) -> None:
    other = await bench.visit.page.context.new_page()
    await other.goto(f"{bench.visit.origin}/queries")
    await expect(other.get_by_role("button", name="Account: Ada")).to_be_visible()
    await bench.button("Account: Ada").click()
    await bench.visit.page.get_by_role("menuitem", name="Sign out").click()
    await expect(other.get_by_role("heading", name="Sign in")).to_be_visible()

    await other.get_by_label("Email", exact=True).fill("ada@example.com")
    await other.get_by_label("Password", exact=True).fill("correct horse battery")
    await other.get_by_role("button", name="Sign in", exact=True).click()
    await expect(bench.button("Account: Ada")).to_be_visible()
