"""Constants can be read; secrets are written and never come back."""

from __future__ import annotations

import json

import pytest

from sourcekeep.model.problem import Invalid, Refused
from sourcekeep.wiring import App
from tests.unit.services.conftest import ADMIN, EDITOR, RUNNER


async def test_a_constant_is_written_read_replaced_and_removed(app: App) -> None:
    await app.constants.put(EDITOR, "tenant", {"value": "acme"})
    await app.constants.put(EDITOR, "tenant", {"value": "bolt"})
    assert (await app.constants.get(EDITOR, "tenant"))["value"] == "bolt"
    assert [item["name"] for item in (await app.constants.list(EDITOR)).items] == ["tenant"]
    await app.constants.delete(EDITOR, "tenant")
    with pytest.raises(Refused, match='There is no constant "tenant"'):
        await app.constants.get(EDITOR, "tenant")


async def test_a_secret_never_comes_back(app: App) -> None:
    answers = [
        await app.constants.put(ADMIN, "key", {"value": "canary-key-1"}, secret=True),
        await app.constants.get(ADMIN, "key", secret=True),
        (await app.constants.list(ADMIN, secret=True)).items,
        (await app.audit.list(ADMIN)).items,
    ]
    assert "canary-key-1" not in json.dumps(answers)
    assert answers[1]["value"]["set"] is True


async def test_constants_and_secrets_are_two_name_spaces(app: App) -> None:
    await app.constants.put(ADMIN, "x", {"value": "plain"})
    await app.constants.put(ADMIN, "x", {"value": "hidden"}, secret=True)
    await app.constants.delete(ADMIN, "x", secret=True)
    assert (await app.constants.get(ADMIN, "x"))["value"] == "plain"


async def test_only_an_admin_writes_secrets_and_a_runner_reads_neither(app: App) -> None:
    for call in (
        app.constants.put(EDITOR, "k", {"value": "v"}, secret=True),
        app.constants.list(RUNNER),
        app.constants.list(RUNNER, secret=True),
        app.constants.put(RUNNER, "k", {"value": "v"}),
    ):
        with pytest.raises(Refused) as caught:
            await call
        assert caught.value.code == "role_not_allowed"


async def test_a_name_is_one_that_a_template_can_say(app: App) -> None:
    for name in ("", "1a", "a-b", "a b", "é", "a" * 101):
        with pytest.raises(Invalid) as caught:
            await app.constants.put(ADMIN, name, {"value": "x"})
        assert caught.value.faults[0].code == "pattern"


async def test_an_empty_secret_is_refused(app: App) -> None:
    with pytest.raises(Invalid):
        await app.constants.put(ADMIN, "k", {"value": ""}, secret=True)
