"""What a server says on its console: addresses and the first link on stdout, refusals on stderr."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterable
from urllib.parse import urlsplit

from sourcekeep.settings import LogLevel, Settings

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  compared with, not bound


def base_url(settings: Settings, port: int) -> str:
    """The address to tell people: the public one, else what this machine can open."""
    if settings.public_url is not None:
        parts = urlsplit(settings.public_url)
        return f"{parts.scheme}://{parts.netloc}"
    host = settings.host.strip("[]")
    host = _WILDCARDS.get(host, host)
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def ready_line(url: str) -> str:
    """The contract's own words; the last line of a start."""
    return f"Sourcekeep is ready at {url}"


def first_link_line(url: str, token: str) -> str:
    return f"Sign in for the first time (once, within 24 hours): {url}/welcome?token={token}"


def tell(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
    sys.stdout.flush()


def say_why_not(reason: object) -> int:
    """One line on stderr, and the exit code of a server that did not start."""
    print(f"sourcekeep: {reason}", file=sys.stderr, flush=True)
    return 1


def start_log(level: LogLevel) -> None:
    """Our own lines on stderr. uvicorn's are left out: they quote requests, and with them secrets
    that callers have put into URLs."""
    logging.basicConfig(
        level=level.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        stream=sys.stderr,
    )
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    for name in ("sqlalchemy", "alembic", "aiosqlite", "asyncpg", "asyncio"):
        logging.getLogger(name).setLevel(logging.WARNING)
