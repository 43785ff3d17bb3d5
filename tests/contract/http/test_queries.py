"""`/queries` as other programs rely on it (contract 2)."""

from __future__ import annotations

import pytest

from sourcekeep.doors.http import source_shapes
from tests.calling import Client


@pytest.fixture(scope="module")
def source(admin: Client) -> str:
    payload = {"kind": "restapi", "name": "for queries", "base_url": "https://api.example.com/v1/"}
    made: str = admin.post("/data-sources", payload).expect(201)["id"]
    return made


def test_a_query_needs_its_source_alone_and_names_count_up(admin: Client, source: str):
    answer = admin.post("/queries", {"data_source": "for queries"})
    first = answer.expect(201)
    second = admin.post("/queries", {"data_source": source}).expect(201)
    numbers = [int(made["name"].removeprefix("restapi")) for made in (first, second)]
    assert numbers[1] == numbers[0] + 1
    assert first["data_source"] == source
    assert first["method"] == "GET"
    assert first["body"] == {"type": "none"}
    assert answer.headers["location"] == f"/api/v1/queries/{first['id']}"
    source_shapes.Query.model_validate(first)


def test_the_whole_of_a_query_comes_back_as_it_was_written(admin: Client, source: str):
    payload = {
        "name": "whole",
        "data_source": source,
        "method": "POST",
        "path": "/users/{{ params.id }}",
        "params": [{"name": "page", "value": "{{ params.page }}"}],
        "headers": [{"name": "X-A", "value": "1"}, {"name": "X-A", "value": "2"}],
        "cookies": [],
        "body": {"type": "json", "content": '{"exact": 12345678901234567890}'},
        "parameters": [
            {"name": "id", "type": "integer", "required": True, "minimum": 1},
            {"name": "page", "type": "integer", "default": 1},
        ],
        "limits": {"total_timeout_s": 5},
        "retry": {"max_attempts": 1},
        "transform": None,
    }
    made = admin.post("/queries", payload).expect(201)
    assert {name: made[name] for name in payload} == payload
    assert admin.get("/queries/whole").expect(200) == made


def test_a_query_of_a_source_that_is_not_there_is_refused(admin: Client):
    refused = admin.post("/queries", {"data_source": "nowhere"}).expect(422)
    assert refused["errors"][0]["pointer"] == "/data_source"


@pytest.mark.parametrize(
    ("part", "pointer"),
    [
        ({"path": "https://evil.example/"}, "/path"),
        ({"path": "//evil.example/"}, "/path"),
        ({"path": "/../../x"}, "/path"),
        ({"path": "/{{ params.unknown }}"}, "/path"),
        ({"headers": [{"name": "bad name", "value": "1"}]}, "/headers/0/name"),
        ({"body": {"type": "yaml"}}, "/body"),
        ({"method": "G T"}, "/method"),
        ({"params": [{"name": "", "value": "1"}]}, "/params/0/name"),
    ],
)
def test_what_cannot_be_sent_is_refused_at_save_with_its_pointer(
    admin: Client, source: str, part: dict[str, object], pointer: str
):
    refused = admin.post("/queries", {"data_source": source, **part}).expect(422)
    assert refused["errors"][0]["pointer"].startswith(pointer)


def test_a_query_is_changed_by_merge_patch_and_version(admin: Client, source: str):
    made = admin.post("/queries", {"name": "patched", "data_source": source, "path": "/a"})
    made.expect(201)
    tag = made.headers["etag"]
    changed = admin.patch("/queries/patched", {"path": "/b"}, If_Match=tag)
    assert changed.expect(200)["path"] == "/b"
    admin.patch("/queries/patched", {"path": "/c"}, If_Match=tag).expect(412)
    admin.patch("/queries/patched", {"name": "renamed"}).expect(200)
    assert admin.get(f"/queries/{made.json['id']}").expect(200)["name"] == "renamed"
    admin.delete("/queries/renamed").expect(204)
    admin.get("/queries/renamed").expect(404)


def test_queries_are_listed_by_source(admin: Client, source: str):
    other = admin.post("/data-sources", {"kind": "restapi", "name": "other"}).expect(201)["id"]
    admin.post("/queries", {"name": "of other", "data_source": other}).expect(201)
    for ref in (other, "other"):
        listed = admin.get(f"/queries?data_source={ref}").expect(200)
        assert [item["name"] for item in listed["items"]] == ["of other"]
        assert listed["next"] is None


def test_numbers_of_a_query_stay_as_they_were_typed(admin: Client, source: str):
    content = b'{"big":123456789012345678901234,"exact":0.12345678901234567890123,"far":1E+400}'
    body = b'{"name":"numbers","data_source":"for queries","body":{"type":"json","content":%s}}'
    made = admin.post("/queries", body % content)
    assert made.status == 201
    read = admin.get("/queries/numbers")
    for reply in (made, read):
        assert b'"content":' + content in reply.body
    assert content.decode() == admin.post("/queries/numbers/preview").expect(200)["body"]["text"]


def test_a_bound_that_is_no_number_is_refused(admin: Client, source: str):
    body = b'{"data_source":"for queries","limits":{"total_timeout_s":1e400}}'
    refused = admin.post("/queries", body).expect(422)
    assert refused["errors"][0]["pointer"] == "/limits/total_timeout_s"


def test_a_number_in_a_row_is_sent_digit_for_digit_as_it_was_typed(admin: Client, source: str):
    rows = b'[{"name":"%s-a","value":12345678901234567890.12},{"name":"%s-b","value":1.10}]'
    body = b'{"name":"rows","data_source":"for queries","headers":%s,"params":%s,"cookies":%s}'
    made = admin.post("/queries", body % tuple(rows % (kind, kind) for kind in (b"h", b"p", b"c")))
    assert made.status == 201
    for reply in (made, admin.get("/queries/rows")):
        assert reply.body.count(b'"value":12345678901234567890.12') == 3
        assert reply.body.count(b'"value":1.10') == 3
    shown = admin.post("/queries/rows/preview").expect(200)
    assert "p-a=12345678901234567890.12&p-b=1.10" in shown["url"]
    sent = {
        entry["name"]: entry["value"] for part in ("headers", "cookies") for entry in shown[part]
    }
    assert sent["h-a"] == sent["c-a"] == "12345678901234567890.12"
    assert sent["h-b"] == sent["c-b"] == "1.10"


def test_a_number_parameter_is_sent_digit_for_digit_as_it_was_typed(admin: Client, source: str):
    payload = {
        "name": "typed number",
        "data_source": source,
        "params": [{"name": "n", "value": "{{ params.n }}"}],
        "parameters": [{"name": "n", "type": "number", "enum": [1.1, 2, 1e30]}],
    }
    admin.post("/queries", payload).expect(201)
    for number in (b"1.10", b"1.1", b"2.0"):
        order = b'{"parameters":{"n":%s}}' % number
        shown = admin.post("/queries/typed%20number/preview", order).expect(200)
        assert shown["url"].endswith(f"n={number.decode()}")
    admin.post("/queries/typed%20number/preview", b'{"parameters":{"n":1.11}}').expect(422)
