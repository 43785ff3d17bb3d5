"""Sourcekeep's page as a person uses it: the steps that the browser tests are written in.

Everything is found by what a person reads or a screen reader says, never by a class or an id.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from playwright.async_api import Locator, expect

from tests.served import Served
from tests.web.keyboard import Keyboard
from tests.web.visit import Visit

Certificates = Literal["None", "CA Certificate", "Client Certificate"]


@dataclass(frozen=True)
class Workbench:
    """One person at one browser."""

    visit: Visit
    served: Served

    @property
    def keyboard(self) -> Keyboard:
        return Keyboard(self.visit.page)

    def field(self, label: str) -> Locator:
        return self.visit.page.get_by_label(label, exact=True)

    def button(self, name: str) -> Locator:
        return self.visit.page.get_by_role("button", name=name, exact=True)

    async def enter_for_the_first_time(self) -> None:
        """Follow the one-time link of the console and make the first account."""
        await self.visit.go(self.served.sign_in_link)
        await self.field("Name").fill("Ada")
        await self.field("Email").fill("ada@example.com")
        await self.field("Password").fill("correct horse battery")
        await self.button("Make the account").click()
        await expect(
            self.visit.page.get_by_role("heading", level=1, name="Data Sources")
        ).to_be_visible()

    async def add_rest_api(self) -> None:
        """Data Sources, the category API in the sidebar, the card REST API."""
        page = self.visit.page
        if not page.url.endswith("/data-sources"):
            await self.open_from_navigation("Data Sources")
        sidebar = page.get_by_role("navigation", name="Add a data source")
        await sidebar.get_by_role("link", name="API").first.click()
        await self.button("REST API").click()
        await expect(self.field("Base URL")).to_be_visible()

    async def open_from_navigation(self, name: str) -> None:
        """Choose a page on the left; on a narrow screen the navigation is folded away."""
        folded = self.button("Navigation")
        if await folded.is_visible():
            await folded.click()
        await self.visit.page.get_by_role("link", name=name, exact=True).first.click()

    async def rename(self, old: str, new: str, *, noun: str = "data source") -> None:
        """Click on the name, type, Enter."""
        await self.button(f"Rename {noun} {old}").click()
        name = self.field(f"Name of the {noun}")
        await name.fill(new)
        await name.press("Enter")

    async def enter_bearer(self, *, base_url: str, token: str) -> None:
        await self.field("Base URL").fill(base_url)
        await self.field("Authentication").select_option(label="Bearer")
        await self.field("Token").fill(token)

    async def paste_certificates(self, choice: Certificates, **pasted: str) -> None:
        """Choose under SSL Certificate; `ca_cert="…"` goes into the field CA Cert, and so on."""
        await self.field("SSL Certificate").select_option(label=choice)
        for name, text in pasted.items():
            label = {"ca_cert": "CA Cert", "client_cert": "Client Cert", "client_key": "Client Key"}
            await self.field(label[name]).fill(text)

    async def save(self) -> None:
        await self.press_save()
        await expect(self.visit.page.get_by_text("Saved", exact=True).first).to_be_visible()
        await expect(self.visit.page.get_by_text("Unsaved changes")).to_have_count(0)

    async def press_save(self) -> None:
        await self.button("Save").click()

    async def create_query(self) -> None:
        await self.visit.page.get_by_role("link", name="Create query").click()
        await expect(self.field("Method")).to_have_value("GET")

    async def run(self) -> Locator:
        """Press Run; the part of the page with the result, once it is there."""
        await self.button("Run").click()
        result = self.visit.page.get_by_role("region", name="Result")
        await expect(result.get_by_text("Timing")).to_be_visible()
        return result

    def certificate_file(self, name: str) -> str:
        """One of the demo's files, as a person would copy it."""
        return (self.served.data_dir / "demo" / name).read_text("ascii")
