"""TLS alerts (RFC 8446 6.2, RFC 5246 7.2.2): their numbers, words, and how `ssl` reports them."""

from __future__ import annotations

import ssl

NAMES_OF_ALERTS: dict[int, str] = {
    10: "an unexpected message",
    20: "a record with a bad MAC",
    22: "a record that is too long",
    40: "no acceptable parameters (handshake failure)",
    41: "no certificate",
    42: "a bad certificate",
    43: "an unsupported certificate",
    44: "a revoked certificate",
    45: "an expired certificate",
    46: "a certificate that it does not accept",
    47: "an illegal parameter",
    48: "a certificate of a CA that it does not know",
    49: "access denied",
    50: "a message that it could not decode",
    51: "a signature or key that it could not verify",
    70: "a TLS version that it does not support",
    71: "security too weak",
    80: "an internal error of its own",
    86: "an inappropriate fall-back",
    90: "the handshake was cancelled",
    109: "a missing extension",
    110: "an unsupported extension",
    112: "an unknown server name",
    113: "a bad certificate status",
    115: "an unknown identity",
    116: "a certificate is required",
    120: "no common application protocol",
}

# A client can cause these only by the certificate that it presents, or presents not.
ABOUT_CLIENT_CERTIFICATE = frozenset({41, 42, 43, 44, 45, 46, 48, 49, 51, 116})

# OpenSSL's symbolic reasons (sslerr.h): SSLV3_ALERT_…, TLSV1_ALERT_…, TLSV13_ALERT_….
_REASONS: dict[str, int] = {
    "UNEXPECTED_MESSAGE": 10,
    "BAD_RECORD_MAC": 20,
    "RECORD_OVERFLOW": 22,
    "HANDSHAKE_FAILURE": 40,
    "NO_CERTIFICATE": 41,
    "BAD_CERTIFICATE": 42,
    "UNSUPPORTED_CERTIFICATE": 43,
    "CERTIFICATE_REVOKED": 44,
    "CERTIFICATE_EXPIRED": 45,
    "CERTIFICATE_UNKNOWN": 46,
    "ILLEGAL_PARAMETER": 47,
    "UNKNOWN_CA": 48,
    "ACCESS_DENIED": 49,
    "DECODE_ERROR": 50,
    "DECRYPT_ERROR": 51,
    "PROTOCOL_VERSION": 70,
    "INSUFFICIENT_SECURITY": 71,
    "INTERNAL_ERROR": 80,
    "INAPPROPRIATE_FALLBACK": 86,
    "USER_CANCELLED": 90,
    "MISSING_EXTENSION": 109,
    "UNSUPPORTED_EXTENSION": 110,
    "UNRECOGNIZED_NAME": 112,
    "BAD_CERTIFICATE_STATUS_RESPONSE": 113,
    "UNKNOWN_PSK_IDENTITY": 115,
    "CERTIFICATE_REQUIRED": 116,
    "NO_APPLICATION_PROTOCOL": 120,
}
_PREFIXES = ("SSLV3_ALERT_", "TLSV1_ALERT_", "TLSV13_ALERT_", "TLSV1_")


def alert_of(error: ssl.SSLError) -> int | None:
    """The number of the alert that the server sent, or None when the error is ours."""
    reason = error.reason or ""
    for prefix in _PREFIXES:
        if reason.startswith(prefix):
            return _REASONS.get(reason.removeprefix(prefix))
    return None
