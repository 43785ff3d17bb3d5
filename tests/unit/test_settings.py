"""Settings: which place wins, what is refused, and that every one is documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from sourcekeep.settings import KINDS, SettingsError, load, shown_default, words
from tools.checks import settings_doc


def loaded(tmp_path: Path, **options: object):
    return load({"data_dir": tmp_path, **options}, environment={})


def test_every_setting_has_a_default_but_the_data_dir_which_is_the_platforms(tmp_path: Path):
    settings = load({}, environment={"XDG_DATA_HOME": str(tmp_path)})
    assert settings.host == "127.0.0.1"
    assert settings.port == 8700
    assert settings.data_dir.name == "sourcekeep"


def test_an_option_wins_over_the_environment_which_wins_over_the_file(tmp_path: Path):
    (tmp_path / "sourcekeep.toml").write_text('port = 1\nworkers = 2\nhost = "localhost"\n')
    environment = {"SOURCEKEEP_PORT": "3", "SOURCEKEEP_WORKERS": "4"}
    settings = load({"data_dir": tmp_path, "port": 5}, environment=environment)
    assert (settings.port, settings.workers, settings.host) == (5, 4, "localhost")


def test_the_file_may_be_named(tmp_path: Path):
    named = tmp_path / "other.toml"
    named.write_text("port = 7\nallowed-hosts = ['a.example', 'b.example']\ndemo = true\n")
    settings = load({"data_dir": tmp_path}, config=named, environment={})
    assert settings.port == 7
    assert settings.allowed_hosts == ("a.example", "b.example")
    assert settings.demo is True
    by_environment = load({"data_dir": tmp_path}, environment={"SOURCEKEEP_CONFIG": str(named)})
    assert by_environment.port == 7


def test_a_named_file_that_is_not_there_is_refused(tmp_path: Path):
    with pytest.raises(SettingsError, match=r"absent\.toml cannot be read"):
        load({"data_dir": tmp_path}, config=tmp_path / "absent.toml", environment={})


def test_an_unknown_key_is_refused_naming_a_near_one(tmp_path: Path):
    (tmp_path / "sourcekeep.toml").write_text("prot = 1\n")
    with pytest.raises(SettingsError, match=r"unknown setting 'prot'. Did you mean port"):
        loaded(tmp_path)


def test_a_key_that_is_near_to_none_is_refused_naming_all_that_a_file_may_hold(tmp_path: Path):
    (tmp_path / "sourcekeep.toml").write_text("zzzzzz = 1\n")
    with pytest.raises(SettingsError) as refused:
        loaded(tmp_path)
    for name in KINDS:
        assert (name in str(refused.value)) == (name != "master_key")


def test_a_file_that_is_not_toml_is_refused_with_its_place(tmp_path: Path):
    (tmp_path / "sourcekeep.toml").write_text("port = \n")
    with pytest.raises(SettingsError, match="line 1"):
        loaded(tmp_path)


def test_the_master_key_may_not_stand_in_a_file(tmp_path: Path):
    (tmp_path / "sourcekeep.toml").write_text('master_key = "c2VjcmV0"\n')
    with pytest.raises(SettingsError, match="SOURCEKEEP_MASTER_KEY") as refused:
        loaded(tmp_path)
    assert "c2VjcmV0" not in str(refused.value)


@pytest.mark.parametrize(
    ("variable", "text", "said"),
    [
        ("SOURCEKEEP_PORT", "many", "'many' is not a whole number"),
        ("SOURCEKEEP_STOP_SECONDS", "soon", "'soon' is not a number"),
        ("SOURCEKEEP_DEMO", "perhaps", "'perhaps' is none of true, yes, on, 1"),
        ("SOURCEKEEP_LOG_LEVEL", "loud", "'loud' is none of error, warning, info, debug"),
        ("SOURCEKEEP_PORT", "70000", "port must be between 0 and 65535"),
        ("SOURCEKEEP_WORKERS", "0", "workers must be between 1 and 64"),
        ("SOURCEKEEP_DATABASE_URL", "mysql://u:pw@h/d", "postgresql://"),
        ("SOURCEKEEP_PUBLIC_URL", "keep.example", "public_url must be http"),
        ("SOURCEKEEP_PUBLIC_URL", "https://keep.example/below", "no path"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_in_words(
    tmp_path: Path, variable: str, text: str, said: str
):
    with pytest.raises(SettingsError) as refused:
        load({"data_dir": tmp_path}, environment={variable: text})
    assert said in str(refused.value)
    assert "pw" not in str(refused.value)


def test_secrets_are_not_in_the_settings_own_words(tmp_path: Path):
    settings = load(
        {"data_dir": tmp_path},
        environment={
            "SOURCEKEEP_MASTER_KEY": "planted-key",
            "SOURCEKEEP_DATABASE_URL": "postgresql://u:planted-password@h/d",
        },
    )
    assert settings.master_key == "planted-key"
    assert "planted" not in repr(settings)


@pytest.mark.parametrize(
    ("host", "alone"),
    [
        ("127.0.0.1", True),
        ("127.8.9.1", True),
        ("::1", True),
        ("[::1]", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("192.168.1.7", False),
        ("keep.example", False),
    ],
)
def test_private_addresses_may_be_called_when_only_this_machine_can_reach_the_server(
    tmp_path: Path, host: str, alone: bool
):
    settings = loaded(tmp_path, host=host)
    assert settings.private_allowed is alone
    assert loaded(tmp_path, host=host, allow_private=True).private_allowed is True
    assert loaded(tmp_path, host=host, allow_private=False).private_allowed is False


def test_the_store_is_sqlite_in_the_data_dir_unless_told_otherwise(tmp_path: Path):
    assert loaded(tmp_path).store_url == f"sqlite:///{tmp_path / 'sourcekeep.db'}"
    url = "postgresql://localhost/keep"
    assert loaded(tmp_path, database_url=url).store_url == url


def test_every_setting_is_documented():
    assert settings_doc.FILE.read_text("utf-8") == settings_doc.text()
    for name in KINDS:
        assert words(name).endswith(".")
        assert shown_default(name)
