"""Opens a connection to an origin: dial, proxy, TLS; each phase timed, all under one time limit."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic

from sourcekeep.engine.tls import (
    CertificateFault,
    HandshakeTrace,
    TlsProfile,
    context_for,
    explain,
)
from sourcekeep.engine.tls.context import unverified_context
from sourcekeep.engine.tls.profile import SYSTEM_TRUST
from sourcekeep.engine.wire.address import AddressPolicy
from sourcekeep.engine.wire.connection import Connection
from sourcekeep.engine.wire.deadlines import Deadlines
from sourcekeep.engine.wire.dial import dial
from sourcekeep.engine.wire.proxy import Proxy, check_named_target, tunnel
from sourcekeep.engine.wire.secure import SecureStream
from sourcekeep.engine.wire.values import Origin, Phase, Timings, WireFailed, in_words
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem

# Told of each new connection whose server was verified: origin, name that the certificate had to be
# for, and the chain (DER, leaf first).
OnVerified = Callable[[Origin, str, tuple[bytes, ...]], None]

# A refused chain is looked at once more for the explanation; it may not hold up the failure.
_LOOK_S = 1.0


@dataclass(frozen=True, slots=True)
class Route:
    """Where a connection leads and how: connections of one route are interchangeable."""

    origin: Origin
    tls: TlsProfile | None
    proxy: Proxy | None

    @property
    def profile(self) -> TlsProfile:
        return self.tls or SYSTEM_TRUST

    @property
    def server_name(self) -> str:
        """The name that the server's certificate must be for."""
        return self.profile.server_name or self.origin.host

    @property
    def absolute_form(self) -> bool:
        """Whether requests name the whole URL, as plain HTTP through an HTTP proxy does."""
        return self.proxy is not None and self.proxy.scheme == "http" and not self.is_tls

    @property
    def is_tls(self) -> bool:
        return self.origin.scheme == "https"


class Opener:
    """Opens connections of one event loop under one address policy."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        deadlines: Deadlines,
        policy: AddressPolicy,
        on_verified: OnVerified | None = None,
    ) -> None:
        self._loop = loop
        self._deadlines = deadlines
        self._policy = policy
        self._on_verified = on_verified

    async def open(
        self, route: Route, *, timings: Timings, timeout_s: float, too_late: Problem | None = None
    ) -> Connection:
        """A connection that is ready for a request.

        `too_late` is the problem when the time runs out, for a caller whose limit is a wider one.
        Raises WireFailed with the codes of the stages network and tls.
        """
        attempt = _Attempt()
        chain: tuple[bytes, ...] = ()
        try:
            async with asyncio.timeout(timeout_s):
                return await self._open(route, timings, attempt)
        except TimeoutError:
            cause = too_late or _too_slow(route, attempt.phase, timeout_s)
        except _Refused as refused:
            chain = refused.chain
            # Outside the time limit: the certificate was refused in time, and that is the truth.
            if isinstance(refused.error, ssl.SSLCertVerificationError):
                chain = await self._look_at_chain(route)
            cause = explain(
                refused.error,
                host=route.origin.host,
                profile=route.profile,
                chain=chain,
                trace=refused.trace,
            )
            if cause.code == "tls_version" and route.profile.min_version != "1.2":
                chain = await self._look_at_chain(route)  # what it shows over TLS 1.2, if it can
        except WireFailed as failed:
            cause = failed.problem
            attempt.address = failed.address or attempt.address
        raise WireFailed(
            cause,
            timings=timings,
            certificates=chain,
            address=attempt.address,
            phase=attempt.phase,
        )

    async def _open(self, route: Route, timings: Timings, attempt: _Attempt) -> Connection:
        sock = await self._reach(route, timings, attempt)
        if not route.is_tls:
            connection = await self._adopt(sock, None)
            connection.address = attempt.address
            return connection
        attempt.phase = "tls"
        started = monotonic()
        try:
            connection = await self._adopt_secure(route, sock)
        finally:
            timings.tls = (monotonic() - started) * 1000
        connection.address = attempt.address
        if self._on_verified is not None and route.profile.mode != "insecure":
            self._on_verified(route.origin, route.server_name, connection.peer_chain())
        return connection

    async def _reach(self, route: Route, timings: Timings, attempt: _Attempt) -> socket.socket:
        """A socket whose other end is the origin, be it through a proxy."""
        proxy, origin = route.proxy, route.origin
        attempt.phase = "look-up"
        if proxy is None:
            sock, address = await dial(
                origin.host, origin.port, policy=self._policy, timings=timings, phase=attempt.enter
            )
            attempt.address = str(address)
            return sock
        await check_named_target(origin, self._policy)
        attempt.phase = "proxy look-up"
        started = monotonic()
        try:
            sock, address = await tunnel(
                proxy,
                origin,
                policy=self._policy,
                timings=timings,
                forward=route.absolute_form,
                phase=lambda _: attempt.enter("proxy"),
            )
            attempt.address = str(address)
            return sock
        finally:
            timings.connect = (monotonic() - started) * 1000 - timings.dns

    async def _adopt(self, sock: socket.socket, secure: SecureStream | None) -> Connection:
        """Makes a connection of the socket, which is closed when that fails."""
        connection = Connection(self._loop, self._deadlines, sock, secure)
        try:
            await self._loop.create_connection(lambda: connection, sock=sock)
            await connection.ready()
        except BaseException:
            connection.abort()
            sock.close()
            raise
        return connection

    async def _adopt_secure(self, route: Route, sock: socket.socket) -> Connection:
        profile = route.profile
        try:
            secure = SecureStream(context_for(profile), route.server_name)
        except (CertificateFault, ssl.SSLError, ValueError) as error:
            sock.close()
            raise WireFailed(_unusable(route, error)) from None
        try:
            connection = await self._adopt(sock, secure)
        except OSError as error:  # ssl.SSLError is one
            raise _Refused(error, secure.trace, secure.chain()) from None
        # In TLS 1.3 the server judges our certificate only after the handshake.
        connection.explain = partial(
            explain, host=route.origin.host, profile=profile, trace=secure.trace
        )
        return connection

    async def _look_at_chain(self, route: Route) -> tuple[bytes, ...]:
        """The chain that the server presents, by a second handshake that trusts anything, presents
        no client certificate and sends nothing. OpenSSL 3.0 forgets a chain that it refused."""
        secure = SecureStream(unverified_context(), route.server_name)
        try:
            async with asyncio.timeout(_LOOK_S):
                sock = await self._reach(route, Timings(), _Attempt())
                connection = await self._adopt(sock, secure)
                connection.abort()
        except (OSError, WireFailed):
            pass  # a server that wants a client certificate refuses us, after it showed its own
        return secure.chain()


class _Refused(Exception):
    """The TLS handshake failed."""

    def __init__(
        self, error: OSError, trace: HandshakeTrace, chain: tuple[bytes, ...] = ()
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.trace = trace
        self.chain = chain


@dataclass(slots=True)
class _Attempt:
    """How far opening has come."""

    phase: Phase = "look-up"
    address: str = ""

    def enter(self, phase: Phase) -> None:
        self.phase = phase


def _unusable(route: Route, error: CertificateFault | ssl.SSLError | ValueError) -> Problem:
    if isinstance(error, CertificateFault):
        return problem("tls_handshake_failed", error.detail, retryable=False)
    what = (
        f"The data source's certificates can't be used: {error.reason}."
        if isinstance(error, ssl.SSLError)
        else f"{route.server_name} is not a usable TLS server name: {error}."
    )
    return problem("tls_handshake_failed", what, retryable=False)


def _too_slow(route: Route, phase: Phase, seconds: float) -> Problem:
    where = route.origin.authority()
    if phase == "tls":
        return problem(
            "tls_handshake_failed",
            f"{where} accepted the connection but did not complete the TLS handshake "
            f"within {in_words(seconds)}.",
        )
    if phase.startswith("proxy") and route.proxy is not None:
        return problem(
            "proxy_failed",
            f"The proxy {route.proxy.authority} made no connection to {where} "
            f"within {in_words(seconds)}.",
        )
    if phase == "look-up":
        return problem(
            "dns_failed", f"The name servers did not answer for {route.origin.host} "
            f"within {in_words(seconds)}.",
        )  # fmt: skip
    return problem("connect_timeout", f"No connection to {where} within {in_words(seconds)}.")
