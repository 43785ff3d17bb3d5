"""Secrets that are typed into the page leave it once, towards the server, and come back nowhere: not
in an answer, the page, the browser's stores, or an address."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from playwright.async_api import Error, Page, Response, expect

from tests.canary.planting import echoing, leak, planted
from tests.served import Served
from tests.web.conftest import OpenVisit
from tests.web.keyboard import Keyboard, type_here
from tests.web.workbench import Workbench

STORES = """async () => JSON.stringify([
    {...localStorage}, {...sessionStorage}, document.cookie, history.state,
    await caches.keys(), (await indexedDB.databases()).map(({name}) => name),
])"""


class Heard:
    """All that the server ever answered the page."""

    def __init__(self, page: Page) -> None:
        self.parts: list[bytes] = []
        self._reading: list[asyncio.Task[None]] = []
        page.on("response", self._note)

    def _note(self, response: Response) -> None:
        if "/api/" in response.url:
            self._reading.append(asyncio.ensure_future(self._read(response)))

    async def _read(self, response: Response) -> None:
        self.parts.append(f"{response.url} {response.headers}".encode())
        with suppress(Error):  # the page went on before it was read
            self.parts.append(await response.body())

    async def everything(self) -> bytes:
        await asyncio.gather(*self._reading, return_exceptions=True)
        return b"\n".join(self.parts)


async def test_what_is_typed_into_the_page_comes_back_nowhere(
    open_visit: OpenVisit, demo_server: Served
) -> None:
    found = {label: planted(label) for label in ("token", "next token", "workspace secret")}
    bench = Workbench(await open_visit(demo_server.url), demo_server)
    visit, page = bench.visit, bench.visit.page
    heard = Heard(page)
    keyboard = Keyboard(page)
    console: list[str] = []
    page.on("console", lambda message: console.append(message.text))
    places: dict[str, bytes] = {}

    async def look(name: str) -> None:
        places[f"the page {name}"] = (await page.content()).encode()
        places[f"the browser's stores {name}"] = (await page.evaluate(STORES)).encode()

    with echoing() as echo:
        await bench.enter_for_the_first_time()
        await bench.add_rest_api()
        await bench.enter_bearer(base_url=echo, token=found["token"])
        await bench.save()
        await page.reload()
        await expect(bench.field("Base URL")).to_have_value(echo)
        await look("of the source")
        await keyboard.press(bench.button("Replace with overlap"))
        await type_here(page, found["next token"])
        await bench.save()
        await page.reload()
        await expect(page.get_by_text("No run has tried it yet.")).to_be_visible()
        await look("of the rotation")
        await bench.create_query()
        await bench.run()
        await look("of the failed run")
        await visit.go("/secrets")
        await keyboard.press(bench.button("Add a secret"))
        await type_here(page, "canary")
        await keyboard.type(bench.field("Value"), found["workspace secret"])
        await bench.field("Every data source, those to come too").check()
        dialog = page.get_by_role("dialog")
        await keyboard.press(dialog.get_by_role("button", name="Add", exact=True))
        await expect(page.get_by_role("row").filter(has_text="canary")).to_be_visible()
        await look("of the secrets")
        await visit.go("/audit")
        await expect(page.get_by_text("secret.set").first).to_be_visible()
        await look("of the audit")
    places["the answers"] = await heard.everything()
    places["the addresses"] = "\n".join(visit.requests).encode()
    places["the browser's console"] = "\n".join(console).encode()
    places["the server's console"] = demo_server.output.encode()
    leaks = [leak(label, secret, places) for label, secret in found.items()]
    assert leaks == [None] * len(found)
    assert b"data-sources" in places["the answers"]
    assert "••••••".encode() in places["the answers"]
