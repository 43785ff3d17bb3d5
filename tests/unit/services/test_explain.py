"""What a caller token could do, in words that a person can check."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sourcekeep.model.policy import NO_LIMITS, Policy, Role
from sourcekeep.services.explain import explain
from tests.contract.every_store import rows

BILLING, STRIPE = rows.source("billing"), rows.source("stripe")
USERS, BILLS = rows.query("users", BILLING), rows.query("bills", BILLING)
CHARGES = rows.query("charges", STRIPE)
SOURCES, QUERIES = [BILLING, STRIPE], [USERS, BILLS, CHARGES]
API = ("api",)


def names(role: Role, policy: Policy) -> dict[str, list[str]]:
    told = explain(role, policy, SOURCES, QUERIES)
    return {one["name"]: [query["name"] for query in one["queries"]] for one in told["sources"]}


@pytest.mark.parametrize(
    ("role", "policy", "reached"),
    [
        ("runner", NO_LIMITS, {"billing": ["users", "bills"], "stripe": ["charges"]}),
        ("runner", Policy(sources=("Billing",)), {"billing": ["users", "bills"]}),
        ("runner", Policy(queries=("users",)), {"billing": ["users"]}),
        ("runner", Policy(queries=(USERS.id,), sources=("stripe",)), {}),
        ("runner", Policy(sources=()), {}),
        ("runner", Policy(doors=()), {}),
        ("runner", Policy(doors=("web",)), {}),
        ("editor", Policy(queries=("users",)), {"billing": ["users"]}),
        ("editor", Policy(doors=API, sources=("stripe",)), {"stripe": ["charges"]}),
    ],
)
def test_what_is_reached_is_what_the_policy_decides(
    role: Role, policy: Policy, reached: dict[str, list[str]]
) -> None:
    assert names(role, policy) == reached


@pytest.mark.parametrize(
    ("role", "policy", "words"),
    [
        ("runner", Policy(doors=API), "May run every saved query of every data source through the API."),
        (
            "runner",
            Policy(doors=API, queries=("users", "charges"), rate_per_minute=60),
            "May run the saved queries users and charges through the API, at most 60 times a minute.",
        ),
        (
            "runner",
            Policy(
                doors=("gateway",),
                sources=("stripe",),
                methods=("GET", "HEAD"),
                paths=("/v1/*",),
                expires_at=datetime(2031, 1, 30, tzinfo=UTC),
            ),
            "May run every saved query of, and send any request to, stripe through the gateway, with "
            "GET or HEAD only, on paths that fit /v1/*, until 2031-01-30T00:00:00.000Z.",
        ),
        (
            "editor",
            Policy(doors=API),
            "May run every saved query of, and send any request to, every data source through the "
            "API. Being an editor, it may also change sources and queries.",
        ),
        ("admin", Policy(doors=()), "May do nothing: no door is open to it."),
        (
            "runner",
            Policy(methods=()),
            "May send nothing: no data source, query, method or path is left to it.",
        ),
    ],
)  # fmt: skip
def test_the_sentence_says_all_that_limits(role: Role, policy: Policy, words: str) -> None:
    assert explain(role, policy, SOURCES, QUERIES)["sentence"] == words


def test_an_admin_with_a_policy_is_not_said_to_change_people() -> None:
    told = explain("admin", Policy(doors=API), SOURCES, QUERIES)["sentence"]
    assert "not people or tokens" in told
    assert "people and tokens" in explain("admin", NO_LIMITS, SOURCES, QUERIES)["sentence"]


def test_names_that_nothing_has_are_told() -> None:
    policy = Policy(sources=("billing", "biling"), queries=("users", "usres"))
    assert explain("runner", policy, SOURCES, QUERIES)["unknown"] == {
        "sources": ["biling"],
        "queries": ["usres"],
    }
