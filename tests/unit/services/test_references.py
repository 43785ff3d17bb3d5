"""A secret that is kept elsewhere is read at use, and only from where the operator allows it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from sourcekeep.model.problem import Failed
from sourcekeep.services.references import References

ENVIRONMENT = {"API_TOKEN": "from-the-environment\n", "SOURCEKEEP_MASTER_KEY": "k", "HOME": "h"}


def references(folder: Path, *patterns: str) -> References:
    return References(
        environment_names=patterns or ("API_*",), folders=(str(folder),), environment=ENVIRONMENT
    )


def why(references: References, reference: str) -> str:
    with pytest.raises(Failed) as caught:
        references.read(reference)
    assert caught.value.problem.code == "credential_missing"
    assert reference in caught.value.problem.detail
    return caught.value.problem.detail


def test_a_variable_that_is_allowed_is_read_without_its_line_end(tmp_path: Path) -> None:
    assert references(tmp_path).read("env:API_TOKEN") == "from-the-environment"


def test_a_file_in_an_allowed_folder_is_read_each_time(tmp_path: Path) -> None:
    file = tmp_path / "deep" / "token"
    file.parent.mkdir()
    file.write_text("one\r\n")
    known = references(tmp_path)
    assert known.read(f"file:{file}") == "one"
    before = known.stamp([f"file:{file}"])
    file.write_text("second")
    assert known.read(f"file:{file}") == "second"
    assert known.stamp([f"file:{file}"]) != before


@pytest.mark.parametrize("pattern", ["*", "SOURCEKEEP_*", "SOURCEKEEP_MASTER_KEY", "S*"])
def test_our_own_variables_are_never_given_away(tmp_path: Path, pattern: str) -> None:
    known = references(tmp_path, pattern)
    assert known.fault("env:SOURCEKEEP_MASTER_KEY", "/p") is not None
    assert "secret_environment" in why(known, "env:SOURCEKEEP_MASTER_KEY")


def test_a_variable_that_no_pattern_names_is_refused_with_the_remedy(tmp_path: Path) -> None:
    fault = references(tmp_path).fault("env:HOME", "/auth/token")
    assert fault is not None
    assert (fault.pointer, fault.code) == ("/auth/token", "reference_not_allowed")
    assert "secret_environment" in fault.detail
    assert References(environment=ENVIRONMENT).fault("env:API_TOKEN", "") is not None


@pytest.mark.parametrize(
    "place", ["/etc/passwd", "{folder}/../outside", "{folder}/link", "{folder}", "{folder}2/token"]
)
def test_no_way_leads_out_of_the_folder(tmp_path: Path, place: str) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (tmp_path / "outside").write_text("x")
    (tmp_path / "secrets2").mkdir()
    (tmp_path / "secrets2" / "token").write_text("x")
    (folder / "link").symlink_to(tmp_path / "outside")
    reference = "file:" + place.format(folder=folder)
    assert references(folder).fault(reference, "/p") is not None
    assert "secret_folders" in why(references(folder), reference)


@pytest.mark.parametrize("swapped", ["deep", "deep/token"])
def test_a_link_that_comes_in_after_the_check_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, swapped: str
) -> None:
    outside, folder = tmp_path / "outside", tmp_path / "secrets"
    for at, text in ((outside, "of somebody else"), (folder / "deep", "ours")):
        at.mkdir(parents=True)
        (at / "token").write_text(text)
    known = references(folder)
    resolve = os.path.realpath

    def resolved_and_swapped(path: str) -> str:
        found = resolve(path)
        if not (folder / swapped).is_symlink():
            (folder / swapped).rename(tmp_path / "aside")
            (folder / swapped).symlink_to(outside / swapped.removeprefix("deep").lstrip("/"))
        return found

    monkeypatch.setattr(os.path, "realpath", resolved_and_swapped)
    assert "cannot be used" in why(known, f"file:{folder}/deep/token")


def test_links_inside_the_folder_are_followed(tmp_path: Path) -> None:
    """As Kubernetes mounts secrets: token -> ..data/token -> ..2026/token."""
    (tmp_path / "..2026").mkdir()
    (tmp_path / "..2026" / "token").write_text("mounted")
    (tmp_path / "..data").symlink_to("..2026")
    (tmp_path / "token").symlink_to("..data/token")
    assert references(tmp_path).read(f"file:{tmp_path}/token") == "mounted"


def test_a_folder_that_is_itself_a_link_is_the_folder_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "token").write_text("t")
    (tmp_path / "link").symlink_to("real")
    assert references(tmp_path / "link").read(f"file:{tmp_path}/link/token") == "t"


def test_the_key_file_is_never_given_away(tmp_path: Path) -> None:
    key = tmp_path / "master.key"
    key.write_text("k")
    (tmp_path / "other").symlink_to("master.key")
    known = References(folders=(str(tmp_path),), never=key)
    assert known.fault(f"file:{key}", "/p") is not None
    assert known.fault(f"file:{tmp_path}/other", "/p") is not None


@pytest.mark.parametrize("text", ["", "env:", "env:A B", "file:relative", "vault:x", "API_TOKEN"])
def test_what_is_no_reference_is_said_so(tmp_path: Path, text: str) -> None:
    fault = references(tmp_path).fault(text, "/p")
    assert fault is not None and fault.code == "reference"


def test_one_that_is_not_there_is_named(tmp_path: Path) -> None:
    known = references(tmp_path)
    assert known.fault("env:API_OTHER", "/p") is None
    assert "not set" in why(known, "env:API_OTHER")
    assert "No such file" in why(known, f"file:{tmp_path}/none")
    (tmp_path / "empty").write_text("\n")
    assert "empty" in why(known, f"file:{tmp_path}/empty")


def test_what_is_no_text_file_is_not_read(tmp_path: Path) -> None:
    known = references(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    (tmp_path / "large").write_bytes(b"a" * (1024 * 1024 + 1))
    assert "not a file" in why(known, f"file:{tmp_path}/pipe")
    assert "directory" in why(known, f"file:{tmp_path}/folder")
    assert "UTF-8" in why(known, f"file:{tmp_path}/bytes")
    assert "larger" in why(known, f"file:{tmp_path}/large")
