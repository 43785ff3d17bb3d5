"""What an answer says about the credential: accepted, not accepted (401), not enough (403). Pure.

The server's own words come first: WWW-Authenticate names the scheme and realm that it wants
(RFC 9110 11.6.1), and for Bearer what is wrong with the token (RFC 6750 3).
"""

from __future__ import annotations

from collections.abc import Sequence

from sourcekeep.engine.challenge import Challenge, challenges
from sourcekeep.model.catalogue import problem
from sourcekeep.model.problem import Problem
from sourcekeep.model.result import ReceivedResponse

# The authentication type that answers a scheme's challenge, by its stored name.
_TYPE_OF_SCHEME = {"bearer": "bearer", "basic": "basic"}
_MOST_TOLD = 4  # challenges; a server may send a header full of them
_LONGEST = 600
_TITLES = {"bearer": "Bearer", "basic": "Basic", "api_key": "API key"}
_BEARER_HINTS = {  # RFC 6750 3.1
    "invalid_request": "Check how the data source sends its token: header, prefix and no second copy.",
    "invalid_token": "Enter a new token: this one has expired, was revoked, or is of another server.",
    "insufficient_scope": "Ask for a token with the scope that the server names.",
}


def judged(response: ReceivedResponse, auth_type: str, *, credential: bool) -> Problem | None:
    """The failure of the auth stage that this answer is; None when it is none.

    `credential` says whether the data source sends one at all.
    """
    if response.status not in (401, 403):
        return None
    asked = challenges(
        value for name, value in response.headers if name.lower() == "www-authenticate"
    )
    said = _said(asked)
    if response.status == 403:
        return _forbidden(said, _error_of(asked), credential=credential)
    if not credential:
        detail = f"The server asks for a credential (401).{said}"
        return problem("http_status", detail, hint=f"{_choose(asked)} on the data source.")
    error = _error_of(asked)
    detail = f"The server did not accept the credential (401).{said}"
    if error in _BEARER_HINTS:
        return problem("http_status", detail, hint=_BEARER_HINTS[error])
    other = _other_type(asked, auth_type)
    if other is not None:
        hint = f"The server asks for {other}, the data source sends {_TITLES[auth_type]}: choose {other} under Authentication."
        return problem("http_status", detail, hint=hint)
    hint = "Enter the credential again; when it is right, ask the API's owner whether it is still valid."
    return problem("http_status", detail, hint=hint)


def accepted(response: ReceivedResponse, *, credential: bool) -> str:
    """What an answer that is no failure of the credential says about it."""
    if not credential:
        return "The data source sends no credential, and the server asked for none."
    if response.status < 400:
        return "The server accepted the request with the data source's credential."
    return f"The server answered {response.status} and did not object to the credential."


def _forbidden(said: str, error: str | None, *, credential: bool) -> Problem:
    if not credential:
        return problem(
            "http_status",
            f"The server refuses the request without a credential (403).{said}",
            hint="Choose an Authentication type on the data source, or check the base URL.",
        )
    if error == "insufficient_scope":
        detail = f"The server knows the credential, but its scope is too small (403).{said}"
        return problem("http_status", detail, hint=_BEARER_HINTS[error])
    return problem(
        "http_status",
        f"The server knows the credential, but it may not read the base URL (403).{said}",
        hint="Ask for the right to do this or use another credential. Some APIs answer 403 for a "
        "wrong credential too, and some only for their base URL: then run a query to see.",
    )


def _said(asked: Sequence[Challenge]) -> str:
    """The server's challenge in words, with a space before it; "" when there is none."""
    if not asked:
        return ""
    named = " or ".join(_named(challenge) for challenge in asked[:_MOST_TOLD])
    words = f" It asks for {named}."
    for challenge in asked[:_MOST_TOLD]:
        reason = challenge.parameters.get("error_description") or challenge.parameters.get("error")
        scope = challenge.parameters.get("scope")
        if reason:
            words += f" It says: {reason.rstrip('.')}."
        if scope:
            words += f" Scope: {scope}."
    return words if len(words) <= _LONGEST else words[:_LONGEST] + "…"


def _named(challenge: Challenge) -> str:
    return challenge.scheme if not challenge.realm else f'{challenge.scheme} ("{challenge.realm}")'


def _error_of(asked: Sequence[Challenge]) -> str | None:
    errors = (one.parameters.get("error") for one in asked if one.scheme.lower() == "bearer")
    return next((error for error in errors if error), None)


def _choose(asked: Sequence[Challenge]) -> str:
    for challenge in asked:
        known = _TYPE_OF_SCHEME.get(challenge.scheme.lower())
        if known is not None:
            return f"Choose {_TITLES[known]} under Authentication"
    return "Choose an Authentication type"


def _other_type(asked: Sequence[Challenge], auth_type: str) -> str | None:
    """The type to choose instead, where the server names schemes and none of them is ours."""
    wanted = [_TYPE_OF_SCHEME.get(challenge.scheme.lower()) for challenge in asked]
    if auth_type not in ("bearer", "basic") or auth_type in wanted:
        return None
    return next((_TITLES[known] for known in wanted if known is not None), None)
