"""The programs that the bench needs beside ours; it installs what it can, and names what it can't."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


class Missing(Exception):
    """A program that could not be had; its contestants are named as missing in the report."""


def debian(program: str, package: str) -> str:
    """The path of a program of a Debian package, installed when it is not there and we may."""
    found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for words in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", package]):
            subprocess.run(words, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        found = shutil.which(program) or shutil.which(program, path="/usr/sbin:/sbin")
    if found is None:
        raise Missing(f"{program} (Debian package {package})")
    return found


def node() -> str:
    """Node of the development environment."""
    found = shutil.which("node", path=str(Path(sys.executable).parent)) or shutil.which("node")
    if found is None:
        raise Missing("node")
    return found


def node_peer(name: str) -> Path:
    """The folder of a Node peer with its packages installed."""
    folder = HERE / "peers" / name
    if not (folder / "node_modules").is_dir():
        npm = str(Path(node()).parent / "npm")
        done = subprocess.run(
            [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"],
            cwd=folder,
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, "PATH": f"{Path(node()).parent}:{os.environ['PATH']}"},
        )
        if done.returncode:
            raise Missing(f"the npm packages of {name}: {done.stderr.strip()[-300:]}")
    return folder
