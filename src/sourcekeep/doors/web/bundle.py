"""The files of the built page, read once, each with its compressed forms made when first wanted."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass, field
from pathlib import Path

import brotli  # type: ignore[import-untyped]  # it ships no types

NONCE = "__CSP_NONCE__"
INDEX = "index.html"
# vite puts a hash of the content into these files' names, so a name never means something else.
IMMUTABLE_UNDER = "assets/"
_SMALLEST_TO_COMPRESS = 1024
_COMPRESSIBLE = ("text/", "application/javascript", "application/json", "image/svg+xml")
_BROTLI_QUALITY, _GZIP_LEVEL = 6, 6  # some 20 ms for the largest file, once per start
_TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"} | {
    ".html": "text/html",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
    ".ico": "image/x-icon",
    ".txt": "text/plain",
    ".md": "text/plain",
}


@dataclass(slots=True)
class File:
    """One file of the bundle."""

    content: bytes
    media_type: str
    etag: str
    immutable: bool
    _encoded: dict[str, bytes] = field(default_factory=dict)

    def encoded(self, accepted: str) -> tuple[bytes, str | None]:
        """The bytes to send and their content coding (RFC 9110 8.4), None for as they are."""
        if len(self.content) < _SMALLEST_TO_COMPRESS or not self.media_type.startswith(
            _COMPRESSIBLE
        ):
            return self.content, None
        for coding in ("br", "gzip"):
            if _accepts(accepted, coding):
                if coding not in self._encoded:
                    self._encoded[coding] = _compress(self.content, coding)
                return self._encoded[coding], coding
        return self.content, None


class Bundle:
    """The page's files by path; empty when the page has not been built."""

    def __init__(self, folder: Path) -> None:
        self._files = dict(_read(folder))
        index = self._files.pop(INDEX, None)
        self.index = None if index is None else index.content.decode("utf-8")

    def file(self, path: str) -> File | None:
        return self._files.get(path)


def _read(folder: Path) -> list[tuple[str, File]]:
    """All files below the folder. Only these can ever be served: no path is looked up on disk."""
    if not folder.is_dir():
        return []
    return [
        (path.relative_to(folder).as_posix(), _file(path, path.relative_to(folder).as_posix()))
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix != ".map"
    ]


def _file(path: Path, name: str) -> File:
    content = path.read_bytes()
    guessed = _TYPES.get(path.suffix) or mimetypes.guess_type(name)[0]
    media_type = guessed or "application/octet-stream"
    if media_type.startswith("text/"):
        media_type += "; charset=utf-8"
    tag = hashlib.sha256(content).hexdigest()[:32]
    return File(content, media_type, f'"{tag}"', name.startswith(IMMUTABLE_UNDER))


def _accepts(accepted: str, coding: str) -> bool:
    """Whether `Accept-Encoding` lists the coding and does not forbid it (RFC 9110 12.5.3)."""
    for part in accepted.lower().split(","):
        name, _, weight = part.strip().partition(";")
        if name.strip() == coding:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _compress(content: bytes, coding: str) -> bytes:
    if coding == "br":
        return bytes(brotli.compress(content, quality=_BROTLI_QUALITY))
    return gzip.compress(content, _GZIP_LEVEL, mtime=0)
