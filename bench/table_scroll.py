"""`python -m bench.table_scroll`: how smoothly a result of 100,000 rows scrolls in Chromium.

look.md asks for 60 frames a second. The page is scrolled by a fixed distance in every frame it draws,
up and down, and the times between frames are taken. Under software rendering on a busy machine the
figures are an upper bound of what a person would see.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.async_api import Page, async_playwright

from tests.served import serving
from tests.web.chromium import FLAGS, find_chromium

ROWS = 100_000
DROPPED_MS = 25  # half a frame late at 60 Hz

BODY = json.dumps(
    [
        {"id": at, "name": f"row {at}", "price": at % 1000 / 4, "active": at % 2 == 0}
        for at in range(ROWS)
    ]
).encode()

SET_UP = """async (base) => {
  const post = async (path, body) => (await fetch("/api/v1" + path, {
    method: "POST", headers: {"Content-Type": "application/json"}, body: JSON.stringify(body),
  })).json();
  const source = await post("/data-sources", {kind: "restapi", name: "rows", base_url: base});
  return (await post("/queries", {data_source: source.id, path: ""})).id;
}"""

SCROLL = """([seconds, step]) => new Promise((done) => {
  const region = document.querySelector('[role="grid"]');
  const times = [];
  const begun = performance.now();
  let last = begun, way = 1;
  const frame = (now) => {
    times.push(now - last);
    last = now;
    if (region.scrollTop + region.clientHeight >= region.scrollHeight - 1) way = -1;
    if (region.scrollTop <= 0) way = 1;
    region.scrollTop += way * step;
    if (now - begun < seconds * 1000) requestAnimationFrame(frame);
    else done(times.slice(2));
  };
  requestAnimationFrame(frame);
})"""


class Rows(BaseHTTPRequestHandler):
    """The same rows at every path."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(BODY)))
        self.end_headers()
        self.wfile.write(BODY)

    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def upstream() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Rows)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()


async def measure(page: Page, link: str, base: str, seconds: float) -> None:
    await page.goto(link)
    for label, text in (("Name", "Ada"), ("Email", "a@example.com"), ("Password", "bench bench 1")):
        await page.get_by_label(label, exact=True).fill(text)
    await page.get_by_role("button", name="Make the account").click()
    await page.get_by_role("heading", level=1, name="Data Sources").wait_for()
    query = await page.evaluate(SET_UP, base)
    await page.goto(f"{link.split('/welcome')[0]}/queries/{query}")
    await page.get_by_role("button", name="Run", exact=True).click()
    await page.get_by_role("grid", name="Result rows").wait_for()
    for name, step in (("a reading pace", 40), ("a flick", 1_200)):
        times = sorted(await page.evaluate(SCROLL, [seconds, step]))
        dropped = sum(time > DROPPED_MS for time in times) / len(times)
        middle, late = times[len(times) // 2], times[int(len(times) * 0.99)]
        print(
            f"{name} ({step} px a frame): {len(times)} frames, median {middle:.1f} ms, "
            f"p99 {late:.1f} ms, {dropped:.1%} over {DROPPED_MS} ms"
        )


async def main(seconds: float) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="sourcekeep-bench-") as folder,
        upstream() as base,
        serving(Path(folder)) as served,
    ):
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=find_chromium(), args=list(FLAGS)
            )
            page = await browser.new_page(viewport={"width": 1280, "height": 900})
            await measure(page, served.sign_in_link, base, seconds)
            await browser.close()


if __name__ == "__main__":
    words = argparse.ArgumentParser(prog="python -m bench.table_scroll", description=__doc__)
    words.add_argument("--seconds", type=float, default=5)
    asyncio.run(main(words.parse_args().seconds))
