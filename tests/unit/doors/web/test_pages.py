"""The page: its nonce, its caching, and no file but the bundle's own."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import brotli
import pytest

from sourcekeep.doors.web.pages import Pages

SCRIPT = b"console.log('a long enough script');\n" * 60


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text('<script nonce="__CSP_NONCE__" src="/assets/a-1.js"></script>')
    (dist / "assets" / "a-1.js").write_bytes(SCRIPT)
    (dist / "assets" / "a-1.js.map").write_bytes(b"{}")
    (dist / "icon.svg").write_text("<svg/>")
    (tmp_path / "outside.txt").write_text("not yours")
    return dist


async def ask(pages: Pages, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    fields = [(name.replace("_", "-").encode(), text.encode()) for name, text in headers.items()]
    said: list[Any] = []

    async def send(message: Any) -> None:
        said.append(message)

    async def receive() -> Any:
        raise AssertionError("a page reads no body")

    await pages({"type": "http", "path": path, "headers": fields}, receive, send)
    head = {name.decode(): text.decode() for name, text in said[0]["headers"]}
    body = said[1]["body"]
    if said[0]["status"] != 304:
        assert int(head["content-length"]) == len(body)
    assert head["x-content-type-options"] == "nosniff"
    return said[0]["status"], head, body


@pytest.mark.parametrize("path", ["/", "/data-sources", "/data-sources/src_1", "/welcome", "/a.b"])
async def test_every_path_that_is_no_file_is_the_page(folder: Path, path: str):
    status, head, body = await ask(Pages(folder), path)
    assert status == 200
    assert b"/assets/a-1.js" in body
    assert head["cache-control"] == "no-store"


async def test_the_nonce_is_new_for_every_answer_and_the_same_in_head_and_page(folder: Path):
    pages = Pages(folder)
    nonces = set()
    for _ in range(3):
        _, head, body = await ask(pages, "/")
        policy = head["content-security-policy"]
        found = set(re.findall(r"'nonce-([^']+)'", policy))
        assert found == {re.search(r'nonce="([^"]+)"', body.decode())[1]}
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        nonces |= found
    assert len(nonces) == 3


async def test_a_hashed_file_may_be_kept_for_ever(folder: Path):
    status, head, body = await ask(Pages(folder), "/assets/a-1.js")
    assert (status, body) == (200, SCRIPT)
    assert head["content-type"] == "text/javascript; charset=utf-8"
    assert head["cache-control"] == "public, max-age=31536000, immutable"
    assert head["vary"] == "accept-encoding"


async def test_a_script_that_runs_as_a_worker_is_kept_to_its_own_origin(folder: Path):
    _, head, _ = await ask(Pages(folder), "/assets/a-1.js")
    assert head["content-security-policy"].startswith("default-src 'self'; ")


async def test_another_file_is_asked_for_again_by_its_tag(folder: Path):
    pages = Pages(folder)
    _, head, _ = await ask(pages, "/icon.svg")
    assert head["cache-control"] == "no-cache"
    status, _, body = await ask(pages, "/icon.svg", if_none_match=f'W/{head["etag"]}, "x"')
    assert (status, body) == (304, b"")


@pytest.mark.parametrize(
    ("accepted", "coding"),
    [("gzip, br", "br"), ("gzip", "gzip"), ("br;q=0, gzip", "gzip"), ("identity", None)],
)
async def test_a_script_is_compressed_as_the_browser_likes(
    folder: Path, accepted: str, coding: str | None
):
    _, head, body = await ask(Pages(folder), "/assets/a-1.js", accept_encoding=accepted)
    assert head.get("content-encoding") == coding
    plain = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding](body)
    assert plain == SCRIPT


@pytest.mark.parametrize(
    "path",
    [
        "/assets/none.js",
        "/assets/../../outside.txt",
        "/assets/a-1.js.map",
        "/assets/",
    ],
)
async def test_what_is_no_file_of_the_bundle_is_not_found(folder: Path, path: str):
    status, _, body = await ask(Pages(folder), path)
    assert status == 404
    assert b"not yours" not in body


@pytest.mark.parametrize("path", ["/../outside.txt", "//outside.txt", "/%2e%2e/outside.txt"])
async def test_nothing_outside_the_bundle_is_served(folder: Path, path: str):
    _, _, body = await ask(Pages(folder), path)
    assert b"not yours" not in body


async def test_without_a_bundle_the_page_says_so(tmp_path: Path):
    status, head, body = await ask(Pages(tmp_path / "none"), "/")
    assert status == 503
    assert b"not built" in body
    assert "content-security-policy" in head
