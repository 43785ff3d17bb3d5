"""Counts how often a person presses something on the page, also over a reload."""

from __future__ import annotations

from playwright.async_api import Page

# Presses of a mouse button, and of a key that presses a button.
_COUNT = """
addEventListener("click", (event) => {
  if (!event.isTrusted) return;
  const known = Number(sessionStorage.getItem("clicks-of-the-test") ?? 0);
  sessionStorage.setItem("clicks-of-the-test", String(known + 1));
}, { capture: true });
"""


async def count_clicks(page: Page) -> None:
    """From the next load of the page on."""
    await page.add_init_script(_COUNT)


async def clicks(page: Page) -> int:
    """How many there were so far."""
    return int(await page.evaluate("sessionStorage.getItem('clicks-of-the-test')"))
