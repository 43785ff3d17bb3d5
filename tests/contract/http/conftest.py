"""One real server on each database for all tests of this folder, with its demo API as upstream.

Tests share it, so each names what it makes with a word of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.calling import Client, client, first_person, program
from tests.postgres import new_database
from tests.served import Served, serving

DEMO = ("--demo", "--demo-port", "0")


@pytest.fixture(scope="session", params=["sqlite", "postgresql"])
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp(f"http-{request.param}")
    if request.param == "sqlite":
        with serving(folder, *DEMO) as running:
            yield running
        return
    with (
        new_database(request.getfixturevalue("postgres_cluster")) as url,
        serving(folder, *DEMO, "--database-url", url) as running,
    ):
        yield running


@pytest.fixture(scope="session")
def nobody(server: Served) -> Client:
    """Calls without any credential."""
    return client(server)


@pytest.fixture(scope="session")
def person(server: Served) -> Client:
    """The first user, an admin, in their browser."""
    return first_person(server)


@pytest.fixture(scope="session")
def admin(server: Served, person: Client) -> Client:
    """A program that may do everything."""
    return program(server, person, "admin")


@pytest.fixture(scope="session")
def editor(server: Served, person: Client) -> Client:
    return program(server, person, "editor")


@pytest.fixture(scope="session")
def runner(server: Served, person: Client) -> Client:
    return program(server, person, "runner")


@pytest.fixture(scope="session")
def demo_url(admin: Client) -> str:
    """The bearer-guarded address of the demo API."""
    url: str = admin.get("/data-sources/demo").expect(200)["base_url"]
    return url
