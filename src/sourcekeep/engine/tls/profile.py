"""What a data source says about TLS, as one frozen value that keys contexts and connections."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

TlsMode = Literal["none", "ca_certificate", "client_certificate", "insecure"]
MinVersion = Literal["1.2", "1.3"]


@dataclass(frozen=True, repr=False)
class TlsProfile:
    """The opened `tls` object of a data source (contract 2).

    `ca_cert`, `client_cert` and `client_key` are PEM text, `client_pkcs12` is base64. `strict`
    holds the server's certificates to RFC 5280 in full.
    Its repr names the mode and the certificate fields that are filled, never their content.
    """

    mode: TlsMode = "none"
    ca_cert: str | None = None
    include_system: bool = False
    client_cert: str | None = None
    client_key: str | None = None
    client_key_password: str | None = None
    client_pkcs12: str | None = None
    server_name: str | None = None
    min_version: MinVersion = "1.2"
    strict: bool = False
    _hash: int = field(init=False, compare=False, default=0)

    def __post_init__(self) -> None:
        # A profile is part of the key of every pooled connection: its hash is taken once.
        parts = (
            self.mode,
            self.ca_cert,
            self.include_system,
            self.client_cert,
            self.client_key,
            self.client_key_password,
            self.client_pkcs12,
            self.server_name,
            self.min_version,
            self.strict,
        )
        object.__setattr__(self, "_hash", hash(parts))

    def __hash__(self) -> int:
        return self._hash

    def __repr__(self) -> str:
        filled = [
            name
            for name in ("ca_cert", "client_cert", "client_key", "client_pkcs12")
            if getattr(self, name)
        ]
        return (
            f"TlsProfile(mode={self.mode!r}, filled={filled!r}, server_name={self.server_name!r})"
        )

    @property
    def trust_anchors(self) -> str | None:
        """The pasted CA, in the modes that have one."""
        return self.ca_cert if self.mode in ("ca_certificate", "client_certificate") else None

    @property
    def presents_certificate(self) -> bool:
        """Whether a client certificate is offered to the server."""
        return self.mode == "client_certificate" and bool(self.client_cert or self.client_pkcs12)


SYSTEM_TRUST = TlsProfile()
