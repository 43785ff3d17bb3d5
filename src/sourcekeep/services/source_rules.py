"""What must hold of a data source at Save beyond its shape, and where its credential may go.

The credential is pinned to the origin: an editor, who may never read it, could else send it to a
server of their own by changing the base URL, an allowed origin or the proxy, or to whoever answers
in its place by turning verification off. So those changes need the credential to be entered again,
unless an admin makes them. Another CA or server name is ordinary work: it is allowed, and audited.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from pydantic import SecretStr

from sourcekeep.engine.headers import check_header
from sourcekeep.engine.plan import SourceFace, check_source
from sourcekeep.engine.source_url import check_base_url, check_origin, origin_text, parse_origin
from sourcekeep.engine.tls import TlsProfile, check_tls
from sourcekeep.engine.wire import Proxy
from sourcekeep.kit.merge_patch import merge
from sourcekeep.model.entry import SecretHeader
from sourcekeep.model.problem import Failed, Fault
from sourcekeep.model.sealing import is_mark, reference_in
from sourcekeep.model.source import SourceSpec, Tls

_REPLACED_WHOLE = (("auth", "type"), ("tls", "mode"))


def patched(doc: Mapping[str, Any], patch: Mapping[str, Any]) -> tuple[dict[str, Any], Any]:
    """The doc without what the patch replaces as a whole, and the patch laid over that (RFC 7396).

    Another `auth.type` or `tls.mode` replaces its object: nothing of the old type stays.
    """
    base = dict(doc)
    for name, tag in _REPLACED_WHOLE:
        new = patch.get(name)
        if isinstance(new, dict) and tag in new and new[tag] != base.get(name, {}).get(tag):
            del base[name]
    return base, merge(_without_replaced(base, patch), patch)


def _without_replaced(doc: Any, patch: Any) -> Any:
    """The doc without the marks that a reference replaces. Merged with one, a mark would stay a
    mark, and the secret behind it would be kept where another one was named."""
    if not isinstance(doc, Mapping) or not isinstance(patch, Mapping):
        return doc
    return {
        name: _without_replaced(value, patch.get(name))
        for name, value in doc.items()
        if not (is_mark(value) and reference_in(patch.get(name)) is not None)
    }


async def faults_of(spec: SourceSpec, face: SourceFace, *, check_certificates: bool) -> list[Fault]:
    """Everything that a person must mend, each fault with its pointer.

    Certificates are looked at only when they are new: one that has expired since must not keep
    anyone from renaming the source.
    """
    faults = check_base_url(spec.base_url) if spec.base_url else []
    faults += check_source(replace(face, allowed_origins=()))
    for index, row in enumerate(spec.headers):
        if isinstance(row, SecretHeader) and row.value is not None:
            value = row.value.get_secret_value()
            faults += check_header(row.name, value, f"/headers/{index}")
    faults += _network_faults(spec)
    if check_certificates:  # opening an encrypted key may take a second: not in the loop
        faults += await asyncio.to_thread(check_tls, tls_profile(spec.tls))
    return list(dict.fromkeys(faults))


def tls_profile(tls: Tls) -> TlsProfile:
    """The engine's value of an opened `tls` object."""
    return TlsProfile(
        mode=tls.mode,
        ca_cert=tls.ca_cert,
        include_system=tls.include_system,
        client_cert=tls.client_cert,
        client_key=_opened(tls.client_key),
        client_key_password=_opened(tls.client_key_password),
        client_pkcs12=_opened(tls.client_pkcs12),
        server_name=tls.server_name,
        min_version=tls.min_version,
        strict=tls.strict,
    )


def proxy_of(spec: SourceSpec) -> Proxy | None:
    """The source's own outbound proxy. Raises Failed(proxy_failed) for a URL that is none."""
    network = spec.network
    if not network.proxy_url:
        return None
    return Proxy.from_url(network.proxy_url, password=_opened(network.proxy_password))


def repointed(old: Mapping[str, Any], new: Mapping[str, Any]) -> Fault | None:
    """The change that would carry a kept secret elsewhere, as a fault; None when there is none."""
    before, after = old.get("base_url", ""), new.get("base_url", "")
    if after and (not before or parse_origin(before) != parse_origin(after)):
        where = f"for {origin_text(parse_origin(before))}" if before else "without a base URL"
        return _pinned("/base_url", f"The credential was entered {where}")
    old_network, new_network = old.get("network", {}), new.get("network", {})
    added = set(_origins(new_network)) - set(_origins(old_network))
    if added:
        where = ", ".join(sorted(origin_text(origin) for origin in added))
        return _pinned(
            "/network/allowed_origins", f"{where} was not among the credential's origins"
        )
    proxy = new_network.get("proxy_url")
    if proxy and proxy != old_network.get("proxy_url"):
        return _pinned("/network/proxy_url", "The credential was entered for another way out")
    if is_insecure(new) and not is_insecure(old):
        return _pinned("/tls/mode", "The credential was entered for a server that is verified")
    return None


def is_insecure(doc: Mapping[str, Any]) -> bool:
    """Whether the source takes any server for its own."""
    return bool(doc.get("tls", {}).get("mode") == "insecure")


def _origins(network: Mapping[str, Any]) -> list[Any]:
    return [parse_origin(text) for text in network.get("allowed_origins", ())]


def _pinned(place: str, why: str) -> Fault:
    return Fault(
        place,
        "credential_pinned",
        f"{why}; enter the credential again (each secret of the data source), or ask an admin.",
    )


def _network_faults(spec: SourceSpec) -> list[Fault]:
    faults: list[Fault] = []
    for index, origin in enumerate(spec.network.allowed_origins):
        faults += check_origin(origin, f"/network/allowed_origins/{index}")
    if spec.network.proxy_url and "@" in spec.network.proxy_url.partition("://")[2]:
        user = spec.network.proxy_url.partition("://")[2].rpartition("@")[0]
        if ":" in user:
            words = "The proxy's password stands in Proxy password, not in the URL."
            return [*faults, Fault("/network/proxy_url", "password_in_url", words)]
    try:
        proxy_of(spec)
    except Failed as failed:
        faults.append(Fault("/network/proxy_url", "invalid_url", failed.problem.detail))
    return faults


def _opened(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None
