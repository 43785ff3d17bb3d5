"""Broken TLS servers, each told alike by a run and by a connection test: the same code, hint and
chain. Every fix that is offered is saved as it is, and then the run succeeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

import sourcekeep
from sourcekeep.model.catalogue import CATALOGUE
from tests.upstream.broken_tls import BROKEN, BrokenTls

TOKEN = "canary-broken-tls-1"


@pytest.fixture(scope="module")
def keep(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sourcekeep.Keep]:
    with sourcekeep.open(data_dir=tmp_path_factory.mktemp("tls")) as made:
        yield made


def _saved(keep: sourcekeep.Keep, case: BrokenTls, port: int) -> str:
    source = keep.create(
        "data-sources",
        {
            "kind": "restapi",
            "base_url": f"https://{case.host}:{port}/",
            "auth": {"type": "bearer", "token": TOKEN},
            "tls": case.tls,
            "limits": {"connect_timeout_s": 1},
            "retry": {"max_attempts": 1},
        },
    )
    return str(source["id"])


def _cards(certificates: list[dict[str, Any]]) -> list[str]:
    return [card["sha256"] for card in certificates]


def _savable(case: BrokenTls) -> bool:
    """Save refuses what has expired; the engine's own tests run those."""
    return "expired CA pasted" not in case.name and "client certificate expired" not in case.name


@pytest.mark.parametrize(
    "case", [case for case in BROKEN if _savable(case)], ids=lambda case: case.name
)
def test_a_run_and_a_test_say_the_same(keep: sourcekeep.Keep, case: BrokenTls) -> None:
    with case.start() as upstream:
        source = _saved(keep, case, upstream.port)
        result = keep.call(source, "GET")
        told = keep.test(source)
        stage = next(one for one in told["stages"] if one["ok"] is False)
        error = result.error
        assert error is not None
        assert (error.code, error.stage) == (case.code, "tls")
        assert (stage["code"], stage["stage"]) == (case.code, "tls")
        assert case.words in error.detail
        assert error.hint == stage["hint"]
        assert bool(error.certificates) == bool(told["certificates"]) == case.shows_chain
        assert _cards(error.certificates) == _cards(told["certificates"])
        assert TOKEN not in result.text.decode()
        assert CATALOGUE[case.code].stage == "tls"
        for fix in told["fixes"]:
            assert keep.test(source, fix["patch"])["ok"]
            before = keep.get("data-sources", source)["tls"]
            keep.patch("data-sources", source, fix["patch"])
            assert keep.call(source, "GET").data == "hi"
            assert keep.get("data-sources", source)["tls"]["mode"] != "insecure"
            keep.patch("data-sources", source, {"tls": before})
        if case.remedy is not None:
            fresh = {"min_version": "1.2", "server_name": None}
            keep.patch("data-sources", source, {"tls": {**fresh, **case.remedy}})
            assert keep.call(source, "GET").data == "hi"
            assert keep.test(source)["ok"]


def test_there_are_at_least_twenty_of_them() -> None:
    assert sum(map(_savable, BROKEN)) >= 20
