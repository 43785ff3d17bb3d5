"""The request that a run would send, with who won; nothing is sent and no secret is opened.

The caller makes the auth values with `stand_in(field_key)` in the place of each secret, and the
plan with `stand_in_secrets(names)`; here they become masks, and variables in the cURL line.
"""

from __future__ import annotations

from typing import Any

from sourcekeep.engine.curl import curl_line
from sourcekeep.engine.outgoing import Added, Outfit, dress
from sourcekeep.engine.prepared import Plan
from sourcekeep.engine.rows import Entry
from sourcekeep.engine.stand_in import masked, stand_in, stand_in_secrets
from sourcekeep.kit.redact import MASK
from sourcekeep.model.auth import AuthType, AuthValues, Outgoing, Recall, Remember
from sourcekeep.model.problem import Failed
from sourcekeep.model.source import TlsMode

__all__ = ["preview", "stand_in", "stand_in_secrets"]

_ACCESS_TOKEN = stand_in("access token")


def preview(
    plan: Plan, auth: AuthType, values: AuthValues, *, tls_mode: TlsMode = "none"
) -> dict[str, Any]:
    """The shape of contract 6."""
    keys = [entry.secret_key for entry in plan.headers if entry.secret_key is not None]
    added = _added(plan, auth, values)
    outfit = dress(plan, plan.target, added, {key: stand_in(key) for key in keys})
    host = Entry("Host", outfit.target.host, "engine")
    return {
        "method": plan.method,
        "url": masked(outfit.target.url),
        "headers": [_shown(entry) for entry in (host, *outfit.headers)],
        "params": [_shown(entry) for entry in outfit.params],
        "cookies": [_shown(entry) for entry in outfit.cookies],
        "body": _body(plan, outfit),
        "curl": curl_line(plan, outfit, tls_mode=tls_mode),
    }


def _added(plan: Plan, auth: AuthType, values: AuthValues) -> Added:
    """What the flow adds; a token that it would have to obtain first is a stand-in too."""
    headers = tuple((e.name, e.value) for e in plan.headers if e.value is not None)
    body = (plan.body.content or b"") if auth.needs_body else None
    flow = auth.flow(values, Outgoing(plan.method, plan.target.url, headers, body))
    try:
        step = next(flow)
        while isinstance(step, Recall | Remember):
            step = flow.send(_ACCESS_TOKEN if isinstance(step, Recall) else None)
    except StopIteration as end:
        added: Added = end.value.added
        return added
    except Failed:  # no credential yet: the request is shown without it
        return ()
    return ()


def _shown(entry: Entry) -> dict[str, Any]:
    value = MASK if entry.secret_key is not None else masked(entry.value or "")
    return {
        "name": entry.name,
        "value": value,
        "from": entry.from_,
        "overrides": list(entry.overrides),
    }


def _body(plan: Plan, outfit: Outfit) -> dict[str, Any]:
    content = plan.body.content
    media = (entry.value for entry in outfit.headers if entry.name.lower() == "content-type")
    try:
        text = None if content is None else masked(content.decode("utf-8"))
    except UnicodeDecodeError:
        text = None
    return {
        "content_type": next(media, None),
        "size_bytes": len(content or b""),
        "text": text,
    }
