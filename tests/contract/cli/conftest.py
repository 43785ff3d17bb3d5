"""A terminal for the tests of the command line, and a server with the demo API."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.served import Served, serving

Done = subprocess.CompletedProcess[str]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("cli"), "--demo", "--demo-port", "0") as server:
        yield server


class Terminal:
    """Runs `sourcekeep …` and gives what came of it."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir

    def __call__(
        self, *words: str, stdin: str = "", environment: dict[str, str] | None = None
    ) -> Done:
        return subprocess.run(
            [sys.executable, "-m", "sourcekeep", *words],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "SOURCEKEEP_DATA_DIR": str(self.data_dir), **(environment or {})},
            check=False,
        )


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "data")
