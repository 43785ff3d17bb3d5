"""Undoes Content-Encoding (RFC 9110 8.4), never beyond a size, and never for a bomb.

The size cap holds for what comes out, layer by layer. The ratio guard is for bombs below the cap:
a body that grows more than `_MAX_RATIO` times, past the first `_FREE_BYTES`, is refused. Real text
compresses 3 to 30 times, a table of zeros some hundreds; deflate's own limit is 1,032.
"""

from __future__ import annotations

import asyncio
import zlib
from collections.abc import Callable, Iterator, Sequence

import brotli  # type: ignore[import-untyped]
import zstandard

from sourcekeep.engine.wire.values import WireFailed
from sourcekeep.model.catalogue import problem

ACCEPT_ENCODING = b"gzip, deflate, br, zstd"

_PIECE = 65536
_FREE_BYTES = 4_194_304
_MAX_RATIO = 500
_MAX_LAYERS = 3
_ZSTD_SLICE = 512
# Decompressing more than this takes longer than a hop to a thread (24 µs) by far.
_THREAD_FROM = 65_536

# A step takes compressed bytes and yields plain pieces; None marks the end of the input.
_Step = Callable[[bytes | None], Iterator[bytes]]


async def decode_body(
    raw: bytes, headers: Sequence[tuple[bytes, bytes]], *, limit: int, truncated: bool = False
) -> tuple[bytes, bool]:
    """The body with its Content-Encoding undone, and whether it was cut at `limit` bytes.

    `truncated` says that `raw` itself is cut: then what can be decoded is, without complaint.
    Raises WireFailed decode_failed: unknown coding, damaged or cut data, too many layers, a bomb.
    """
    codings = content_codings(headers)
    if not codings or not raw:
        return raw[:limit], truncated or len(raw) > limit
    if len(raw) < _THREAD_FROM:
        return decoded(raw, codings, limit=limit, truncated=truncated)
    return await asyncio.to_thread(decoded, raw, codings, limit=limit, truncated=truncated)


def plain_body(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    """Whether there is no Content-Encoding to undo. Then `decode_body` only cuts at its limit, and
    a caller that has its body within the limit may spare the call."""
    for name, _ in headers:  # noqa: SIM110 (a generator costs more than the loop)
        if len(name) == 16 and name.lower() == b"content-encoding":
            return False
    return True


def content_codings(headers: Sequence[tuple[bytes, bytes]]) -> tuple[str, ...]:
    """The codings in the order in which they were applied; `identity` is none."""
    found: list[str] = []
    for name, value in headers:
        if len(name) == 16 and name.lower() == b"content-encoding":
            found += [part.strip().lower() for part in value.decode("latin-1").split(",")]
    return tuple(coding for coding in found if coding and coding != "identity")


def decoded(
    raw: bytes, codings: Sequence[str], *, limit: int, truncated: bool = False
) -> tuple[bytes, bool]:
    """The same as `decode_body`, at once."""
    if len(codings) > _MAX_LAYERS:
        raise _failed(f"The answer is encoded {len(codings)} times over.")
    # The guard knows what came over the wire, not an inner layer's size: layers multiply.
    most = max(_FREE_BYTES, len(raw) * _MAX_RATIO)
    for coding in reversed(codings):
        try:
            raw, cut = _undo(coding, raw, most=most, limit=limit, lenient=truncated)
        except (zlib.error, brotli.error, zstandard.ZstdError, EOFError) as error:
            if isinstance(error, EOFError):
                raise _failed(f"The answer's {coding} data ends too early.") from None
            raise _failed(f"The answer is not valid {coding} data.") from None
        truncated = truncated or cut
    return raw, truncated


def _undo(coding: str, raw: bytes, *, most: int, limit: int, lenient: bool) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    size = 0
    step = _step(coding, raw)
    inputs: list[bytes | None] = [raw[at : at + _PIECE] for at in range(0, len(raw), _PIECE)]
    if not lenient:
        inputs.append(None)
    for data in inputs:
        for piece in step(data):
            pieces.append(piece)
            size += len(piece)
            if size > limit:
                return b"".join(pieces)[:limit], True
            if size > most:
                raise _failed(
                    f"The answer grows more than {_MAX_RATIO} times when it is decoded: "
                    "it looks like a decompression bomb."
                )
    return b"".join(pieces), False


def _step(coding: str, raw: bytes) -> _Step:
    if coding in ("gzip", "x-gzip"):
        return _Gzip().step
    if coding == "deflate":
        # RFC 9110 8.4.1.2: zlib data; many servers send bare deflate data instead.
        wrapped = len(raw) > 1 and raw[0] & 0x0F == 8 and (raw[0] * 256 + raw[1]) % 31 == 0
        return _Inflate(zlib.MAX_WBITS if wrapped else -zlib.MAX_WBITS).step
    if coding == "br":
        return _Brotli().step
    if coding == "zstd":
        return _Zstd().step
    raise _failed(f"The answer's Content-Encoding, {coding[:40]!r}, is not known.")


def _failed(detail: str) -> WireFailed:
    return WireFailed(problem("decode_failed", detail))


class _Inflate:
    """zlib or bare deflate, in bounded pieces. Bytes after the end are ignored."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._decoder = zlib.decompressobj(window)

    def step(self, data: bytes | None) -> Iterator[bytes]:
        if data is None:
            if not self._decoder.eof:
                raise EOFError
            return
        while data and not self._decoder.eof:
            yield self._decoder.decompress(data, _PIECE)
            data = self._decoder.unconsumed_tail


class _Gzip(_Inflate):
    """gzip, of several members too (RFC 1952 2.2); padding of zeros after them is ignored."""

    def __init__(self) -> None:
        super().__init__(16 + zlib.MAX_WBITS)

    def step(self, data: bytes | None) -> Iterator[bytes]:
        while data:
            yield from super().step(data)
            if not self._decoder.eof:
                return
            data = self._decoder.unused_data.lstrip(b"\0")
            if data:
                self._decoder = zlib.decompressobj(self._window)
        if data is None:
            yield from super().step(None)


class _Brotli:
    def __init__(self) -> None:
        self._decoder = brotli.Decompressor()

    def step(self, data: bytes | None) -> Iterator[bytes]:
        if data is None:
            if not self._decoder.is_finished():
                raise EOFError
            return
        if self._decoder.is_finished():
            return
        # It may hold back output although it has taken all its input: ask until nothing comes.
        piece = self._decoder.process(data, output_buffer_limit=_PIECE)
        while piece or not self._decoder.can_accept_more_data():
            yield piece
            piece = self._decoder.process(b"", output_buffer_limit=_PIECE)


class _Zstd:
    """One frame or more. The window is bounded at 8 MB, as RFC 9659 asks of HTTP.

    The decoder gives all that its input holds at once, and four bytes can hold a block of 128 kB:
    it is fed so little at a time that no step gives more than 16 MB.
    """

    def __init__(self) -> None:
        self._maker = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
        self._decoder = self._maker.decompressobj()

    def step(self, data: bytes | None) -> Iterator[bytes]:
        if data is None:
            if not self._decoder.eof:
                raise EOFError
            return
        for at in range(0, len(data), _ZSTD_SLICE):
            yield from self._slice(data[at : at + _ZSTD_SLICE])

    def _slice(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._decoder.eof:
                self._decoder = self._maker.decompressobj()
            yield self._decoder.decompress(data)
            data = self._decoder.unused_data if self._decoder.eof else b""
