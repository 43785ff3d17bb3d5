"""Every package is pinned, with the hashes that were reviewed, and no download address is committed.

`uv.lock` names an address for each file, so it stays out of the repository. What is committed
instead: `constraints.txt` (versions and hashes, what `uv export` prints) and the same versions in
`pyproject.toml` as uv's constraints, so that a fresh clone resolves to exactly them. This check
compares both with what uv resolved here: a file that the registry swapped, or a package that nobody
has pinned, fails. `--write` renews both files; `--write --upgrade` goes to the newest versions.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CONSTRAINTS = ROOT / "constraints.txt"
PROJECT = ROOT / "pyproject.toml"
BEGIN, END = "# pins: begin (tools/checks/pins.py --write)", "# pins: end"
BLOCK = re.compile(f"{re.escape(BEGIN)}\n.*?{re.escape(END)}\n", re.DOTALL)

Pins = dict[str, frozenset[str]]


def main(arguments: list[str]) -> int:
    if "--write" in arguments:
        write(upgrade="--upgrade" in arguments)
    pinned = read_pins(CONSTRAINTS.read_text("utf-8"))
    faults = compare(pinned, read_pins(resolved("--all-groups")))
    if project_block(pinned, build_pins(pinned)) not in PROJECT.read_text("utf-8"):
        faults.append("pyproject.toml does not hold the versions of constraints.txt")
    for fault in faults:
        print(f"pins: {fault}", file=sys.stderr)
    if faults:
        print("pins: after review, run `just pin`", file=sys.stderr)
        return 1
    print("pins: every package is at its reviewed version and hashes")
    return 0


def compare(pinned: Pins, found: Pins) -> list[str]:
    """What differs, in words. New files of a pinned version (a wheel for a new Python, say) are
    fine, since none of them is one that was reviewed and then changed."""
    faults = [f"{name} is resolved here but not pinned" for name in sorted(found.keys() - pinned)]
    faults += [f"{name} is pinned but not needed" for name in sorted(pinned.keys() - found)]
    faults += [
        f"{name}: {len(pinned[name] - found[name])} reviewed file(s) are gone or changed"
        for name in sorted(pinned.keys() & found.keys())
        if not pinned[name] <= found[name]
    ]
    return faults


def read_pins(text: str) -> Pins:
    """`name==version ; marker` -> hashes, from pip's requirements format."""
    pins: dict[str, set[str]] = {}
    current: set[str] = set()
    for line in text.splitlines():
        stripped = line.strip().removesuffix("\\").strip()
        if stripped.startswith("--hash="):
            current.add(stripped.removeprefix("--hash="))
        elif stripped and not stripped.startswith("#"):
            current = pins.setdefault(stripped, set())
    return {name: frozenset(hashes) for name, hashes in pins.items()}


def resolved(groups: str) -> str:
    """What uv resolved for this checkout, for all platforms, without addresses."""
    return uv(
        "export", groups, "--frozen", "--offline", "--no-emit-project", "--no-annotate",
        "--no-header",
    )  # fmt: skip


def build_pins(pinned: Pins) -> Pins:
    """Those of `pinned` that building the package uses."""
    names = read_pins(resolved("--only-group=build"))
    return {name: hashes for name, hashes in pinned.items() if name in names}


def write(*, upgrade: bool) -> None:
    text = PROJECT.read_text("utf-8")
    if upgrade:
        PROJECT.write_text(BLOCK.sub(f"{BEGIN}\n{END}\n", text), "utf-8")
        uv("lock", "--upgrade")
    else:
        uv("lock")
    exported = resolved("--all-groups")
    CONSTRAINTS.write_text(exported, "utf-8")
    pinned = read_pins(exported)
    block = project_block(pinned, build_pins(pinned))
    PROJECT.write_text(BLOCK.sub(lambda _: block, PROJECT.read_text("utf-8")), "utf-8")
    uv("lock")


def project_block(pinned: Pins, build: Pins) -> str:
    """The generated part of `[tool.uv]`."""
    tables = {"constraint-dependencies": pinned, "build-constraint-dependencies": build}
    lists = "".join(
        f"{key} = [\n" + "".join(f"  {_toml(name)},\n" for name in sorted(pins)) + "]\n"
        for key, pins in tables.items()
    )
    return f"{BEGIN}\n{lists}{END}\n"


def _toml(requirement: str) -> str:
    return '"' + requirement.replace('"', "'") + '"'


def uv(*arguments: str) -> str:
    program = os.environ.get("UV") or shutil.which("uv")
    if program is None:
        raise SystemExit("pins: uv is not installed (pip install uv)")
    done = subprocess.run(
        [program, *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SystemExit(f"pins: uv {arguments[0]} failed: {done.stderr.strip()}")
    return done.stdout


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
