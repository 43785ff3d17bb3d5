"""Sessions, users, caller tokens, roles and policies, audit (contract 10)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sourcekeep.doors.http import audit_shapes, caller_shapes
from tests.calling import PASSWORD, Client, browser, client, program
from tests.served import Served, serving


def test_the_first_person_is_an_admin_and_signed_in(person: Client):
    session = person.get("/session").expect(200)
    caller_shapes.Session.model_validate(session)
    assert session["user"]["role"] == "admin"
    assert session["user"]["email"] == "first@keep.test"
    assert session["actor"]["kind"] == "user"


def test_the_first_link_works_once(server: Served, person: Client, nobody: Client):
    token = server.sign_in_link.partition("token=")[2]
    said = {"token": token, "email": "b@keep.test", "name": "B", "password": PASSWORD}
    assert nobody.post("/session/first", said).expect(403)["code"] == "link_not_valid"


def test_signing_in_sets_a_cookie_that_scripts_cannot_read(nobody: Client, person: Client):
    said = {"email": "first@keep.test", "password": PASSWORD}
    reply = nobody.post("/session", said)
    assert reply.expect(201)["user"]["email"] == "first@keep.test"
    cookie = reply.headers["set-cookie"]
    assert cookie.startswith("sourcekeep_session=")
    assert {"Path=/", "HttpOnly", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Secure" not in cookie


def test_each_sign_in_is_a_session_of_its_own_and_ends_with_sign_out(
    server: Served, nobody: Client, person: Client
):
    said = {"email": "first@keep.test", "password": PASSWORD}
    one, other = (browser(server, nobody.post("/session", said)) for _ in range(2))
    assert one.headers["Cookie"] != other.headers["Cookie"]
    gone = one.delete("/session")
    gone.expect(204)
    assert "Max-Age=0" in gone.headers["set-cookie"]
    one.get("/session").expect(401)
    other.get("/session").expect(200)


@pytest.mark.parametrize(
    "said",
    [
        {"email": "first@keep.test", "password": "wrong"},
        {"email": "nobody@keep.test", "password": PASSWORD},
    ],
)
def test_a_wrong_sign_in_does_not_say_which_half_is_wrong(
    nobody: Client, person: Client, said: dict[str, str]
):
    refused = nobody.post("/session", said)
    assert refused.expect(401)["code"] == "wrong_credentials"
    assert "set-cookie" not in refused.headers


def test_guessing_is_slowed_down(tmp_path: Path):
    with serving(tmp_path) as alone:  # the wait is for all that comes from this address
        said = {"email": "guessed@keep.test", "password": "x"}
        for _ in range(20):
            reply = client(alone).post("/session", said)
            if reply.status == 429:
                break
    assert reply.expect(429)["code"] == "too_many_attempts"
    assert int(reply.headers["retry-after"]) >= 1


def test_a_sign_in_without_its_members_names_them(nobody: Client):
    refused = nobody.post("/session/first", {}).expect(422)
    pointers = [error["pointer"] for error in refused["errors"]]
    assert pointers == ["/token", "/email", "/name", "/password"]


def test_users_are_added_changed_and_removed_by_an_admin(
    server: Served, admin: Client, nobody: Client
):
    payload = {"email": "ed@keep.test", "name": "Ed", "role": "editor", "password": PASSWORD}
    made = admin.post("/users", payload)
    caller_shapes.InvitedUser.model_validate(made.expect(201))
    assert PASSWORD.encode() not in made.body
    emails = [user["email"] for user in admin.get("/users").expect(200)["items"]]
    assert "ed@keep.test" in emails
    theirs = browser(
        server, nobody.post("/session", {"email": "ed@keep.test", "password": PASSWORD})
    )
    assert theirs.get("/users").expect(403)["code"] == "role_not_allowed"
    admin.patch(f"/users/{made.json['id']}", {"disabled": True}).expect(200)
    theirs.get("/session").expect(401)
    admin.delete(f"/users/{made.json['id']}").expect(204)
    admin.delete(f"/users/{made.json['id']}").expect(404)


def test_a_person_changes_their_own_password(server: Served, admin: Client, nobody: Client):
    payload = {"email": "pw@keep.test", "name": "P", "role": "runner", "password": PASSWORD}
    made = admin.post("/users", payload).expect(201)
    said = {"email": "pw@keep.test", "password": PASSWORD}
    one, other = (browser(server, nobody.post("/session", said)) for _ in range(2))
    new = {"current": PASSWORD, "new": PASSWORD + " anew"}
    one.post("/session/password", {**new, "current": "wrong"}).expect(422)
    one.post("/session/password", new).expect(204)
    one.get("/session").expect(200)
    other.get("/session").expect(401)
    admin.delete(f"/users/{made['id']}").expect(204)


def test_somebody_is_invited_by_a_link_that_the_welcome_page_understands(
    server: Served, admin: Client, nobody: Client
):
    made = admin.post("/users", {"email": "in@keep.test", "name": "In", "role": "editor"})
    shown = made.expect(201)
    caller_shapes.InvitedUser.model_validate(shown)
    assert (shown["state"], shown["link_expires_at"] > shown["created_at"]) == ("invited", True)
    start = f"{server.url}/welcome?token="
    assert shown["link"].startswith(start)
    token = shown["link"].removeprefix(start)
    told = nobody.post("/session/link", {"token": token}).expect(200)
    caller_shapes.Link.model_validate(told)
    assert (told["kind"], told["email"], told["role"]) == ("invite", "in@keep.test", "editor")
    listed = admin.get("/users?limit=1000")
    assert token not in listed.body.decode()
    theirs = browser(server, nobody.post("/session/first", {"token": token, "password": PASSWORD}))
    session = theirs.get("/session").expect(200)["user"]
    assert (session["name"], session["state"]) == ("In", "active")
    again = {"token": token, "password": PASSWORD}
    assert nobody.post("/session/first", again).expect(403)["code"] == "link_not_valid"
    reset = admin.post(f"/users/{shown['id']}/link").expect(201)
    token = reset["link"].partition("token=")[2]
    assert nobody.post("/session/link", {"token": token}).expect(200)["kind"] == "reset"
    admin.delete(f"/users/{shown['id']}").expect(204)
    assert nobody.post("/session/link", {"token": token}).expect(403)


def test_a_link_is_told_to_our_own_page_only(nobody: Client):
    said = {"token": "x", "password": PASSWORD}
    for path in ("/session/link", "/session/first"):
        refused = nobody.post(path, said, Sec_Fetch_Site="cross-site").expect(403)
        assert refused["code"] == "cross_origin"


def test_one_sees_where_one_is_signed_in_and_ends_it(server: Served, admin: Client, nobody: Client):
    payload = {"email": "many@keep.test", "name": "M", "role": "runner", "password": PASSWORD}
    made = admin.post("/users", payload).expect(201)
    said = {"email": "many@keep.test", "password": PASSWORD}
    one, two, three = (
        browser(server, nobody.post("/session", said, User_Agent=f"Browser {n}")) for n in range(3)
    )
    page = one.get("/sessions").expect(200)
    assert page["next"] is None
    for item in page["items"]:
        caller_shapes.SignedInSession.model_validate(item)
    by_agent = {item["user_agent"]: item for item in page["items"]}
    assert {agent: item["current"] for agent, item in by_agent.items()} == {
        "Browser 0": True,
        "Browser 1": False,
        "Browser 2": False,
    }
    one.delete(f"/sessions/{by_agent['Browser 1']['id']}").expect(204)
    one.delete(f"/sessions/{by_agent['Browser 1']['id']}").expect(404)
    two.get("/session").expect(401)
    gone = one.delete("/sessions")
    gone.expect(204)
    assert "Max-Age=0" in gone.headers["set-cookie"]
    for each in (one, three):
        each.get("/session").expect(401)
    admin.delete(f"/users/{made['id']}").expect(204)


def test_a_token_is_read_and_changed_without_its_text(server: Served, admin: Client):
    made = admin.post("/tokens", {"name": "narrow me", "policy": {"methods": ["GET"]}}).expect(201)
    path = f"/tokens/{made['id']}"
    caller_shapes.Token.model_validate(admin.get(path).expect(200))
    change = {"name": "narrowed", "policy": {"doors": ["gateway"]}}
    changed = admin.patch(path, change)
    assert made["token"].encode() not in changed.body
    assert (changed.expect(200)["name"], changed.json["policy"]) == (
        "narrowed",
        {"doors": ["gateway"]},
    )
    theirs = client(server, Authorization=f"Bearer {made['token']}")
    theirs.get("/kinds").expect(403)
    assert admin.patch(path, {"role": "admin"}).expect(422)["errors"][0]["pointer"] == "/role"
    last = admin.get("/audit?action=token.update&limit=1").expect(200)["items"][0]
    assert last["detail"] == {"fields": ["name", "policy"], "policy": {"doors": ["gateway"]}}


def test_a_name_with_a_slash_is_found_like_any_other(admin: Client):
    admin.post("/tokens", {"name": "ci/nightly"}).expect(201)
    assert admin.get("/tokens/ci%2Fnightly").expect(200)["name"] == "ci/nightly"
    admin.delete("/tokens/ci%2Fnightly").expect(204)
    admin.post("/users", {"email": "a/b@keep.test"}).expect(201)
    admin.post("/users/a%2Fb@keep.test/link").expect(201)
    admin.delete("/users/a%2Fb@keep.test").expect(204)


def test_what_a_token_could_do_is_explained(admin: Client):
    asked = {"role": "runner", "policy": {"queries": ["demo1"], "doors": ["api"]}}
    told = admin.post("/tokens/explain", asked).expect(200)
    caller_shapes.Explanation.model_validate(told)
    assert [(one["name"], [q["name"] for q in one["queries"]]) for one in told["sources"]] == [
        ("demo", ["demo1"])
    ]
    assert told["sentence"] == "May run the saved query demo1 through the API."


def test_a_tokens_text_is_told_once(server: Served, admin: Client):
    made = admin.post("/tokens", {"name": "once", "role": "runner"})
    shown = made.expect(201)
    caller_shapes.NewTokenMade.model_validate(shown)
    assert made.headers["location"] == f"/api/v1/tokens/{shown['id']}"
    assert shown["token"].startswith("sk_")
    listed = admin.get("/tokens?limit=1000")
    assert shown["token"] not in listed.body.decode()
    entry = next(item for item in listed.expect(200)["items"] if item["id"] == shown["id"])
    caller_shapes.Token.model_validate(entry)
    theirs = client(server, Authorization=f"Bearer {shown['token']}")
    session = theirs.get("/session").expect(200)
    assert session["user"] is None
    assert (session["actor"]["kind"], session["actor"]["role"]) == ("token", "runner")
    admin.delete(f"/tokens/{shown['id']}").expect(204)
    assert theirs.get("/kinds").expect(401)["code"] == "token_unknown"


ROLES = ("admin", "editor", "runner")
ALLOWED: dict[tuple[str, str], tuple[str, ...]] = {
    ("GET", "/kinds"): ROLES,
    ("GET", "/data-sources"): ROLES,
    ("POST", "/data-sources"): ("admin", "editor"),
    ("GET", "/queries"): ROLES,
    ("POST", "/queries"): ("admin", "editor"),
    ("GET", "/runs"): ROLES,
    ("GET", "/constants"): ("admin", "editor"),
    ("PUT", "/constants/role"): ("admin", "editor"),
    ("GET", "/secrets"): ("admin", "editor"),
    ("PUT", "/secrets/role"): ("admin",),
    ("GET", "/tokens"): ("admin",),
    ("POST", "/tokens"): ("admin",),
    ("GET", "/users"): ("admin",),
    ("POST", "/users"): ("admin",),
    ("GET", "/audit"): ("admin",),
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path"), ALLOWED)
def test_a_role_may_what_it_may_and_no_more(
    admin: Client, editor: Client, runner: Client, role: str, method: str, path: str
):
    theirs = {"admin": admin, "editor": editor, "runner": runner}[role]
    body = {"data_source": "demo"} if path == "/queries" else {}
    reply = theirs.call(method, path, body if method != "GET" else None)
    if role in ALLOWED[method, path]:
        assert reply.status in (200, 201, 422), reply.body
    else:
        assert reply.expect(403)["code"] == "role_not_allowed"


def test_a_policy_narrows_a_token(server: Served, person: Client):
    order = {"parameters": {}}
    assert (
        program(server, person, queries=["demo1"]).post("/queries/demo1/run", order).status == 200
    )
    refused = program(server, person, queries=[]).post("/queries/demo1/run", order).expect(403)
    assert refused["code"] == "query_not_allowed"
    elsewhere = program(server, person, doors=["gateway"]).get("/data-sources").expect(403)
    assert elsewhere["code"] == "door_not_allowed"
    posting = program(server, person, methods=["POST"]).post("/queries/demo1/run", order)
    assert posting.expect(403)["code"] == "method_not_allowed"


def test_a_rate_that_is_used_up_is_429_with_the_time_to_wait(server: Served, person: Client):
    slow = program(server, person, rate_per_minute=1)
    slow.get("/kinds").expect(200)
    refused = slow.get("/kinds")
    assert refused.expect(429)["code"] == "rate_limited"
    assert 1 <= int(refused.headers["retry-after"]) <= 60


def test_a_token_that_has_expired_cannot_be_made(admin: Client):
    past = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    refused = admin.post("/tokens", {"name": "old", "policy": {"expires_at": past}}).expect(422)
    assert refused["errors"][0]["pointer"] == "/policy/expires_at"


def test_what_is_done_leaves_a_line_with_names_and_no_values(admin: Client):
    payload = {
        "kind": "restapi",
        "name": "audited",
        "auth": {"type": "bearer", "token": "planted-audit"},
    }
    admin.post("/data-sources", payload).expect(201)
    admin.patch("/data-sources/audited", {"description": "planted-text"}).expect(200)
    reply = admin.get("/audit?target=audited&limit=10")
    assert b"planted" not in reply.body
    items: list[Any] = reply.expect(200)["items"]
    actions = [item["action"] for item in items]
    assert actions[0] == "source.update"
    assert "source.create" in actions
    for item in items:
        audit_shapes.AuditItem.model_validate(item)
        assert item["door"] == "api"
    assert items[0]["detail"]["fields"] == ["description"]


def test_a_denial_leaves_a_line_too(admin: Client, runner: Client):
    runner.post("/data-sources", {"kind": "restapi"}).expect(403)
    last = admin.get("/audit?action=source.create&limit=1").expect(200)["items"][0]
    assert last["outcome"] == "denied"


def test_the_audit_is_filtered_by_action_and_time(admin: Client):
    page = admin.get("/audit?action=token.*&limit=5").expect(200)
    assert {item["action"].partition(".")[0] for item in page["items"]} == {"token"}
    assert admin.get("/audit?since=2999-01-01T00:00:00Z").expect(200)["items"] == []
    assert admin.get("/audit?until=yesterday").expect(422)["errors"][0]["pointer"] == "/until"


def test_the_audit_is_exported_line_by_line(admin: Client):
    reply = admin.get("/audit/export?action=token.*")
    assert reply.status == 200
    assert reply.headers["content-type"] == "application/x-ndjson"
    assert "attachment" in reply.headers["content-disposition"]
    assert reply.headers["cache-control"] == "no-store"
    items = [json.loads(line) for line in reply.body.splitlines()]
    assert items
    for item in items:
        audit_shapes.AuditItem.model_validate(item)
    assert [item["seq"] for item in items] == sorted(item["seq"] for item in items)
    assert admin.get("/audit/export?since=x").expect(422)["errors"][0]["pointer"] == "/since"
    head = admin.call("HEAD", "/audit/export")
    assert (head.status, head.body) == (200, b"")


def test_the_audit_says_whether_it_is_as_it_was_written(admin: Client):
    told = admin.post("/audit/verify").expect(200)
    audit_shapes.AuditCheck.model_validate(told)
    assert told["ok"] is True
    assert told["lines"] >= 1
