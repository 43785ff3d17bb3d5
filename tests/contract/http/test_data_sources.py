"""`/data-sources` as other programs rely on it (contract 2)."""

from __future__ import annotations

import json

import pytest

from sourcekeep.doors.http.app import OPENAPI_FILE
from tests.calling import Client
from tools.checks.openapi import FILE

MARK = {"set": True}


def test_only_the_kind_is_needed_and_names_count_up(admin: Client):
    first = admin.post("/data-sources", {"kind": "restapi"})
    made = first.expect(201)
    second = admin.post("/data-sources", {"kind": "restapi"}).expect(201)
    assert made["name"] == "restapi"
    assert second["name"] == "restapi_2"
    assert first.headers["location"] == f"/api/v1/data-sources/{made['id']}"
    assert first.headers["etag"]
    assert made["auth"] == {"type": "none"}
    assert made["tls"]["mode"] == "none"
    assert made["limits"] == {
        "connect_timeout_s": 10,
        "read_timeout_s": 30,
        "total_timeout_s": 60,
        "max_response_bytes": 33554432,
        "max_redirects": 5,
    }


def test_an_answer_has_exactly_the_members_of_the_openapi_document(admin: Client):
    made = admin.post(
        "/data-sources",
        {"kind": "restapi", "name": "shape", "auth": {"type": "bearer", "token": "t"}},
    ).expect(201)
    schemas = json.loads(FILE.read_text("utf-8"))["components"]["schemas"]
    assert FILE.name == OPENAPI_FILE
    assert list(made) == list(schemas["DataSource"]["properties"])
    assert set(made["auth"]) == set(schemas["BearerAuth"]["properties"])
    for part, shape in (("tls", "Tls"), ("limits", "Limits"), ("retry", "Retry")):
        assert set(made[part]) == set(schemas[shape]["properties"])


def test_a_source_is_found_by_id_and_by_name(admin: Client):
    made = admin.post("/data-sources", {"kind": "restapi", "name": "a/b c%25 é"}).expect(201)
    by_id = admin.get(f"/data-sources/{made['id']}").expect(200)
    by_name = admin.get("/data-sources/a%2Fb%20c%2525%20%C3%A9").expect(200)
    assert by_id == by_name == made


def test_a_secret_goes_in_and_only_its_mark_comes_out(admin: Client):
    path = "/data-sources/marked"
    payload = {
        "kind": "restapi",
        "name": "marked",
        "base_url": "https://api.example.com/v1/",
        "headers": [{"name": "X-Key", "value": "planted-header", "secret": True}],
        "auth": {"type": "bearer", "token": "planted-token"},
    }
    made = admin.post("/data-sources", payload)
    assert b"planted" not in made.body
    token = made.expect(201)["auth"]["token"]
    assert token["set"] is True
    assert token["updated_at"].endswith("Z")
    assert made.json["headers"][0]["value"]["set"] is True
    kept = admin.patch(path, {"auth": {"token": token}, "description": "d"}).expect(200)
    assert kept["auth"]["token"] == token
    cleared = admin.patch(path, {"auth": {"token": None}}).expect(200)
    assert cleared["auth"]["token"] is None
    refused = admin.patch(path, {"auth": {"token": MARK}}).expect(422)
    assert refused["errors"][0]["pointer"] == "/auth/token"


def test_another_authentication_type_replaces_the_whole_object(admin: Client):
    admin.post(
        "/data-sources",
        {"kind": "restapi", "name": "switched", "auth": {"type": "bearer", "token": "t"}},
    ).expect(201)
    basic = {"type": "basic", "username": "u", "password": "p"}
    changed = admin.patch("/data-sources/switched", {"auth": basic}).expect(200)
    assert changed["auth"]["type"] == "basic"
    assert "token" not in changed["auth"]


def test_everything_wrong_is_named_with_its_pointer(admin: Client):
    payload = {
        "kind": "restapi",
        "auth": {"type": "saml"},
        "limits": {"max_redirects": -1},
        "colour": "blue",
    }
    refused = admin.post("/data-sources", payload)
    problem = refused.expect(422)
    assert refused.headers["content-type"] == "application/problem+json"
    pointers = {error["pointer"] for error in problem["errors"]}
    assert {"/limits/max_redirects", "/colour"} < pointers
    assert any(pointer.startswith("/auth") for pointer in pointers)
    assert all(error["code"] and error["detail"] for error in problem["errors"])


def test_a_bad_base_url_is_refused_at_its_field(admin: Client):
    refused = admin.post("/data-sources", {"kind": "restapi", "base_url": "no url"}).expect(422)
    assert [error["pointer"] for error in refused["errors"]] == ["/base_url"]


def test_a_certificate_that_is_none_is_refused_at_its_field(admin: Client):
    tls = {"mode": "ca_certificate", "ca_cert": "not a certificate"}
    refused = admin.post("/data-sources", {"kind": "restapi", "tls": tls}).expect(422)
    assert [error["pointer"] for error in refused["errors"]] == ["/tls/ca_cert"]


def test_a_taken_name_is_refused_in_words(admin: Client):
    admin.post("/data-sources", {"kind": "restapi", "name": "twice"}).expect(201)
    refused = admin.post("/data-sources", {"kind": "restapi", "name": "twice"}).expect(422)
    assert refused["code"] == "name_taken"
    assert refused["errors"][0]["pointer"] == "/name"


def test_a_change_from_an_old_version_is_refused(admin: Client):
    made = admin.post("/data-sources", {"kind": "restapi", "name": "versions"})
    old = made.headers["etag"]
    changed = admin.patch("/data-sources/versions", {"description": "1"}, If_Match=old)
    changed.expect(200)
    assert changed.headers["etag"] != old
    stale = admin.patch("/data-sources/versions", {"description": "2"}, If_Match=old)
    assert stale.expect(412)["code"] == "stale"
    admin.patch("/data-sources/versions", {"description": "3"}, If_Match="*").expect(200)
    admin.delete("/data-sources/versions", If_Match=old).expect(412)
    admin.delete("/data-sources/versions").expect(204)


def test_a_version_that_is_known_is_not_sent_again(admin: Client):
    made = admin.post("/data-sources", {"kind": "restapi", "name": "known"})
    again = admin.get("/data-sources/known", If_None_Match=made.headers["etag"])
    assert (again.status, again.body) == (304, b"")


def test_a_source_in_use_cannot_be_deleted_and_the_queries_are_named(admin: Client):
    admin.post("/data-sources", {"kind": "restapi", "name": "used"}).expect(201)
    admin.post("/queries", {"data_source": "used", "name": "uses it"}).expect(201)
    refused = admin.delete("/data-sources/used").expect(409)
    assert (refused["code"], refused["names"]) == ("in_use", ["uses it"])
    admin.delete("/queries/uses%20it").expect(204)
    admin.delete("/data-sources/used").expect(204)
    assert admin.get("/data-sources/used").expect(404)["code"] == "not_found"


def test_lists_come_in_pages(admin: Client):
    names = [f"paged {number}" for number in range(5)]
    for name in names:
        admin.post("/data-sources", {"kind": "restapi", "name": name}).expect(201)
    found: list[str] = []
    cursor = ""
    while True:
        page = admin.get(f"/data-sources?search=paged&limit=2{cursor}").expect(200)
        assert len(page["items"]) <= 2
        found += [item["name"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = f"&cursor={page['next']}"
    assert found == names


def test_lists_are_narrowed_by_category(admin: Client):
    assert admin.get("/data-sources?category=api&limit=1").expect(200)["items"]
    assert admin.get("/data-sources?category=database").expect(200)["items"] == []


@pytest.mark.parametrize("asked", ["limit=0", "limit=1001", "limit=x", "cursor=x", "limit=-1"])
def test_a_page_that_cannot_be_is_refused(admin: Client, asked: str):
    refused = admin.get(f"/data-sources?{asked}").expect(422)
    assert refused["errors"][0]["pointer"] == f"/{asked.partition('=')[0]}"


def test_a_number_in_a_row_is_kept_as_it_was_typed(admin: Client):
    row = b'[{"name":"X-N","value":1.10},{"name":"X-Long","value":12345678901234567890.12}]'
    body = b'{"kind":"restapi","name":"typed rows","base_url":"https://a.example","headers":%s}'
    made = admin.post("/data-sources", body % row)
    assert made.status == 201
    for reply in (made, admin.get("/data-sources/typed%20rows")):
        assert b'"value":1.10' in reply.body
        assert b'"value":12345678901234567890.12' in reply.body
    shown = admin.post("/data-sources/typed%20rows/preview", {"query": {}}).expect(200)
    sent = {entry["name"]: entry["value"] for entry in shown["headers"]}
    assert (sent["X-N"], sent["X-Long"]) == ("1.10", "12345678901234567890.12")
