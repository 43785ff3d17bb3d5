"""Fixtures that several areas of the tests share. Each starts what it needs only when asked for."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from hypothesis import settings

from tests.postgres import new_database, running_postgres

# No test may ask the internet anything, nor inherit what the developer has set for real use.
for _name in [name for name in os.environ if name.startswith("SOURCEKEEP_")]:
    del os.environ[_name]


# A busy machine is no defect; and what CI finds, anybody can find again with the printed blob.
settings.register_profile("sourcekeep", deadline=None, print_blob=True)
settings.load_profile("sourcekeep")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """`postgresql://…@127.0.0.1:port` of one private PostgreSQL for the whole session."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_cluster: str) -> Iterator[str]:
    """An empty PostgreSQL database of this test alone."""
    with new_database(postgres_cluster) as url:
        yield url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A SQLite database of this test alone; the file does not exist yet."""
    return f"sqlite:///{tmp_path / 'sourcekeep.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """An empty database of this test alone, once on SQLite and once on PostgreSQL."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture(scope="session")
def loopback_ca() -> trustme.CA:
    """A private certificate authority for servers on loopback."""
    return trustme.CA(organization_name="Sourcekeep tests")


@pytest.fixture(scope="session")
def loopback_certificate(loopback_ca: trustme.CA) -> trustme.LeafCert:
    """A server certificate of `loopback_ca` for localhost, 127.0.0.1 and ::1."""
    return loopback_ca.issue_cert("localhost", "127.0.0.1", "::1")


@pytest.fixture(scope="session")
def client_certificate(loopback_ca: trustme.CA) -> trustme.LeafCert:
    """A client certificate of `loopback_ca`."""
    return loopback_ca.issue_cert("client@sourcekeep.test", common_name="sourcekeep test client")
