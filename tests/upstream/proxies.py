"""Outbound proxies on loopback: HTTP with CONNECT and absolute form, and SOCKS5, with credentials."""

from __future__ import annotations

import asyncio
import base64
import ipaddress
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from tests.upstream.raw import Upstream, Visit, raw_server


@dataclass
class Seen:
    """What a proxy was asked: heads of HTTP requests, or "host:port" targets of SOCKS5."""

    heads: list[bytes] = field(default_factory=list)
    targets: list[str] = field(default_factory=list)


Route = Callable[[str, int], tuple[str, int]]


def _everything_local(host: str, port: int) -> tuple[str, int]:
    return "127.0.0.1", port


@asynccontextmanager
async def http_proxy(
    *, credentials: str | None = None, route: Route = _everything_local
) -> AsyncIterator[tuple[Upstream, Seen]]:
    """A proxy that takes CONNECT and absolute-form GET; names all lead to loopback."""
    seen = Seen()

    async def script(visit: Visit) -> None:
        head = await visit.head()
        seen.heads.append(head)
        if credentials is not None:
            wanted = b"Proxy-Authorization: Basic " + base64.b64encode(credentials.encode())
            if wanted not in head:
                await visit.send(
                    b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
                )
                return
        method, target, _ = head.split(b" ", 2)
        if method == b"CONNECT":
            host, _, port = target.decode().rpartition(":")
            await _relay(visit, *route(host, int(port)), b"HTTP/1.1 200 Established\r\n\r\n")
            return
        authority, slash, rest = target.removeprefix(b"http://").partition(b"/")
        host, _, port = authority.decode().rpartition(":")
        await _relay(
            visit, *route(host, int(port)), b"", first=head.replace(target, slash + rest, 1)
        )

    async with raw_server(script) as upstream:
        yield upstream, seen


@asynccontextmanager
async def socks5_proxy(
    *, credentials: tuple[str, str] | None = None, refuse: int = 0
) -> AsyncIterator[tuple[Upstream, Seen]]:
    """A SOCKS5 proxy (RFC 1928, RFC 1929); `refuse` answers every request with that reply."""
    seen = Seen()

    async def script(visit: Visit) -> None:
        _, count = await visit.body(2)
        methods = await visit.body(count)
        if credentials is not None:
            if 2 not in methods:
                await visit.send(b"\x05\xff")
                return
            await visit.send(b"\x05\x02")
            _, length = await visit.body(2)
            name = (await visit.body(length)).decode()
            password = (await visit.body((await visit.body(1))[0])).decode()
            right = (name, password) == credentials
            await visit.send(b"\x01\x00" if right else b"\x01\x01")
            if not right:
                return
        else:
            await visit.send(b"\x05\x00")
        kind = (await visit.body(4))[3]
        if kind == 3:
            host = (await visit.body((await visit.body(1))[0])).decode()
        else:
            host = str(ipaddress.ip_address(await visit.body(4 if kind == 1 else 16)))
        port = int.from_bytes(await visit.body(2))
        seen.targets.append(f"{host}:{port}")
        reply = bytes((5, refuse, 0, 1)) + b"\0" * 6
        if refuse:
            await visit.send(reply)
            return
        await _relay(visit, "127.0.0.1", port, reply)

    async with raw_server(script) as upstream:
        yield upstream, seen


async def _relay(visit: Visit, host: str, port: int, hello: bytes, *, first: bytes = b"") -> None:
    try:
        reader, writer = await asyncio.open_connection(host, port)
    except OSError:
        await visit.send(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n")
        return
    if hello:
        await visit.send(hello)
    writer.write(first)
    ways: list[Awaitable[None]] = [_pump(visit.reader, writer), _pump(reader, visit.writer)]
    await asyncio.gather(*ways)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    with suppress(Exception):
        writer.close()
