"""What goes into the wire and what is measured on it: plain values, no behaviour of the network."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Literal

from sourcekeep.kit.record import record
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Failed, Problem

Headers = tuple[tuple[bytes, bytes], ...]
# The steps of opening a connection; through a proxy its own name is looked up, then it is asked.
Phase = Literal["", "look-up", "connect", "proxy look-up", "proxy", "tls"]

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """Scheme ("http" or "https"), host and port. The host is ASCII as the WHATWG URL standard
    serialises it, an IPv6 address without its brackets."""

    scheme: str
    host: str
    port: int

    def authority(self) -> str:
        """Host and port, always both, IPv6 in brackets: what a CONNECT line names."""
        return f"{bracketed(self.host)}:{self.port}"

    def host_header(self) -> bytes:
        """The value of the Host header (RFC 9110 7.2): the scheme's default port is left out."""
        if self.port == _DEFAULT_PORTS[self.scheme]:
            return bracketed(self.host).encode("ascii")
        return self.authority().encode("ascii")


@record
class WireLimits:
    """Bounds of one exchange, in seconds and bytes.

    `connect_timeout_s` covers name look-up, connecting, a proxy and the TLS handshake.
    `read_timeout_s` is the longest silence of the server while it is its turn.
    `total_timeout_s` runs from `send` to the last byte of the body.
    `max_header_bytes` bounds the head of the answer, its interim answers and its trailers each.
    """

    connect_timeout_s: float = 10.0
    read_timeout_s: float = 30.0
    total_timeout_s: float = 60.0
    max_header_bytes: int = 65536


@record
class WireRequest:
    """One request, byte-exact: `target` in origin form, `headers` in order, with Host.

    Content-Length and Transfer-Encoding belong to the wire and may not stand in `headers`.
    A streamed body is sent chunked unless `content_length` says how long it is.
    `trailers` are asked for once such a chunked body is over (RFC 9112 7.1.2).
    `Expect: 100-continue` in the headers holds the body back until the server asks for it.
    `block` is what `writing.header_block` made of these headers, for headers that go out again.
    """

    method: bytes
    origin: Origin
    target: bytes
    headers: Headers
    body: bytes | AsyncIterator[bytes] | None = None
    content_length: int | None = None
    trailers: Callable[[], Headers] | None = None
    block: bytes | None = None


@dataclass(slots=True)
class Timings:
    """Milliseconds of each phase. dns, connect and tls are 0 on a connection that was reused."""

    queue: float = 0.0
    dns: float = 0.0
    connect: float = 0.0
    tls: float = 0.0
    send: float = 0.0
    wait: float = 0.0
    read: float = 0.0


@dataclass(frozen=True, slots=True)
class Knock:
    """A connection that was opened only to see whether it can be: what was measured and shown.

    `certificates` is the presented chain, DER, leaf first; empty without TLS.
    """

    timings: Timings
    address: str
    certificates: tuple[bytes, ...]


class WireFailed(Failed):
    """A failure of the wire, with what was known when it came.

    `certificates` is the chain (DER, leaf first) that the server presented, where TLS failed;
    `address` is the address that was dialled, or "" when none was. `phase` is how far opening a
    connection had come; "" when it was open already.
    """

    def __init__(
        self,
        cause: Problem,
        *,
        timings: Timings | None = None,
        certificates: tuple[bytes, ...] = (),
        address: str = "",
        phase: Phase = "",
    ) -> None:
        super().__init__(cause)
        self.timings = timings or Timings()
        self.certificates = certificates
        self.address = address
        self.phase: Phase = phase


def bracketed(host: str) -> str:
    """The host as it stands before a port: IPv6 addresses in brackets."""
    return f"[{host}]" if ":" in host else host


def total_timeout(limits: WireLimits) -> Problem:
    """The whole exchange took too long."""
    return problem(
        "total_timeout", f"The request was not over within {in_words(limits.total_timeout_s)}."
    )


def in_words(seconds: float) -> str:
    """A time limit for a person; what is left of a run's time is no round number."""
    return f"{round(seconds, 2):g} s"
