"""Programs of others as upstreams: what a machine must have for them is not on every machine, so
these tests are tasks of their own (`just prometheus`) and not part of `just test`."""

from __future__ import annotations

from pathlib import Path

import pytest
import pytest_asyncio

from tests.web.conftest import axe_source, browser, chromium_path, open_visit

__all__ = ["axe_source", "browser", "chromium_path", "open_visit"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The browser lives on the session's event loop."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
