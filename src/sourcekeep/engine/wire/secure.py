"""TLS over two memory buffers: ciphertext in, plaintext out, and the other way; no I/O.

Not asyncio's own TLS transport, because that one hides what explanations need: the first bytes of a
server that does not speak TLS, whether a client certificate was asked for, an alert that comes
after the handshake (TLS 1.3 reports a refused client certificate only then), and whether the
server closed with a closure alert or the connection was cut.
"""

from __future__ import annotations

import ssl

from sourcekeep.engine.tls import HandshakeTrace

_RECORD = 16384  # the largest plaintext of one record, RFC 8446 5.1
_CERTIFICATE_REQUEST = 13
_HANDSHAKE_RECORD = 22
_CHANGE_CIPHER_SPEC_RECORD = 20
_MAX_TAPPED = 65536


class SecureStream:
    """One TLS client session. `handshake` and `encrypt` may raise ssl.SSLError."""

    __slots__ = ("_incoming", "_outgoing", "_session", "_tapped", "ended", "trace")

    def __init__(self, context: ssl.SSLContext, server_name: str) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._session = context.wrap_bio(
            self._incoming,
            self._outgoing,
            server_side=False,
            # A trailing dot is part of a DNS name's absolute form, never of a certificate's.
            server_hostname=server_name.rstrip("."),
        )
        self._tapped = bytearray()
        self.trace = HandshakeTrace()
        # How the session ended; SSLZeroReturnError when by a closure alert (RFC 8446 6.1).
        self.ended: ssl.SSLError | None = None

    def handshake(self, data: bytes) -> bool:
        """Moves the handshake on with bytes that came. True when it is over."""
        if len(self._tapped) < _MAX_TAPPED:
            self._tapped += data
        self._incoming.write(data)
        try:
            self._session.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError:
            self.trace = self._seen(finished=False)
            raise
        self.trace = self._seen(finished=True)
        self._tapped.clear()
        return True

    def outgoing(self) -> bytes:
        """Ciphertext that waits to be sent."""
        return self._outgoing.read()

    def encrypt(self, data: bytes) -> bytes:
        """The records that carry `data`, with whatever else waited to be sent."""
        self._session.write(data)
        return self._outgoing.read()

    def decrypt(self, data: bytes) -> bytes:
        """The plaintext of the whole records among the bytes that came so far; may be empty.

        Never raises: when the server closed the session, or sent an alert, `ended` says so after
        the plaintext that came before it.
        """
        self._incoming.write(data)
        first = self._read()
        if not first or not self._incoming.pending:
            return first
        pieces = [first]
        while piece := self._read():
            pieces.append(piece)
        return b"".join(pieces)

    def _read(self) -> bytes:
        try:
            plain = self._session.read(_RECORD)
        except ssl.SSLWantReadError:
            return b""
        except ssl.SSLError as error:
            self.ended = error
            return b""
        if not plain:
            self.ended = ssl.SSLZeroReturnError()
        return plain

    def closed_properly(self) -> bool:
        """At the end of the connection: whether the server sent its closure alert."""
        self._incoming.write_eof()
        if self.ended is None:
            self._read()
        return isinstance(self.ended, ssl.SSLZeroReturnError)

    def abandoned(self) -> None:
        """The connection broke in the handshake: keeps what was seen for the explanation."""
        self.trace = self._seen(finished=False)

    def certificate(self) -> bytes | None:
        """The server's certificate, DER."""
        return self._session.getpeercert(binary_form=True)

    def chain(self) -> tuple[bytes, ...]:
        """Everything that the server presented, DER, leaf first."""
        ask = getattr(self._session, "get_unverified_chain", None)  # Python 3.13
        if ask is not None:
            return tuple(bytes(certificate) for certificate in ask() or ())
        inner = getattr(self._session, "_sslobj", None)
        ask = getattr(inner, "get_unverified_chain", None)  # the same, before it had a public name
        if ask is not None:
            return tuple(
                ssl.PEM_cert_to_DER_cert(certificate.public_bytes()) for certificate in ask() or ()
            )
        leaf = self.certificate()
        return (leaf,) if leaf else ()

    def _seen(self, *, finished: bool) -> HandshakeTrace:
        received = bytes(self._tapped)
        return HandshakeTrace(
            first_bytes=received[:8],
            asked_for_certificate=_asks_for_certificate(received),
            finished=finished,
        )


def _asks_for_certificate(received: bytes) -> bool:
    """Whether a readable CertificateRequest (RFC 5246 7.4.4) stands among the server's records."""
    handshake = bytearray()
    at = 0
    while at + 5 <= len(received):
        kind = received[at]
        length = int.from_bytes(received[at + 3 : at + 5])
        if kind == _CHANGE_CIPHER_SPEC_RECORD:
            break
        if kind == _HANDSHAKE_RECORD:
            handshake += received[at + 5 : at + 5 + length]
        at += 5 + length
    at = 0
    while at + 4 <= len(handshake):
        if handshake[at] == _CERTIFICATE_REQUEST:
            return True
        at += 4 + int.from_bytes(handshake[at + 1 : at + 4])
    return False
