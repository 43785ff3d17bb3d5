"""The same operations, results and errors from a keep in a data dir and from one behind a server."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import sourcekeep
from tests.served import Served, serving


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data_dir = tmp_path_factory.mktemp("keep")
    with serving(data_dir, "--demo", "--demo-port", "0") as server:
        yield server


@pytest.fixture(scope="module")
def token(served: Served) -> str:
    words = [sys.executable, "-m", "sourcekeep", "token", "create", "--name", "tests"]
    words += ["--role", "admin", "--data-dir", str(served.data_dir)]
    return subprocess.run(words, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(params=["local", "remote"])
def keep(
    request: pytest.FixtureRequest, served: Served, token: str, tmp_path: Path
) -> Iterator[sourcekeep.Keep]:
    if request.param == "local":
        made = sourcekeep.open(data_dir=served.data_dir)
    else:
        made = sourcekeep.connect(served.url, token=token)
    with made as keep:
        yield keep


def _source(keep: sourcekeep.Keep, served: Served, secret: str = "demo-token") -> str:
    source = keep.create(
        "data-sources",
        {
            "kind": "restapi",
            "base_url": served.demo_addresses[0],
            "auth": {"type": "bearer", "token": secret},
        },
    )
    return str(source["id"])


def test_people_are_invited_and_the_audit_is_read_the_same_way(keep: sourcekeep.Keep) -> None:
    made = keep.create("users", {"email": "in@keep.test", "role": "editor"})
    assert (made["state"], made["name"]) == ("invited", "in")
    again = keep.make_link(made["id"])
    assert "/welcome?token=" in again["link"]
    assert again["link"] != made["link"]
    assert keep.patch("users", "in@keep.test", {"disabled": True})["state"] == "disabled"
    assert keep.get("users", "in@keep.test")["disabled"] is True
    keep.remove("users", "in@keep.test")
    [newest] = keep.recent("audit", 1, action="user.*")
    assert (newest["action"], newest["target"]["name"]) == ("user.delete", "in@keep.test")
    parts: list[bytes] = []
    keep.export_audit(parts.append, target="in@keep.test", action="user.*")
    lines = b"".join(parts).splitlines()
    assert json.loads(lines[-1]) == newest
    assert [json.loads(line)["action"] for line in lines[-4:]] == [
        "user.create",
        "user.link",
        "user.update",
        "user.delete",
    ]
    assert keep.verify_audit()["ok"] is True
    with pytest.raises(sourcekeep.Invalid):
        keep.export_audit(parts.append, since="yesterday")


def test_a_saved_query_runs_with_its_parameters(keep: sourcekeep.Keep, served: Served) -> None:
    source = _source(keep, served)
    query = keep.create(
        "queries",
        {
            "data_source": source,
            "params": [{"name": "n", "value": "{{ params.n }}"}],
            "parameters": [{"name": "n", "type": "integer", "required": True}],
        },
    )
    result = keep.run(query["name"], n=9007199254740993)
    assert result.ok
    assert result.data["success"] is True
    assert result.response is not None
    assert result.response.status == 200
    assert result.document["request"]["url"].endswith("n=9007199254740993")
    assert result.raise_for_status() is result
    assert result.content.startswith(b"{")


def test_a_run_that_fails_is_a_result_and_says_why(keep: sourcekeep.Keep, served: Served) -> None:
    result = keep.call(_source(keep, served, "wrong-token"), "GET")
    assert result.status == "failed"
    assert result.error is not None
    assert (result.error.code, result.error.stage) == ("http_status", "response")
    assert "wrong-token" not in result.text.decode()
    with pytest.raises(sourcekeep.RunFailed, match="401"):
        result.raise_for_status()


def test_a_wrong_parameter_raises_before_anything_is_sent(
    keep: sourcekeep.Keep, served: Served
) -> None:
    query = keep.create("queries", {"data_source": _source(keep, served)})
    with pytest.raises(sourcekeep.Failed) as refused:
        keep.run(query["name"], nobody=1)
    assert refused.value.problem.code == "parameter_unknown"
    assert refused.value.problem.stage == "parameters"


def test_bad_input_names_each_field(keep: sourcekeep.Keep) -> None:
    with pytest.raises(sourcekeep.Invalid) as refused:
        keep.create("data-sources", {"kind": "restapi", "base_url": "ftp://x", "nothing": 1})
    places = {fault.pointer for fault in refused.value.faults}
    assert "/nothing" in places or "/base_url" in places


def test_what_is_not_there_is_refused_by_name(keep: sourcekeep.Keep) -> None:
    with pytest.raises(sourcekeep.Refused, match="nowhere") as refused:
        keep.get("data-sources", "nowhere")
    assert refused.value.kind == "not_found"


def test_a_noun_that_there_is_not_is_refused(keep: sourcekeep.Keep) -> None:
    for ask in (
        lambda: keep.list("projects"),
        lambda: keep.get("projects", "x"),
        lambda: keep.create("projects", {}),
        lambda: keep.patch("projects", "x", {}),
        lambda: keep.put("projects", "x", {}),
        lambda: keep.remove("projects", "x"),
    ):
        with pytest.raises(sourcekeep.Refused) as refused:
            ask()
        assert refused.value.kind == "not_found"


def test_a_source_in_use_is_not_deleted_and_the_queries_are_named(
    keep: sourcekeep.Keep, served: Served
) -> None:
    source = _source(keep, served)
    query = keep.create("queries", {"data_source": source})
    with pytest.raises(sourcekeep.Refused) as refused:
        keep.remove("data-sources", source)
    assert refused.value.code == "in_use"
    assert query["name"] in refused.value.names
    keep.remove("queries", query["id"])
    keep.remove("data-sources", source)


def test_a_source_is_patched_renamed_and_listed(keep: sourcekeep.Keep, served: Served) -> None:
    source = _source(keep, served)
    name = f"billing {source[-8:]}"
    assert keep.patch("data-sources", source, {"name": name})["name"] == name
    assert name in [item["name"] for item in keep.list("data-sources", search="billing")]


def test_asynchronous_callers_run_queries_side_by_side(
    keep: sourcekeep.Keep, served: Served
) -> None:
    query = keep.create("queries", {"data_source": _source(keep, served)})["name"]

    async def many() -> list[sourcekeep.Result]:
        return await asyncio.gather(*(keep.arun(query) for _ in range(8)))

    assert all(result.ok for result in asyncio.run(many()))


def test_a_secret_is_set_used_and_never_given_back(keep: sourcekeep.Keep, served: Served) -> None:
    keep.put("secrets", "keep_secret", {"value": "hush-hush-hush"})
    listed = keep.list("secrets")
    assert "keep_secret" in [item["name"] for item in listed]
    assert "hush-hush-hush" not in str(listed)
    keep.remove("secrets", "keep_secret")


def test_a_server_that_is_away_is_said_in_words() -> None:
    with (
        sourcekeep.connect("http://127.0.0.1:9", token="sk_x") as keep,
        pytest.raises(sourcekeep.Refused, match="does not answer"),
    ):
        keep.list("queries")


def test_a_token_that_is_none_is_not_signed_in(served: Served) -> None:
    with (
        sourcekeep.connect(served.url, token="sk_none") as keep,
        pytest.raises(sourcekeep.Refused) as refused,
    ):
        keep.list("queries")
    assert refused.value.kind == "not_signed_in"


def test_a_source_is_tested_stage_by_stage(keep: sourcekeep.Keep, served: Served) -> None:
    source = _source(keep, served)
    told = keep.test(source)
    assert told["ok"] is True
    assert [stage["stage"] for stage in told["stages"]] == ["dns", "tcp", "tls", "auth", "response"]
    unsaved = keep.test(source, {"auth": {"token": "wrong-token"}})
    assert unsaved["stages"][3]["ok"] is False
    assert "It asks for Bearer" in unsaved["stages"][3]["detail"]
    assert keep.test(source)["ok"] is True


def test_keys_and_credentials_are_rotated(keep: sourcekeep.Keep, served: Served) -> None:
    source = _source(keep, served, secret="worn-out")
    keep.patch("data-sources", source, {"auth": {"next": {"token": "demo-token"}}})
    assert keep.call(source, "GET").status == "ok"
    assert keep.retire_credential(source)["auth"]["next"] is None
    report = keep.rotate_keys()
    assert (report["added"], report["left"]) == (True, 0)
    assert [item["id"] for item in keep.list("keys") if item["current"]] == [report["key"]]
    assert keep.call(source, "GET").status == "ok"


def test_the_doctor_examines_it(keep: sourcekeep.Keep) -> None:
    report = keep.doctor()
    assert {"store", "schema", "keys", "key_file"} <= {one["check"] for one in report["checks"]}
