"""Secrets planted through every slot of the HTTP door are searched for in all that came out: every
answer, the console, exports, the database (its files, or a dump), the arguments of all processes; as
they are and in usual encodings.
"""

from __future__ import annotations

import os
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.calling import PASSWORD, browser, client
from tests.canary.planting import (
    AUTHS,
    NEXT_FIELD,
    Planted,
    Recorder,
    client_certificates,
    echoing,
    leak,
    watched_arguments,
)
from tests.postgres import dump_of, new_database
from tests.served import Served, serving


@dataclass
class Exercise:
    """What was planted under which label, and where it may have come out."""

    secrets: dict[str, str]
    places: dict[str, bytes]


def exercise(
    recorder: Recorder, server: Served, echo: str, ca: trustme.CA, found: Planted, mounted: Path
) -> None:
    """Plant, use, break and read everything."""
    recorder.put("/secrets/workspace", {"value": found.plant("workspace secret")}).expect(200)
    for number, (label, made) in enumerate(AUTHS.items()):
        name = f"canary {number}"
        auth: dict[str, Any] = made(found.plant(label))
        coming = {NEXT_FIELD[auth["type"]]: found.plant(f"next {label}")}
        header = found.plant(f"header beside {label}")
        payload = {
            "kind": "restapi",
            "name": name,
            "base_url": echo,
            "auth": {**auth, "next": coming},
            "headers": [{"name": "X-Planted", "value": header, "secret": True}],
        }
        recorder.post("/data-sources", payload).expect(201)
        use(recorder, name)
        recorder.post(f"/data-sources/canary%20{number}/credential/retire").expect(200)
        use_once(recorder, name)
    kept_elsewhere(recorder, echo, found, mounted)
    certificates(recorder, echo, ca, found)
    refuse(recorder, found)
    people(recorder, server, found)
    recorder.post("/keys/rotate", {"retire_old": True}).expect(200)
    read_all(recorder)


def use(recorder: Recorder, source: str) -> None:
    """Run, preview, test and fail with the source's credential, also through a template's secret."""
    template = {"params": [{"name": "w", "value": "{{ secrets.workspace }}"}]}
    ref = source.replace(" ", "%20")
    query = {"name": f"of {source}", "data_source": source, **template}
    recorder.post("/queries", query).expect(201)
    for unsaved in ({}, {"path": "deep/er"}, template, {"method": "HEAD"}):
        for verb in ("run", "preview"):
            recorder.post(f"/data-sources/{ref}/{verb}", {"query": unsaved})
    for verb in ("run", "preview"):
        recorder.post(f"/queries/of%20{ref}/{verb}", {}).expect(200)
    recorder.post(f"/data-sources/{ref}/test", {}).expect(200)
    recorder.get(f"/data-sources/{ref}").expect(200)
    recorder.patch(f"/data-sources/{ref}", {"description": "changed"}).expect(200)


def use_once(recorder: Recorder, source: str) -> None:
    ref = source.replace(" ", "%20")
    recorder.post(f"/data-sources/{ref}/run", {"query": {}}).expect(200)


def kept_elsewhere(recorder: Recorder, echo: str, found: Planted, mounted: Path) -> None:
    """Secrets that the environment and a file hold; used, and the file spoilt."""
    (mounted / "token").write_text(found.plant("kept in a file"))
    for name, reference in (
        ("environment", "env:CANARY_TOKEN"),
        ("file", f"file:{mounted / 'token'}"),
    ):
        auth = {"type": "bearer", "token": {"from": reference}}
        payload = {"kind": "restapi", "name": name, "base_url": echo, "auth": auth}
        recorder.post("/data-sources", payload).expect(201)
        secret = {"value": {"from": reference}, "data_sources": [name]}
        recorder.put(f"/secrets/of_{name}", secret).expect(200)
        row = {"name": "X-Planted", "value": f"{{{{ secrets.of_{name} ~ '!' }}}}"}
        order = {"query": {"headers": [row]}}
        for verb in ("run", "preview"):
            recorder.post(f"/data-sources/{name}/{verb}", order).expect(200)
    (mounted / "token").write_text(found.plant("spoilt file") + "\n and more")
    recorder.post("/data-sources/file/run", {"query": {}}).expect(200)


def certificates(recorder: Recorder, echo: str, ca: trustme.CA, found: Planted) -> None:
    for number, tls in enumerate(client_certificates(ca, found)):
        name = f"tls{number}"
        made = {"kind": "restapi", "name": name, "tls": tls}
        recorder.post("/data-sources", made).expect(201)
        password = found.plant(f"proxy password {number}")
        network = {"proxy_url": "http://someone@127.0.0.1:1", "proxy_password": password}
        patch = {"base_url": echo, "network": network}
        recorder.patch(f"/data-sources/{name}", patch).expect(200)
        recorder.post(f"/data-sources/{name}/run", {"query": {}}).expect(200)


def refuse(recorder: Recorder, found: Planted) -> None:
    """Inputs that are refused, each holding a secret that the refusal must not repeat."""
    plant = found.plant
    for label, payload in {
        "refused token": {
            "auth": {"type": "bearer", "token": None, "tokn": plant("refused token")}
        },
        "refused type": {"auth": {"type": "bearer", "token": [plant("refused type")]}},
        "refused next": {
            "auth": {"type": "bearer", "next": {"token": f"Bearer {plant('refused next')}"}}
        },
        "refused header": {
            "headers": [{"name": "a b", "value": plant("refused header"), "secret": True}]
        },
        "refused key": {"tls": {"mode": "client_certificate", "client_key": plant("refused key")}},
        "refused line": {"auth": {"type": "bearer", "token": plant("refused line") + "\r\nA: b"}},
    }.items():
        assert recorder.post("/data-sources", {"kind": "restapi", **payload}).status == 422, label
    body = f'{{"kind": "restapi", "auth": {{"type": "bearer", "token": "{secrets.token_hex(4)}'
    recorder.post("/data-sources", body.encode() + plant("cut body").encode()).expect(400)
    value = {"value": plant("refused secret"), "more": 1}
    recorder.put("/secrets/refused", value).expect(422)


def people(recorder: Recorder, server: Served, found: Planted) -> None:
    plant = found.plant
    nobody = client(server)
    said = {"email": "first@keep.test", "password": plant("wrong password")}
    recorder.heard.append(nobody.post("/session", said).body)
    invited = recorder.post("/users", {"email": "canary@keep.test", "name": "C", "role": "runner"})
    link = invited.expect(201)["link"].partition("token=")[2]
    password = plant("password")
    answer = {"token": link, "name": "C", "password": password}
    recorder.heard.append(nobody.post("/session/link", {"token": link}).body)
    recorder.heard.append(nobody.post("/session/first", answer).body)
    reply = nobody.post("/session", {"email": "canary@keep.test", "password": password})
    recorder.heard.append(reply.expect(201) and reply.body)
    recorder.heard.append(browser(server, reply).get("/session").body)
    wrong = {"current": plant("wrong old password"), "new": plant("new password")}
    recorder.heard.append(browser(server, reply).post("/session/password", wrong).body)
    strange = client(server, Authorization=f"Bearer {plant('strange token')}")
    recorder.heard.append(strange.get("/kinds").body)


def read_all(recorder: Recorder) -> None:
    nouns = ("data-sources", "queries", "runs", "audit", "tokens", "users", "secrets", "keys")
    for noun in nouns:
        recorder.get(f"/{noun}?limit=1000").expect(200)
    recorder.get("/audit/export")
    for run in recorder.get("/runs?limit=1000").expect(200)["items"]:
        recorder.get(f"/runs/{run['id']}").expect(200)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Iterator[str | None]:
    if request.param == "sqlite":
        yield None
    else:
        with new_database(request.getfixturevalue("postgres_cluster")) as url:
            yield url


@pytest.fixture(scope="module")
def exercised(
    tmp_path_factory: pytest.TempPathFactory, database: str | None, loopback_ca: trustme.CA
) -> Exercise:
    folder: Path = tmp_path_factory.mktemp("canary")
    mounted: Path = tmp_path_factory.mktemp("mounted")
    found = Planted()
    environment = {
        **os.environ,
        "CANARY_TOKEN": found.plant("kept in the environment"),
        "SOURCEKEEP_SECRET_ENVIRONMENT": "CANARY_*",
        "SOURCEKEEP_SECRET_FOLDERS": str(mounted),
    }
    options = ["--log-level", "debug"] + (["--database-url", database] if database else [])
    with (
        watched_arguments() as arguments,
        echoing() as echo,
        serving(folder, *options, environment=environment) as server,
    ):
        link = server.sign_in_link.partition("token=")[2]
        said = {"token": link, "email": "first@keep.test", "name": "F", "password": PASSWORD}
        person = browser(server, client(server).post("/session/first", said))
        made = person.post("/tokens", {"name": "canary", "role": "admin"}).expect(201)
        recorder = Recorder(server.url, {"Authorization": f"Bearer {made['token']}"})
        first_key = (folder / "master.key").read_text().strip()
        exercise(recorder, server, echo, loopback_ca, found, mounted)
        found["session"] = person.headers["Cookie"].partition("=")[2]
        found |= {"caller token": made["token"], "person": PASSWORD, "first master key": first_key}
        found["master key"] = (folder / "master.key").read_text().strip()
        places = {"the answers": b"\n".join(recorder.heard), **kept(folder, database)}
        places["the console"] = server.output.replace(link, "").encode()
    places["the arguments of some process"] = b"\n".join(arguments)
    return Exercise(found, places)


def kept(folder: Path, database: str | None) -> dict[str, bytes]:
    """What lies in the data folder, and in a database that is elsewhere; the master key aside."""
    files = {
        f"the file {path.name}": path.read_bytes()
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != "master.key"
    }
    if database is None:
        assert "the file sourcekeep.db-wal" in files
        return files
    return {
        **files,
        "the dump of sourcekeep's database": subprocess.check_output(dump_of(database)),
    }


LABELS = [
    *AUTHS, *(f"next {label}" for label in AUTHS), *(f"header beside {label}" for label in AUTHS),
    "workspace secret", "kept in the environment", "kept in a file", "spoilt file", "client key",
    "client key password", "PKCS#12", "PKCS#12 password", "proxy password 0", "proxy password 1",
    "refused token", "refused type", "refused next", "refused header", "refused key",
    "refused line", "cut body", "refused secret", "wrong password", "password",
    "wrong old password", "new password", "strange token", "session", "caller token", "person",
    "first master key", "master key",
]  # fmt: skip


@pytest.mark.parametrize("label", LABELS)
def test_a_secret_comes_out_nowhere(exercised: Exercise, label: str):
    where = leak(label, exercised.secrets[label], exercised.places)
    assert where is None, where


def test_every_secret_that_was_planted_is_looked_for(exercised: Exercise):
    assert set(LABELS) == set(exercised.secrets)


def test_what_is_no_secret_is_there_so_that_the_search_means_something(exercised: Exercise):
    assert b"canary 0" in exercised.places["the answers"]
    assert b"X-Planted" in exercised.places["the answers"]
    assert any(b"canary 0" in exercised.places[p] for p in exercised.places if "sourcekeep" in p)
    assert "••••••".encode() in exercised.places["the answers"]
    assert b"sourcekeep\0serve" in exercised.places["the arguments of some process"]
