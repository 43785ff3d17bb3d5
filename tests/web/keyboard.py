"""A keyboard alone: every step as someone makes it who has no mouse."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.async_api import Locator, Page

MOST_STEPS = 80


@dataclass(frozen=True)
class Keyboard:
    """Moves by Tab; what is not reached by it fails the test."""

    page: Page

    async def press(self, wanted: Locator) -> None:
        """Go to a button or a link and press it."""
        await tab_to(self.page, wanted)
        await self.page.keyboard.press("Enter")

    async def tick(self, wanted: Locator) -> None:
        """Go to a box or a radio button and choose it."""
        await tab_to(self.page, wanted)
        await self.page.keyboard.press("Space")

    async def type(self, field: Locator, text: str) -> None:
        """Go to a field and type into it, over what it holds."""
        await tab_to(self.page, field)
        await self.page.keyboard.press("ControlOrMeta+a")
        await self.page.keyboard.type(text)


async def tab_to(page: Page, wanted: Locator, *, key: str = "Tab") -> None:
    """Press Tab until it has the focus."""
    await wanted.wait_for()
    for _ in range(MOST_STEPS):
        if await wanted.evaluate("element => element === document.activeElement"):
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached by {key}")


async def type_here(page: Page, text: str) -> None:
    """Type once a field has the focus that the step before has brought: no person is faster."""
    await page.locator(":is(input, textarea):focus").wait_for()
    await page.keyboard.type(text)
