"""Settings: people come by a link and go at once, passwords change, the master key rotates."""

from __future__ import annotations

import re

from playwright.async_api import expect

from tests.web.conftest import Look, OpenVisit
from tests.web.workbench import Workbench

PASSWORD = "correct horse battery"


async def test_a_person_joins_by_a_link_sees_what_is_theirs_and_is_disabled_at_once(
    bench_in_each_look: Workbench, open_visit: OpenVisit, look: Look
) -> None:
    bench = bench_in_each_look
    visit, page, keyboard = bench.visit, bench.visit.page, bench.keyboard
    await visit.go("/settings/people")
    await visit.assert_accessible()
    await keyboard.press(bench.button("Invite"))
    await expect(bench.field("Name")).to_be_focused()
    await page.keyboard.type("Bob")
    await keyboard.type(bench.field("Email"), "bob@example.com")
    await visit.assert_accessible()
    await keyboard.press(bench.button("Make the link"))
    link = (await page.get_by_role("group", name="Link").inner_text()).strip()
    await visit.assert_accessible()
    await visit.picture("1 link")
    await keyboard.press(bench.button("Done"))

    bob = Workbench(
        await open_visit(bench.served.url, scheme=look.scheme, width=look.width), bench.served
    )
    await bob.visit.go(link)
    await expect(bob.field("Email")).to_have_value("bob@example.com")
    await bob.visit.assert_accessible()
    await bob.visit.picture("2 welcome")
    await bob.keyboard.type(bob.field("Password"), "bob's own password")
    await bob.visit.page.keyboard.press("Enter")
    heading = bob.visit.page.get_by_role("heading", level=1)
    await expect(heading).to_have_text("Data Sources")
    await bob.visit.go("/callers")
    await expect(heading).to_have_text("Callers is not open to your role")
    await bob.visit.assert_accessible()
    await bob.visit.go(link)
    await expect(heading).to_have_text("This link cannot be used")
    await bob.visit.go("/queries")

    await page.reload()
    await keyboard.press(bench.button("Disable Bob"))
    await keyboard.press(bench.button("Disable"))
    await expect(bench.button("Enable Bob")).to_be_visible()
    await visit.picture("3 disabled")
    await bob.visit.page.reload()
    await expect(heading).to_have_text("Sign in")


async def test_a_new_password_ends_other_sessions_and_sign_out_everywhere_this_one(
    bench: Workbench, open_visit: OpenVisit
) -> None:
    visit, page, keyboard = bench.visit, bench.visit.page, bench.keyboard
    elsewhere = Workbench(await open_visit(bench.served.url), bench.served)
    await sign_in(elsewhere, PASSWORD)

    await visit.go("/settings/account")
    sessions = page.get_by_role("table", name="Sessions")
    await expect(sessions.get_by_role("row")).to_have_count(3)
    await visit.assert_accessible()
    await keyboard.type(bench.field("Present password"), PASSWORD)
    await keyboard.type(bench.field("New password"), "another long password")
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("Changed. Your other sessions have ended.")).to_be_visible()
    await expect(sessions.get_by_role("row")).to_have_count(2)
    await elsewhere.visit.page.reload()
    await expect(elsewhere.button("Sign in")).to_be_visible()

    await keyboard.press(bench.button("Sign out everywhere"))
    await visit.assert_accessible()
    await keyboard.press(page.get_by_role("dialog").get_by_role("button", name="Sign out everyw"))
    await sign_in(bench, "another long password")


async def test_the_master_key_rotates_and_queries_run_on(bench: Workbench) -> None:
    visit, page, keyboard = bench.visit, bench.visit.page, bench.keyboard
    await visit.go("/settings/keys")
    await visit.assert_accessible()
    await keyboard.press(bench.button("Rotate the master key"))
    await visit.assert_accessible()
    await keyboard.press(bench.button("Rotate"))
    await expect(page.get_by_text(re.compile("secrets? w.+ wrapped with"))).to_be_visible()
    await visit.picture("rotated")
    await keyboard.press(bench.button("Retire old keys"))
    await keyboard.press(bench.button("Retire"))
    await expect(page.get_by_text("1 old key was taken away.")).to_be_visible()
    await visit.assert_accessible()

    await bench.open_from_navigation("Queries")
    await page.get_by_role("link", name="demo1").first.click()
    await expect((await bench.run()).get_by_text("Query completed")).to_be_visible()


async def sign_in(bench: Workbench, password: str) -> None:
    if bench.visit.page.url == "about:blank":
        await bench.visit.go("/data-sources")
    await bench.field("Email").fill("ada@example.com")
    await bench.field("Password").fill(password)
    await bench.button("Sign in").click()
    await expect(bench.button("Account: Ada")).to_be_visible()
