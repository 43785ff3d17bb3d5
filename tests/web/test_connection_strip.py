"""Test connection on the page: where it fails, what to do, and a fix that makes the run succeed."""

from __future__ import annotations

from playwright.async_api import Locator, expect

from tests.web.workbench import Workbench


async def new_source(bench: Workbench, address: str, token: str) -> None:
    await bench.add_rest_api()
    await bench.enter_bearer(base_url=address, token=token)


def stages(bench: Workbench) -> Locator:
    return bench.visit.page.get_by_role("list", name="Stages")


async def test_an_unknown_ca_is_trusted_by_one_button_and_then_runs(bench: Workbench) -> None:
    await new_source(bench, bench.served.demo_addresses[1], "demo-token")
    visit, page = bench.visit, bench.visit.page
    await bench.button("Test connection").focus()
    await page.keyboard.press("Enter")
    strip = page.get_by_role("region", name="The connection fails at TLS")
    await expect(strip.get_by_text("Sourcekeep demo CA").first).to_be_visible()
    await expect(stages(bench).get_by_role("img", name="passed")).to_have_count(2)
    await expect(stages(bench).get_by_role("img", name="not reached")).to_have_count(2)
    await expect(strip.get_by_text("Not trusted").first).to_be_visible()
    await visit.assert_accessible()
    await visit.picture("1 unknown CA")

    await strip.get_by_role("button", name="Trust exactly this CA").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="The connection works")).to_be_visible()
    await expect(stages(bench).get_by_role("img", name="passed")).to_have_count(5)
    await expect(page.get_by_text("Unsaved changes").first).to_be_visible()
    await expect(bench.field("SSL Certificate")).to_have_value("ca_certificate")
    await visit.assert_accessible()
    await visit.picture("2 trusted")
    await bench.save()
    await bench.create_query()
    result = await bench.run()
    await expect(result.get_by_text("Query completed")).to_be_visible()


async def test_a_client_certificate_that_is_asked_for_is_said(bench: Workbench) -> None:
    await new_source(bench, bench.served.demo_addresses[2], "demo-token")
    server_crt = bench.certificate_file("server.crt")
    await bench.paste_certificates("CA Certificate", ca_cert=server_crt)
    await bench.button("Test connection").click()
    # Of TLS, or of the response: with TLS 1.3 a server may say so only after the handshake.
    strip = bench.visit.page.get_by_role("region", name="The connection fails at")
    await expect(strip.get_by_text("client certificate").first).to_be_visible()
    await expect(strip.get_by_role("heading")).to_be_in_viewport()
    await bench.visit.picture("client certificate")


async def test_a_wrong_token_fails_at_auth_and_plain_http_uses_no_tls(bench: Workbench) -> None:
    await new_source(bench, bench.served.demo_addresses[0], "wrong-token")
    visit, page = bench.visit, bench.visit.page
    await bench.button("Test connection").click()
    strip = page.get_by_role("region", name="The connection fails at Auth")
    await expect(strip.get_by_text("401").first).to_be_visible()
    await expect(stages(bench).get_by_role("img", name="not used")).to_have_count(1)
    await expect(page.get_by_text("wrong-token")).to_have_count(0)
    await visit.assert_accessible()
    await visit.picture("wrong token")

    await bench.field("Token").fill("demo-token")
    await expect(strip.get_by_text("You have changed the form since.")).to_be_visible()
    await strip.get_by_role("button", name="Test again").click()
    await expect(page.get_by_role("heading", name="The connection works")).to_be_visible()


async def test_a_base_url_that_is_none_is_refused_at_its_field(bench: Workbench) -> None:
    await new_source(bench, "not a url", "t")
    await bench.button("Test connection").click()
    await expect(bench.field("Base URL")).to_have_attribute("aria-invalid", "true")


async def test_a_run_that_fails_at_tls_shows_the_chain_beside_its_result(bench: Workbench) -> None:
    await new_source(bench, bench.served.demo_addresses[1], "demo-token")
    await bench.save()
    await bench.create_query()
    result = await bench.run()
    await result.get_by_text("The server presented 2 certificates").click()
    await expect(result.get_by_text("SHA-256").first).to_be_visible()
    await bench.visit.assert_accessible()
    await bench.visit.picture("chain of a run")


async def test_how_a_source_fares_stands_in_the_sidebar(bench: Workbench) -> None:
    await new_source(bench, bench.served.demo_addresses[0], "wrong-token")
    page = bench.visit.page
    await bench.save()
    saved = page.get_by_role("navigation", name="Saved data sources")
    await expect(saved.get_by_role("img", name="Not used yet")).to_have_count(2)
    await bench.button("Test connection").click()
    await expect(saved.get_by_role("img", name="Fails")).to_have_count(1)
    await bench.field("Token").first.wait_for()
    await bench.button("Replace Token").click()
    await bench.field("Token").fill("demo-token")
    await bench.save()
    await bench.button("Test connection").click()
    await expect(saved.get_by_role("img", name="Works")).to_have_count(1)
    await bench.visit.assert_accessible()
    await bench.visit.picture("health")
