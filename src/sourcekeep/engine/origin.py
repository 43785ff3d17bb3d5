"""Where a request may go: scheme, host and port, as the one URL parser names them."""

from __future__ import annotations

from dataclasses import dataclass

DEFAULT_PORTS: dict[str, int] = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Origin:
    """RFC 6454. `host` is ASCII as WHATWG serialises it, an IPv6 address without its brackets."""

    scheme: str
    host: str
    port: int

    @property
    def authority(self) -> str:
        """As it stands in a URL and in a Host header: no default port (RFC 9110 4.2.3)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    def host_header(self) -> bytes:
        """The value of the Host header (RFC 9110 7.2)."""
        return self.authority.encode("ascii")

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}"
