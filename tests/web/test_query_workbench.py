"""The query workbench: several queries at once, results looked at in every way, by the keyboard."""

from __future__ import annotations

import asyncio
import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.async_api import Locator, expect

from tests.served import Served
from tests.web.conftest import OpenVisit, Scheme
from tests.web.keyboard import Keyboard, tab_to
from tests.web.workbench import Workbench

HTML = """<!doctype html><title>Report</title><style>h1 { color: teal }</style>
<script>parent.document.title = "taken over"</script>
<body onload="parent.location = 'https://evil.example/'"><h1 style="font-weight: 900">Report</h1>
<img src="https://evil.example/pixel.png"><a href="https://evil.example/">away</a>
<form action="https://evil.example/"><button>send</button></form>"""


def rows(count: int) -> str:
    """Written by hand, so that the digits are these."""
    return ",".join(
        f'{{"id":{9007199254740993 + at},"name":"row {at}","price":{at % 50}.50,'
        f'"at":"2026-11-{1 + at % 28:02d}T10:00:00Z","user":{{"city":"Rome"}}}}'
        for at in range(count)
    )


class Api(BaseHTTPRequestHandler):
    """Answers by path; `/changing` counts its calls."""

    calls = 0

    def do_GET(self) -> None:
        Api.calls += 1
        kind, body = {
            "/rows": ("application/json", f"[{rows(60)}]"),
            "/many": ("application/json", f"[{rows(100_000)}]"),
            "/changing": ("application/json", json.dumps({"call": Api.calls, "same": 1})),
            "/html": ("text/html; charset=utf-8", HTML),
        }[self.path]
        content = body.encode()
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def api() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


async def at_work(
    open_visit: OpenVisit,
    served: Served,
    api: str,
    *paths: str,
    scheme: Scheme = "light",
    width: int = 1280,
) -> Workbench:
    """Signed in, with a source and a query for each path; the first one is open."""
    bench = Workbench(await open_visit(served.url, scheme=scheme, width=width), served)
    await bench.enter_for_the_first_time()
    opened = await bench.visit.page.evaluate(
        """async ([base, paths]) => {
          const post = async (path, body) => (await fetch("/api/v1" + path, {
            method: "POST",
            headers: {"Content-Type": "application/json"},
            body: JSON.stringify(body),
          })).json();
          const source = await post("/data-sources", {kind: "restapi", name: "api", base_url: base});
          const ids = [];
          for (const path of paths) {
            const query = {name: path.slice(1), data_source: source.id, path};
            ids.push((await post("/queries", query)).id);
          }
          return ids[0];
        }""",
        [api, list(paths)],
    )
    await bench.visit.go(f"/queries/{opened}")
    await expect(bench.field("Path")).to_have_value(paths[0])
    return bench


def part(result: Locator, name: str) -> Locator:
    return result.get_by_role("tab", name=re.compile(f"^{name}"))


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 1280), ("light", 360)])
async def test_a_result_can_be_looked_at_in_every_way(
    open_visit: OpenVisit, demo_server: Served, api: str, scheme: Scheme, width: int
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows", scheme=scheme, width=width)
    result = await bench.run()
    grid = result.get_by_role("grid", name="Result rows")
    await expect(grid.get_by_role("gridcell", name="9007199254740994", exact=True)).to_be_visible()
    await expect(grid.get_by_role("columnheader", name="user.city")).to_have_count(1)
    await bench.visit.assert_accessible()
    await bench.visit.picture("table")
    for button in ("Columns", "Download rows"):
        await result.get_by_role("button", name=button).click()
        await bench.visit.assert_accessible()
        await bench.visit.picture(button)
        await bench.visit.page.keyboard.press("Escape")
    for name in ("JSON", "Chart", "Raw", "Headers", "Timing", "Request"):
        await part(result, name).click()
        await expect(result.get_by_role("tabpanel")).to_be_visible()
        if name == "Chart":
            await expect(result.get_by_role("img", name="Line chart of price")).to_be_visible()
        await bench.visit.assert_accessible()
        await bench.visit.picture(name)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert await bench.visit.page.evaluate(overflow) <= 0


async def test_the_table_is_worked_with_by_the_keyboard_alone(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows")
    page = bench.visit.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await page.keyboard.press("Control+Enter")
    grid = page.get_by_role("grid", name="Result rows")
    await tab_to(page, grid)
    await page.keyboard.press("ArrowUp")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    head = grid.get_by_role("columnheader", name="name")
    await expect(head).to_have_attribute("aria-sort", "descending")
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Control+c")
    assert await page.evaluate("navigator.clipboard.readText()") == "row 9"
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog", name="Row 10")).to_be_visible()
    await bench.visit.assert_accessible()
    await page.keyboard.press("Escape")
    await expect(grid).to_be_focused()
    await page.keyboard.press("Control+End")
    await expect(page.get_by_role("region", name="Chosen cell")).to_contain_text(
        "user.city, row 1:"
    )


async def test_of_100_000_rows_only_those_in_view_are_drawn(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/many")
    result = await bench.run()
    grid = result.get_by_role("grid", name="Result rows")
    await expect(grid).to_have_attribute("aria-rowcount", "100001")
    for _ in range(5):
        await grid.evaluate("region => { region.scrollTop += 250_000 }")
        await asyncio.sleep(0.05)
        assert await grid.get_by_role("row").count() < 100
    await grid.evaluate("region => { region.scrollTop = region.scrollHeight }")
    await expect(grid.get_by_role("gridcell", name="row 99999", exact=True)).to_be_visible()


async def test_json_is_searched_and_a_place_is_copied_as_a_path(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows")
    page = bench.visit.page
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    result = await bench.run()
    await part(result, "JSON").click()
    await bench.field("Search names and values").fill("row 42")
    await page.keyboard.press("Enter")
    chosen = result.get_by_role("treeitem", selected=True)
    await expect(chosen).to_contain_text('"row 42"')
    await bench.button("Copy path").click()
    assert await page.evaluate("navigator.clipboard.readText()") == "$[42].name"
    await bench.visit.assert_accessible()


async def test_two_runs_are_compared_place_by_place(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/changing")
    await bench.run()
    result = await bench.run()
    await part(result, "Compare").click()
    differences = result.get_by_role("region", name="Differences in the data")
    await expect(differences.get_by_role("listitem")).to_have_count(1)
    await expect(differences).to_contain_text("$.call")
    await bench.visit.assert_accessible()
    await bench.visit.picture("compare")


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


async def test_open_queries_and_unsaved_work_survive_a_reload(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows", "/html")
    page, keyboard = bench.visit.page, Keyboard(bench.visit.page)
    await keyboard.type(bench.field("Path"), "/rows?mine")
    other = page.get_by_role("navigation", name="Queries by data source")
    await tab_to(page, other.get_by_role("link", name=re.compile("html$")), key="Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(bench.field("Path")).to_have_value("/html")
    await page.reload()
    tabs = page.get_by_role("navigation", name="Open queries")
    await expect(tabs.get_by_role("link")).to_have_count(2)
    await bench.visit.picture("tabs")
    first = tabs.get_by_role("link", name=re.compile("rows"))
    await expect(first.get_by_role("img", name="Unsaved changes")).to_be_visible()
    await bench.visit.assert_accessible()
    await keyboard.press(first)
    await expect(bench.field("Path")).to_have_value("/rows?mine")
    await tab_to(page, first, key="Shift+Tab")
    await page.keyboard.press("Delete")
    await expect(page.get_by_role("dialog", name="Close rows without saving?")).to_be_visible()
    await bench.visit.assert_accessible()
    await keyboard.press(bench.button("Discard changes"))
    await expect(bench.field("Path")).to_have_value("/html")
    await expect(tabs.get_by_role("link")).to_have_count(1)


async def test_the_result_stands_beside_the_request_and_stays_there(
    open_visit: OpenVisit, demo_server: Served, api: str
) -> None:
    bench = await at_work(open_visit, demo_server, api, "/rows")
    await bench.button("Show the result beside the request").click()
    await bench.visit.page.reload()
    result = await bench.run()
    request, answer = await bench.field("Path").bounding_box(), await result.bounding_box()
    assert request is not None
    assert answer is not None
    assert answer["x"] > request["x"] + request["width"]
    await bench.visit.assert_accessible()
    await bench.visit.picture("beside")
