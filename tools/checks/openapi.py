"""The committed OpenAPI document is the one that the code describes. `--write` renews it."""

from __future__ import annotations

import asyncio
import difflib
import json
import sys
import tempfile
from itertools import islice
from pathlib import Path

from sourcekeep.doors.http.app import OPENAPI_FILE, management
from sourcekeep.doors.http.hosts import HostRule
from sourcekeep.doors.http.openapi import document
from sourcekeep.settings import load
from sourcekeep.wiring import build

FILE = Path(__file__).resolve().parents[2] / "src/sourcekeep/doors/http" / OPENAPI_FILE
_SHOWN_LINES = 60


def main(arguments: list[str]) -> int:
    described = asyncio.run(_described())
    if "--write" in arguments:
        FILE.write_text(described, "utf-8")
        return 0
    committed = FILE.read_text("utf-8") if FILE.is_file() else ""
    if committed == described:
        print("openapi: the committed document is the one that the code describes")
        return 0
    changes = difflib.unified_diff(
        committed.splitlines(), described.splitlines(), "committed", "described", lineterm="", n=1
    )
    print("\n".join(islice(changes, _SHOWN_LINES)), file=sys.stderr)
    print("openapi: after review, run `python -m tools.checks.openapi --write`", file=sys.stderr)
    return 1


async def _described() -> str:
    """The document of a server with an empty data dir."""
    with tempfile.TemporaryDirectory() as folder:
        app = await build(load({"data_dir": Path(folder)}, environment={}))
        try:
            hosts = HostRule(told=(), public_url=None, loopback_only=True)
            api = management(app, hosts=hosts, max_request_bytes=1, session_lifetime_s=1)
            made = document(api, app.kinds.source_model)
        finally:
            await app.close()
    return json.dumps(made, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
