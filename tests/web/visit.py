"""One page in a browser, with everything recorded that it should not do.

A visit is clean when the page asked no other host anything, the Content-Security-Policy had nothing
to say, no script failed, and (for each state that a test looks at) axe has no finding.
"""

from __future__ import annotations

import asyncio
import json
import os
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import ConsoleMessage, Page, Request

# WCAG 2.2 AA and axe's own good practices, as look.md asks: nothing found.
AXE_OPTIONS = {"resultTypes": ["violations"], "preload": False}

_MORE_LOOKS, _BETWEEN_LOOKS_S = 4, 0.25


@dataclass
class Visit:
    """A page and its record. Made by the fixture `visit`, which asserts that it stayed clean."""

    page: Page
    origin: str
    axe_source: str
    pictures: Path
    requests: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)
    policy_messages: list[str] = field(default_factory=list)
    script_errors: list[str] = field(default_factory=list)

    def listen(self) -> None:
        self.page.on("request", self._on_request)
        self.page.on("console", self._on_console)
        self.page.on("pageerror", lambda fault: self.script_errors.append(str(fault)))

    def _on_request(self, request: Request) -> None:
        self.requests.append(f"{request.method} {request.url}")
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and (
            f"{parts.scheme}://{parts.netloc}" != self.origin
        ):
            self.foreign_requests.append(request.url)

    def _on_console(self, message: ConsoleMessage) -> None:
        if "content security policy" in message.text.lower():
            self.policy_messages.append(message.text)
        elif message.type == "error" and not message.text.startswith("Failed to load resource"):
            # Chromium writes that line for every 4xx; what the page makes of it is tested there.
            self.script_errors.append(message.text)

    async def go(self, path: str) -> None:
        """Open a path of the server (or a full URL of it)."""
        await self.page.goto(path if "://" in path else self.origin + path)

    async def accessibility_findings(self) -> list[str]:
        """What axe finds in the page as it is now: rule, remedy and place, one line each.

        axe is put in over the DevTools protocol, because the page's policy allows no foreign
        script, and the test must not loosen the policy that it tests.
        """
        session = await self.page.context.new_cdp_session(self.page)
        try:
            await session.send("Runtime.evaluate", {"expression": self.axe_source})
            done = await session.send(
                "Runtime.evaluate",
                {
                    "expression": f"axe.run(document, {json.dumps(AXE_OPTIONS)})"
                    ".then(({violations}) => JSON.stringify(violations))",
                    "awaitPromise": True,
                    "returnByValue": True,
                },
            )
        finally:
            await session.detach()
        if "exceptionDetails" in done:
            raise AssertionError(f"axe did not run: {done['exceptionDetails']}")
        violations: list[dict[str, Any]] = json.loads(done["result"]["value"])
        return [
            f"{violation['id']}: {violation['help']} at {', '.join(map(str, node['target']))}"
            for violation in violations
            for node in violation["nodes"]
        ]

    async def assert_accessible(self) -> None:
        """axe finds nothing, once the page has drawn its first heading.

        The page may be caught between two renders: a dialog gets its title's name in the one after
        that which opens it. So what is found has to be there a moment later too.
        """
        await self.page.get_by_role("heading", level=1).first.wait_for()
        findings = await self.accessibility_findings()
        for _ in range(_MORE_LOOKS):
            if not findings:
                return
            await asyncio.sleep(_BETWEEN_LOOKS_S)
            findings = await self.accessibility_findings()
        assert not findings, "\n".join(findings)

    async def picture(self, name: str) -> Path:
        """What a person sees now, among CI's output: `<name>.png` in this test's folder."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        path = self.pictures / f"{safe_name(name)}.png"
        await self.page.screenshot(path=path)
        return path

    def forgive_missing_files(self) -> None:
        """A test that took the server away expects what the browser notes of files it then wanted."""
        missing = "Failed to fetch dynamically imported module"
        self.script_errors = [text for text in self.script_errors if missing not in text]

    def assert_clean(self) -> None:
        record = {
            "asked another host": self.foreign_requests,
            "broke the Content-Security-Policy": self.policy_messages,
            "had script errors": self.script_errors,
        }
        faults = [f"the page {what}: {items}" for what, items in record.items() if items]
        assert not faults, "\n".join(faults)


def safe_name(text: str) -> str:
    return re.sub(r"[^\w.-]+", "-", text).strip("-")


def pictures_folder(test_name: str) -> Path:
    named = os.environ.get("CI_OUTPUT")
    output = Path(named) if named else Path(__file__).parents[2] / "ci-output"
    return output / "screenshots" / safe_name(test_name)
