"""What every authentication type must keep: one suite over all folders of `plugins/auth`."""

from __future__ import annotations

from pathlib import Path
from typing import Any, get_args

import pytest
from pydantic import SecretStr

from sourcekeep.engine.preview import stand_in
from sourcekeep.model.auth import AuthType, AuthValues, Outgoing, Place
from sourcekeep.plugins import auth as folder
from sourcekeep.plugins.registry import auth_types
from tests.unit.engine.running import recorded, running

TYPES = auth_types()
EVERY = pytest.mark.parametrize("auth", TYPES.values(), ids=list(TYPES))
CANARY = "canary-7c1f0d2b9a"


def secret_fields(auth: AuthType) -> list[str]:
    fields = auth.values.model_fields.items()
    return [
        name
        for name, field in fields
        if field.annotation is SecretStr or SecretStr in get_args(field.annotation)
    ]


def filled(auth: AuthType, text: str = CANARY) -> AuthValues:
    return auth.values.model_validate(dict.fromkeys(secret_fields(auth), text))


def played(auth: AuthType, values: AuthValues) -> Outgoing:
    """The flow of a static credential: it ends without a step."""
    request = Outgoing("GET", "https://api.example.com/v1?x=1", (("Accept", "*/*"),))
    with pytest.raises(StopIteration) as end:
        next(auth.flow(values, request))
    outgoing: Outgoing = end.value.value
    return outgoing


def test_every_folder_is_found_under_its_own_name() -> None:
    names = {
        path.name for path in Path(folder.__path__[0]).iterdir() if (path / "__init__.py").is_file()
    }
    assert names == set(TYPES)
    assert all(auth.type == name for name, auth in TYPES.items())


@EVERY
def test_it_can_be_shown_to_a_person(auth: AuthType) -> None:
    assert auth.title and auth.help.endswith(".")
    for name, field in auth.values.model_fields.items():
        assert field.title, name
    titles = [other.title for other in TYPES.values()]
    assert titles.count(auth.title) == 1


@EVERY
def test_it_can_be_chosen_before_anything_is_filled_in(auth: AuthType) -> None:
    assert auth.values() == auth.values.model_validate({})


@EVERY
def test_its_schema_says_which_fields_are_secret(auth: AuthType) -> None:
    properties: dict[str, Any] = auth.values.model_json_schema().get("properties", {})
    for name in secret_fields(auth):
        assert '"writeOnly": true' in str(properties[name]).replace("'", '"').replace(
            "True", "true"
        )


@EVERY
def test_no_text_form_of_its_values_shows_a_secret(auth: AuthType) -> None:
    values = filled(auth)
    for text in (repr(values), str(values), str(values.model_dump()), values.model_dump_json()):
        assert CANARY not in text


@EVERY
def test_what_it_adds_stands_in_the_places_that_it_names(auth: AuthType) -> None:
    values = filled(auth)
    outgoing = played(auth, values)
    places: tuple[tuple[Place, str], ...] = tuple((p, name) for p, name, _ in outgoing.added)
    assert places == auth.places(values)
    assert (outgoing.method, outgoing.url) == ("GET", "https://api.example.com/v1?x=1")


@EVERY
def test_it_takes_a_stand_in_for_a_preview(auth: AuthType) -> None:
    played(auth, filled(auth, stand_in("auth/token")))


@EVERY
async def test_its_credential_arrives_and_never_comes_back(auth: AuthType) -> None:
    values = filled(auth)
    async with recorded() as upstream, running() as runner:
        result = await runner.run(f"{upstream.base}/x", auth=(auth, values), masked=[CANARY])
        sent = upstream.heads[0].decode()
    assert result.status == "ok"
    for _, name, value in played(auth, values).added:
        assert name in sent and value in sent
    assert CANARY not in str(result.request)
