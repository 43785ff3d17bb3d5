"""A data source as doors answer it: without a place for a secret, with what a person should know."""

from __future__ import annotations

import ipaddress
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache
from typing import Any

from sourcekeep.engine.source_url import parse_origin
from sourcekeep.engine.tls import SOON, CertificateFault, certificates_in
from sourcekeep.kit.clock import rfc3339
from sourcekeep.model.certificate import CertificateFacts
from sourcekeep.model.sealing import secret_keys
from sourcekeep.services.answers import Doc
from sourcekeep.services.seen_certificates import NOTHING_SEEN, Seen
from sourcekeep.store.rows import SourceRow

READ_ONLY = ("id", "created_at", "updated_at", "certificates", "warnings", "health")


def view(row: SourceRow, now: datetime, seen: Seen = NOTHING_SEEN) -> Doc:
    """The document of contract 2, with certificate facts and warnings."""
    tls = row.doc.get("tls", {})
    certificates = {
        "ca_cert": _facts(tls.get("ca_cert")),
        "client_cert": list(seen.client)
        if tls.get("client_pkcs12")
        else _facts(tls.get("client_cert")),
        "server": list(seen.server),
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
    anchors = sorted(certificates["ca_cert"], key=lambda facts: str(facts["not_after"]))
    # Among several CAs pasted, those that have ended are leftovers: the last to end counts.
    ending = [*anchors[-1:], *certificates["client_cert"], *certificates["server"]]
    warnings += [warning for facts in ending if (warning := _expiry(facts, now))]
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
    if ends > now + SOON:
        return None
    word, code = ("expires", "certificate_expires_soon")
    if ends <= now:
        word, code = ("expired", "certificate_expired")
    return {
        "code": code,
        "detail": f"The certificate of {facts['subject']} {word} on {ends:%Y-%m-%d}.",
    }
