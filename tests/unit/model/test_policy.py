"""Who may do what: the whole table, and what a policy takes away from it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from pydantic import ValidationError

from sourcekeep.model.policy import (
    NO_LIMITS,
    WHO_MAY,
    Action,
    Actor,
    Allowed,
    Denied,
    Door,
    Policy,
    Role,
    Thing,
    decide,
    decide_request,
)

BILLING = Thing("src_1", "Billing")
OTHER = Thing("src_2", "other")
USERS = Thing("qry_1", "users")
ACTIONS: tuple[Action, ...] = get_args(Action)
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def actor(role: Role = "admin", policy: Policy = NO_LIMITS, door: Door = "api") -> Actor:
    return Actor("token", "tok_1", "ci", role, door, policy)


def person(role: Role = "admin") -> Actor:
    return Actor("user", "usr_1", "ada@example.test", role, "web")


def code(verdict: Allowed | Denied) -> str | None:
    return verdict.code if isinstance(verdict, Denied) else None


def test_every_action_stands_in_the_table() -> None:
    assert set(WHO_MAY) == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_admin_may_do_everything(action: Action) -> None:
    assert decide(person("admin"), action) == Allowed()


def test_a_caller_token_is_no_person() -> None:
    assert code(decide(actor("admin"), "account.manage")) == "not_a_person"
    assert decide(person("runner"), "account.manage") == Allowed()


@pytest.mark.parametrize(
    "action",
    ["token.manage", "user.manage", "audit.read", "audit.cut", "secret.write", "secret.repoint"],
)
def test_an_editor_has_no_say_over_people_tokens_and_secrets(action: Action) -> None:
    assert code(decide(actor("editor"), action)) == "role_not_allowed"


def test_a_runner_runs_saved_queries_and_sees_what_came_of_them() -> None:
    allowed = {action for action in ACTIONS if decide(actor("runner"), action) == Allowed()}
    assert allowed == {
        "kind.read",
        "source.read",
        "query.read",
        "query.run",
        "run.read",
        "run.cancel",
        "account.read",
    }


def test_what_nobody_placed_is_denied() -> None:
    assert code(decide(actor("admin"), "house.burn")) == "role_not_allowed"  # type: ignore[arg-type]


def test_an_absent_key_does_not_limit_and_an_empty_list_allows_nothing() -> None:
    assert decide(actor(policy=Policy(doors=("api",))), "query.run", source=OTHER) == Allowed()
    assert code(decide(actor(policy=Policy(doors=())), "query.run")) == "door_not_allowed"
    none = actor(policy=Policy(sources=()))
    assert code(decide(none, "query.run", source=BILLING, query=USERS)) == "source_not_allowed"


@pytest.mark.parametrize("ref", ["src_1", "Billing", "billing"])
def test_a_policy_names_sources_by_id_or_name_in_any_case(ref: str) -> None:
    caller = actor(policy=Policy(sources=(ref,)))
    assert decide(caller, "source.run", source=BILLING) == Allowed()
    assert code(decide(caller, "source.run", source=OTHER)) == "source_not_allowed"


def test_a_token_for_some_queries_runs_no_unsaved_one() -> None:
    caller = actor(policy=Policy(queries=("users",)))
    assert decide(caller, "query.run", source=BILLING, query=USERS) == Allowed()
    assert code(decide(caller, "source.run", source=BILLING)) == "query_not_allowed"
    assert code(decide(caller, "query.create", source=BILLING)) == "query_not_allowed"


def test_a_token_ends_at_its_time() -> None:
    caller = actor(policy=Policy(expires_at=NOW))
    assert decide(caller, "query.run", now=NOW - timedelta(seconds=1)) == Allowed()
    assert code(decide(caller, "query.run", now=NOW)) == "token_expired"


def test_a_door_that_is_not_named_stays_shut() -> None:
    caller = actor(policy=Policy(doors=("gateway",)), door="api")
    assert code(decide(caller, "query.run")) == "door_not_allowed"


@pytest.mark.parametrize(
    "policy",
    [Policy(expires_at=NOW + timedelta(days=1)), Policy(rate_per_minute=1), Policy(doors=("api",))],
)
@pytest.mark.parametrize("action", ["token.manage", "user.manage", "secret.repoint"])
def test_a_token_with_a_policy_cannot_make_itself_a_wider_one(
    policy: Policy, action: Action
) -> None:
    assert code(decide(actor(policy=policy), action, now=NOW)) == "policy_not_allowed"


@pytest.mark.parametrize("policy", [Policy(sources=("billing",)), Policy(queries=("users",))])
@pytest.mark.parametrize("action", ["source.create", "constant.write", "audit.read"])
def test_a_token_for_some_sources_does_not_reach_what_belongs_to_all(
    policy: Policy, action: Action
) -> None:
    assert code(decide(actor(policy=policy), action)) == "policy_not_allowed"


def test_methods_and_paths_are_those_of_the_final_request() -> None:
    caller = actor(policy=Policy(methods=("GET",), paths=("/v1/users/*",)))
    assert decide_request(caller, method="GET", path="/v1/users/7") == Allowed()
    assert code(decide_request(caller, method="POST", path="/v1/users/7")) == "method_not_allowed"
    assert code(decide_request(caller, method="GET", path="/v1/bills/7")) == "path_not_allowed"


def test_a_standard_method_may_be_typed_small() -> None:
    assert Policy(methods=("get", "m-SEARCH")).methods == ("GET", "m-SEARCH")


def test_a_path_pattern_begins_with_a_slash() -> None:
    with pytest.raises(ValidationError, match="begins with '/'"):
        Policy(paths=("v1/*",))


def test_an_end_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValidationError):
        Policy.model_validate({"expires_at": "2030-01-01T00:00:00"})
