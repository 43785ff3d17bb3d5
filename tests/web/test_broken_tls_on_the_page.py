"""Broken TLS servers on the form: each with its own words and chain, and fixes that mend it.

That a run and a test say the same of them is held by `tests/contract/tls`; here it is what a person
reads.
"""

from __future__ import annotations

import re

from playwright.async_api import APIResponse, expect

from tests.served import Served
from tests.upstream.broken_tls import BROKEN, BrokenTls
from tests.web.conftest import OpenVisit
from tests.web.workbench import Workbench

# Save refuses to take a certificate that has expired; nobody gets to the form with one.
CASES = [case for case in BROKEN if "expired CA" not in case.name and "te expired" not in case.name]


async def test_every_broken_server_is_explained_on_the_form_and_mended_where_it_can_be(
    open_visit: OpenVisit, demo_server: Served
) -> None:
    bench = Workbench(await open_visit(demo_server.url), demo_server)
    await bench.enter_for_the_first_time()
    assert len(CASES) >= 20
    mended = [case.name for case in CASES if await explained(bench, case)]
    assert len(mended) >= 8, f"only {mended} had a fix that helped"


async def explained(bench: Workbench, case: BrokenTls) -> bool:
    """Look at one server; whether a fix was offered, and pressing it helped."""
    page = bench.visit.page
    with case.start() as server:
        await bench.visit.go(await saved(bench, case, server.port))
        await bench.button("Test connection").click()
        strip = page.get_by_role("region", name="The connection fails at TLS")
        await expect(strip.get_by_text(case.words).first, case.name).to_be_visible()
        chain = strip.get_by_text(re.compile(r"^The server presented \d"))
        await expect(chain, case.name).to_have_count(1 if case.shows_chain else 0)
        fixes = strip.get_by_role(
            "button", name=re.compile("^(Trust exactly|Use server name|Allow TLS)")
        )
        if await fixes.count() == 0:
            return False
        await fixes.first.click()
        works = page.get_by_role("heading", name="The connection works")
        await expect(works, case.name).to_be_visible()
        await expect(page.get_by_text("Not verified (insecure)")).to_have_count(0)
        return True


async def saved(bench: Workbench, case: BrokenTls, port: int) -> str:
    """A source on this server, and the address of its form."""
    answer: APIResponse = await bench.visit.page.request.post(
        f"{bench.visit.origin}/api/v1/data-sources",
        headers={"Origin": bench.visit.origin},
        data={
            "kind": "restapi",
            "base_url": f"https://{case.host}:{port}/",
            "tls": case.tls,
            "limits": {"connect_timeout_s": 1},
        },
    )
    assert answer.ok, f"{case.name}: {await answer.text()}"
    return f"/data-sources/{(await answer.json())['id']}"
