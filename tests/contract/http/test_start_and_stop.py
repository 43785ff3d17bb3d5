"""From an empty folder to the ready line, and from a signal to the end (contract 1)."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.calling import PASSWORD, Client, client, first_person, program
from tests.contract.http.test_runs import Upstream
from tests.served import Served, serving, start, stop


def fails(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A server that does not start."""
    return subprocess.run(
        [sys.executable, "-m", "sourcekeep", "serve", *options],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_empty_folder_becomes_a_server_that_says_it_is_ready(tmp_path: Path):
    data = tmp_path / "not" / "there"
    with serving(data) as server:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+", server.url)
        assert server.lines[-1] == f"Sourcekeep is ready at {server.url}\n"
        assert f"{server.url}/welcome?token=" in server.sign_in_link
        assert client(server).at("GET", "/healthz").status == 200
        assert client(server).at("GET", "/readyz").status == 200
        assert stop(server) == 0
    assert (data / "sourcekeep.db").stat().st_mode & 0o077 == 0
    assert (data / "master.key").stat().st_mode & 0o077 == 0


def test_the_first_link_is_new_at_each_start_until_somebody_exists(tmp_path: Path):
    with serving(tmp_path) as server:
        old = server.sign_in_link.partition("token=")[2]
    with serving(tmp_path) as server:
        said = {"token": old, "email": "a@keep.test", "name": "A", "password": PASSWORD}
        client(server).post("/session/first", said).expect(403)
        first_person(server)
    with serving(tmp_path) as server:
        assert "welcome" not in server.output


def test_sessions_tokens_and_saved_things_outlive_a_restart(tmp_path: Path):
    with serving(tmp_path) as server:
        person = first_person(server)
        token = program(server, person)
        token.post("/data-sources", {"kind": "restapi", "name": "kept"}).expect(201)
    with serving(tmp_path) as server:
        for again in (Client(server.url, person.headers), Client(server.url, token.headers)):
            assert again.get("/data-sources/kept").expect(200)["name"] == "kept"


def test_the_demo_is_saved_once_and_follows_its_port(tmp_path: Path):
    options = ("--demo", "--demo-port", "0")
    with serving(tmp_path, *options) as server:
        person = first_person(server)
        source = person.get("/data-sources/demo").expect(200)
        assert source["base_url"] in server.output
        assert person.post("/queries/demo1/run", {}).expect(200)["status"] == "ok"
        for name in ("server.crt", "client.crt", "client.key"):
            assert str(tmp_path / "demo" / name) in server.output
    with serving(tmp_path, *options) as server:
        again = Client(server.url, person.headers)
        assert again.get("/data-sources/demo").expect(200)["id"] == source["id"]
        assert again.post("/queries/demo1/run", {}).expect(200)["status"] == "ok"
        assert len(again.get("/data-sources").expect(200)["items"]) == 1


def test_a_port_that_is_taken_is_said_in_one_line(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for workers in ("1", "2"):
            ended = fails("--port", port, "--data-dir", str(tmp_path), "--workers", workers)
            assert ended.returncode == 1
            assert ended.stdout == ""
            assert ended.stderr.count("\n") == 1
            assert f"Port {port} on 127.0.0.1 is taken" in ended.stderr


def test_a_wrong_setting_is_said_in_one_line(tmp_path: Path):
    (tmp_path / "sourcekeep.toml").write_text("prot = 1\n")
    ended = fails("--data-dir", str(tmp_path))
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "Did you mean port" in ended.stderr


def test_a_missing_master_key_is_said_and_nothing_is_changed(tmp_path: Path):
    with serving(tmp_path) as server:
        payload = {"kind": "restapi", "auth": {"type": "bearer", "token": "sealed"}}
        first_person(server).post("/data-sources", payload).expect(201)
    (tmp_path / "master.key").rename(tmp_path / "away")
    before = (tmp_path / "sourcekeep.db").read_bytes()
    ended = fails("--port", "0", "--data-dir", str(tmp_path))
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "master key" in ended.stderr
    assert (tmp_path / "sourcekeep.db").read_bytes() == before
    (tmp_path / "away").replace(tmp_path / "master.key")
    with serving(tmp_path):
        pass


def test_a_database_that_does_not_answer_is_said(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"postgresql://keep:planted-password@127.0.0.1:{port}/keep"
    ended = fails("--port", "0", "--data-dir", str(tmp_path), "--database-url", url)
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "planted-password" not in ended.stderr + ended.stdout


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_it_with_exit_0(tmp_path: Path, number: signal.Signals):
    with serving(tmp_path) as server:
        server.process.send_signal(number)
        assert server.process.wait(10) == 0
        assert "Traceback" not in server.output


def _running(tmp_path: Path, *options: str) -> tuple[Served, Client, Upstream]:
    """A server with a source whose upstream never answers."""
    server = start(tmp_path, options)
    person = first_person(server)
    upstream = Upstream(hang=True)
    payload = {"kind": "restapi", "name": "slow", "base_url": upstream.url}
    person.post("/data-sources", payload).expect(201)
    return server, person, upstream


def test_a_run_may_finish_before_the_end(tmp_path: Path):
    server, person, upstream = _running(tmp_path)
    upstream.delay_s = 1.0
    upstream.body, upstream.hang = b'{"late": true}', False
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(person.post, "/data-sources/slow/run", {"query": {}})
        upstream.arrived.wait(10)
        server.process.terminate()
        assert answer.result(10).expect(200)["data"] == {"late": True}
    assert server.process.wait(10) == 0
    with pytest.raises(OSError):
        person.get("/kinds")


def test_a_run_that_does_not_finish_is_cancelled_and_its_caller_told(tmp_path: Path):
    server, person, upstream = _running(tmp_path, "--stop-seconds", "0.5")
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(person.post, "/data-sources/slow/run", {"query": {}})
        upstream.arrived.wait(10)
        server.process.terminate()
        reply = answer.result(10)
    assert reply.expect(503)["code"] == "stopping"
    assert server.process.wait(10) == 0
    with serving(tmp_path) as again:
        runs = Client(again.url, person.headers).get("/runs").expect(200)["items"]
        assert [run["status"] for run in runs] == ["cancelled"]


def test_a_second_signal_ends_it_at_once(tmp_path: Path):
    server, person, upstream = _running(tmp_path)
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(person.post, "/data-sources/slow/run", {"query": {}})
        upstream.arrived.wait(10)
        server.process.terminate()
        until = time.monotonic() + 5
        while time.monotonic() < until and _listens(server):
            time.sleep(0.02)
        server.process.terminate()
        assert server.process.wait(5) == 1
        with pytest.raises(OSError):
            answer.result(10)


def _listens(server: Served) -> bool:
    host = urlsplit(server.url)
    try:
        socket.create_connection((host.hostname, host.port), timeout=1).close()
    except OSError:
        return False
    return True


def test_kill_9_during_a_hundred_saves_loses_no_acknowledged_one_and_leaves_none_half(
    tmp_path: Path,
):
    server = start(tmp_path)
    person = first_person(server)
    token = program(server, person)
    acknowledged: list[int] = []
    lock = threading.Lock()

    def save(number: int) -> None:
        payload = {
            "kind": "restapi",
            "name": f"save {number}",
            "base_url": f"https://api.example.com/{number}/",
            "headers": [{"name": "X-Number", "value": f"{number}", "secret": True}],
            "auth": {"type": "bearer", "token": f"token {number}"},
        }
        try:
            reply = token.post("/data-sources", payload)
        except OSError:
            return
        if reply.status == 201:
            with lock:
                acknowledged.append(number)
                if len(acknowledged) == 40:
                    server.process.kill()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(save, range(100)))
    server.process.kill()
    server.process.wait()
    assert len(acknowledged) >= 40
    with serving(tmp_path) as again:
        now = Client(again.url, token.headers)
        saved = {
            int(item["name"].removeprefix("save ")): item
            for item in now.get("/data-sources?limit=1000").expect(200)["items"]
        }
        assert set(acknowledged) <= set(saved)
        for number, item in saved.items():
            assert item["base_url"] == f"https://api.example.com/{number}/"
            assert item["auth"]["token"]["set"] is True
            assert item["headers"][0]["value"]["set"] is True
            shown = now.post(f"/data-sources/{item['id']}/preview", {"query": {}})
            shown.expect(200)
        # Secrets open again: a change that keeps them needs every one of them.
        some = saved[acknowledged[0]]
        now.patch(f"/data-sources/{some['id']}", {"description": "after"}).expect(200)


def test_several_workers_share_the_port_and_one_that_dies_is_replaced(tmp_path: Path):
    with serving(tmp_path, "--workers", "2", "--demo", "--demo-port", "0") as server:
        token = program(server, first_person(server))
        for _ in range(8):
            assert token.post("/queries/demo1/run", {}).expect(200)["status"] == "ok"
        workers = children(server.process.pid)
        assert len(workers) == 2
        os.kill(workers[1], signal.SIGKILL)
        until = time.monotonic() + 15
        while time.monotonic() < until:
            now = children(server.process.pid)
            if len(now) == 2 and workers[1] not in now and _ready(token):
                break
            time.sleep(0.1)
        assert len(children(server.process.pid)) == 2
        assert workers[0] in children(server.process.pid)
        assert token.get("/data-sources/demo").status == 200
        assert stop(server) == 0
    assert not any(alive(pid) for pid in workers)


def test_workers_end_when_their_supervisor_is_killed(tmp_path: Path):
    server = start(tmp_path, ("--workers", "2"))
    workers = children(server.process.pid)
    server.process.kill()
    server.process.wait()
    until = time.monotonic() + 15
    while any(alive(pid) for pid in workers) and time.monotonic() < until:
        time.sleep(0.05)
    assert not any(alive(pid) for pid in workers)


def _ready(token: Client) -> bool:
    try:
        return all(token.get("/kinds").status == 200 for _ in range(4))
    except OSError:
        return False


def children(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(part) for part in text.split()]


def alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
