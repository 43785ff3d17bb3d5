"""`/kinds`, `/constants`, `/secrets`, `/healthz`, `/readyz` (contract 1 and 2)."""

from __future__ import annotations

from typing import Any

import pytest

from sourcekeep.doors.http import secret_shapes, source_shapes
from tests.calling import Client


def test_kinds_stand_in_categories_with_defaults_and_schema(admin: Client):
    kinds = admin.get("/kinds").expect(200)
    source_shapes.Kinds.model_validate(kinds)
    assert kinds["categories"][0] == {"id": "api", "title": "API"}
    kind = kinds["items"][0]
    assert (kind["kind"], kind["title"], kind["category"]) == ("restapi", "REST API", "api")
    members = kind["schema"]["properties"]["auth"]
    assert members["discriminator"]["propertyName"] == "type"
    assert kind["defaults"]["auth"] == {"type": "none"}


def test_a_constant_is_written_read_listed_and_deleted(admin: Client):
    written = admin.put("/constants/region", {"value": "eu"}).expect(200)
    secret_shapes.Constant.model_validate(written)
    assert admin.get("/constants/region").expect(200) == written
    assert "region" in [item["name"] for item in admin.get("/constants").expect(200)["items"]]
    assert admin.put("/constants/region", {"value": "us"}).expect(200)["value"] == "us"
    admin.delete("/constants/region").expect(204)
    assert admin.get("/constants/region").expect(404)["code"] == "not_found"


def test_a_secrets_value_never_comes_back(admin: Client):
    written = admin.put("/secrets/api_key", {"value": "planted-value"})
    secret_shapes.Secret.model_validate(written.expect(200))
    for reply in (written, admin.get("/secrets/api_key"), admin.get("/secrets")):
        assert reply.status == 200
        assert b"planted" not in reply.body
    assert written.json["value"]["set"] is True
    admin.delete("/secrets/api_key").expect(204)
    admin.delete("/secrets/api_key").expect(404)


@pytest.mark.parametrize("noun", ["constants", "secrets"])
@pytest.mark.parametrize(
    ("name", "body", "pointer"),
    [
        ("1st", {"value": "x"}, "/name"),
        ("a%20b", {"value": "x"}, "/name"),
        ("fine", {}, "/value"),
        ("fine", {"value": 1}, "/value"),
        ("fine", {"value": "x", "more": 1}, "/more"),
    ],
)
def test_a_value_or_name_that_does_not_fit_is_refused(
    admin: Client, noun: str, name: str, body: Any, pointer: str
):
    refused = admin.put(f"/{noun}/{name}", body).expect(422)
    assert refused["errors"][0]["pointer"] == pointer
    assert admin.get(f"/{noun}/{name}").status == 404


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_health_is_open_to_all(nobody: Client, path: str):
    assert nobody.at("GET", path).expect(200) == {"status": "ok"}
    assert nobody.at("HEAD", path).status == 200
