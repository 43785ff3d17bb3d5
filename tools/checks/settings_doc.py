"""`docs/settings.md` names every setting, in the words of the code. `--write` renews it."""

from __future__ import annotations

import sys
from pathlib import Path

from sourcekeep.settings import ENVIRONMENT_ONLY, FILE_NAME, KINDS, PREFIX, shown_default, words

FILE = Path(__file__).resolve().parents[2] / "docs" / "settings.md"
_TOP = f"""# Settings

A setting is taken from the first of these that has it: the option of `sourcekeep serve`, the
environment variable, `{FILE_NAME}` (in the data dir, or the file that `--config` or
`{PREFIX}CONFIG` names), the default. A setting `data_dir` is the option `--data-dir`, the variable
`{PREFIX}DATA_DIR` and the key `data_dir` of the file. An unknown key of the file stops the start.
Lists are written with commas between, in the file as TOML arrays too.

| setting | default | what it does |
| --- | --- | --- |
"""


def text() -> str:
    rows = [f"| `{name}`{_only(name)} | {shown_default(name)} | {words(name)} |" for name in KINDS]
    return _TOP + "\n".join(rows) + "\n"


def _only(name: str) -> str:
    return f" (`{PREFIX}{name.upper()}` only)" if name in ENVIRONMENT_ONLY else ""


def main(arguments: list[str]) -> int:
    if "--write" in arguments:
        FILE.write_text(text(), "utf-8")
        return 0
    if FILE.is_file() and FILE.read_text("utf-8") == text():
        print("settings: docs/settings.md names every setting")
        return 0
    print("settings: run `python -m tools.checks.settings_doc --write`", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
