"""Connection tests, health and the doctor as other programs rely on them (contract 5)."""

from __future__ import annotations

from sourcekeep.doors.http.diagnosis_shapes import ConnectionTest, Examination, Health
from tests.calling import Client
from tests.served import Served


def test_a_source_is_tested_in_five_stages(admin: Client) -> None:
    told = admin.post("/data-sources/demo/test").expect(200)
    ConnectionTest.model_validate(told)
    assert told["ok"] is True
    assert [stage["stage"] for stage in told["stages"]] == ["dns", "tcp", "tls", "auth", "response"]
    assert [stage["ok"] for stage in told["stages"]] == [True, True, None, True, True]
    assert admin.post("/data-sources/demo/test", {}).expect(200)["ok"] is True


def test_a_change_is_tested_without_being_saved(editor: Client) -> None:
    before = editor.get("/data-sources/demo").expect(200)
    wrong = {"patch": {"auth": {"token": "not-the-token"}}}
    told = editor.post("/data-sources/demo/test", wrong)
    assert told.expect(200)["stages"][3]["code"] == "http_status"
    assert b"not-the-token" not in told.body
    assert editor.get("/data-sources/demo").expect(200)["auth"] == before["auth"]


def test_what_may_not_be_saved_may_not_be_tested(editor: Client, runner: Client) -> None:
    elsewhere = {"patch": {"base_url": "https://collector.test/"}}
    refused = editor.post("/data-sources/demo/test", elsewhere).expect(422)
    assert [(e["pointer"], e["code"]) for e in refused["errors"]] == [
        ("/patch/base_url", "credential_pinned")
    ]
    off = editor.post("/data-sources/demo/test", {"patch": {"tls": {"mode": "insecure"}}})
    assert off.expect(422)["errors"][0]["pointer"] == "/patch/tls/mode"
    runner.post("/data-sources/demo/test").expect(403)
    editor.post("/data-sources/nobody/test").expect(404)


def test_a_refused_server_is_told_with_its_chain_and_a_fix_that_works(
    admin: Client, server: Served
) -> None:
    payload = {"kind": "restapi", "name": "diagnosed", "base_url": server.demo_addresses[1]}
    admin.post("/data-sources", payload).expect(201)
    told = admin.post("/data-sources/diagnosed/test").expect(200)
    ConnectionTest.model_validate(told)
    assert (told["stages"][2]["ok"], told["stages"][2]["code"]) == (False, "unknown_ca")
    assert not any(card["trusted"] for card in told["certificates"])
    fixed = admin.post("/data-sources/diagnosed/test", {"patch": told["fixes"][0]["patch"]})
    assert fixed.expect(200)["stages"][2]["ok"] is True
    run = admin.post("/data-sources/diagnosed/run", {"query": {}}).expect(200)
    assert run["error"]["code"] == "unknown_ca"
    cards = [card["sha256"] for card in told["certificates"]]
    assert [card["sha256"] for card in run["error"]["certificates"]] == cards
    history = admin.get(f"/runs/{run['run']}").expect(200)
    assert history["error"]["certificates"] == run["error"]["certificates"]
    health = next(
        one["health"]
        for one in admin.get("/data-sources?search=diagnosed").expect(200)["items"]
        if one["name"] == "diagnosed"
    )
    Health.model_validate(health)
    assert (health["state"], health["code"]) == ("failing", "unknown_ca")


def test_the_doctor_is_for_admins(admin: Client, editor: Client) -> None:
    Examination.model_validate(admin.get("/doctor").expect(200))
    editor.get("/doctor").expect(403)
