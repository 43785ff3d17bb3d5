"""What a run tells: its result with every known secret masked, and hints that fit what happened."""

from __future__ import annotations

import ipaddress
import time
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from http import HTTPStatus

from sourcekeep.engine.outgoing import Outfit
from sourcekeep.engine.prepared import Plan
from sourcekeep.engine.read import is_json
from sourcekeep.engine.retrying import retry_after
from sourcekeep.engine.rows import Entry
from sourcekeep.engine.tls import SOON, TlsProfile, facts_of, facts_of_chain, own_certificates
from sourcekeep.kit import exact_json
from sourcekeep.kit.redact import MASK, Redactor
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem
from sourcekeep.model.result import Data, Notice, Pairs, ReceivedResponse, SentRequest

# Names under which a credential usually travels: masked even when the value is not known to us.
CREDENTIAL_HEADERS = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "api-key",
        "apikey",
        "x-auth-token",
        "x-access-token",
        "x-amz-security-token",
    }
)

_STATUS_HINTS: Mapping[int, str] = {
    400: "Read the answer below, then correct the params, headers or body.",
    401: "The server did not accept the credential: check it on the data source, then its end date.",
    403: "The credential is known but may not do this: ask for the right, or use another one.",
    404: "Check the path: it is joined to the base URL, and Preview shows the whole URL.",
    405: "Choose a method that the answer's Allow header names.",
    406: "Ask for a media type that the server offers, with an Accept header.",
    408: "The server waited too long for the request: try again.",
    409: "The resource has changed or exists already: read it again first.",
    411: "Send a body, or choose a method without one.",
    413: "Send a smaller body.",
    415: "Choose the body type that the server expects, or set Content-Type.",
    422: "Read the answer below: it says which value the server did not accept.",
    429: "Too many requests: wait, then send fewer.",
    431: "Send fewer or smaller headers.",
    502: "A server behind the API does not answer: try again later.",
    503: "The API is not available now: try again later.",
    504: "A server behind the API is too slow: try again later, or ask for less.",
}


def status_problem(
    plan: Plan, response: ReceivedResponse, *, authenticated: bool, proxied: bool
) -> Problem:
    """The failure that a status of 400 or more is (contract 3).

    A 407 is a proxy's (RFC 9110 15.5.8): where one stands between, it is the one that failed.
    """
    status = response.status
    if status == 407 and proxied:
        return problem("proxy_failed", "The outbound proxy asks for credentials (407).")
    reason = response.reason or _phrase(status)
    detail = f"The server answered {status} {reason}".rstrip() + "."
    challenge = _first(response.headers, "www-authenticate") if status == 401 else None
    if challenge:
        detail += f" It asks for: {challenge}"
    hint = _STATUS_HINTS.get(status)
    if status == 401 and not authenticated:
        hint = "The API asks for a credential: choose an Authentication type on the data source."
    wait = retry_after(response.headers) if status in (429, 503) else None
    if wait is not None:
        hint = f"{hint or ''} The server asks to wait {wait:g} s.".strip()
    if hint is None and status >= 500:
        hint = "The server failed: try again later, or look at its log."
    return problem("http_status", detail, hint=hint, retryable=status in plan.retry.statuses)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def _first(headers: Pairs, name: str) -> str | None:
    return next((value for key, value in headers if key.lower() == name), None)


# -- masking ---------------------------------------------------------------------------------------


def sent_request(method: str, outfit: Outfit, redactor: Redactor) -> SentRequest:
    """The request as it was sent, with its secrets masked by value and by name."""
    url, dressed = redactor.mask(outfit.target.url), outfit.dressed
    if dressed is not None and dressed.shown_by is redactor:
        return SentRequest(method, url, dressed.shown)
    headers = [("Host", outfit.target.host)]
    headers += [(entry.name, masked_value(entry, redactor)) for entry in outfit.headers]
    shown = tuple(headers)
    if dressed is not None:
        dressed.shown, dressed.shown_by = shown, redactor
    return SentRequest(method, url, shown)


def planned_request(plan: Plan, redactor: Redactor) -> SentRequest:
    """The request as it was planned, when it came to no sending."""
    headers = tuple((entry.name, masked_value(entry, redactor)) for entry in plan.headers)
    return SentRequest(plan.method, redactor.mask(plan.target.url), headers)


def masked_value(entry: Entry, redactor: Redactor) -> str:
    """A header's value as it may be shown."""
    if entry.secret_key is not None or entry.value is None:
        return MASK
    shown = redactor.mask(entry.value)
    if shown is entry.value and (entry.from_ == "auth" or entry.name.lower() in CREDENTIAL_HEADERS):
        return MASK
    return shown


def masked_response(response: ReceivedResponse, redactor: Redactor) -> ReceivedResponse:
    """The answer's head with echoes of secrets masked."""
    everything = "\n".join([value for _, value in response.headers])
    if (
        redactor.mask(everything) is everything
        and redactor.mask(response.reason) is response.reason
    ):
        return response
    headers = [(name, redactor.mask(value)) for name, value in response.headers]
    return replace(response, headers=tuple(headers), reason=redactor.mask(response.reason))


def told_problem(wrong: Problem, chain: tuple[bytes, ...], redactor: Redactor) -> Problem:
    """The problem as a result tells it: masked, and in the tls stage with the presented chain."""
    if wrong.stage == "tls" and chain:
        wrong = replace(wrong, certificates=facts_of_chain(chain))
    return masked_problem(wrong, redactor)


def masked_problem(wrong: Problem, redactor: Redactor) -> Problem:
    """The problem with echoes of secrets masked."""
    detail, hint = redactor.mask(wrong.detail), redactor.mask(wrong.hint)
    if detail is wrong.detail and hint is wrong.hint:
        return wrong
    return replace(wrong, detail=detail, hint=hint)


def masked_data(data: Data, redactor: Redactor, *, failed: bool) -> Data:
    """The data with echoes of secrets masked; the same object when there is none.

    In the data of a success, only secrets long enough to be no everyday word are looked for.
    """
    if not failed and not redactor.holds(data.raw):
        return data
    raw = redactor.mask_bytes(data.raw)
    if raw is data.raw:
        return data
    if data.encoding == "json" and is_json(raw) is not None:
        # A secret of digits stood for a number: mask the values, not the text.
        try:
            raw = exact_json.dumps(_masked_json(exact_json.loads(data.raw), redactor))
        except RecursionError:
            return Data("text", raw)
    return Data(data.encoding, raw)


def _masked_json(value: object, redactor: Redactor) -> object:
    if isinstance(value, dict):
        return {redactor.mask(k): _masked_json(v, redactor) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked_json(item, redactor) for item in value]
    if isinstance(value, str):
        return redactor.mask(value)
    if value is None or isinstance(value, bool):
        return value
    text = str(value)
    masked = redactor.mask(text)
    return value if masked is text else masked


# -- notices ---------------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def is_public(address: str) -> bool:
    """Whether a dialled `host:port` lies outside this machine and its private networks."""
    try:
        host = ipaddress.ip_address(address.rpartition(":")[0].strip("[]"))
    except ValueError:
        return False
    return host.is_global


def holds_credential(outfit: Outfit) -> bool:
    """Whether anything in the request was a secret of the data source's."""
    entries = (*outfit.headers, *outfit.params, *outfit.cookies)
    return any(entry.from_ == "auth" or entry.secret_key is not None for entry in entries)


def expiry_notices(chain: tuple[bytes, ...]) -> tuple[Notice, ...]:
    """A notice when the first certificate (DER) of what the server presented ends within 30 days."""
    if not chain or _told_from(chain[0]) > time.time():
        return ()
    end = datetime.fromisoformat(facts_of(chain[0]).not_after)
    return (_expiry_notice("The server's certificate", end, datetime.now(UTC)),)


def own_expiry_notices(tls: TlsProfile) -> tuple[Notice, ...]:
    """A notice for the source's CA and client certificates that end within 30 days."""
    now = datetime.now(UTC)
    ends = [(what, datetime.fromisoformat(one.not_after)) for what, one in own_certificates(tls)]
    return tuple(
        _expiry_notice(f"The data source's {what}", end, now)
        for what, end in ends
        if end - now < SOON
    )


def _expiry_notice(what: str, end: datetime, now: datetime) -> Notice:
    if end <= now:
        return Notice("certificate_expired", f"{what} ended on {end.date()}.")
    days = (end - now).days
    return Notice(
        "certificate_expires_soon",
        f"{what} ends on {end.date()}, in {days} {'day' if days == 1 else 'days'}.",
    )


@lru_cache(maxsize=256)
def _told_from(der: bytes) -> float:
    """The moment (seconds since 1970) from which a certificate's end is told."""
    return (datetime.fromisoformat(facts_of(der).not_after) - SOON).timestamp()


def clear_text_notice(outfit: Outfit) -> Notice:
    """A credential went over plain http to a public address."""
    where = outfit.target.host
    return Notice(
        "credential_over_http",
        f"The credential went to {where} over http, readable on the way: use https.",
    )


UNVERIFIED = Notice(
    "tls_not_verified",
    "The server's certificate was not verified: the data source's SSL Certificate is set to"
    " insecure.",
)
ECHOED = Notice("secret_masked", "The answer held a credential of the data source; it was masked.")
