"""Content-Encoding is undone exactly, and neither the size cap nor the bomb guard can be passed."""

from __future__ import annotations

import gzip
import json
import zlib

import brotli
import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sourcekeep.engine.wire import ACCEPT_ENCODING, WireFailed, decode_body, plain_body
from sourcekeep.engine.wire.decode import decoded


def bare_deflate(data: bytes) -> bytes:
    maker = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    return maker.compress(data) + maker.flush()


def br(data: bytes) -> bytes:
    return brotli.compress(data, quality=3)


def zstd(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


ENCODERS = [
    ("gzip", gzip.compress),
    ("x-gzip", gzip.compress),
    ("deflate", zlib.compress),
    ("deflate", bare_deflate),
    ("br", br),
    ("zstd", zstd),
]
TEXT = json.dumps([{"id": n, "name": f"name {n}"} for n in range(20_000)]).encode()


def coded(value: str) -> list[tuple[bytes, bytes]]:
    return [(b"content-ENCODING", value.encode())]


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
@pytest.mark.parametrize("text", [b"", b"x", TEXT])
async def test_every_coding_is_undone(name, encode, text):
    assert await decode_body(encode(text), coded(name), limit=10**7) == (text, False)


def test_only_a_body_without_content_encoding_is_plain():
    assert plain_body([])
    assert plain_body([(b"Content-Type", b"text/plain"), (b"X-Content-Encodin", b"gzip")])
    assert not plain_body(coded("gzip"))
    assert not plain_body([(b"Server", b"x"), *coded("identity")])


@given(data=st.binary(max_size=5000))
@pytest.mark.parametrize(("name", "encode"), ENCODERS)
def test_any_bytes_come_back(name, encode, data):
    assert decoded(encode(data), [name], limit=10**6) == (data, False)


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
@pytest.mark.parametrize("limit", [0, 1, 1000, len(TEXT) - 1])
async def test_what_comes_out_is_cut_at_the_limit(name, encode, limit):
    assert await decode_body(encode(TEXT), coded(name), limit=limit) == (TEXT[:limit], True)


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
async def test_limit_of_exactly_the_size_cuts_nothing(name, encode):
    assert await decode_body(encode(TEXT), coded(name), limit=len(TEXT)) == (TEXT, False)


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
async def test_cut_data_fails_unless_we_cut_it(name, encode):
    half = encode(TEXT)[:-20]
    with pytest.raises(WireFailed) as failed:
        await decode_body(half, coded(name), limit=10**7)
    assert failed.value.problem.code == "decode_failed"
    assert "ends too early" in failed.value.problem.detail
    body, cut = await decode_body(half, coded(name), limit=10**7, truncated=True)
    assert cut
    assert TEXT.startswith(body)


@pytest.mark.parametrize("name", ["gzip", "deflate", "br", "zstd"])
async def test_damaged_data_fails(name):
    with pytest.raises(WireFailed) as failed:
        await decode_body(b"\x9c this is no compressed data " * 9, coded(name), limit=10**7)
    assert failed.value.problem.code == "decode_failed"


@pytest.mark.parametrize(("name", "encode"), ENCODERS)
def test_bomb_is_refused(name, encode):
    bomb = encode(b"\0" * 20_000_000)
    with pytest.raises(WireFailed) as failed:
        decoded(bomb, [name], limit=2**31)
    assert failed.value.problem.code == "decode_failed"
    assert "bomb" in failed.value.problem.detail
    small, cut = decoded(bomb, [name], limit=100_000)
    assert (len(small), cut) == (100_000, True)


async def test_layers_are_undone_from_the_outside_in():
    body = br(gzip.compress(b"hello"))
    assert await decode_body(body, coded("gzip, br"), limit=100) == (b"hello", False)
    twice = [(b"Content-Encoding", b"gzip"), (b"Content-Encoding", b"br")]
    assert await decode_body(body, twice, limit=100) == (b"hello", False)


async def test_too_many_layers_are_refused():
    body = b"hello"
    for _ in range(4):
        body = gzip.compress(body)
    with pytest.raises(WireFailed) as failed:
        await decode_body(body, coded("gzip, gzip, gzip, gzip"), limit=100)
    assert "4 times over" in failed.value.problem.detail


def test_bomb_inside_a_bomb_is_refused():
    bomb = gzip.compress(gzip.compress(b"\0" * 20_000_000))
    with pytest.raises(WireFailed):
        decoded(bomb, ["gzip", "gzip"], limit=2**31)


async def test_unknown_coding_is_named():
    with pytest.raises(WireFailed) as failed:
        await decode_body(b"x", coded("compress"), limit=100)
    assert "'compress'" in failed.value.problem.detail


async def test_identity_and_absence_pass_the_bytes():
    assert await decode_body(b"hello", coded("identity"), limit=100) == (b"hello", False)
    assert await decode_body(b"hello", [], limit=3) == (b"hel", True)
    assert await decode_body(b"", coded("gzip"), limit=3) == (b"", False)


async def test_gzip_of_several_members_and_padding_is_one_body():
    body = gzip.compress(b"one ") + gzip.compress(b"two") + b"\0" * 8
    assert await decode_body(body, coded("gzip"), limit=100) == (b"one two", False)


async def test_zstd_of_several_frames_is_one_body():
    assert await decode_body(zstd(b"one ") + zstd(b"two"), coded("zstd"), limit=100) == (
        b"one two",
        False,
    )


def test_accept_encoding_names_what_can_be_undone():
    assert ACCEPT_ENCODING == b"gzip, deflate, br, zstd"
