"""Which addresses may be dialled (security.md, "Origin and network").

The check is made on the address that the socket connects to, after the look-up, so a resolver
that answers differently the second time gains nothing. Some addresses are never dialled, whatever
the operator says; loopback and private ones only when the operator allows them, all or some; what
the operator denies is denied. IPv6 forms that carry an IPv4 address (mapped, NAT64, 6to4, Teredo, …)
are judged by the address inside.

Names of the operator's lists are compared with the host as the URL names it. A denied name can
still be reached by its address, so the deny list that holds is one of networks.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

# Sources: IANA special-purpose registries; the metadata services of AWS, Azure, GCP, Oracle,
# Alibaba, Scaleway. Most of them are link-local; these few stand elsewhere.
_NEVER: tuple[tuple[Network, str], ...] = tuple(
    (ipaddress.ip_network(text), reason)
    for text, reason in (
        ("169.254.169.254/32", "a cloud metadata service"),
        ("100.100.100.200/32", "a cloud metadata service"),
        ("168.63.129.16/32", "a cloud metadata service"),
        ("192.0.0.192/32", "a cloud metadata service"),
        ("fd00:ec2::/32", "a cloud metadata service"),
        ("fd20:ce::/32", "a cloud metadata service"),
        ("fd00:42::42/128", "a cloud metadata service"),
        ("0.0.0.0/8", "an unspecified address"),
        ("::/128", "an unspecified address"),
        ("169.254.0.0/16", "a link-local address"),
        ("fe80::/10", "a link-local address"),
        ("224.0.0.0/4", "a multicast address"),
        ("ff00::/8", "a multicast address"),
        ("255.255.255.255/32", "a broadcast address"),
        ("240.0.0.0/4", "a reserved address"),
        ("100.64.0.0/10", "an address of carrier-grade NAT"),
    )
)
_EMBEDDED_LAST_32_BITS: tuple[ipaddress.IPv6Network, ...] = (
    ipaddress.IPv6Network("::/96"),  # IPv4-compatible, RFC 4291 2.5.5.1
    ipaddress.IPv6Network("::ffff:0:0/96"),  # IPv4-mapped, RFC 4291 2.5.5.2
    ipaddress.IPv6Network("::ffff:0:0:0/96"),  # IPv4-translated, RFC 2765
    ipaddress.IPv6Network("64:ff9b::/96"),  # NAT64, RFC 6052
    ipaddress.IPv6Network("64:ff9b:1::/48"),  # local NAT64, RFC 8215 (the /96 form)
)

_NEVER_HINT = (
    "Sourcekeep never dials such an address, because a credential or a machine's identity could leak "
    "there. Correct the base URL."
)
_DENIED_HINT = "The operator denies this address (deny_address). Correct the base URL."
_PRIVATE_HINT = (
    "Ask the operator to allow it (allow_private, allow_address), or correct the base URL."
)


@dataclass(frozen=True, slots=True)
class Blocked:
    """Why an address may not be dialled, and what a person can do about it."""

    reason: str
    hint: str


@dataclass(frozen=True, slots=True)
class Places:
    """Networks and host names that an operator lists."""

    networks: tuple[Network, ...] = ()
    names: tuple[str, ...] = ()

    @classmethod
    def read(cls, texts: Iterable[str]) -> Places:
        """`10.0.0.0/8`, `192.168.1.7`, `db.internal`, `*.internal` (any name below it, not itself).

        Raises ValueError in words.
        """
        networks: list[Network] = []
        names: list[str] = []
        for text in texts:
            try:
                networks.append(ipaddress.ip_network(text.strip("[]")))
            except ValueError as error:
                if "/" in text or not _NAME.fullmatch(text):
                    words = f"{text!r} is neither a network such as 10.0.0.0/8 nor a host name"
                    raise ValueError(f"{words} ({error})") from None
                names.append(text.lower().rstrip("."))
        return cls(tuple(networks), tuple(names))

    def hold_name(self, host: str) -> bool:
        """Whether the host is listed by name."""
        host = host.lower().rstrip(".")
        return any(
            host.endswith(name[1:]) if name.startswith("*.") else host == name
            for name in self.names
        )

    def hold(self, address: Address) -> bool:
        """Whether the address lies in a listed network."""
        return any(address.version == net.version and address in net for net in self.networks)


_NOWHERE = Places()


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """`allow_private` opens loopback, private and other non-global addresses, `allow` some of them;
    nothing opens more. `deny` closes what it holds, and comes first."""

    allow_private: bool = False
    allow: Places = _NOWHERE
    deny: Places = _NOWHERE

    def check(self, address: str, host: str = "") -> Blocked | None:
        """None when the address may be dialled for this host, else why not.

        `address` is an IP address in any textual form that `ipaddress` reads; a zone is ignored.
        """
        if host and (found := self.check_name(host)) is not None:
            return found
        opened = self.allow_private or (bool(host) and self.allow.hold_name(host))
        return _verdict(address.partition("%")[0], opened, self.allow, self.deny)

    def check_name(self, host: str) -> Blocked | None:
        """What can be said of a host before it is looked up."""
        if self.deny.hold_name(host):
            return Blocked(f"{host} is denied by name", _DENIED_HINT)
        return None


@lru_cache(maxsize=4096)
def _verdict(text: str, opened: bool, allow: Places, deny: Places) -> Blocked | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return Blocked(f"{text} is not an IP address", _NEVER_HINT)
    for form in _forms(address):
        found = _judged(form, opened, allow, deny)
        if found is not None:
            inside = "" if form == address else f" (by {form} inside it)"
            return Blocked(f"{text} is {found.reason}{inside}", found.hint)
    return None


def _judged(form: Address, opened: bool, allow: Places, deny: Places) -> Blocked | None:
    if (what := _never(form)) is not None:
        return Blocked(what, _NEVER_HINT)
    if deny.hold(form):
        return Blocked("in a network that is denied", _DENIED_HINT)
    if opened or _is_public(form) or allow.hold(form):
        return None
    return Blocked("a loopback address" if form.is_loopback else "a private address", _PRIVATE_HINT)


def _forms(address: Address) -> Iterator[Address]:
    """The IPv4 addresses inside an IPv6 address, else the address itself."""
    embedded = list(_embedded(address)) if isinstance(address, ipaddress.IPv6Address) else []
    if embedded and address not in (_LOOPBACK_6, _UNSPECIFIED_6):
        yield from embedded
        if _never(address) is not None:
            yield address
        return
    yield address


def _embedded(address: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    if any(address in network for network in _EMBEDDED_LAST_32_BITS):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    if address in _LOCAL_NAT64:
        # The form of RFC 6052 2.2 for a prefix of 48 bits: 16 bits, an octet of zeros, 16 bits.
        number = int(address)
        yield ipaddress.IPv4Address((number >> 64 & 0xFFFF) << 16 | (number >> 40 & 0xFFFF))
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo


def _never(address: Address) -> str | None:
    for network, reason in _NEVER:
        if address.version == network.version and address in network:
            return reason
    return None


def _is_public(address: Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.is_site_local:
        return False  # fec0::/10 was private once and is global to the library (RFC 3879)
    return address.is_global


_NAME = re.compile(r"(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.\-]*[A-Za-z0-9_])?\.?")
_LOCAL_NAT64 = ipaddress.IPv6Network("64:ff9b:1::/48")
_LOOPBACK_6 = ipaddress.IPv6Address("::1")
_UNSPECIFIED_6 = ipaddress.IPv6Address("::")
