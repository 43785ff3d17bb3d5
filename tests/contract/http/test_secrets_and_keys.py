"""Scopes, uses, references, the next credential and master keys, over HTTP."""

from __future__ import annotations

from typing import Any

from sourcekeep.doors.http import secret_shapes
from tests.calling import Client


def source(admin: Client, demo_url: str, name: str, token: Any, **auth: Any) -> dict[str, Any]:
    payload = {
        "kind": "restapi",
        "name": name,
        "base_url": demo_url,
        "auth": {"type": "bearer", "token": token, **auth},
    }
    made: dict[str, Any] = admin.post("/data-sources", payload).expect(201)
    return made


def test_a_secret_says_for_whom_and_where_it_is_used(admin: Client, demo_url: str):
    made = source(admin, demo_url, "scoped source", "demo-token")
    body = {"value": "planted-value", "data_sources": ["scoped source"]}
    secret = admin.put("/secrets/scoped", body).expect(200)
    query = {
        "name": "scoped query",
        "data_source": made["id"],
        "params": [{"name": "k", "value": "{{ secrets.scoped }}"}],
    }
    saved = admin.post("/queries", query).expect(201)
    secret = admin.get("/secrets/scoped").expect(200)
    secret_shapes.Secret.model_validate(secret)
    assert secret["data_sources"] == [made["id"]]
    assert secret["where_used"] == [{"kind": "query", "id": saved["id"], "name": "scoped query"}]
    refused = admin.delete("/secrets/scoped").expect(409)
    assert (refused["code"], refused["names"]) == ("in_use", ["scoped query"])
    source(admin, demo_url, "another source", "demo-token")
    order = {"query": {"params": query["params"]}}
    for verb in ("run", "preview"):
        wrong = admin.post(f"/data-sources/another%20source/{verb}", order).expect(422)
        assert wrong["code"] == "unknown_variable"
        assert "secrets.scoped may not be used" in wrong["detail"]
        assert "admin" in wrong["hint"]
    admin.delete("/queries/scoped%20query").expect(204)
    admin.delete("/secrets/scoped").expect(204)


def test_a_reference_that_is_not_allowed_is_refused_at_its_place(
    admin: Client, editor: Client, demo_url: str
):
    payload = {
        "kind": "restapi",
        "base_url": demo_url,
        "auth": {"type": "bearer", "token": {"from": "env:SOURCEKEEP_MASTER_KEY"}},
    }
    refused = admin.post("/data-sources", payload).expect(422)
    assert refused["errors"][0]["pointer"] == "/auth/token"
    assert refused["code"] == "reference_not_allowed"
    assert editor.post("/data-sources", payload).expect(403)["code"] == "role_not_allowed"
    refused = admin.put("/secrets/kept", {"value": {"from": "file:/etc/shadow"}}).expect(422)
    assert refused["errors"][0]["pointer"] == "/value"


def test_a_next_credential_is_tried_dropped_and_retired(admin: Client, demo_url: str):
    made = source(admin, demo_url, "rotated", "worn-out", next={"token": "demo-token"})
    assert made["auth"]["next"]["token"]["set"] is True
    ran = admin.post("/data-sources/rotated/run", {"query": {}}).expect(200)
    assert ran["status"] == "ok"
    assert [warning["code"] for warning in ran["warnings"]] == ["credential_next_worked"]
    retired = admin.post("/data-sources/rotated/credential/retire")
    assert retired.expect(200)["auth"]["next"] is None
    assert retired.headers["etag"] != ""
    refused = admin.post("/data-sources/rotated/credential/retire").expect(409)
    assert refused["code"] == "no_next_credential"
    admin.patch("/data-sources/rotated", {"auth": {"next": {"token": "wrong"}}}).expect(200)
    ran = admin.post("/data-sources/rotated/run", {"query": {"method": "GET"}}).expect(200)
    assert ran["status"] == "ok"
    assert [warning["code"] for warning in ran["warnings"]] == ["credential_next_refused"]
    dropped = admin.patch("/data-sources/rotated", {"auth": {"next": None}}).expect(200)
    assert dropped["auth"]["next"] is None
    lines = admin.get("/audit?action=secret.retire").expect(200)["items"]
    assert lines[0]["target"]["name"] == "rotated"


def test_a_stale_retirement_is_refused(admin: Client, demo_url: str):
    source(admin, demo_url, "stale rotation", "worn-out", next={"token": "demo-token"})
    path = "/data-sources/stale%20rotation/credential/retire"
    admin.post(path, if_match='"99"').expect(412)
    admin.post(path, if_match='"1"').expect(200)


def test_the_master_key_is_rotated_while_serving(admin: Client, runner: Client, demo_url: str):
    source(admin, demo_url, "sealed", "demo-token")
    (first, *_) = admin.get("/keys").expect(200)["items"]
    secret_shapes.MasterKey.model_validate(first)
    assert first["current"] is True
    report = admin.post("/keys/rotate").expect(200)
    secret_shapes.KeyRotation.model_validate(report)
    assert (report["left"], report["unused"]) == (0, [first["id"]])
    assert admin.post("/data-sources/sealed/run", {"query": {}}).expect(200)["status"] == "ok"
    report = admin.post("/keys/rotate", {"retire_old": True}).expect(200)
    assert report["retired"] == [first["id"]]
    assert runner.get("/keys").expect(403)["code"] == "role_not_allowed"
    wrong = admin.post("/keys/rotate", {"retire": True}).expect(422)
    assert wrong["errors"][0]["pointer"] == "/retire"
