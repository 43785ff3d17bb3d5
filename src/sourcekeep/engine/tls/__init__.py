"""TLS of a data source: profile, context, check at Save, certificate facts, explanations."""

from sourcekeep.engine.tls.certificates import (
    CertificateFault,
    certificates_in,
    facts_of,
    facts_of_chain,
)
from sourcekeep.engine.tls.check import check_tls
from sourcekeep.engine.tls.context import context_for, has_system_roots
from sourcekeep.engine.tls.expiry import SOON, client_facts, own_certificates, told_from
from sourcekeep.engine.tls.explain import HandshakeTrace, explain
from sourcekeep.engine.tls.fixes import Fix, fixes_for
from sourcekeep.engine.tls.profile import SYSTEM_TRUST, TlsProfile

__all__ = [
    "SOON",
    "SYSTEM_TRUST",
    "CertificateFault",
    "Fix",
    "HandshakeTrace",
    "TlsProfile",
    "certificates_in",
    "check_tls",
    "client_facts",
    "context_for",
    "explain",
    "facts_of",
    "facts_of_chain",
    "fixes_for",
    "has_system_roots",
    "own_certificates",
    "told_from",
]
