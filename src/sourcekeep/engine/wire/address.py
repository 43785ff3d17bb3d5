"""Which addresses may be dialled (security.md, "Origin and network").

The check is made on the address that the socket connects to, after the look-up, so a resolver
that answers differently the second time gains nothing. Some addresses are never dialled, whatever
the operator says; loopback and private ones only when the operator allows them. IPv6 forms that
carry an IPv4 address (mapped, NAT64, 6to4, Teredo, …) are judged by the address inside.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True)
class AddressPolicy:
    """`allow_private` opens loopback, private and other non-global addresses; nothing opens more."""

    allow_private: bool = False

    def check(self, address: str) -> str | None:
        """None when the address may be dialled, else the reason in words.

        `address` is an IP address in any textual form that `ipaddress` reads; a zone is ignored.
        """
        return _verdict(address.partition("%")[0], self.allow_private)


@lru_cache(maxsize=4096)
def _verdict(text: str, allow_private: bool) -> str | None:
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return f"{text} is not an IP address"
    for form in _forms(address):
        what = _never(form)
        if what is None and not allow_private and not _is_public(form):
            what = "a loopback address" if form.is_loopback else "a private address"
        if what is not None:
            inside = "" if form == address else f" (by {form} inside it)"
            return f"{text} is {what}{inside}"
    return None


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


_LOOPBACK_6 = ipaddress.IPv6Address("::1")
_UNSPECIFIED_6 = ipaddress.IPv6Address("::")
