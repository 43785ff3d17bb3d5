"""Which host names the server answers to, and which requests of a browser come from its own pages.

A page of a stranger can make a browser call us in two ways: under a name of its own that it points
at our address (DNS rebinding; the `Host` check stops it), or under our name across origins
(`Origin` and `Sec-Fetch-Site` stop it where something would change).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from sourcekeep.doors.http.problems import HttpProblem

_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


class HostRule:
    """The names that were told, loopback names, and, beyond loopback, addresses.

    An address in `Host` cannot be the work of a rebinding page: its origin is a name.
    """

    def __init__(self, *, told: Iterable[str], public_url: str | None, loopback_only: bool) -> None:
        public = urlsplit(public_url) if public_url else None
        self._origin = f"{public.scheme}://{public.netloc}".lower() if public else None
        self.https = public is not None and public.scheme == "https"
        names = {name.lower().strip("[]") for name in told}
        if public is not None and public.hostname:
            names.add(public.hostname)
        self._names = frozenset(names | set(_LOOPBACK_NAMES))
        self._addresses_too = not loopback_only
        self._known: dict[bytes, bool] = {}

    def check(self, host: bytes | None) -> None:
        """Raises HttpProblem 421 (RFC 9110 15.5.20) for a name that nobody told us."""
        if host is None:
            raise HttpProblem(400, "host_missing", "The request has no Host header.")
        allowed = self._known.get(host)
        if allowed is None:
            allowed = self._allows(host.decode("latin-1"))
            if allowed and len(self._known) < 1000:
                self._known[host] = True
        if not allowed:
            raise HttpProblem(
                421,
                "host_not_allowed",
                "The server does not answer to this host name. "
                "Its operator can add it to allowed_hosts.",
            )

    def own_address(self, headers: Mapping[bytes, bytes], *, scheme: str) -> str:
        """Where people reach our pages: the public address, else the one of this request, whose
        host was checked."""
        host = headers.get(b"host", b"").decode("latin-1")
        return self._origin or f"{scheme}://{host}"

    def _allows(self, authority: str) -> bool:
        name = host_of(authority)
        if name is None:
            return False
        if name in self._names:
            return True
        return self._addresses_too and _is_address(name)

    def check_own_page(self, headers: Mapping[bytes, bytes], *, scheme: str) -> None:
        """Raises HttpProblem 403 unless a browser says that the request comes from our own page."""
        if not self.from_own_page(headers, scheme=scheme):
            raise HttpProblem(
                403,
                "cross_origin",
                "A change with a session cookie is accepted from Sourcekeep's own pages only. "
                "A program sends a caller token instead.",
            )

    def from_own_page(self, headers: Mapping[bytes, bytes], *, scheme: str) -> bool:
        """`Sec-Fetch-Site` decides where the browser sends it (secure contexts), else `Origin`."""
        site = headers.get(b"sec-fetch-site")
        if site is not None:
            return site == b"same-origin"
        origin = headers.get(b"origin", b"").decode("latin-1").lower()
        host = headers.get(b"host", b"").decode("latin-1").lower()
        return origin in (f"{scheme}://{host}", self._origin) and origin != ""


def host_of(authority: str) -> str | None:
    """The host of `host[:port]` in small letters, without brackets; None when it is none."""
    if authority.startswith("["):
        name, bracket, port = authority[1:].partition("]")
        if not bracket or (port and not port.startswith(":")):
            return None
        port = port[1:]
    else:
        name, _, port = authority.partition(":")
    if not name or (port and not port.isdigit()):
        return None
    return name.lower().rstrip(".")


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
