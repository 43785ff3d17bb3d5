"""From signing in to the first result through a preset, as someone who was never here before."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.served import Served, serving
from tests.web.clicks import clicks, count_clicks
from tests.web.conftest import OpenVisit, Scheme
from tests.web.keyboard import tab_to, type_here
from tests.web.workbench import Workbench

TOKEN = "acme-token"

PRESET = """
title = "Acme"
description = "Orders and customers of Acme."
documentation_url = "http://localhost:{port}/docs"
fill = ["/auth/token"]

[credential]
help = "A token of your account."
url = "http://localhost:{port}/tokens"

[source]
name = "acme"
base_url = "http://localhost:{port}/"
auth = {{ type = "bearer" }}

[query]
name = "acme_orders"
path = "/orders"
"""


class Acme(BaseHTTPRequestHandler):
    """The API of the preset: two orders for who has the token."""

    def do_GET(self) -> None:
        known = self.headers.get("Authorization") == f"Bearer {TOKEN}"
        orders = [{"order": 1, "total": 12.5}, {"order": 2, "total": 7}]
        content = json.dumps(orders if known else {"error": "no such token"}).encode()
        self.send_response(200 if known else 401)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on the test's output."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Served]:
    """Sourcekeep with a preset of the house beside its own."""
    api = ThreadingHTTPServer(("127.0.0.1", 0), Acme)
    threading.Thread(target=api.serve_forever, daemon=True).start()
    folder = tmp_path / "presets"
    folder.mkdir()
    (folder / "acme.toml").write_text(PRESET.format(port=api.server_port), "utf-8")
    with serving(tmp_path / "data", "--presets-dir", str(folder)) as served:
        yield served
    api.shutdown()
    api.server_close()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 360)])
async def test_a_newcomer_has_a_first_result_in_under_ten_clicks(
    open_visit: OpenVisit, server: Served, scheme: Scheme, width: int
) -> None:
    visit = await open_visit(server.url, scheme=scheme, width=width)
    page = visit.page
    bench = Workbench(visit, server)
    await count_clicks(page)

    await visit.go(server.sign_in_link)
    for label, text in (
        ("Name", "Ada"),
        ("Email", "ada@example.com"),
        ("Password", "correct horse battery"),
    ):
        await bench.field(label).click()
        await page.keyboard.type(text)
    await bench.button("Make the account").click()
    await expect(page.get_by_text("Three steps to your first result")).to_be_visible()
    await visit.assert_accessible()
    await visit.picture("1 nothing yet")

    await bench.button("Acme").click()
    await expect(bench.field("Token")).to_be_focused()
    await expect(page.get_by_role("link", name="Get a token at").first).to_be_visible()
    await visit.assert_accessible()
    await visit.picture("2 the token")
    await type_here(page, TOKEN)
    await bench.button("Save").click()
    await expect(bench.button("Run the first query")).to_be_in_viewport()
    await visit.assert_accessible()
    await visit.picture("3 saved")
    await bench.button("Run the first query").click()
    result = page.get_by_role("region", name="Result")
    await expect(result.get_by_text("Query completed")).to_be_visible()
    await expect(result.get_by_text("12.5").first).to_be_visible()
    await visit.assert_accessible()
    await visit.picture("4 the first result")

    # Three fields, making the account, the card, Save, Run.
    assert await clicks(page) == 7


async def test_the_same_without_a_mouse(open_visit: OpenVisit, server: Served) -> None:
    visit = await open_visit(server.url)
    page = visit.page
    bench = Workbench(visit, server)
    await bench.enter_for_the_first_time()
    await tab_to(page, bench.button("Acme"))
    await page.keyboard.press("Enter")
    await expect(bench.field("Token")).to_be_focused()
    await page.keyboard.type(TOKEN)
    await page.keyboard.press("Control+s")
    await expect(bench.button("Run the first query")).to_be_visible()
    await tab_to(page, bench.button("Run the first query"), key="Shift+Tab")
    await page.keyboard.press("Enter")
    result = page.get_by_role("region", name="Result")
    await expect(result.get_by_text("Query completed")).to_be_visible()


async def test_what_was_begun_goes_on_after_a_reload(open_visit: OpenVisit, server: Served) -> None:
    visit = await open_visit(server.url)
    bench = Workbench(visit, server)
    await bench.enter_for_the_first_time()
    await bench.button("Acme").click()
    await bench.field("Token").fill(TOKEN)
    await bench.save()
    await visit.page.reload()
    await bench.button("Run the first query").click()
    await expect(visit.page.get_by_text("Query completed")).to_be_visible()


async def test_once_something_was_run_the_first_steps_are_gone(
    open_visit: OpenVisit, demo_server: Served
) -> None:
    visit = await open_visit(demo_server.url)
    page = visit.page
    bench = Workbench(visit, demo_server)
    await bench.enter_for_the_first_time()
    await expect(page.get_by_text("Your first result is one click away")).to_be_visible()
    await page.get_by_role("button", name="Run demo").click()
    await expect(page.get_by_text("Query completed")).to_be_visible()
    await bench.open_from_navigation("Data Sources")
    await expect(bench.button("REST API")).to_be_visible()
    await expect(page.get_by_text("Your first result is one click away")).to_have_count(0)
