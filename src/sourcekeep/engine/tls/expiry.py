"""When the certificates of a source's own TLS profile end: its CA and its client certificate."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from functools import lru_cache

from sourcekeep.engine.tls.certificates import CertificateFault, facts_of, parse_certificates
from sourcekeep.engine.tls.identity import client_identity
from sourcekeep.engine.tls.profile import TlsProfile
from sourcekeep.model.certificate import CertificateFacts

SOON = timedelta(days=30)  # that long before its end, a certificate is warned of


def client_facts(profile: TlsProfile) -> tuple[CertificateFacts, ...]:
    """The certificate that the source presents, with its chain; empty when it presents none."""
    if not profile.presents_certificate:
        return ()
    try:
        return tuple(facts_of(one) for one in client_identity(profile).chain)
    except CertificateFault:
        return ()


@lru_cache(maxsize=512)
def own_certificates(profile: TlsProfile) -> tuple[tuple[str, CertificateFacts], ...]:
    """What a result may have to warn of, with a word for each: the pasted CA whose end comes last
    (others are leftovers of a bundle), and the client certificate."""
    found: list[tuple[str, CertificateFacts]] = []
    if profile.trust_anchors:
        try:
            anchors = [facts_of(one) for one in parse_certificates(profile.trust_anchors)]
        except CertificateFault:
            anchors = []
        found += (
            [("CA certificate", max(anchors, key=lambda one: one.not_after))] if anchors else []
        )
    found += [("client certificate", leaf) for leaf in client_facts(profile)[:1]]
    return tuple(found)


def told_from(profile: TlsProfile) -> float:
    """The moment (seconds since 1970) from which the first of their ends is told."""
    ends = [datetime.fromisoformat(facts.not_after) for _, facts in own_certificates(profile)]
    return (min(ends) - SOON).timestamp() if ends else math.inf
