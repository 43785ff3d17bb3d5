"""Starts and stops the demo's three listeners: http, TLS, and TLS that demands a client certificate.

Each listens on 127.0.0.1 and, where the machine has it, on ::1, because `localhost` is either.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
import ssl
from asyncio import Transport
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from sourcekeep.doors.demo.bearer_api import bearer_api
from sourcekeep.doors.demo.certificates import Files, ensure_certificates


@dataclass(frozen=True, slots=True)
class DemoPorts:
    """Which ports the demo takes; 0 is any free one."""

    http: int = 3001
    tls: int = 3443
    mtls: int = 3444

    @classmethod
    def free(cls) -> DemoPorts:
        return cls(http=0, tls=0, mtls=0)


@dataclass(frozen=True, slots=True)
class Addresses:
    """The URLs of the bearer-guarded address: plain, with TLS, with a client certificate."""

    http: str
    tls: str
    mtls: str


class DemoPortTaken(Exception):
    """Another program listens on a port that the demo wants."""

    def __init__(self, port: int) -> None:
        super().__init__(
            f"The demo API cannot listen on port {port}: it is taken. "
            "Stop the program that uses it, or choose free ports with --demo-port 0."
        )
        self.port = port


class Demo:
    """The running demo API."""

    def __init__(self, addresses: Addresses, files: Files, listeners: list[_Listener]) -> None:
        self.addresses = addresses
        self.files = files
        self._listeners = listeners

    @classmethod
    async def start(cls, data_dir: Path, *, ports: DemoPorts | None = None) -> Demo:
        """Serve, with certificates in `<data_dir>/demo/`. Raises `DemoPortTaken`."""
        wanted = ports or DemoPorts()
        files = await asyncio.to_thread(ensure_certificates, data_dir / "demo")
        tls: dict[str, Any] = {
            "ssl_certfile": files.server_crt,
            "ssl_keyfile": files.server_key,
        }
        mutual = {**tls, "ssl_ca_certs": files.ca_crt, "ssl_cert_reqs": ssl.CERT_REQUIRED}
        listeners: list[_Listener] = []
        try:
            for port, options in ((wanted.http, {}), (wanted.tls, tls), (wanted.mtls, mutual)):
                listeners.append(await _Listener.start(port, options))
        except BaseException:
            await asyncio.gather(*(listener.stop() for listener in listeners))
            raise
        http, secure, mutually = (listener.port for listener in listeners)
        addresses = Addresses(
            http=f"http://localhost:{http}/api/bearer-auth",
            tls=f"https://localhost:{secure}/api/bearer-auth",
            mtls=f"https://localhost:{mutually}/api/bearer-auth",
        )
        return cls(addresses, files, listeners)

    async def stop(self) -> None:
        """Stop listening; connections that are open get a second to finish."""
        await asyncio.gather(*(listener.stop() for listener in self._listeners))


class _Listener:
    """One uvicorn server inside the running loop; signals stay with the program's own server."""

    def __init__(self, server: uvicorn.Server, sockets: list[socket.socket]) -> None:
        self._server = server
        self._sockets = sockets
        self._ticking = asyncio.create_task(server.main_loop(), name="demo listener")
        self.port: int = sockets[0].getsockname()[1]

    @classmethod
    async def start(cls, port: int, tls: dict[str, Any]) -> _Listener:
        sockets = _listen(port)
        try:
            config = uvicorn.Config(
                bearer_api,
                http=_CertificateAwareProtocol,
                ws="none",
                lifespan="off",
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,
                timeout_graceful_shutdown=1,
                **tls,
            )
            config.load()
            server = uvicorn.Server(config)
            server.lifespan = config.lifespan_class(config)
            await server.startup(sockets=sockets)
        except BaseException:
            for listening in sockets:
                listening.close()
            raise
        return cls(server, sockets)

    async def stop(self) -> None:
        self._server.should_exit = True
        await self._ticking
        await self._server.shutdown(sockets=self._sockets)


class _CertificateAwareProtocol(HttpToolsProtocol):
    """Tells the application the name in the client's certificate (the ASGI TLS extension is not
    offered by uvicorn)."""

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        session = transport.get_extra_info("ssl_object")
        certificate = session.getpeercert() if session is not None else None
        if certificate:
            self.app_state = {**self.app_state, "client_certificate": _common_name(certificate)}


def _common_name(certificate: dict[str, Any]) -> str:
    subject = dict(pair for part in certificate.get("subject", ()) for pair in part)
    return str(subject.get("commonName", ""))


def _listen(port: int) -> list[socket.socket]:
    """Listening sockets on 127.0.0.1 and ::1 with one port number."""
    for _ in range(20):
        first = _bind(socket.AF_INET, "127.0.0.1", port)
        chosen = first.getsockname()[1]
        try:
            return [first, _bind(socket.AF_INET6, "::1", chosen)]
        except DemoPortTaken:
            first.close()
            if port != 0:  # a free port was asked for: the next one may be free on both
                raise
        except OSError:  # no IPv6 on this machine
            return [first]
    raise DemoPortTaken(port)


def _bind(family: socket.AddressFamily, host: str, port: int) -> socket.socket:
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listening.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listening.bind((host, port))
        listening.listen(128)
        listening.setblocking(False)
    except OSError as fault:
        with contextlib.suppress(OSError):
            listening.close()
        if fault.errno == errno.EADDRINUSE:
            raise DemoPortTaken(port) from fault
        raise
    return listening
