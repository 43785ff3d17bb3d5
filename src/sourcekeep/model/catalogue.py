"""Every failure a run can end in (contract 4): its stage, its title, and what a person does next.

One table, so that the page, the command line and the docs say the same words for the same fault.
A caller gives the particulars (`detail`) and, where it knows better, a sharper `hint`.
"""

from __future__ import annotations

from sourcekeep.model.problem import Problem, Stage

_ROWS: tuple[tuple[str, Stage, bool, str, str], ...] = (
    # code, stage, retryable, title, hint
    ("parameter_missing", "parameters", False, "A parameter is missing", "Give the parameter a value, or a default in the query."),
    ("parameter_unknown", "parameters", False, "A parameter is not known", "Remove it, or declare it in the query's Parameters."),
    ("parameter_invalid", "parameters", False, "A parameter has a wrong value", "Send a value of the declared type within its limits."),
    ("unknown_variable", "compose", False, "A template names an unknown variable", "Declare the variable, or correct its name."),
    ("template_error", "compose", False, "A template could not be evaluated", "Correct the template expression."),
    ("invalid_url", "compose", False, "The URL is not valid", "Correct the base URL or the path."),
    ("origin_not_allowed", "compose", False, "The URL leaves the data source's origin", "Use a path below the base URL, or add the origin to the data source's allowed origins."),
    ("invalid_header", "compose", False, "A header is not valid", "Correct the header's name or value."),
    ("invalid_body", "compose", False, "The body is not valid", "Correct the body, or choose the body type that fits it."),
    ("header_locked", "compose", False, "The header is locked by the data source", "Remove the header from the query, or unlock it on the data source."),
    ("credential_missing", "auth", False, "The data source has no credential", "Open the data source and enter its credential."),
    ("token_refresh_failed", "auth", True, "No access token could be obtained", "Check the client credentials and the token URL on the data source."),
    ("consent_needed", "auth", False, "A person must give consent first", "Open the data source and connect the account."),
    ("dns_failed", "network", True, "The host name could not be resolved", "Check the host in the base URL, and that this machine can resolve it."),
    ("address_blocked", "network", False, "The address is not allowed", "Ask the operator to allow this address, or correct the base URL."),
    ("connect_refused", "network", True, "The connection was refused", "Check that the service runs and that the port in the base URL is right."),
    ("connect_timeout", "network", True, "No connection within the time limit", "Check the host, the port and any firewall, or raise the connect timeout."),
    ("unreachable", "network", True, "The host is not reachable", "Check the network between Sourcekeep and the host."),
    ("proxy_failed", "network", True, "The outbound proxy failed", "Check the proxy URL and its credentials on the data source."),
    ("unknown_ca", "tls", False, "The certificate's issuer is not trusted", "If this is your own CA, choose CA Certificate and paste its certificate into CA Cert."),
    ("self_signed", "tls", False, "The server presented a self-signed certificate", "If this is your server, choose CA Certificate and paste its certificate into CA Cert."),
    ("certificate_expired", "tls", False, "The server's certificate has expired", "Ask the owner of the server to renew its certificate."),
    ("certificate_not_yet_valid", "tls", False, "The server's certificate is not valid yet", "Check this machine's clock, then the certificate's start date."),
    ("hostname_mismatch", "tls", False, "The certificate is for another host name", "Use a name that the certificate lists, or set Server name for a tunnel."),
    ("client_certificate_required", "tls", False, "The server requires a client certificate", "Choose Client Certificate and paste Client Key and Client Cert."),
    ("client_certificate_rejected", "tls", False, "The server rejected the client certificate", "Check that the client certificate is current and issued by a CA that the server trusts."),
    ("tls_version", "tls", False, "No common TLS version", "The server must offer TLS 1.2 or newer, and at least the data source's minimum version."),
    ("tls_handshake_failed", "tls", True, "The TLS handshake failed", "Check that the port speaks TLS, and that both sides share a cipher."),
    ("read_timeout", "exchange", True, "The server did not answer in time", "Raise the read timeout, or ask for less."),
    ("total_timeout", "exchange", True, "The run took longer than its total time", "Raise the total timeout, or ask for less."),
    ("connection_closed", "exchange", True, "The server closed the connection", "Try again; when it stays, look at the server's log."),
    ("protocol_error", "exchange", False, "The answer is not valid HTTP", "Check that the base URL points at an HTTP service."),
    ("too_many_redirects", "exchange", False, "Too many redirects", "Use the final URL as the base URL or path."),
    ("redirect_refused", "exchange", False, "The redirect leaves the data source's origin", "If the target is right, add its origin to the data source's allowed origins."),
    ("headers_too_large", "exchange", False, "The answer's headers are too large", "Ask the owner of the server to send fewer or smaller headers."),
    ("rate_budget_exhausted", "exchange", True, "The rate budget is used up", "Wait, or raise the budget."),
    ("http_status", "response", False, "The server answered with an error status", "Read the answer below: it says what the server did not accept."),
    ("response_too_large", "response", False, "The answer is larger than the limit", "Ask for less, or raise the data source's size limit."),
    ("decode_failed", "response", False, "The answer could not be decoded", "Check the answer's Content-Type and Content-Encoding."),
    ("transform_error", "transform", False, "The transformation failed", "Correct the transformation."),
    ("transform_timeout", "transform", False, "The transformation took too long", "Do less in the transformation."),
    ("transform_memory", "transform", False, "The transformation used too much memory", "Do less in the transformation."),
    ("cancelled", "exchange", False, "The run was cancelled", "Run it again when needed."),
    ("interrupted", "exchange", True, "Sourcekeep stopped during the run", "Run it again."),
)  # fmt: skip

CATALOGUE: dict[str, Problem] = {
    code: Problem(code=code, stage=stage, title=title, detail="", hint=hint, retryable=retryable)
    for code, stage, retryable, title, hint in _ROWS
}


def problem(
    code: str, detail: str, *, hint: str | None = None, retryable: bool | None = None
) -> Problem:
    """A problem of the catalogue with its particulars. An unknown code is a defect: KeyError."""
    known = CATALOGUE[code]
    return Problem(
        code=code,
        stage=known.stage,
        title=known.title,
        detail=detail,
        hint=known.hint if hint is None else hint,
        retryable=known.retryable if retryable is None else retryable,
    )
