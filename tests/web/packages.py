"""What the browser tests fetch from npm, into a cache outside the checkout, by lock file and hash."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from platformdirs import user_cache_path

SOURCE = Path(__file__).parent / "browser"


def installed(*, with_chromium: bool) -> Path:
    """A `node_modules` with axe-core and, on request, the packed Chromium."""
    lock = (SOURCE / "package-lock.json").read_bytes()
    kind = "chromium" if with_chromium else "plain"
    folder = cache() / f"{kind}-{hashlib.sha256(lock).hexdigest()[:16]}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=folder.parent))
        shutil.copytree(SOURCE, draft, dirs_exist_ok=True)
        run_node(
            "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error",
            *([] if with_chromium else ["--omit=optional"]), folder=draft,
        )  # fmt: skip
        try:
            draft.rename(folder)
        except OSError:  # another test run was faster
            shutil.rmtree(draft)
    return folder / "node_modules"


def cache() -> Path:
    named = os.environ.get("BROWSER_TEST_CACHE")
    return Path(named) if named else user_cache_path("sourcekeep-tests", appauthor=False)


def run_node(program: str, *arguments: str, folder: Path, **environment: str) -> None:
    """Run `node` or `npm` of the development environment."""
    tools = Path(sys.executable).parent
    path = os.pathsep.join((str(tools), os.environ.get("PATH", "")))
    done = subprocess.run(
        [str(tools / program), *arguments],
        cwd=folder,
        env={**os.environ, **environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{program} {arguments[0]} failed: {done.stdout}{done.stderr}")
