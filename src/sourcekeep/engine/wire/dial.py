"""From a host name to a connected socket: look-up, address policy, happy eyeballs (RFC 8305)."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from sourcekeep.engine.wire.address import AddressPolicy, Blocked
from sourcekeep.engine.wire.values import Phase, Timings, WireFailed, bracketed
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem

# RFC 8305 section 8: the recommended pause before the next address is tried beside the first.
_ATTEMPT_DELAY_S = 0.25

_UNREACHABLE = (
    errno.ENETUNREACH,
    errno.EHOSTUNREACH,
    errno.ENETDOWN,
    errno.EHOSTDOWN,
    errno.EADDRNOTAVAIL,
    errno.EACCES,
    errno.EPERM,
)


@dataclass(frozen=True, slots=True)
class Address:
    """One place to dial: what `socket.connect` wants, and how it reads."""

    family: int
    sockaddr: tuple[str, int] | tuple[str, int, int, int]

    @property
    def ip(self) -> str:
        return self.sockaddr[0]

    def __str__(self) -> str:
        return f"{bracketed(self.ip)}:{self.sockaddr[1]}"


async def dial(
    host: str,
    port: int,
    *,
    policy: AddressPolicy,
    timings: Timings,
    phase: Callable[[Phase], None] = lambda _: None,
) -> tuple[socket.socket, Address]:
    """A connected, non-blocking TCP socket, and the address it is connected to.

    Raises WireFailed: dns_failed, address_blocked, connect_refused, connect_timeout, unreachable.
    Cancelling it closes every socket it opened. Its time is bounded by the caller,
    who learns by `phase` when the look-up is over.
    """
    started = monotonic()
    try:
        addresses = await resolve(host, port)
    finally:
        looked_up = monotonic()
        timings.dns = (looked_up - started) * 1000
    phase("connect")
    allowed = _allowed(host, addresses, policy)
    try:
        if len(allowed) == 1:
            return await _connect(allowed[0]), allowed[0]
        return await _race(allowed)
    except OSError as error:
        raise WireFailed(connect_problem(error, host, port, allowed), timings=timings) from None
    finally:
        timings.connect = (monotonic() - looked_up) * 1000


async def resolve(host: str, port: int) -> list[Address]:
    """The addresses of the host in the order in which to try them.

    Raises WireFailed dns_failed.
    """
    try:
        literal = ipaddress.ip_address(host)
    except ValueError:
        return await _look_up(host, port)
    if literal.version == 4:
        return [Address(socket.AF_INET, (str(literal), port))]
    return [Address(socket.AF_INET6, (str(literal), port, 0, 0))]


async def _look_up(host: str, port: int) -> list[Address]:
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise WireFailed(problem("dns_failed", _look_up_words(host, error))) from None
    addresses = [
        Address(family, sockaddr)  # type: ignore[arg-type]
        for family, _, _, _, sockaddr in found
        if family in (socket.AF_INET, socket.AF_INET6)
    ]
    if not addresses:
        raise WireFailed(problem("dns_failed", f"{host} has no address."))
    return _interleaved(list(dict.fromkeys(addresses)))


def _look_up_words(host: str, error: Exception) -> str:
    number = error.errno if isinstance(error, OSError) else None
    if number == socket.EAI_AGAIN:
        return f"The name servers could not be asked for {host}."
    if isinstance(error, UnicodeError):
        return f"{host} is not a name that can be looked up."
    return f"There is no host named {host}."


def _interleaved(addresses: Sequence[Address]) -> list[Address]:
    """Families in turns, the resolver's first choice first (RFC 8305 section 4)."""
    first = [one for one in addresses if one.family == addresses[0].family]
    other = [one for one in addresses if one.family != addresses[0].family]
    ordered: list[Address] = []
    for place in range(max(len(first), len(other))):
        ordered += first[place : place + 1] + other[place : place + 1]
    return ordered


def _allowed(host: str, addresses: Sequence[Address], policy: AddressPolicy) -> list[Address]:
    allowed: list[Address] = []
    blocked: Blocked | None = None
    for address in addresses:
        found = policy.check(address.ip, host)
        if found is None:
            allowed.append(address)
        blocked = blocked or found
    if allowed or blocked is None:
        return allowed
    named = "" if host == addresses[0].ip else f"{host} leads to an address that is blocked: "
    raise WireFailed(
        problem("address_blocked", f"{named}{blocked.reason}.", hint=blocked.hint),
        address=str(addresses[0]),
    )


async def _connect(address: Address) -> socket.socket:
    sock = socket.socket(address.family, socket.SOCK_STREAM)
    try:
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        await asyncio.get_running_loop().sock_connect(sock, address.sockaddr)
    except BaseException:
        sock.close()
        raise
    return sock


async def _race(addresses: Sequence[Address]) -> tuple[socket.socket, Address]:
    """Tries the addresses one after another, a quarter second apart; the first to answer wins."""
    attempts: dict[asyncio.Task[socket.socket], Address] = {}
    errors: list[OSError] = []
    waiting = list(addresses)
    try:
        while True:
            if waiting:
                address = waiting.pop(0)
                attempts[asyncio.ensure_future(_connect(address))] = address
            done, _ = await asyncio.wait(
                attempts,
                timeout=_ATTEMPT_DELAY_S if waiting else None,
                return_when=asyncio.FIRST_COMPLETED,
            )
            for attempt in done:
                address = attempts.pop(attempt)
                error = attempt.exception()
                if error is None:
                    return attempt.result(), address
                if not isinstance(error, OSError):
                    raise error
                errors.append(error)
            if not attempts and not waiting:
                raise min(errors, key=_weight)
    finally:
        for attempt in attempts:
            attempt.cancel()
            attempt.add_done_callback(_close_late)


def _close_late(attempt: asyncio.Task[socket.socket]) -> None:
    """Closes the socket of an attempt that connected although the race was over."""
    if not attempt.cancelled() and attempt.exception() is None:
        attempt.result().close()


def _weight(error: OSError) -> int:
    """Which of several failures tells a person most: lowest first."""
    if error.errno == errno.ECONNREFUSED:
        return 0
    if isinstance(error, TimeoutError):
        return 1
    return 2


def connect_problem(error: OSError, host: str, port: int, addresses: Sequence[Address]) -> Problem:
    """The problem behind an error of `connect`."""
    ips = list(dict.fromkeys(address.ip for address in addresses))
    where = f"{bracketed(host)}:{port}"
    if ips != [host]:
        where += f" ({', '.join(ips[:4])})"
    if error.errno in (errno.ECONNREFUSED, errno.ECONNRESET):
        return problem("connect_refused", f"The connection to {where} was refused.")
    if isinstance(error, TimeoutError):
        return problem("connect_timeout", f"{where} did not answer.")
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return problem(
            "unreachable",
            f"Sourcekeep has no file descriptor left to connect to {where}.",
            hint="Raise the limit of open files (ulimit -n) of the Sourcekeep process.",
        )
    reason = error.strerror or type(error).__name__
    if error.errno in _UNREACHABLE:
        return problem("unreachable", f"{where} is not reachable: {reason}.")
    return problem("unreachable", f"No connection to {where}: {reason}.")
