"""The seed page, sentence by sentence (S1 to S11), in a real browser on the real server."""

from __future__ import annotations

import re

import pytest
from playwright.async_api import expect

from tests.served import Served
from tests.web.conftest import OpenVisit, Scheme
from tests.web.workbench import Workbench

TOKEN = "demo-token"


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
async def test_a_bearer_token_from_the_first_click_to_the_success_message(
    open_visit: OpenVisit, demo_server: Served, scheme: Scheme, width: int
) -> None:
    bench = Workbench(await open_visit(demo_server.url, scheme=scheme, width=width), demo_server)
    visit, page = bench.visit, bench.visit.page
    await visit.go(demo_server.sign_in_link)
    await visit.assert_accessible()
    await bench.enter_for_the_first_time()
    await visit.assert_accessible()
    await visit.picture("1 data sources")

    await bench.add_rest_api()
    await expect(bench.button("Rename data source restapi")).to_be_visible()
    await visit.assert_accessible()
    await bench.rename("restapi", "bearer demo")
    await expect(bench.button("Rename data source bearer demo")).to_be_visible()

    await bench.enter_bearer(base_url=demo_server.demo_addresses[0], token=TOKEN)
    await expect(bench.field("SSL Certificate")).to_have_value("none")
    await expect(page.get_by_text("Unsaved changes").first).to_be_visible()
    await bench.save()
    await visit.assert_accessible()
    await visit.picture("2 source form")

    await bench.create_query()
    result = await bench.run()
    await expect(result.get_by_text("Query completed")).to_be_visible()
    await expect(result.get_by_text("200")).to_be_visible()
    await expect(result.get_by_text("The bearer token is valid.").first).to_be_visible()
    await visit.assert_accessible()
    await visit.picture("3 result")
    for part in ("JSON", "Raw", "Headers", "Timing", "Request"):
        await result.get_by_role("tab", name=re.compile(f"^{part}")).click()
        await expect(result.get_by_role("tabpanel")).to_be_visible()
        await visit.assert_accessible()
        await expect(page.get_by_text(TOKEN)).to_have_count(0)
    await visit.picture("4 request")


async def test_a_header_row_is_sent_with_requests(bench: Workbench) -> None:
    plain = bench.served.demo_addresses[0].replace("/api/bearer-auth", "/api/echo")
    await bench.add_rest_api()
    await bench.enter_bearer(base_url=plain, token=TOKEN)
    await bench.button("Add header").click()
    await bench.field("Name of header 1").fill("X-Tenant")
    await bench.field("Value of header 1").fill("acme")
    await bench.save()
    await bench.create_query()
    result = await bench.run()
    await result.get_by_role("tab", name="Raw").click()
    await expect(result.get_by_role("tabpanel")).to_contain_text("acme")


async def test_the_stored_token_is_shown_as_set_and_never_comes_back(bench: Workbench) -> None:
    await bench.add_rest_api()
    await bench.enter_bearer(base_url=bench.served.demo_addresses[0], token=TOKEN)
    await bench.save()
    await bench.visit.page.reload()
    await expect(bench.visit.page.get_by_role("group", name="Token")).to_contain_text("set")
    assert TOKEN not in await bench.visit.page.content()


async def test_a_wrong_token_shows_the_401_what_was_sent_and_what_to_do(bench: Workbench) -> None:
    await bench.add_rest_api()
    await bench.enter_bearer(base_url=bench.served.demo_addresses[0], token="not-the-token")
    await bench.save()
    await bench.create_query()
    result = await bench.run()
    await expect(result.get_by_text("Query failed")).to_be_visible()
    failure = result.get_by_role("region", name="What failed")
    await expect(failure.get_by_text("401").first).to_be_visible()
    await expect(failure.get_by_text("What to do")).to_be_visible()
    await bench.visit.assert_accessible()
    await bench.visit.picture("wrong token")
    await result.get_by_role("tab", name="Request").click()
    await expect(result.get_by_text("••••••").first).to_be_visible()
    await expect(bench.visit.page.get_by_text("not-the-token")).to_have_count(0)


async def test_server_crt_in_ca_cert_lets_the_private_ca_be_trusted(bench: Workbench) -> None:
    await bench.add_rest_api()
    await bench.enter_bearer(base_url=bench.served.demo_addresses[1], token=TOKEN)
    await bench.save()
    await bench.create_query()
    refused = await bench.run()
    await expect(refused.get_by_text("Query failed")).to_be_visible()
    await expect(refused.get_by_text("CA Cert").first).to_be_visible()
    await bench.visit.picture("without the CA")

    await bench.visit.page.get_by_role("link", name="restapi", exact=True).first.click()
    server_crt = bench.certificate_file("server.crt")
    await bench.paste_certificates("CA Certificate", ca_cert=server_crt)
    await bench.save()
    await expect(bench.visit.page.get_by_text("Sourcekeep demo CA").first).to_be_visible()
    await bench.visit.assert_accessible()
    await bench.visit.picture("CA certificate")
    await bench.create_query()
    result = await bench.run()
    await expect(result.get_by_text("Query completed")).to_be_visible()


async def test_key_certificate_and_ca_pasted_make_mutual_tls(bench: Workbench) -> None:
    await bench.add_rest_api()
    await bench.enter_bearer(base_url=bench.served.demo_addresses[2], token=TOKEN)
    pasted = {
        "client_key": bench.certificate_file("server.key"),
        "client_cert": bench.certificate_file("client.crt"),
        "ca_cert": bench.certificate_file("server.crt"),
    }
    await bench.paste_certificates("Client Certificate", **pasted)
    await bench.press_save()
    # The key of another certificate: refused at Save, at its field, and nothing is stored.
    await expect(bench.field("Client Key")).to_have_attribute("aria-invalid", "true")
    refusal = bench.visit.page.get_by_text("The private key does not belong to")
    await expect(refusal.first).to_be_visible()
    await expect(bench.visit.page.get_by_text("Unsaved changes").first).to_be_visible()
    await bench.visit.assert_accessible()
    await bench.visit.picture("key does not match")

    await bench.field("Client Key").fill(bench.certificate_file("client.key"))
    await bench.save()
    await bench.visit.assert_accessible()
    await bench.visit.picture("client certificate")
    await bench.create_query()
    result = await bench.run()
    await expect(result.get_by_text("Query completed")).to_be_visible()
    await expect(result.get_by_text("Sourcekeep demo client").first).to_be_visible()


async def test_a_base_url_that_is_none_is_refused_at_its_field(bench: Workbench) -> None:
    await bench.add_rest_api()
    await bench.enter_bearer(base_url="not a url", token=TOKEN)
    await bench.press_save()
    await expect(bench.field("Base URL")).to_have_attribute("aria-invalid", "true")
    await bench.visit.assert_accessible()
    await bench.visit.picture("base url")


async def test_a_second_source_is_restapi_2_and_a_taken_name_is_refused_in_words(
    bench: Workbench,
) -> None:
    await bench.add_rest_api()
    await bench.add_rest_api()
    await bench.rename("restapi_2", "restapi")
    await expect(bench.visit.page.get_by_text("is taken")).to_be_visible()


async def test_a_search_without_a_match_says_so(bench: Workbench) -> None:
    await bench.field("Search kinds of data sources").fill("kafka")
    await expect(bench.visit.page.get_by_text('No results for "kafka"')).to_be_visible()
    await bench.visit.assert_accessible()


async def test_unsaved_changes_are_guarded(bench: Workbench) -> None:
    await bench.add_rest_api()
    await bench.field("Base URL").fill(bench.served.demo_addresses[0])
    await bench.open_from_navigation("Queries")
    await expect(bench.visit.page.get_by_role("dialog")).to_contain_text("Leave without saving?")
    await bench.visit.assert_accessible()
    await bench.button("Stay").last.click()
    await expect(bench.field("Base URL")).to_have_value(bench.served.demo_addresses[0])
