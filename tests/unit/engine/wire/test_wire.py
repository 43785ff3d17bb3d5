"""One exchange after another with well-behaved servers."""

from __future__ import annotations

import asyncio

import pytest

from tests.upstream.raw import Visit, dripping, raw_server, replying

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"


async def test_request_goes_out_byte_for_byte(client):
    seen: list[bytes] = []

    async def script(visit: Visit) -> None:
        seen.append(await visit.head())
        await visit.send(OK)

    async with raw_server(script) as upstream:
        await client.fetch(
            upstream,
            b"PURGE",
            b"/a%2Fb//../c?x=%C3%A9&y",
            headers=((b"X-Twice", b"1"), (b"x-twice", b"2"), (b"Empty", b"")),
        )
    assert seen == [
        b"PURGE /a%2Fb//../c?x=%C3%A9&y HTTP/1.1\r\n"
        b"Host: 127.0.0.1:" + str(upstream.port).encode() + b"\r\n"
        b"X-Twice: 1\r\nx-twice: 2\r\nEmpty: \r\n\r\n"
    ]


async def test_answer_comes_as_it_was_sent(client):
    answer = (
        b"HTTP/1.1 299 Quite OK\r\nX-A: one\r\nx-a:two \r\nX-B: \xe9\r\n"
        b"Content-Length: 5\r\n\r\nhello"
    )
    async with raw_server(replying(answer)) as upstream:
        response = await client.send(upstream)
        assert (response.status, response.reason, response.http_version) == (299, "Quite OK", "1.1")
        assert response.headers == [
            (b"X-A", b"one"),
            (b"x-a", b"two"),
            (b"X-B", b"\xe9"),
            (b"Content-Length", b"5"),
        ]
        assert await response.read(100) == (b"hello", False)
        assert response.address == f"127.0.0.1:{upstream.port}"


CHUNKED = (
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n"
    b"3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\nX-T: end\r\n\r\n"
)


async def test_chunked_answer_is_joined_and_its_trailers_are_kept(client):
    async with raw_server(replying(CHUNKED)) as upstream:
        response = await client.send(upstream)
        assert await response.read(100) == (b"abcdefg", False)
        assert response.trailers == [(b"X-T", b"end")]
        assert await client.fetch(upstream) == b"abcdefg"
        assert upstream.accepted == 1


async def test_body_until_close_ends_with_the_connection(client):
    answer = b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 300_000
    async with raw_server(replying(answer, then_close=True)) as upstream:
        assert await client.fetch(upstream) == b"x" * 300_000


@pytest.mark.parametrize(
    ("method", "answer"),
    [
        (b"HEAD", b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"),
        (b"HEAD", b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
        (b"HEAD", b"HTTP/1.1 200 OK\r\n\r\n"),
        (b"GET", b"HTTP/1.1 204 No Content\r\n\r\n"),
        (b"GET", b"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n"),
        (b"GET", b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    ],
)
async def test_answers_without_body_leave_the_connection_usable(client, method, answer):
    async with raw_server(replying(answer)) as upstream:
        for _ in range(3):
            assert await client.fetch(upstream, method) == b""
        assert upstream.accepted == 1


async def test_interim_answers_are_skipped(client):
    answer = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + OK
    async with raw_server(replying(answer)) as upstream:
        response = await client.send(upstream)
        assert response.status == 200
        assert response.headers == [(b"Content-Length", b"2")]
    async with raw_server(
        dripping([answer[i : i + 7] for i in range(0, len(answer), 7)])
    ) as upstream:
        assert await client.fetch(upstream) == b"hi"


async def test_answer_in_single_bytes_reads_the_same(client):
    pieces = [CHUNKED[i : i + 1] for i in range(len(CHUNKED))]
    async with raw_server(dripping(pieces)) as upstream:
        for _ in range(2):
            assert await client.fetch(upstream) == b"abcdefg"
        assert upstream.accepted == 1


async def test_timings_tell_the_phases(client):
    async def script(visit: Visit) -> None:
        while await visit.head():
            await asyncio.sleep(0.1)
            await visit.send(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab")
            await asyncio.sleep(0.2)
            await visit.send(b"cd")

    async with raw_server(script) as upstream:
        response = await client.send(upstream)
        await response.read(10)
        first = response.timings
        assert first.connect > 0
        assert first.wait == pytest.approx(100, abs=80)
        assert first.read == pytest.approx(200, abs=80)
        response = await client.send(upstream)
        await response.read(10)
        assert (response.timings.dns, response.timings.connect) == (0, 0)
