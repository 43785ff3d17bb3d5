"""Secrets planted in every slot: nothing that a service returns, raises, records or logs has one."""

from __future__ import annotations

import base64
import json
import logging
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

import pytest
import trustme

from sourcekeep.model.problem import Failed, Invalid, Refused
from sourcekeep.services.runs import encode
from sourcekeep.wiring import App
from tests.unit.services.conftest import ADMIN, Upstream

CANARIES = {
    name: f"canary+{name}/secret&{number}{number}{number}"
    for number, name in enumerate(
        ("token", "password", "api_key", "header", "proxy", "template", "key_password", "person")
    )
}


def forms(secret: str) -> list[str]:
    raw = secret.encode()
    basic = base64.b64encode(b"u:" + raw).decode()
    return [secret, base64.b64encode(raw).decode(), quote(secret, safe=""), basic]


class Seen:
    """Everything that came out."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    def add(self, value: Any) -> Any:
        self.texts.append(value if isinstance(value, str) else json.dumps(value, default=str))
        return value

    def leaks(self) -> set[str]:
        everything = "\n".join(self.texts)
        return {
            name
            for name, secret in CANARIES.items()
            if any(form in everything for form in forms(secret))
        }


async def refused(seen: Seen, call: Any) -> None:
    with pytest.raises((Invalid, Refused, Failed)) as caught:
        await call
    error = caught.value
    seen.add(f"{error} {error!r} {error.args} {getattr(error, 'faults', '')}")


AUTHS: list[dict[str, Any]] = [
    {"type": "bearer", "token": CANARIES["token"]},
    {"type": "basic", "username": "u", "password": CANARIES["password"]},
    {"type": "api_key", "name": "X-Key", "value": CANARIES["api_key"], "in": "header"},
    {"type": "api_key", "name": "key", "value": CANARIES["api_key"], "in": "query"},
    {"type": "api_key", "name": "key", "value": CANARIES["api_key"], "in": "cookie"},
]


async def test_no_planted_secret_comes_out_again(
    app: App, upstream: Upstream, caplog: pytest.LogCaptureFixture, loopback_ca: trustme.CA
) -> None:
    caplog.set_level(logging.DEBUG)
    seen = Seen()
    await app.constants.put(ADMIN, "key", {"value": CANARIES["template"]}, secret=True)
    for number, auth in enumerate(AUTHS):
        name = f"source{number}"
        payload = {
            "kind": "restapi",
            "name": name,
            "base_url": upstream.url,
            "auth": auth,
            "headers": [{"name": "X-Secret", "secret": True, "value": CANARIES["header"]}],
        }
        seen.add((await app.sources.create(ADMIN, payload)).doc)
        query = {
            "data_source": name,
            "name": f"query{number}",
            "path": "/{{ secrets.key }}",
            "params": [{"name": "p", "value": "{{ secrets.key }}"}],
            "headers": [{"name": "X-T", "value": "{{ secrets.key }}"}],
        }
        seen.add((await app.queries.create(ADMIN, query)).doc)
        result = await app.runs.run_saved(ADMIN, f"query{number}", {})
        seen.add(encode(result).decode())
        seen.add(await app.runs.preview_saved(ADMIN, f"query{number}", {}))
        seen.add(asdict(result)["request"])
        await app.sources.patch(ADMIN, name, {"network": {"proxy_password": CANARIES["proxy"]}})
        await refused(seen, app.sources.patch(ADMIN, name, {"auth": {**auth, "type": "none"}}))
    # Each secret went out where it belongs, so the search below is one for real secrets.
    sent = json.dumps(upstream.requests)
    for wanted in ("token", "api_key", "header"):
        assert any(form in sent for form in forms(CANARIES[wanted])), wanted
    await refused(seen, app.sources.create(ADMIN, {"kind": "restapi", "auth": _broken()}))
    await refused(seen, app.sources.create(ADMIN, _with_wrong_key(loopback_ca)))
    await refused(seen, app.people.sign_in(_credentials(), address="::1", user_agent="t"))
    for page in (
        await app.sources.list(ADMIN),
        await app.queries.list(ADMIN),
        await app.runs.list(ADMIN),
        await app.audit.list(ADMIN, limit=1000),
        await app.constants.list(ADMIN, secret=True),
    ):
        seen.add(page.items)
    seen.add(caplog.text)
    assert seen.leaks() == set()


def _broken() -> dict[str, Any]:
    return {"type": "bearer", "token": [CANARIES["token"]], "prefix": 7}


def _with_wrong_key(ca: trustme.CA) -> dict[str, Any]:
    one, other = ca.issue_cert("one.test"), ca.issue_cert("other.test")
    tls = {
        "mode": "client_certificate",
        "client_cert": one.cert_chain_pems[0].bytes().decode(),
        "client_key": other.private_key_pem.bytes().decode(),
        "client_key_password": CANARIES["key_password"],
    }
    return {"kind": "restapi", "tls": tls}


def _credentials() -> dict[str, Any]:
    return {"email": "ada@example.test", "password": CANARIES["person"]}
