"""Nothing of one machine, and no package registry's address, is in a tracked file.

The repository must build wherever it is cloned, against whichever registry the machine is set up
for. Private keys do not belong here either.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# In pieces, so that this file does not hold what it looks for.
REGISTRY_HOSTS = (
    "pypi" + ".org",
    "python" + "hosted.org",
    "registry.npm" + "js.org",
    "registry.yarn" + "pkg.com",
    "npm" + "mirror.com",
)
RULES = {
    "a package registry's address": re.compile("|".join(map(re.escape, REGISTRY_HOSTS)), re.I),
    "a download address in a lock file": re.compile(r'"resolved":\s*"\w+:'),
    "a path of one machine": re.compile(r"(?<![\w.:/-])/(?:work|root|Users|home/\w+)/"),
    "a private key": re.compile(
        "-----BEGIN [A-Z ]*PRIVATE " + "KEY-----\\s*\n\\s*[A-Za-z0-9+/]{40}"
    ),
}
NEVER_TRACKED = re.compile(
    r"(^|/)(uv\.lock|node_modules/.*|\.env|.*\.pem|.*\.key|.*\.sqlite3?|.*\.db)$"
)


def main() -> int:
    names = tracked_files()
    faults = [f"{name}: may not be committed" for name in names if NEVER_TRACKED.search(name)]
    for name in names:
        faults += [f"{name}:{line}: {what}" for line, what in look_into(ROOT / name)]
    for fault in faults:
        print(f"committed: {fault}", file=sys.stderr)
    if not faults:
        print(f"committed: {len(names)} files hold no registry address, machine path or key")
    return 1 if faults else 0


def tracked_files() -> list[str]:
    """What git tracks here, without files that are deleted in the work tree."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def look_into(path: Path) -> Iterator[tuple[int, str]]:
    """Line and rule for everything in one file that may not be there; binaries are passed over."""
    content = path.read_bytes()
    if b"\0" in content[:8192]:
        return
    text = content.decode("utf-8", "replace")
    for what, rule in RULES.items():
        for hit in rule.finditer(text):
            yield text.count("\n", 0, hit.start()) + 1, what


if __name__ == "__main__":
    sys.exit(main())
