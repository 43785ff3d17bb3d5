"""The rules of the house that no linter knows: sizes, names, a line that says what a file is.

Who may import whom is held by import-linter (`just floors`, contracts in pyproject.toml).
"""

from __future__ import annotations

import ast
import re
import warnings
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "sourcekeep"
FILES = sorted(PACKAGE.rglob("*.py"))
LONG, TOO_LONG = 350, 450
# Names that say nothing: whatever is in such a file has a better one.
SAYS_NOTHING = {"util", "utils", "helper", "helpers", "common", "base", "manager", "misc", "core"}
EMPTY_CLASS_NAME = re.compile(r"(Util|Utils|Helper|Helpers|Manager|Misc)$")


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_the_package_is_found() -> None:
    assert len(FILES) > 20


def test_a_file_holds_one_idea_of_a_bearable_size() -> None:
    sizes = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in FILES}
    for name, lines in sizes.items():
        if lines > LONG:
            warnings.warn(f"{name} has {lines} lines: which second idea moved in?", stacklevel=1)
    assert not [f"{name}: {lines} lines" for name, lines in sizes.items() if lines > TOO_LONG]


def test_a_file_says_what_it_is() -> None:
    texts = {name_of(path): path.read_text("utf-8") for path in FILES}
    silent = [name for name, text in texts.items() if not ast.get_docstring(ast.parse(text))]
    # An empty __init__ only makes a folder a package.
    assert not [name for name in silent if texts[name].strip() or "__init__" not in name]


def test_files_and_classes_have_names_that_say_something() -> None:
    faults: list[str] = []
    for path in FILES:
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        if any(SAYS_NOTHING & set(part.lower().split("_")) for part in parts):
            faults.append(name_of(path))
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and EMPTY_CLASS_NAME.search(node.name):
                faults.append(f"{name_of(path)}: class {node.name}")
    assert not faults


def test_no_import_at_the_bottom_of_a_file_dodges_a_cycle() -> None:
    faults: list[str] = []
    for path in FILES:
        seen_code = False
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.Import | ast.ImportFrom) and seen_code:
                faults.append(f"{name_of(path)}:{node.lineno}")
            seen_code |= isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
    assert not faults


def test_no_work_is_left_for_later() -> None:
    left = [
        f"{name_of(path)}:{number}: {line.strip()}"
        for path in FILES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(r"\b(TODO|FIXME|XXX|HACK)\b", line)
    ]
    assert not left, "\n".join(left)
