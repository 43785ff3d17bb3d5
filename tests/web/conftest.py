"""Fixtures of the browser tests: one Chromium for all, a fresh profile and a record for each test.

Every test here runs on the session's event loop, because the browser lives on it.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.served import Served, serving
from tests.web.chromium import FLAGS, find_chromium
from tests.web.packages import installed
from tests.web.visit import Visit, pictures_folder
from tests.web.workbench import Workbench

Scheme = Literal["light", "dark"]
OpenVisit = Callable[..., Awaitable[Visit]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The Chromium of this machine, or the one unpacked from npm."""
    return find_chromium()


@pytest.fixture(scope="session")
def axe_source() -> str:
    """The accessibility engine's script."""
    return (installed(with_chromium=False) / "axe-core" / "axe.min.js").read_text("utf-8")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser(chromium_path: Path) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield running
        await running.close()


@pytest_asyncio.fixture(loop_scope="session")
async def open_visit(
    browser: Browser, axe_source: str, request: pytest.FixtureRequest
) -> AsyncIterator[OpenVisit]:
    """`await open_visit(origin, scheme="dark", width=360)`: a page with an empty profile. All
    visits of a test must have stayed clean at its end."""
    async with AsyncExitStack() as stack:
        visits: list[Visit] = []

        async def open_one(
            origin: str, *, scheme: Scheme = "light", width: int = 1280, height: int = 800
        ) -> Visit:
            context = await browser.new_context(
                color_scheme=scheme,
                viewport={"width": width, "height": height},
                locale="en-GB",
                timezone_id="UTC",
                reduced_motion="reduce",
            )
            stack.push_async_callback(context.close)
            visit = Visit(
                page=await context.new_page(),
                origin=origin.rstrip("/"),
                axe_source=axe_source,
                pictures=pictures_folder(request.node.nodeid),
            )
            visit.page.set_default_timeout(15_000)
            visit.listen()
            visits.append(visit)
            return visit

        yield open_one
        for number, visit in enumerate(visits, 1):
            await visit.picture(f"end of visit {number}")
        for visit in visits:
            visit.assert_clean()


@pytest.fixture
def demo_server(tmp_path: Path) -> Iterator[Served]:
    """`sourcekeep serve --demo` on free ports with an empty data folder of this test."""
    with serving(tmp_path / "data", "--demo", "--demo-port", "0") as served:
        yield served


@pytest_asyncio.fixture(loop_scope="session")
async def bench(open_visit: OpenVisit, demo_server: Served) -> Workbench:
    """The first admin, signed in at a demo server of this test."""
    return await begin(open_visit, demo_server)


@dataclass(frozen=True)
class Look:
    """How a page is looked at."""

    scheme: Scheme
    width: int

    def __str__(self) -> str:
        return f"{self.scheme}-{self.width}"


@pytest.fixture(params=[Look("light", 1280), Look("dark", 360)], ids=str)
def look(request: pytest.FixtureRequest) -> Look:
    """Light on a wide screen, then dark on a narrow one."""
    found: Look = request.param
    return found


@pytest_asyncio.fixture(loop_scope="session")
async def bench_in_each_look(look: Look, open_visit: OpenVisit, demo_server: Served) -> Workbench:
    """The first admin once in each look."""
    return await begin(open_visit, demo_server, scheme=look.scheme, width=look.width)


async def begin(
    open_visit: OpenVisit, served: Served, *, scheme: Scheme = "light", width: int = 1280
) -> Workbench:
    workbench = Workbench(await open_visit(served.url, scheme=scheme, width=width), served)
    await workbench.enter_for_the_first_time()
    return workbench
