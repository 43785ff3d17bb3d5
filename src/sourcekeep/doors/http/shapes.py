"""What the API answers, as shapes for the OpenAPI document. Services make the documents themselves;
`tests/contract/http` holds that real answers fit these shapes."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from sourcekeep.model import bounds
from sourcekeep.model.policy import Policy, Role
from sourcekeep.model.preset import Preset
from sourcekeep.model.problem import Stage
from sourcekeep.model.query import QuerySpec


class Shape(BaseModel):
    """Every member is always there, and no other."""

    model_config = ConfigDict(extra="forbid")


class SecretMark(Shape):
    """Stands for a stored secret. Written back, it keeps the secret. `from` says where the text is
    kept when that is not here."""

    set: Literal[True]
    from_: str | None = Field(default=None, alias="from")
    updated_at: datetime | None = None


class SecretReference(Shape):
    """Points at a secret that is kept elsewhere, read whenever it is used. Only an admin may."""

    from_: str = Field(
        alias="from", max_length=bounds.WORD, description="`env:NAME` or `file:/path`."
    )


class ProblemError(Shape):
    pointer: str = Field(description="JSON Pointer (RFC 6901) into the body that was sent.")
    code: str
    detail: str


class ProblemDetails(BaseModel):
    """RFC 9457. `code` is stable; `errors` is there when the input is not valid."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemError] | None = None
    names: list[str] | None = Field(default=None, description="Of what is in the way, with 409.")
    stage: Stage | None = None
    hint: str | None = None
    id: str | None = Field(default=None, description="Under which the server's log has a fault.")


class Category(Shape):
    id: str
    title: str


class Kind(Shape):
    kind: str
    title: str
    category: str
    description: str
    defaults: dict[str, Any]
    schema_: dict[str, Any] = Field(alias="schema", description="JSON Schema 2020-12.")


class KindPreset(Preset):
    """What is known of a public API: a data source and a first query, ready to be created."""

    kind: Literal["restapi"]


class Kinds(Shape):
    categories: list[Category]
    items: list[Kind]
    presets: list[KindPreset]


class Warning(Shape):
    code: str
    detail: str


class CertificateFacts(BaseModel):
    subject: str
    issuer: str
    san: list[str]
    not_before: datetime
    not_after: datetime
    sha256: str
    self_signed: bool
    is_ca: bool


class Certificates(Shape):
    ca_cert: list[CertificateFacts]
    client_cert: list[CertificateFacts]
    server: list[CertificateFacts] = Field(
        description="What the server presented when a run or a test last verified it, leaf first."
    )


class Query(QuerySpec):
    """A saved query. `data_source` is its source's id."""

    id: str
    created_at: datetime
    updated_at: datetime


class ResultError(Shape):
    code: str
    stage: Stage
    title: str
    detail: str
    hint: str
    retryable: bool
    certificates: list[CertificateFacts] = Field(
        description="What the server presented, leaf first, where TLS failed; else empty."
    )


class ResultRequest(Shape):
    method: str
    url: str = Field(description="With secrets masked.")
    headers: list[tuple[str, str]] = Field(description="With secrets masked.")


class ResultResponse(Shape):
    status: int
    reason: str
    http_version: str
    headers: list[tuple[str, str]]
    content_type: str | None
    size_bytes: int
    truncated: bool


class Timings(Shape):
    queue: float
    dns: float
    connect: float
    tls: float
    send: float
    wait: float
    read: float
    total: float


class Attempt(Shape):
    status: int | None
    error: str | None
    waited_ms: float
    duration_ms: float


class Result(Shape):
    """What a run returns, whether it went well or not."""

    run: str
    status: Literal["ok", "failed", "cancelled"]
    data: Any = Field(description="Parsed JSON, text, or null; see `data_encoding`.")
    data_encoding: Literal["json", "text", "base64"] | None
    error: ResultError | None
    request: ResultRequest
    response: ResultResponse | None
    timings_ms: Timings
    attempts: list[Attempt]
    warnings: list[Warning]


class PreviewEntry(Shape):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)

    name: str
    value: str
    from_: Literal["query", "source", "auth", "engine"] = Field(alias="from")
    overrides: list[str]


class PreviewBody(Shape):
    content_type: str | None
    size_bytes: int
    text: str | None


class Preview(BaseModel):
    """The request that a run would send. Nothing was sent; secrets are masked."""

    method: str
    url: str
    headers: list[PreviewEntry]
    params: list[PreviewEntry]
    cookies: list[PreviewEntry]
    body: PreviewBody | None
    curl: str


class Actor(Shape):
    kind: Literal["user", "token", "system"]
    id: str
    name: str


class Caller(Actor):
    role: Role


class Named(Shape):
    id: str
    name: str


class Run(Shape):
    """One run as the history keeps it: everything but the data."""

    id: str
    status: Literal["running", "ok", "failed", "cancelled"]
    query: Named | None = Field(description="Null for a query that was not saved.")
    data_source: Named
    actor: Actor
    door: str
    started_at: datetime
    finished_at: datetime | None
    duration_ms: float
    size_bytes: int | None
    request: ResultRequest
    response: ResultResponse | None
    error: ResultError | None
    timings_ms: Timings | None
    attempts: list[Attempt]
    warnings: list[Warning]


class User(Shape):
    id: str
    email: str
    name: str
    role: Role
    state: Literal["invited", "active", "disabled"]
    disabled: bool
    last_seen_at: datetime | None
    created_at: datetime
    updated_at: datetime


class InvitedUser(User):
    link: str | None = Field(description="Opens once; told this once. Null with a password.")
    link_expires_at: datetime | None


class Link(Shape):
    """What a one-time link is for. Nobody yet, when it is the first sign-in."""

    kind: Literal["first", "invite", "reset"]
    email: str | None
    name: str | None
    role: Role
    expires_at: datetime


class Session(Shape):
    user: User | None
    actor: Caller


class SignedInSession(Shape):
    id: str
    created_at: datetime
    last_seen_at: datetime
    user_agent: str
    current: bool


class Token(Shape):
    id: str
    name: str
    role: Role
    policy: Policy
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewTokenMade(Token):
    token: str = Field(description="The token's text, this once.")


class Use(Shape):
    """What names a value in a template."""

    kind: Literal["source", "query"]
    id: str
    name: str


class ReachedSource(Named):
    queries: list[Named] = Field(description="Saved queries that it may run.")


class UnknownNames(Shape):
    sources: list[str]
    queries: list[str]


class Explanation(Shape):
    """What a caller token with a role and a policy could do."""

    sources: list[ReachedSource]
    doors: list[str]
    methods: list[str] | None = Field(description="Null does not limit.")
    paths: list[str] | None = Field(description="Null does not limit.")
    unknown: UnknownNames = Field(description="Names in the policy that nothing has.")
    sentence: str


class Constant(Shape):
    name: str
    value: str
    where_used: list[Use]
    updated_at: datetime


class Secret(Shape):
    name: str
    value: SecretMark
    data_sources: list[str] | None = Field(
        description="Ids of the data sources that may use it; null for every one."
    )
    where_used: list[Use]
    updated_at: datetime


class MasterKey(Shape):
    id: str
    current: bool
    secrets: int = Field(description="How many secrets it wraps.")


class KeyRotation(Shape):
    """What a rotation did, and what is left to do."""

    key: str = Field(description="Id of the current key.")
    added: bool = Field(description="Whether it was made by this call.")
    rewrapped: int
    secrets: int
    left: int = Field(description="Secrets that another key still wraps.")
    broken: list[str] = Field(description="Places of those that do not open.")
    retired: list[str] = Field(description="Ids of the keys that were taken away.")
    unused: list[str] = Field(description="Ids of the keys that wrap nothing and are still here.")


class AuditTarget(Shape):
    kind: str | None
    id: str | None
    name: str | None


class AuditItem(Shape):
    seq: int
    at: datetime
    actor: Actor
    door: str
    action: str
    target: AuditTarget
    outcome: Literal["ok", "failed", "denied"]
    detail: dict[str, Any]
    prev_hash: str
    hash: str


class BrokenLine(Shape):
    seq: int
    detail: str


class AuditCheck(Shape):
    """Whether the audit is as it was written; `broken` is the first line that is not."""

    ok: bool
    lines: int = Field(description="How many lines were found right.")
    broken: BrokenLine | None
