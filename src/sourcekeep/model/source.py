"""The data source: what a person saves once about an API (contract 2, "Data source").

This is the *writable* shape with secrets opened. What is stored and what is read back have the
secrets taken out; `model/sealing.py` does that. The auth member is left open here: the union of
authentication types is known only once the plug-ins are found (`services/kinds.py`).
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, SecretStr, StringConstraints

from sourcekeep.model import bounds
from sourcekeep.model.entry import Frozen, Header, Name, Pair

Url = Annotated[str, StringConstraints(max_length=bounds.URL)]
Method = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Methods = Annotated[tuple[Method, ...], Field(max_length=bounds.MOST_ENTRIES)]
Status = Annotated[int, Field(ge=100, le=599)]
Statuses = Annotated[tuple[Status, ...], Field(max_length=bounds.MOST_ENTRIES)]
TlsMode = Literal["none", "ca_certificate", "client_certificate", "insecure"]


class Tls(Frozen):
    """How the server's certificate is verified, and which certificate we present."""

    mode: TlsMode = Field(default="none", title="SSL Certificate")
    ca_cert: str | None = Field(default=None, max_length=bounds.PEM, title="CA Cert")
    include_system: bool = Field(default=False, title="Trust the system's CAs too")
    client_cert: str | None = Field(default=None, max_length=bounds.PEM, title="Client Cert")
    client_key: SecretStr | None = Field(default=None, max_length=bounds.KEY, title="Client Key")
    client_key_password: SecretStr | None = Field(
        default=None, max_length=bounds.VALUE, title="Client Key password"
    )
    client_pkcs12: SecretStr | None = Field(
        default=None, max_length=bounds.PKCS12, title="PKCS#12 (base64)"
    )
    server_name: str | None = Field(default=None, max_length=253, title="Server name")  # RFC 1035
    min_version: Literal["1.2", "1.3"] = Field(default="1.2", title="Minimum TLS version")
    strict: bool = Field(
        default=False,
        title="Strict X.509",
        description="Refuse certificates that break a rule of RFC 5280. Many private CAs do.",
    )


class Network(Frozen):
    """Where the credential may go besides its own origin, and through which proxy."""

    allowed_origins: tuple[Url, ...] = Field(
        default=(), max_length=bounds.MOST_ENTRIES, title="Allowed origins"
    )
    proxy_url: Url | None = Field(default=None, title="Proxy URL")
    proxy_password: SecretStr | None = Field(
        default=None, max_length=bounds.VALUE, title="Proxy password"
    )


class Limits(Frozen):
    """Bounds of one run. Times in seconds, sizes in bytes."""

    connect_timeout_s: float = Field(default=10, gt=0, le=300, title="Connect timeout (s)")
    read_timeout_s: float = Field(default=30, gt=0, le=3600, title="Read timeout (s)")
    total_timeout_s: float = Field(default=60, gt=0, le=3600, title="Total timeout (s)")
    max_response_bytes: int = Field(
        default=33554432, ge=1, le=2**31, title="Largest answer (bytes)"
    )
    max_redirects: int = Field(default=5, ge=0, le=50, title="Most redirects")


class Retry(Frozen):
    """When a failed attempt is made again."""

    max_attempts: int = Field(default=3, ge=1, le=10, title="Attempts")
    methods: Methods = Field(default=("GET", "HEAD", "OPTIONS", "PUT", "DELETE"), title="Methods")
    statuses: Statuses = Field(default=(408, 429, 500, 502, 503, 504), title="Statuses")
    respect_retry_after: bool = Field(default=True, title="Respect Retry-After")


class SourceSpec(Frozen):
    """What a person writes about a source. Unknown members are an error, naming them."""

    kind: Literal["restapi"] = "restapi"
    name: Name = Field(title="Name")
    description: str = Field(default="", max_length=10_000, title="Description")
    base_url: Url = Field(default="", title="Base URL")
    headers: tuple[Header, ...] = Field(default=(), max_length=bounds.MOST_ENTRIES, title="Headers")
    params: tuple[Pair, ...] = Field(default=(), max_length=bounds.MOST_ENTRIES, title="Params")
    cookies: tuple[Pair, ...] = Field(default=(), max_length=bounds.MOST_ENTRIES, title="Cookies")
    auth: Any = Field(title="Authentication")
    tls: Tls = Field(default=Tls(), title="SSL Certificate")
    network: Network = Field(default=Network(), title="Network")
    limits: Limits = Field(default=Limits(), title="Limits")
    retry: Retry = Field(default=Retry(), title="Retries")
