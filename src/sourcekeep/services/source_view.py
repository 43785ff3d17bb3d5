"""A data source as doors answer it: without a place for a secret, with what a person should know."""

from __future__ import annotations

import ipaddress
from dataclasses import asdict
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sourcekeep.engine.source_url import parse_origin
from sourcekeep.engine.tls import CertificateFault, certificates_in
from sourcekeep.kit.clock import rfc3339
from sourcekeep.model.certificate import CertificateFacts
from sourcekeep.model.sealing import secret_keys
from sourcekeep.services.answers import Doc
from sourcekeep.store.rows import SourceRow

READ_ONLY = ("id", "created_at", "updated_at", "certificates", "warnings")
_SOON = timedelta(days=30)


def view(row: SourceRow, now: datetime) -> Doc:
    """The document of contract 2, with certificate facts and warnings."""
    certificates = {
        field: _facts(row.doc.get("tls", {}).get(field)) for field in ("ca_cert", "client_cert")
    }
    return {
        "id": row.id,
        **row.doc,
        "certificates": certificates,
        "warnings": _warnings(row.doc, certificates, now),
        "created_at": rfc3339(row.created_at),
        "updated_at": rfc3339(row.updated_at),
    }


def _facts(pem: str | None) -> list[Doc]:
    return [asdict(facts) for facts in _parsed(pem)] if pem else []


@lru_cache(maxsize=256)
def _parsed(pem: str) -> tuple[CertificateFacts, ...]:
    """A list of sources shows the same certificates again and again, and each takes 0.1 ms."""
    try:
        return tuple(certificates_in(pem))
    except CertificateFault:
        return ()


def _warnings(doc: Doc, certificates: dict[str, list[Doc]], now: datetime) -> list[Doc]:
    warnings = []
    if doc.get("tls", {}).get("mode") == "insecure":
        words = (
            "The server's certificate is not verified: anyone on the way can read the credential."
        )
        warnings.append({"code": "tls_not_verified", "detail": words})
    if doc.get("base_url") and secret_keys(doc) and _plain_and_public(doc["base_url"]):
        words = "The credential goes over plain http; use an https base URL if the server has one."
        warnings.append({"code": "plain_http", "detail": words})
    for found in certificates.values():
        warnings += [warning for facts in found if (warning := _expiry(facts, now))]
    return warnings


def _plain_and_public(base_url: str) -> bool:
    origin = parse_origin(base_url)
    if origin.scheme != "http":
        return False
    try:
        address = ipaddress.ip_address(origin.host)
    except ValueError:
        return origin.host != "localhost" and not origin.host.endswith(".localhost")
    return not (address.is_loopback or address.is_private)


def _expiry(facts: Doc, now: datetime) -> dict[str, Any] | None:
    ends = datetime.fromisoformat(facts["not_after"])
    if ends > now + _SOON:
        return None
    word, code = ("expires", "certificate_expires_soon")
    if ends <= now:
        word, code = ("expired", "certificate_expired")
    return {
        "code": code,
        "detail": f"The certificate of {facts['subject']} {word} on {ends:%Y-%m-%d}.",
    }
