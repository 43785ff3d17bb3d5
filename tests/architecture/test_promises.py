"""What is said in two places is the same in both."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import hatch_build
from sourcekeep.model.catalogue import CATALOGUE

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text("utf-8")
CI = (ROOT / ".ci" / "run").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))


def test_the_readme_has_two_commands_of_one_line_each() -> None:
    assert "\npip install uv && uv run sourcekeep serve --demo\n" in README
    assert "\npip install uv && uv run just test\n" in README


def test_ci_runs_the_readmes_test_command() -> None:
    assert re.search(r"^\s*if pip install --quiet uv\b", CI, re.MULTILINE)
    assert re.search(r"^\s*uv run just test$", CI, re.MULTILINE)


def test_ci_knows_the_readmes_way_round_a_pip_that_refuses() -> None:
    prefix = "python3 -m venv .uv && .uv/bin/pip install uv && .uv/bin/uv run"
    assert f"{prefix} sourcekeep serve --demo" in README
    assert f"{prefix} just test" in CI


def test_the_build_hook_uses_the_pinned_node() -> None:
    assert hatch_build.NODE_WHEEL in PROJECT["dependency-groups"]["build"]


def test_every_direct_dependency_is_pinned_exactly() -> None:
    pins = " ".join(PROJECT["tool"]["uv"]["constraint-dependencies"])
    for requirement in PROJECT["project"]["dependencies"]:
        name = re.split(r"[<>=!~;\[ ]", requirement)[0].replace("_", "-").lower()
        assert re.search(rf"(^| ){re.escape(name)}==", pins), (
            f"{name} is not pinned: run `just pin`"
        )


def test_the_changelog_knows_this_version() -> None:
    version = PROJECT["project"]["version"]
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_links_between_documents_lead_somewhere() -> None:
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    dead = [
        f"{document.relative_to(ROOT)}: {target}"
        for document in documents
        for target in re.findall(r"\]\(([^)#\s]+)", document.read_text("utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert not dead, "\n".join(dead)


def test_every_tls_code_has_its_remedy_in_the_documents() -> None:
    titles = re.findall(r"^### (\w+)$", (ROOT / "docs" / "tls.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(titles) == sorted(code for code, one in CATALOGUE.items() if one.stage == "tls")


def test_every_code_of_a_run_is_in_the_documents() -> None:
    page = (ROOT / "docs" / "http.md").read_text("utf-8")
    assert [code for code in CATALOGUE if f"`{code}`" not in page] == []
