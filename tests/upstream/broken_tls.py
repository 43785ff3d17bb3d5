"""TLS servers that are broken, each in one way, with what a person must be told about it.

Reusable wherever a failure is shown: a run, the connection test, the page. `tls` is the `tls` object
of a data source (contract 2), so it fits a `TlsProfile` as well as the HTTP API.
"""

from __future__ import annotations

import socketserver
import ssl
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

from tests.upstream.raw import Upstream, blocking_server, blocking_tls_server, reset
from tests.upstream.tls import CLIENT_AUTH, SERVER_AUTH, Issued, issue, server_context

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi"
V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3
_LONG_AGO, _LATELY, _SOON = timedelta(days=-9), timedelta(days=-2), timedelta(days=2)

CA = issue(name="Our CA", san=None, ca=True)
OTHER_CA = issue(name="Other CA", san=None, ca=True)
NAMESAKE = issue(name="Our CA", san=None, ca=True)
OLD_CA = issue(name="Old CA", san=None, ca=True, starts=_LONG_AGO, ends=_LATELY)
NARROW_CA = issue(name="Narrow CA", san=None, ca=True, permitted=("example.com",))
NO_CA = issue(name="No CA")
MIDDLE = issue(name="Our Intermediate", san=None, ca=True, issuer=CA)
SERVER = issue(issuer=CA)
SELF_SIGNED = issue(name="localhost")
UNDER_MIDDLE = issue(issuer=MIDDLE)
CLIENT = issue(name="client", san=None, issuer=CA, usage=CLIENT_AUTH)
_WEAK = issue(issuer=CA, key=rsa.generate_private_key(65537, 1024))

SYSTEM: dict[str, Any] = {"mode": "none"}


def trusting(identity: Issued, **more: Any) -> dict[str, Any]:
    """The mode "CA Certificate" with this certificate pasted."""
    return {"mode": "ca_certificate", "ca_cert": identity.cert_pem, **more}


def presenting(identity: Issued = CLIENT, **more: Any) -> dict[str, Any]:
    """The mode "Client Certificate" with our CA."""
    return {
        "mode": "client_certificate",
        "ca_cert": CA.cert_pem,
        "client_cert": identity.cert_pem,
        "client_key": identity.key_pem,
        **more,
    }


@dataclass(frozen=True)
class BrokenTls:
    """`start` runs the server; `words` must stand in the detail; `remedy` makes the run succeed,
    where the source can be mended at all."""

    name: str
    start: Callable[[], AbstractContextManager[Upstream]]
    tls: dict[str, Any]
    code: str
    words: str
    shows_chain: bool = False
    host: str = "127.0.0.1"
    remedy: dict[str, Any] | None = field(default=None)


def _chain(
    name: str,
    presented: tuple[Issued, ...],
    tls: dict[str, Any],
    code: str,
    words: str,
    remedy: dict[str, Any] | None = None,
) -> BrokenTls:
    context = server_context(*presented)
    return BrokenTls(
        name,
        lambda: blocking_tls_server(context, OK),
        tls,
        code,
        words,
        shows_chain=True,
        remedy=remedy,
    )


def _handshake(
    name: str, context: ssl.SSLContext, tls: dict[str, Any], code: str, words: str, **more: Any
) -> BrokenTls:
    return BrokenTls(name, lambda: blocking_tls_server(context, OK), tls, code, words, **more)


def _socket(
    name: str, handle: Callable[[socketserver.BaseRequestHandler], None], words: str
) -> BrokenTls:
    return BrokenTls(
        name, lambda: blocking_server(handle), trusting(CA), "tls_handshake_failed", words
    )


def _mutual(version: ssl.TLSVersion) -> tuple[BrokenTls, ...]:
    context = server_context(SERVER, client_ca=CA, version=version)
    which = "TLS 1.2" if version is V12 else "TLS 1.3"
    foreign = issue(name="client", san=None, issuer=OTHER_CA)
    old = issue(name="client", issuer=CA, starts=_LONG_AGO, ends=_LATELY)
    for_servers = issue(name="client", san=None, issuer=CA, usage=SERVER_AUTH)
    required, rejected = "client_certificate_required", "client_certificate_rejected"
    mended = presenting()
    return (
        _handshake(
            f"client certificate required, {which}",
            context,
            trusting(CA),
            required,
            "requires a client certificate",
            shows_chain=True,
            remedy=mended,
        ),
        _handshake(
            f"client certificate of an unknown CA, {which}",
            context,
            presenting(foreign),
            rejected,
            "a CA that it does not know",
            shows_chain=True,
            remedy=mended,
        ),
        _handshake(
            f"client certificate expired, {which}",
            context,
            presenting(old),
            rejected,
            "an expired certificate",
            shows_chain=True,
            remedy=mended,
        ),
        _handshake(
            f"client certificate of another purpose, {which}",
            context,
            presenting(for_servers),
            rejected,
            "certificate",
            shows_chain=True,
            remedy=mended,
        ),
    )


def _old_protocol() -> ssl.SSLContext:
    return server_context(SERVER, version=ssl.TLSVersion.TLSv1_1)


def _no_common_cipher() -> ssl.SSLContext:
    context = server_context(SERVER, version=V12)
    context.set_ciphers("ECDHE-RSA-AES128-SHA256:@SECLEVEL=0")
    return context


def _unknown_name() -> ssl.SSLContext:
    context = server_context(SERVER)
    context.sni_callback = lambda *_: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    return context


def _plain(handler: socketserver.BaseRequestHandler) -> None:
    handler.request.recv(5)
    handler.request.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
    handler.request.recv(65536)


def _other_protocol(handler: socketserver.BaseRequestHandler) -> None:
    handler.request.sendall(b"220 mail.example.com ESMTP\r\n")
    handler.request.recv(65536)


def _resetting(handler: socketserver.BaseRequestHandler) -> None:
    handler.request.recv(5)
    reset(handler.request)


def _silent(handler: socketserver.BaseRequestHandler) -> None:
    handler.request.recv(5)
    time.sleep(3)


BROKEN: tuple[BrokenTls, ...] = (
    _chain("unknown CA", (SERVER,), SYSTEM, "unknown_ca", "issued by CN=Our CA, which is not trusted", trusting(CA)),
    _chain("another CA pasted", (SERVER,), trusting(OTHER_CA), "unknown_ca", "issued by CN=Our CA", trusting(CA)),
    _chain("unknown CA sent along", (SERVER, CA), SYSTEM, "unknown_ca", "ends at CN=Our CA, which is not trusted", trusting(CA)),
    _chain("another CA of the same name", (SERVER,), trusting(NAMESAKE), "unknown_ca", "key did not sign it", trusting(CA)),
    _chain("missing intermediate", (UNDER_MIDDLE,), trusting(CA), "unknown_ca", "CN=Our Intermediate", trusting(MIDDLE)),
    _chain("broken chain", (UNDER_MIDDLE, OTHER_CA), trusting(CA), "unknown_ca", "The chain of 127.0.0.1 is broken", trusting(MIDDLE)),
    _chain("self-signed", (SELF_SIGNED,), SYSTEM, "self_signed", "(CN=localhost)", trusting(SELF_SIGNED)),
    _chain("a leaf as issuer", (issue(issuer=NO_CA), NO_CA), trusting(NO_CA), "tls_handshake_failed", "not a CA"),
    _chain("expired", (issue(issuer=CA, starts=_LONG_AGO, ends=_LATELY),), trusting(CA), "certificate_expired", "The certificate of 127.0.0.1 expired on"),
    _chain("expired CA pasted", (issue(issuer=OLD_CA),), trusting(OLD_CA), "certificate_expired", "The CA certificate of this data source, CN=Old CA, expired on"),
    _chain("not yet valid", (issue(issuer=CA, starts=_SOON),), trusting(CA), "certificate_not_yet_valid", "not valid yet before"),
    _chain("wrong name", (issue(san=("api.example.com", "*.example.org"), issuer=CA),), trusting(CA), "hostname_mismatch", "is for api.example.com, *.example.org, but the host is 127.0.0.1", trusting(CA, server_name="api.example.com")),
    _chain("wildcard over two labels", (issue(san=("*.example.com",), issuer=CA),), trusting(CA, server_name="a.b.example.com"), "hostname_mismatch", "the host is a.b.example.com", trusting(CA, server_name="b.example.com")),
    _chain("common name without SAN", (issue(name="127.0.0.1", san=None, issuer=CA),), trusting(CA), "hostname_mismatch", "no subject alternative name"),
    _chain("name constraint", (issue(san=("localhost",), issuer=NARROW_CA), NARROW_CA), trusting(NARROW_CA, server_name="localhost"), "tls_handshake_failed", "name constraints"),
    _chain("certificate of another purpose", (issue(issuer=CA, usage=CLIENT_AUTH),), trusting(CA), "tls_handshake_failed", "not issued for TLS servers"),
    _chain("weak key", (_WEAK,), trusting(CA), "tls_handshake_failed", "too weak"),
    _handshake("old protocol", _old_protocol(), trusting(CA), "tls_version", "TLS 1.2 or newer"),
    _handshake("older than the source's minimum", server_context(SERVER, version=V12), trusting(CA, min_version="1.3"), "tls_version", "TLS 1.3 or newer", shows_chain=True, remedy=trusting(CA)),
    _handshake("no common cipher", _no_common_cipher(), trusting(CA), "tls_handshake_failed", "handshake failure"),
    _handshake("unknown server name", _unknown_name(), trusting(CA), "tls_handshake_failed", "knows no host named localhost", host="localhost"),
    *_mutual(V12),
    *_mutual(V13),
    _socket("plain HTTP on the port", _plain, "speaks plain HTTP"),
    _socket("another protocol on the port", _other_protocol, "does not speak TLS"),
    _socket("closes in the handshake", lambda handler: handler.request.recv(5), "closed the connection during"),
    _socket("resets in the handshake", _resetting, "closed the connection during"),
    _socket("silent", _silent, "did not complete the TLS handshake"),
)  # fmt: skip
