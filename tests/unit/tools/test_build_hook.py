"""The build hook: when the page is built anew, and with which Node."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import hatch_build
from hatch_build import Node, Page


@pytest.fixture
def page(tmp_path: Path) -> Page:
    (tmp_path / "web" / "src").mkdir(parents=True)
    (tmp_path / "web" / "package.json").write_text("{}")
    (tmp_path / "web" / "src" / "main.tsx").write_text("1")
    return Page(tmp_path)


def pretend_built(page: Page) -> None:
    page.bundle.mkdir(parents=True, exist_ok=True)
    page.stamp.write_text(page.hash())


def test_a_checkout_without_a_bundle_needs_a_build(page: Page) -> None:
    assert page.needs_build()


def test_a_bundle_of_these_sources_is_kept(page: Page) -> None:
    pretend_built(page)
    assert not page.needs_build()


@pytest.mark.parametrize("path", ["src/main.tsx", "src/new.tsx", "index.html"])
def test_a_changed_or_new_source_needs_a_build(page: Page, path: str) -> None:
    pretend_built(page)
    (page.source / path).write_text("2")
    assert page.needs_build()


def test_a_renamed_source_needs_a_build(page: Page) -> None:
    pretend_built(page)
    (page.source / "src" / "main.tsx").rename(page.source / "src" / "other.tsx")
    assert page.needs_build()


@pytest.mark.parametrize("path", ["node_modules/x/index.js", "tests/a.test.ts", "coverage/a"])
def test_what_is_not_in_the_bundle_changes_nothing(page: Page, path: str) -> None:
    pretend_built(page)
    (page.source / path).parent.mkdir(parents=True)
    (page.source / path).write_text("2")
    assert not page.needs_build()


def test_it_can_be_skipped_and_is_not_needed_without_sources(
    page: Page, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not Page(tmp_path / "elsewhere").needs_build()
    monkeypatch.setenv("SOURCEKEEP_SKIP_WEB", "1")
    assert not page.needs_build()


def lock(
    page: Page, wanted: dict[str, dict[str, object]], installed: dict[str, dict[str, object]]
) -> bool:
    (page.source / "node_modules").mkdir()
    for path, packages in (
        ("package-lock.json", {"": {}, **wanted}),
        ("node_modules/.package-lock.json", installed),
    ):
        (page.source / path).write_text(json.dumps({"packages": packages}))
    return page.packages_installed()


A, A2, OPTIONAL = {"integrity": "a"}, {"integrity": "a2"}, {"integrity": "o", "optional": True}


@pytest.mark.parametrize(
    ("wanted", "installed", "same"),
    [
        ({"a": A}, {"a": A}, True),
        ({"a": A, "o": OPTIONAL}, {"a": A}, True),
        ({"a": A2}, {"a": A}, False),
        ({"a": A, "b": A}, {"a": A}, False),
    ],
)
def test_packages_are_installed_anew_only_when_the_lock_file_says_so(
    page: Page,
    wanted: dict[str, dict[str, object]],
    installed: dict[str, dict[str, object]],
    same: bool,
) -> None:
    assert lock(page, wanted, installed) is same


@pytest.mark.parametrize(
    ("node", "npm", "fits"),
    [
        ("v20.20.2", "11.19.1", False),
        ("v22.11.0", "11.0.0", False),
        ("v22.12.0", "11.0.0", True),
        ("v23.5.0", "11.0.0", False),
        ("v24.1.0", "10.9.0", False),
        ("v26.0.0", "12.0.0", True),
    ],
)
def test_the_machines_node_is_used_only_when_it_fits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, node: str, npm: str, fits: bool
) -> None:
    for name, version in (("node", node), ("npm", npm)):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\necho {version}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert (hatch_build.node_of_machine() is not None) is fits


def test_a_failing_build_says_what_was_run_and_how_to_go_without(
    page: Page, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    npm = tmp_path / "npm"
    npm.write_text("#!/bin/sh\necho vite says no\nexit 3\n")
    npm.chmod(0o755)
    with pytest.raises(RuntimeError, match=r"npm ci .*exit 3.*SOURCEKEEP_SKIP_WEB=1"):
        page.build(Node(npm, (str(npm),)))
    assert "vite says no" in capsys.readouterr().err
    assert page.needs_build()
