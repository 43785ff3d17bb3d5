"""What a connection test saw -> its stages (contract 5): dns, tcp, tls, auth, response. Pure.

The first thing that went wrong decides: the stages before it are good, those after it were not
reached. How far the opening of the connection had come says which of the first three it was. Of the
answer, 401 and 403 are the credential's, and only what speaks of a server in trouble is the
response's: a 404 for the bare base URL says that the way is free.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal

from sourcekeep.engine.prepared import Plan
from sourcekeep.engine.probe_auth import accepted, judged
from sourcekeep.engine.report import status_problem
from sourcekeep.engine.tls import Fix, TlsProfile, facts_of_chain, fixes_for
from sourcekeep.engine.wire import Knock, Proxy, Timings, WireFailed
from sourcekeep.kit.redact import Redactor
from sourcekeep.model.problem import Failed, Problem
from sourcekeep.model.result import ReceivedResponse

StageName = Literal["dns", "tcp", "tls", "auth", "response"]
STAGES: tuple[StageName, ...] = ("dns", "tcp", "tls", "auth", "response")

_OF_PHASE: Mapping[str, StageName] = {
    "look-up": "dns",
    "proxy look-up": "dns",
    "connect": "tcp",
    "proxy": "tcp",
    "tls": "tls",
}
# With these the server's own certificate was verified: it is ours that it does not take.
_SERVER_VERIFIED = ("client_certificate_required", "client_certificate_rejected")
_IN_TROUBLE = (408, 429)  # besides 500 and more


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of one test.

    `opened` is the first connection to the target, `sent` whether a request went out on it,
    `failed` what ended the test before an answer, `credential` whether the source sends one.
    Times in milliseconds.
    """

    plan: Plan
    proxy: Proxy | None
    tls: TlsProfile
    auth_type: str
    credential: bool
    opened: Knock | None
    failed: Failed | None
    sent: bool
    response: ReceivedResponse | None
    auth_ms: float | None
    exchange_ms: float
    notices: tuple[str, ...]

    @property
    def reached(self) -> Knock:
        """What is known of the connection, also of one that carried no answer."""
        if self.opened is not None:
            return self.opened
        if isinstance(self.failed, WireFailed):
            return Knock(self.failed.timings, self.failed.address, self.failed.certificates)
        return Knock(Timings(), "", ())

    @property
    def is_tls(self) -> bool:
        return self.plan.target.origin.scheme == "https"


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage: good, bad or (None) not reached. `ms` is None where there was nothing to time."""

    stage: StageName
    ok: bool | None
    ms: float | None
    code: str | None
    detail: str
    hint: str


@dataclass(frozen=True, slots=True)
class Probed:
    """A finished test, masked. `certificates` are facts with `trusted`: whether this source's
    trust accepted them just now."""

    stages: tuple[Stage, ...]
    certificates: tuple[dict[str, Any], ...]
    fixes: tuple[Fix, ...]

    @property
    def failed_stage(self) -> Stage | None:
        return next((stage for stage in self.stages if stage.ok is False), None)

    @property
    def ok(self) -> bool:
        return self.failed_stage is None


def told(seen: Evidence, redactor: Redactor) -> Probed:
    """The test in its stages."""
    fault = _fault(seen)
    stages = tuple(_stage(name, seen, fault, redactor) for name in STAGES)
    chain = seen.reached.certificates
    refused = fault is not None and fault[0] == "tls" and fault[1].code not in _SERVER_VERIFIED
    trusted = seen.tls.mode != "insecure" and not refused
    fixes = fixes_for(fault[1].code, seen.tls, chain) if fault and fault[0] == "tls" else ()
    facts = tuple({**asdict(one), "trusted": trusted} for one in facts_of_chain(chain))
    return Probed(stages=stages, certificates=facts, fixes=tuple(fixes))


# -- what went wrong, and where --------------------------------------------------------------------


def _fault(seen: Evidence) -> tuple[StageName, Problem] | None:
    if seen.failed is not None:
        return _place(seen, seen.failed), seen.failed.problem
    response = seen.response
    if response is None:
        raise ValueError("a test without a failure has an answer")
    about_credential = judged(response, seen.auth_type, credential=seen.credential)
    if about_credential is not None:
        return "auth", about_credential
    if response.status < 400:
        return None
    wrong = status_problem(
        seen.plan, response, authenticated=seen.credential, proxied=seen.proxy is not None
    )
    if wrong.code == "proxy_failed":
        return "tcp", wrong
    if response.status >= 500 or response.status in _IN_TROUBLE:
        return "response", wrong
    return None


def _place(seen: Evidence, failed: Failed) -> StageName:
    wrong = failed.problem
    if wrong.stage == "auth" or (seen.opened is not None and not seen.sent):
        return "auth"
    if seen.opened is not None:  # the first exchange was good: a redirect led to this
        return "response"
    if wrong.code == "address_blocked":
        return "tcp"
    if isinstance(failed, WireFailed) and failed.phase:
        return _OF_PHASE[failed.phase]
    return "tls" if wrong.stage == "tls" else "response"


# -- one stage -------------------------------------------------------------------------------------


def _stage(
    name: StageName, seen: Evidence, fault: tuple[StageName, Problem] | None, redactor: Redactor
) -> Stage:
    at = STAGES.index(name)
    broken_at = len(STAGES) if fault is None else STAGES.index(fault[0])
    if name == "tls" and not seen.is_tls:
        return Stage(name, None, None, None, "Not used: the base URL is plain http.", "")
    if at > broken_at:
        return Stage(name, None, None, None, "Not reached.", "")
    ms = _ms(name, seen)
    if fault is not None and at == broken_at:
        wrong = fault[1]
        detail, hint = redactor.mask(wrong.detail), redactor.mask(wrong.hint)
        return Stage(name, False, ms, wrong.code, detail, hint)
    detail, hint = _GOOD[name](seen)
    return Stage(name, True, ms, None, redactor.mask(detail), redactor.mask(hint))


def _ms(name: StageName, seen: Evidence) -> float | None:
    timings = seen.reached.timings
    taken: Mapping[StageName, float | None] = {
        "dns": timings.dns,
        "tcp": timings.connect,
        "tls": timings.tls,
        "auth": seen.auth_ms,
        "response": seen.exchange_ms or timings.send + timings.wait,
    }
    found = taken[name]
    return None if found is None else round(found, 3)


def _dns(seen: Evidence) -> tuple[str, str]:
    host, address = seen.plan.target.origin.host, _ip(seen.reached.address)
    if seen.proxy is not None:
        proxy = seen.proxy.host
        own = "is given as an address" if _is_address(proxy) else f"is {address or 'known'}"
        return f"The proxy {proxy} {own}; it looks {host} up itself.", ""
    if _is_address(host):
        return f"{host} is an address: there is nothing to look up.", ""
    return f"{host} is {address}." if address else f"{host} was found.", ""


def _tcp(seen: Evidence) -> tuple[str, str]:
    proxy, address = seen.proxy, seen.reached.address
    if proxy is None:
        return f"Connected to {address}.", ""
    kind = "SOCKS5" if proxy.scheme == "socks5" else "HTTP"
    if proxy.scheme == "http" and not seen.is_tls:
        words = f"Connected to the {kind} proxy {proxy.authority}, which passes each request on."
        return words, ""
    target = seen.plan.target.origin.authority()
    return f"Connected to {target} through the {kind} proxy {proxy.authority}.", ""


def _tls(seen: Evidence) -> tuple[str, str]:
    if seen.tls.mode == "insecure":
        return (
            "The connection is encrypted, but the server's certificate is not verified: anyone on "
            "the way can read the credential.",
            "Choose CA Certificate and paste the certificate of the server's CA into CA Cert.",
        )
    facts = facts_of_chain(seen.reached.certificates[:1])
    if not facts:
        return "The server's certificate is verified.", ""
    name = seen.tls.server_name or seen.plan.target.origin.host
    until = facts[0].not_after[:10]
    return f"The server's certificate is trusted, is for {name}, and is valid until {until}.", ""


def _auth(seen: Evidence) -> tuple[str, str]:
    if seen.response is None:
        return "The credential was sent.", ""
    return accepted(seen.response, credential=seen.credential), ""


def _response(seen: Evidence) -> tuple[str, str]:
    response = seen.response
    if response is None:
        return "", ""
    words = f"{response.status} {response.reason}".rstrip()
    if response.content_type:
        words += f", {response.content_type}"
    words = " ".join((*seen.notices, f"The server answered {words}."))
    if response.status < 400:
        return words, ""
    return (
        f"{words} The base URL itself has nothing to give, as with many APIs; the connection works.",
        "Run a query with a path of the API.",
    )


_GOOD = {"dns": _dns, "tcp": _tcp, "tls": _tls, "auth": _auth, "response": _response}


def _ip(address: str) -> str:
    return address.rpartition(":")[0].strip("[]")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
