"""Data sources: names, patches, secrets, and where a credential may go."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import Any

import pytest
import trustme

from sourcekeep.model.policy import Policy
from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.wiring import App
from tests.unit.services.conftest import ADMIN, EDITOR, RUNNER, TOKEN, actor

BEARER = {"type": "bearer", "token": TOKEN}
BASE = "https://api.example.test/v1"


async def faults(call: Awaitable[Any]) -> list[tuple[str, str]]:
    with pytest.raises(Invalid) as caught:
        await call
    return [(fault.pointer, fault.code) for fault in caught.value.faults]


async def refusal(call: Awaitable[Any]) -> tuple[str, str]:
    with pytest.raises(Refused) as caught:
        await call
    return caught.value.kind, caught.value.code


async def saved(app: App, **values: Any) -> dict[str, Any]:
    return (await app.sources.create(ADMIN, {"kind": "restapi", **values})).doc


async def test_only_the_kind_is_required_and_names_count_up(app: App) -> None:
    names = [(await saved(app))["name"] for _ in range(3)]
    assert names == ["restapi", "restapi_2", "restapi_3"]


async def test_names_given_at_once_are_all_different(app: App) -> None:
    docs = await asyncio.gather(*(saved(app) for _ in range(8)))
    assert len({doc["name"] for doc in docs}) == 8


async def test_without_a_kind_nothing_is_created(app: App) -> None:
    assert await faults(app.sources.create(ADMIN, {})) == [("/kind", "required")]
    assert await faults(app.sources.create(ADMIN, {"kind": "soap"})) == [("/kind", "not_allowed")]
    assert (await app.sources.list(ADMIN)).items == []


async def test_a_source_is_found_by_its_id_and_by_its_name(app: App) -> None:
    doc = await saved(app, name="Billing")
    for ref in (doc["id"], "Billing", "billing"):
        assert (await app.sources.get(ADMIN, ref)).doc["id"] == doc["id"]
    assert await refusal(app.sources.get(ADMIN, "nobody")) == ("not_found", "not_found")


async def test_a_name_that_could_be_taken_for_an_id_is_refused(app: App) -> None:
    """Or who may name a source could put it where a policy, by id, allows another."""
    id = (await saved(app))["id"]
    for name in (id, id.upper(), f" {id}", id.replace("_", "\uff3f")):
        call = app.sources.create(ADMIN, {"kind": "restapi", "name": name})
        assert await faults(call) == [("/name", "name_like_id")]
    assert (await saved(app, name=f"{id}0"))["name"] == f"{id}0"


async def test_a_taken_name_is_refused_in_words_and_renaming_keeps_the_id(app: App) -> None:
    await saved(app, name="one")
    doc = await saved(app, name="two")
    with pytest.raises(Invalid) as caught:
        await app.sources.patch(ADMIN, "two", {"name": "ONE"})
    assert caught.value.faults[0].pointer == "/name"
    assert caught.value.faults[0].detail == 'The name "ONE" is taken; choose another.'
    renamed = await app.sources.patch(ADMIN, "two", {"name": " three "})
    assert (renamed.doc["id"], renamed.doc["name"]) == (doc["id"], "three")


async def test_a_secret_is_read_back_as_a_mark_and_that_mark_keeps_it(app: App) -> None:
    doc = await saved(app, base_url=BASE, auth=BEARER)
    mark = doc["auth"]["token"]
    assert mark["set"] is True
    assert set(mark) == {"set", "updated_at"}
    kept = await app.sources.patch(ADMIN, doc["id"], {"auth": {"token": mark}, "description": "x"})
    assert kept.doc["auth"]["token"] == mark
    cleared = await app.sources.patch(ADMIN, doc["id"], {"auth": {"token": None}})
    assert cleared.doc["auth"]["token"] is None
    assert await faults(app.sources.patch(ADMIN, doc["id"], {"auth": {"token": mark}})) == [
        ("/auth/token", "secret_not_set")
    ]


async def test_a_document_may_be_sent_back_as_it_was_read(app: App) -> None:
    doc = await saved(app, base_url=BASE, auth=BEARER)
    again = await app.sources.patch(ADMIN, doc["id"], doc)
    assert again.doc == {**doc, "updated_at": again.doc["updated_at"]}


async def test_another_auth_type_leaves_nothing_of_the_old_one(app: App) -> None:
    doc = await saved(app, base_url=BASE, auth={**BEARER, "prefix": "Token"})
    basic = await app.sources.patch(
        ADMIN, doc["id"], {"auth": {"type": "basic", "username": "u", "password": "p-4711"}}
    )
    assert set(basic.doc["auth"]) == {"type", "username", "password", "next"}
    back = await app.sources.patch(ADMIN, doc["id"], {"auth": {"type": "bearer"}})
    assert (back.doc["auth"]["token"], back.doc["auth"]["prefix"]) == (None, "Bearer")


async def test_a_stale_save_is_refused_and_a_fresh_one_is_not(app: App) -> None:
    first = await app.sources.create(ADMIN, {"kind": "restapi"})
    ref = first.doc["id"]
    second = await app.sources.patch(ADMIN, ref, {"description": "a"}, first.etag)
    assert second.etag != first.etag
    stale = app.sources.patch(ADMIN, ref, {"description": "b"}, first.etag)
    assert await refusal(stale) == ("stale", "stale")
    await app.sources.patch(ADMIN, ref, {"description": "c"}, "*")
    await app.sources.patch(
        ADMIN, ref, {"description": "d"}, f'"x", {(await app.sources.get(ADMIN, ref)).etag}'
    )


async def test_saves_at_once_without_a_tag_all_land(app: App) -> None:
    ref = (await saved(app))["id"]
    fields = {"description": "d", "base_url": BASE, "params": [{"name": "a", "value": 1}]}
    await asyncio.gather(
        *(app.sources.patch(ADMIN, ref, {name: value}) for name, value in fields.items())
    )
    doc = (await app.sources.get(ADMIN, ref)).doc
    assert {name: doc[name] for name in fields} == fields


async def test_a_base_url_that_is_none_is_refused_at_its_field(app: App) -> None:
    ref = (await saved(app))["id"]
    for base_url in ("api.example.test", "ftp://x", "https://u:p@x", "https:// x"):
        call = app.sources.patch(ADMIN, ref, {"base_url": base_url})
        assert await faults(call) == [("/base_url", "invalid_url")]


async def test_a_saved_base_url_cannot_be_emptied(app: App) -> None:
    ref = (await saved(app))["id"]
    for base_url in ("", None):
        call = app.sources.patch(ADMIN, ref, {"base_url": base_url})
        assert await faults(call) == [("/base_url", "required")]


async def test_everything_wrong_is_said_at_once(app: App) -> None:
    patch = {
        "base_url": "nowhere",
        "headers": [
            {"name": "a b", "value": "x"},
            {"name": "X-Key", "value": "line\nbreak", "secret": True},
        ],
        "tls": {"mode": "ca_certificate"},
        "network": {"allowed_origins": ["https://x/path"], "proxy_url": "gopher://x"},
    }
    ref = (await saved(app))["id"]
    found = await faults(app.sources.patch(ADMIN, ref, patch))
    assert {pointer for pointer, _ in found} == {
        "/base_url",
        "/headers/0/name",
        "/headers/1/value",
        "/tls/ca_cert",
        "/network/allowed_origins/0",
        "/network/proxy_url",
    }


async def test_the_password_of_a_proxy_is_a_secret_of_its_own(app: App) -> None:
    ref = (await saved(app, base_url=BASE))["id"]
    inside = {"network": {"proxy_url": "http://user:pw@proxy.test:8080"}}
    assert await faults(app.sources.patch(ADMIN, ref, inside)) == [
        ("/network/proxy_url", "password_in_url")
    ]
    network = {"proxy_url": "http://user@proxy.test:8080", "proxy_password": "canary-proxy"}
    doc = (await app.sources.patch(ADMIN, ref, {"network": network})).doc
    assert doc["network"]["proxy_password"]["set"] is True
    assert "canary-proxy" not in str(doc)


async def test_a_key_that_does_not_match_its_certificate_is_refused_also_when_one_is_kept(
    app: App, loopback_ca: trustme.CA
) -> None:
    one, other = loopback_ca.issue_cert("one.test"), loopback_ca.issue_cert("other.test")
    tls = {
        "mode": "client_certificate",
        "ca_cert": loopback_ca.cert_pem.bytes().decode(),
        "client_cert": one.cert_chain_pems[0].bytes().decode(),
        "client_key": one.private_key_pem.bytes().decode(),
    }
    doc = await saved(app, base_url=BASE, tls=tls)
    assert doc["tls"]["client_key"]["set"] is True
    assert list(doc["certificates"]["client_cert"][0]["san"]) == ["one.test"]
    wrong = {"tls": {"client_cert": other.cert_chain_pems[0].bytes().decode()}}
    assert await faults(app.sources.patch(ADMIN, doc["id"], wrong)) == [
        ("/tls/client_key", "key_mismatch")
    ]


async def test_another_tls_mode_leaves_nothing_of_the_old_one(app: App) -> None:
    ca = trustme.CA().cert_pem.bytes().decode()
    doc = await saved(app, base_url=BASE, tls={"mode": "ca_certificate", "ca_cert": ca})
    plain = await app.sources.patch(ADMIN, doc["id"], {"tls": {"mode": "none"}})
    assert plain.doc["tls"]["ca_cert"] is None
    assert plain.doc["certificates"]["ca_cert"] == []


async def test_insecure_and_plain_http_are_warned_about_on_the_source(app: App) -> None:
    doc = await saved(
        app, base_url="http://api.example.test", auth=BEARER, tls={"mode": "insecure"}
    )
    assert {warning["code"] for warning in doc["warnings"]} == {"tls_not_verified", "plain_http"}
    assert (await saved(app, base_url="http://localhost:3001", auth=BEARER))["warnings"] == []


@pytest.mark.parametrize(
    ("patch", "pointer"),
    [
        ({"base_url": "https://evil.example.test/v1"}, "/base_url"),
        ({"base_url": "http://api.example.test/v1"}, "/base_url"),
        ({"base_url": "https://api.example.test:444/v1"}, "/base_url"),
        ({"network": {"allowed_origins": ["https://evil.test"]}}, "/network/allowed_origins"),
        ({"network": {"proxy_url": "http://evil.test:8080"}}, "/network/proxy_url"),
    ],
)
async def test_an_editor_cannot_point_a_stored_credential_elsewhere(
    app: App, patch: dict[str, Any], pointer: str
) -> None:
    ref = (await saved(app, base_url=BASE, auth=BEARER))["id"]
    assert await faults(app.sources.patch(EDITOR, ref, patch)) == [(pointer, "credential_pinned")]
    await app.sources.patch(EDITOR, ref, {**patch, "auth": {"token": "entered again"}})


async def test_nor_point_one_that_has_no_base_url_yet(app: App) -> None:
    ref = (await saved(app, auth=BEARER))["id"]
    call = app.sources.patch(EDITOR, ref, {"base_url": BASE})
    assert await faults(call) == [("/base_url", "credential_pinned")]


async def test_an_admin_may_and_the_audit_says_so(app: App) -> None:
    ref = (await saved(app, base_url=BASE, auth=BEARER))["id"]
    await app.sources.patch(ADMIN, ref, {"base_url": "https://new.example.test"})
    lines = (await app.audit.list(ADMIN, action="source.update")).items
    assert lines[0]["detail"] == {"fields": ["base_url"], "repointed": True}


async def test_an_editor_may_move_within_the_origin(app: App) -> None:
    ref = (await saved(app, base_url=BASE, auth=BEARER))["id"]
    await app.sources.patch(EDITOR, ref, {"base_url": "https://api.example.test/v2/"})


async def test_a_source_in_use_is_not_deleted_and_its_queries_are_named(app: App) -> None:
    ref = (await saved(app, base_url=BASE))["id"]
    await app.queries.create(ADMIN, {"data_source": ref})
    with pytest.raises(Refused) as caught:
        await app.sources.delete(ADMIN, ref)
    assert (caught.value.code, caught.value.names) == ("in_use", ("restapi1",))
    await app.queries.delete(ADMIN, "restapi1")
    await app.sources.delete(ADMIN, ref)
    assert await refusal(app.sources.get(ADMIN, ref)) == ("not_found", "not_found")


async def test_a_runner_reads_and_changes_nothing(app: App) -> None:
    ref = (await saved(app))["id"]
    await app.sources.get(RUNNER, ref)
    for call in (
        app.sources.create(RUNNER, {"kind": "restapi"}),
        app.sources.patch(RUNNER, ref, {"name": "x"}),
        app.sources.delete(RUNNER, ref),
    ):
        assert await refusal(call) == ("forbidden", "role_not_allowed")
    denied = (await app.audit.list(ADMIN, action="source.delete")).items
    assert [line["outcome"] for line in denied] == ["denied"]


async def test_a_narrowed_token_sees_and_changes_only_its_sources(app: App) -> None:
    await saved(app, name="mine")
    await saved(app, name="other")
    caller = actor("editor", policy=Policy(sources=("mine",)), door="api")
    assert [item["name"] for item in (await app.sources.list(caller)).items] == ["mine"]
    assert (await refusal(app.sources.get(caller, "other")))[1] == "source_not_allowed"
    assert (await refusal(app.sources.patch(caller, "other", {"name": "x"})))[0] == "forbidden"
    assert (await refusal(app.sources.create(caller, {"kind": "restapi"})))[0] == "forbidden"


async def test_lists_are_searched_and_paged(app: App) -> None:
    for name in ("alpha", "beta", "gamma"):
        await saved(app, name=name, description=f"about {name}")
    first = await app.sources.list(ADMIN, limit=2)
    assert first.next is not None
    rest = await app.sources.list(ADMIN, limit=2, cursor=first.next)
    names = [item["name"] for item in (*first.items, *rest.items)]
    assert (names, rest.next) == (["alpha", "beta", "gamma"], None)
    assert [i["name"] for i in (await app.sources.list(ADMIN, search="ABOUT B")).items] == ["beta"]
    assert len((await app.sources.list(ADMIN, category="api")).items) == 3
    assert (await app.sources.list(ADMIN, category="nothing")).items == []
    assert await faults(app.sources.list(ADMIN, limit=0)) == [("/limit", "limit")]
    assert await faults(app.sources.list(ADMIN, cursor="?")) == [("/cursor", "cursor")]


async def test_a_body_without_end_is_refused(app: App) -> None:
    deep: dict[str, Any] = {}
    for _ in range(900):
        deep = {"a": deep}
    assert await faults(app.sources.create(ADMIN, {"kind": deep})) == [("", "too_deep")]
    assert await faults(app.queries.create(ADMIN, deep)) == [("", "too_deep")]


async def test_the_audit_names_fields_and_no_values(app: App) -> None:
    ref = (await saved(app, base_url=BASE, auth=BEARER))["id"]
    await app.sources.patch(ADMIN, ref, {"auth": {"token": "another"}})
    await app.sources.patch(ADMIN, ref, {"auth": {"token": None}})
    lines = (await app.audit.list(ADMIN, target=ref)).items
    assert [(line["action"], line["detail"]) for line in reversed(lines)] == [
        ("source.create", {}),
        ("secret.set", {"fields": ["auth/token"]}),
        ("source.update", {"fields": ["auth"]}),
        ("secret.set", {"fields": ["auth/token"]}),
        ("source.update", {"fields": ["auth"]}),
        ("secret.clear", {"fields": ["auth/token"]}),
    ]


async def test_an_editor_turns_verification_off_only_with_the_credential_at_hand(app: App) -> None:
    doc = await saved(app, base_url=BASE, auth=BEARER)
    off: dict[str, Any] = {"tls": {"mode": "insecure"}}
    assert await faults(app.sources.patch(EDITOR, doc["id"], off)) == [
        ("/tls/mode", "credential_pinned")
    ]
    entered = await app.sources.patch(EDITOR, doc["id"], {**off, "auth": {"token": "canary-again"}})
    assert entered.doc["tls"]["mode"] == "insecure"
    assert [warning["code"] for warning in entered.doc["warnings"]] == ["tls_not_verified"]
    later = await app.sources.patch(EDITOR, doc["id"], {"description": "still insecure"})
    assert later.doc["tls"]["mode"] == "insecure"
    await app.sources.patch(EDITOR, doc["id"], {"tls": {"mode": "none"}})
    await app.sources.patch(ADMIN, doc["id"], off)
    lines = (await app.audit.list(ADMIN, target=doc["id"], action="source.insecure")).items
    assert [line["actor"]["id"] for line in lines] == [ADMIN.id, EDITOR.id]
    (update,) = (await app.audit.list(ADMIN, action="source.update", limit=1)).items
    assert update["detail"] == {"fields": ["tls"], "repointed": True, "tls": ["mode"]}


async def test_another_ca_is_an_editors_ordinary_work_and_is_audited(app: App) -> None:
    doc = await saved(app, base_url=BASE, auth=BEARER)
    pem = trustme.CA().cert_pem.bytes().decode()
    change = {"tls": {"mode": "ca_certificate", "ca_cert": pem, "server_name": "inner.test"}}
    changed = await app.sources.patch(EDITOR, doc["id"], change)
    assert changed.doc["auth"]["token"] == doc["auth"]["token"]
    (line,) = (await app.audit.list(ADMIN, action="source.update", limit=1)).items
    assert line["detail"]["tls"] == ["ca_cert", "mode", "server_name"]


async def test_a_source_that_begins_insecure_has_that_line_too(app: App) -> None:
    doc = await saved(app, base_url=BASE, auth=BEARER, tls={"mode": "insecure"})
    (line,) = (await app.audit.list(ADMIN, action="source.insecure")).items
    assert line["target"]["id"] == doc["id"]
