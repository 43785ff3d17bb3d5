"""Pictures of every page for the docs: both schemes, wide and narrow. `just screenshots` renews them.

A server with the demo API is started and filled with what a small team would have; no other host is
asked anything.
"""

from __future__ import annotations

import asyncio
import base64
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from tests.served import Served, serving
from tests.web.chromium import FLAGS, find_chromium

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 360)
HEIGHT = 800
QUALITY = 78
MOST_BYTES = 60_000
PASSWORD = "correct horse battery"


async def main() -> int:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(Path(folder) / "data", "--demo", "--demo-port", "0") as served,
    ):
        async with async_playwright() as playwright:
            path = find_chromium()
            browser = await playwright.chromium.launch(executable_path=path, args=FLAGS)
            pictures = await taken(browser, served)
            await browser.close()
    large = {name: len(content) for name, content in pictures.items() if len(content) > MOST_BYTES}
    if large:
        print(f"screenshots: larger than {MOST_BYTES} bytes: {large}", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.webp"):
        old.unlink()
    for name, content in pictures.items():
        (FOLDER / name).write_bytes(content)
    (FOLDER / "README.md").write_text(gallery(), "utf-8")
    print(f"screenshots: {len(pictures)} pictures, {sum(map(len, pictures.values()))} bytes")
    return 0


async def taken(browser: Browser, served: Served) -> dict[str, bytes]:
    """Every page in every look, by file name."""
    pictures: dict[str, bytes] = {}
    first = await browser.new_context()
    await sign_in(await first.new_page(), served)
    places = await filled(first, served)
    session = await first.storage_state()
    await first.close()
    for scheme in SCHEMES:
        for width in WIDTHS:
            context = await browser.new_context(
                storage_state=session,
                color_scheme=scheme,
                viewport={"width": width, "height": HEIGHT},
                locale="en-GB",
                timezone_id="UTC",
                reduced_motion="reduce",
            )
            page = await context.new_page()
            for name, (_, show) in SHOTS.items():
                await show(page, served, places)
                await page.wait_for_load_state("networkidle")
                await page.wait_for_timeout(250)  # fonts and the last frame
                pictures[file_name(name, scheme, width)] = await webp(page)
            await context.close()
    return pictures


async def webp(page: Page) -> bytes:
    """Playwright knows PNG and JPEG only; the browser itself writes a third of their size."""
    session = await page.context.new_cdp_session(page)
    done = await session.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    await session.detach()
    return base64.b64decode(done["data"])


def file_name(name: str, scheme: str, width: int) -> str:
    return f"{name}-{scheme}-{width}.webp"


# -- what there is to see --------------------------------------------------------------------------


async def sign_in(page: Page, served: Served) -> None:
    await page.goto(served.sign_in_link)
    await page.get_by_label("Name", exact=True).fill("Ada Lovelace")
    await page.get_by_label("Email", exact=True).fill("ada@example.com")
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Make the account").click()
    await page.get_by_role("heading", name="Data Sources", level=1).wait_for()


async def filled(context: BrowserContext, served: Served) -> dict[str, str]:
    """Saves sources, queries, secrets and callers, runs some; the addresses to show, by name."""

    async def call(method: str, path: str, body: Any) -> Any:
        answer = await context.request.fetch(
            f"{served.url}/api/v1{path}",
            method=method,
            headers={"Origin": served.url},
            data=body,
        )
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status} {await answer.text()}")
        return await answer.json() if answer.status != 204 else None

    plain, secure, _ = served.demo_addresses
    base = plain.removesuffix("/api/bearer-auth")
    bearer = {"type": "bearer", "token": "demo-token"}
    await call(
        "POST",
        "/data-sources",
        {
            "kind": "restapi",
            "name": "billing",
            "base_url": f"{base}/api/",
            "auth": {**bearer, "token": "no-longer-valid"},
        },
    )
    crm = await call(
        "POST",
        "/data-sources",
        {
            "kind": "restapi",
            "name": "crm",
            "base_url": f"{base}/api/",
            "headers": [{"name": "Accept", "value": "application/json"}],
            "auth": bearer,
        },
    )
    private = await call(
        "POST",
        "/data-sources",
        {"kind": "restapi", "name": "metrics", "base_url": secure, "auth": bearer},
    )
    presets = {one["preset"]: one for one in (await call("GET", "/kinds", None))["presets"]}
    for name in ("github", "stripe"):
        await call("POST", "/data-sources", {"kind": "restapi", **presets[name]["source"]})
    users = await call(
        "POST",
        "/queries",
        {
            "data_source": crm["id"],
            "name": "users",
            "path": "/users",
            "params": [{"name": "page", "value": "{{ params.page }}"}],
            "parameters": [{"name": "page", "type": "integer", "default": 1, "minimum": 1}],
        },
    )
    one = await call(
        "POST",
        "/queries",
        {
            "data_source": crm["id"],
            "name": "user_by_id",
            "path": "/users/{{ params.id }}",
            "parameters": [{"name": "id", "type": "integer", "required": True}],
        },
    )
    unpaid = await call(
        "POST", "/queries", {"data_source": "billing", "name": "unpaid", "path": "/users"}
    )
    for number in range(1, 4):
        await call("POST", f"/queries/{users['id']}/run", {"parameters": {"page": number}})
        await call("POST", f"/queries/{one['id']}/run", {"parameters": {"id": number}})
    failed = await call("POST", f"/queries/{unpaid['id']}/run", {"parameters": {}})
    await call("PUT", "/secrets/webhook_key", {"value": "hunter2-hunter2"})
    await call("PUT", "/secrets/signing_key", {"value": "correct-horse-battery"})
    await call("PUT", "/constants/region", {"value": "eu-central"})
    token = await call(
        "POST",
        "/tokens",
        {
            "name": "nightly report",
            "role": "runner",
            "policy": {"doors": ["api"], "queries": ["users"], "rate_per_minute": 60},
        },
    )
    await call(
        "POST",
        "/tokens",
        {"name": "support desk", "role": "runner", "policy": {"sources": ["crm"]}},
    )
    return {
        "source": f"/data-sources/{crm['id']}",
        "private": f"/data-sources/{private['id']}",
        "query": f"/queries/{users['id']}",
        "run": f"/runs/{failed['run']}",
        "caller": f"/callers/{token['id']}",
    }


# -- how to show it --------------------------------------------------------------------------------

Show = Callable[[Page, Served, dict[str, str]], Awaitable[None]]


def at(place: str) -> Show:
    """The page at an address, or at one of the addresses that were made."""

    async def show(page: Page, served: Served, places: dict[str, str]) -> None:
        await page.goto(served.url + places.get(place, place))
        await page.get_by_role("heading", level=1).first.wait_for(state="attached")

    return show


async def signed_out(page: Page, served: Served, places: dict[str, str]) -> None:
    cookies = await page.context.cookies()
    await page.context.clear_cookies()
    await page.goto(served.url)
    await page.get_by_label("Password", exact=True).wait_for()
    await page.context.add_cookies(
        [{**cookie, "url": served.url, "domain": None, "path": None} for cookie in cookies]
    )


async def tested(page: Page, served: Served, places: dict[str, str]) -> None:
    await at("private")(page, served, places)
    await page.get_by_role("button", name="Test connection").click()
    await page.get_by_role("heading", name="The connection fails").wait_for()


async def fixed(page: Page, served: Served, places: dict[str, str]) -> None:
    await tested(page, served, places)
    await page.get_by_role("button", name="Trust exactly this CA").click()
    await page.get_by_role("heading", name="The connection works").wait_for()


async def result(page: Page, served: Served, places: dict[str, str]) -> None:
    await at("query")(page, served, places)
    await page.get_by_role("button", name="Run", exact=True).click()
    await page.get_by_text("Query completed").wait_for()


async def palette(page: Page, served: Served, places: dict[str, str]) -> None:
    await at("/runs")(page, served, places)
    await page.keyboard.press("Control+k")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("combobox").fill("users")
    await dialog.get_by_role("option", name="Run users").wait_for()


SHOTS: dict[str, tuple[str, Show]] = {
    "sign-in": ("Sign in", signed_out),
    "data-sources": ("Data Sources", at("/data-sources")),
    "source": ("A data source", at("source")),
    "test-fails": ("Test connection: what is wrong, and a fix", tested),
    "test-works": ("Test connection: after the fix", fixed),
    "query": ("A query and its result", result),
    "runs": ("Runs", at("/runs")),
    "run": ("A run that failed", at("run")),
    "secrets": ("Secrets & constants", at("/secrets")),
    "callers": ("Callers", at("/callers")),
    "new-caller": ("A new caller token", at("/callers/new")),
    "caller": ("A caller", at("caller")),
    "audit": ("Audit", at("/audit")),
    "account": ("Settings: account", at("/settings/account")),
    "people": ("Settings: people", at("/settings/people")),
    "keys": ("Settings: keys", at("/settings/keys")),
    "palette": ("Ctrl/Cmd+K", palette),
}


def gallery() -> str:
    """The page of the docs that shows them all."""
    parts = ["# What it looks like", "", "Made by `just screenshots`, on the demo API."]
    for name, (title, _) in SHOTS.items():
        cells = [
            f"![{title}, {scheme}, {width} px]({file_name(name, scheme, width)})"
            for scheme in SCHEMES
            for width in WIDTHS
        ]
        head = " | ".join(f"{scheme}, {width} px" for scheme in SCHEMES for width in WIDTHS)
        parts += ["", f"## {title}", "", f"| {head} |", "| --- | --- | --- | --- |"]
        parts.append(f"| {' | '.join(cells)} |")
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
