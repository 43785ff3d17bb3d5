"""Reaching an origin through an outbound proxy: HTTP (CONNECT, or absolute form) and SOCKS5.

TLS to the origin runs inside the tunnel and is verified as always. The address policy is applied
to the proxy's own address when it is dialled, and to the target as far as it can be known here: an
address in the URL is checked, a name is looked up and refused when every address of it is blocked.
The proxy looks the name up again, so a name that only the proxy knows passes.
"""

from __future__ import annotations

import asyncio
import base64
import ipaddress
import socket
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import unquote

import can_ada

from sourcekeep.engine.wire.address import AddressPolicy
from sourcekeep.engine.wire.dial import Address, dial, resolve
from sourcekeep.engine.wire.values import Headers, Origin, Phase, Timings, WireFailed, bracketed
from sourcekeep.model.catalogue import problem

_MAX_REPLY = 16384
_DEFAULT_PORTS = {"http": 80, "socks5": 1080}
_SOCKS_REPLIES = {  # RFC 1928 section 6
    1: "it failed",
    2: "its rules do not allow the connection",
    3: "the network is unreachable",
    4: "the host is unreachable",
    5: "the connection was refused",
    6: "the connection timed out",
    7: "it does not know the command",
    8: "it does not know the address type",
}


@dataclass(frozen=True, slots=True)
class Proxy:
    """An outbound proxy: scheme "http" or "socks5" (names are resolved by the proxy)."""

    scheme: str
    host: str
    port: int
    username: str | None = None
    password: str | None = field(default=None, repr=False)

    @classmethod
    def from_url(cls, url: str, *, password: str | None = None) -> Proxy:
        """Reads `http://user:password@host:port` or `socks5://…`; `password` wins over the URL's.

        Raises WireFailed proxy_failed, with words that never repeat the password.
        """
        scheme = url.partition("://")[0].lower()
        scheme = "socks5" if scheme == "socks5h" else scheme
        if scheme not in _DEFAULT_PORTS:
            raise _failed("The proxy URL must begin with http:// or socks5://.")
        try:
            # The URL standard parses host and port fully only for the schemes that it knows.
            parsed = can_ada.parse("http://" + url.partition("://")[2])
        except ValueError:
            raise _failed("The proxy URL is not a valid URL.") from None
        if parsed.pathname not in ("", "/") or parsed.search or parsed.hash or not parsed.hostname:
            raise _failed("The proxy URL must be scheme, host and port only.")
        port = int(parsed.port) if parsed.port else _port_without_digits(url, scheme)
        return cls(
            scheme=scheme,
            host=parsed.hostname.strip("[]"),
            port=port,
            username=unquote(parsed.username) or None,
            password=password if password is not None else unquote(parsed.password) or None,
        )

    @property
    def authority(self) -> str:
        return f"{bracketed(self.host)}:{self.port}"

    def credentials_header(self) -> Headers:
        """Proxy-Authorization (RFC 7617), or nothing."""
        if self.username is None:
            return ()
        pair = f"{self.username}:{self.password or ''}".encode()
        return ((b"Proxy-Authorization", b"Basic " + base64.b64encode(pair)),)


async def check_named_target(origin: Origin, policy: AddressPolicy) -> None:
    """Applies the address policy to a target that the proxy will dial.

    Raises WireFailed address_blocked.
    """
    blocked = [policy.check_name(origin.host)]
    if blocked[0] is None:
        try:
            addresses = await resolve(origin.host, origin.port)
        except WireFailed:
            return
        blocked = [policy.check(address.ip, origin.host) for address in addresses]
    first = blocked[0]
    if first is not None and all(blocked):
        words = f"{origin.host} is blocked: {first.reason}."
        raise WireFailed(problem("address_blocked", words, hint=first.hint))


async def tunnel(
    proxy: Proxy,
    origin: Origin,
    *,
    policy: AddressPolicy,
    timings: Timings,
    forward: bool,
    phase: Callable[[Phase], None] = lambda _: None,
) -> tuple[socket.socket, Address]:
    """A socket to the proxy over which the origin is reached, and the proxy's address.

    `forward` leaves the socket at the proxy itself, for requests in absolute form. `phase` tells
    when the proxy's own address is known.
    Raises WireFailed proxy_failed or address_blocked.
    """
    try:
        sock, address = await dial(
            proxy.host, proxy.port, policy=policy, timings=timings, phase=phase
        )
    except WireFailed as failed:
        if failed.problem.code == "address_blocked":
            raise
        raise _failed(f"The proxy could not be reached: {failed.problem.detail}") from None
    try:
        if proxy.scheme == "socks5":
            await _socks5(sock, proxy, origin)
        elif not forward:
            await _connect(sock, proxy, origin)
    except OSError as error:
        sock.close()
        reason = error.strerror or "connection closed"
        raise _failed(f"The proxy {proxy.authority} broke the connection: {reason}.") from None
    except BaseException:
        sock.close()
        raise
    return sock, address


async def _connect(sock: socket.socket, proxy: Proxy, origin: Origin) -> None:
    """CONNECT (RFC 9110 9.3.6)."""
    target = origin.authority().encode("ascii")
    lines = [b"CONNECT %b HTTP/1.1" % target, b"Host: " + target]
    lines += [b"%b: %b" % header for header in proxy.credentials_header()]
    loop = asyncio.get_running_loop()
    await loop.sock_sendall(sock, b"\r\n".join(lines) + b"\r\n\r\n")
    head = await _reply_head(sock, proxy)
    status_line = head.partition(b"\r\n")[0].split(b" ", 2)
    if len(status_line) < 2 or not status_line[0].startswith(b"HTTP/1."):
        raise _failed(f"{proxy.authority} is not an HTTP proxy.")
    status = status_line[1].decode("latin-1")
    if status == "407":
        raise _failed(
            f"The proxy {proxy.authority} asks for credentials."
            if proxy.username is None
            else f"The proxy {proxy.authority} did not accept the credentials."
        )
    if not (len(status) == 3 and status.startswith("2")):
        raise _failed(
            f"The proxy {proxy.authority} refused to connect to {origin.authority()}: "
            f"status {status}."
        )


async def _reply_head(sock: socket.socket, proxy: Proxy) -> bytes:
    """The head of the proxy's answer. Nothing may follow it: in a tunnel the client speaks first."""
    loop = asyncio.get_running_loop()
    received = b""
    while True:
        data = await loop.sock_recv(sock, 4096)
        if not data:
            raise _failed(f"The proxy {proxy.authority} closed the connection.")
        received += data
        end = received.find(b"\r\n\r\n")
        if end >= 0:
            if len(received) != end + 4 and received[9:10] == b"2":
                raise _failed(f"The proxy {proxy.authority} sent bytes before the tunnel was used.")
            return received
        if len(received) > _MAX_REPLY or not b"HTTP/".startswith(received[:5]):
            raise _failed(f"{proxy.authority} is not an HTTP proxy.")


async def _socks5(sock: socket.socket, proxy: Proxy, origin: Origin) -> None:
    """RFC 1928, with username and password of RFC 1929. The proxy resolves names."""
    loop = asyncio.get_running_loop()
    with_password = proxy.username is not None
    await loop.sock_sendall(sock, b"\x05\x02\x00\x02" if with_password else b"\x05\x01\x00")
    version, method = await _exactly(sock, 2, proxy)
    if version != 5:
        raise _failed(f"{proxy.authority} is not a SOCKS5 proxy.")
    if method == 2 and with_password:
        await _socks5_sign_in(sock, proxy)
    elif method != 0:
        raise _failed(f"The SOCKS5 proxy {proxy.authority} asks for credentials.")
    await loop.sock_sendall(sock, b"\x05\x01\x00" + _socks_address(origin))
    version, reply, _, kind = await _exactly(sock, 4, proxy)
    if version != 5 or reply != 0:
        why = _SOCKS_REPLIES.get(reply, f"reply {reply}")
        raise _failed(
            f"The SOCKS5 proxy {proxy.authority} did not connect to {origin.authority()}: {why}."
        )
    length = 4 if kind == 1 else 16
    if kind == 3:
        length = (await _exactly(sock, 1, proxy))[0]
    await _exactly(sock, length + 2, proxy)


async def _socks5_sign_in(sock: socket.socket, proxy: Proxy) -> None:
    name, password = (proxy.username or "").encode(), (proxy.password or "").encode()
    if not 0 < len(name) < 256 or not 0 < len(password) < 256:
        raise _failed("SOCKS5 takes a name and a password of 1 to 255 bytes each.")
    message = bytes((1, len(name))) + name + bytes((len(password),)) + password
    await asyncio.get_running_loop().sock_sendall(sock, message)
    if (await _exactly(sock, 2, proxy))[1] != 0:
        raise _failed(f"The SOCKS5 proxy {proxy.authority} did not accept the credentials.")


def _socks_address(origin: Origin) -> bytes:
    port = origin.port.to_bytes(2)
    try:
        address = ipaddress.ip_address(origin.host)
    except ValueError:
        name = origin.host.encode("ascii")
        if len(name) > 255:
            raise _failed("The host name is too long for SOCKS5.") from None
        return b"\x03" + bytes((len(name),)) + name + port
    return (b"\x01" if address.version == 4 else b"\x04") + address.packed + port


async def _exactly(sock: socket.socket, count: int, proxy: Proxy) -> bytes:
    loop = asyncio.get_running_loop()
    received = b""
    while len(received) < count:
        data = await loop.sock_recv(sock, count - len(received))
        if not data:
            raise _failed(f"The proxy {proxy.authority} closed the connection.")
        received += data
    return received


def _port_without_digits(url: str, scheme: str) -> int:
    """The URL standard drops port 80 of http; for another scheme it was typed, not left out."""
    authority = url.partition("://")[2].partition("/")[0]
    return 80 if authority.endswith(":80") else _DEFAULT_PORTS[scheme]


def _failed(detail: str) -> WireFailed:
    return WireFailed(problem("proxy_failed", detail))
