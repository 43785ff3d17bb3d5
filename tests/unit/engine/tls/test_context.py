"""The context made of a profile: what it verifies, that it is shared, and where keys are not."""

from __future__ import annotations

import os
import ssl
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from sourcekeep.engine.tls import SYSTEM_TRUST, TlsProfile, context_for
from sourcekeep.engine.tls import context as context_module
from tests.upstream.tls import issue

CA = issue(name="Our CA", san=None, ca=True)
CLIENT = issue(name="client", san=None, issuer=CA)
MUTUAL = TlsProfile(
    mode="client_certificate",
    ca_cert=CA.cert_pem,
    client_cert=CLIENT.cert_pem,
    client_key=CLIENT.key_pem,
)


@pytest.mark.parametrize(
    "profile", [SYSTEM_TRUST, TlsProfile(mode="ca_certificate", ca_cert=CA.cert_pem), MUTUAL]
)
def test_every_mode_but_insecure_verifies_chain_and_name(profile):
    context = context_for(profile)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert not context.hostname_checks_common_name
    assert context.verify_flags & ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
    assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_insecure_is_named_and_verifies_nothing():
    assert context_for(TlsProfile(mode="insecure")).verify_mode is ssl.CERT_NONE


def test_minimum_version_is_the_profiles():
    context = context_for(TlsProfile(min_version="1.3"))
    assert context.minimum_version is ssl.TLSVersion.TLSv1_3


def test_only_the_pasted_ca_is_trusted_unless_the_system_is_included():
    alone = context_for(TlsProfile(mode="ca_certificate", ca_cert=CA.cert_pem))
    assert [dict(pair for (pair,) in one["subject"]) for one in alone.get_ca_certs()] == [
        {"commonName": "Our CA"}
    ]
    both = context_for(TlsProfile(mode="ca_certificate", ca_cert=CA.cert_pem, include_system=True))
    assert both.cert_store_stats()["x509"] >= alone.cert_store_stats()["x509"]


def test_equal_profiles_share_one_context():
    again = replace(MUTUAL)
    assert again is not MUTUAL
    assert context_for(again) is context_for(MUTUAL)
    assert context_for(replace(MUTUAL, min_version="1.3")) is not context_for(MUTUAL)
    assert context_for(TlsProfile(server_name="a")) is context_for(SYSTEM_TRUST)


def test_repr_shows_no_material():
    secret = TlsProfile(
        mode="client_certificate",
        client_cert=CLIENT.cert_pem,
        client_key=CLIENT.key_pem,
        client_key_password="hunter2",
    )
    assert "hunter2" not in repr(secret)
    assert "BEGIN" not in repr(secret)


def test_keys_never_reach_the_file_system(monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a temporary file was made")

    monkeypatch.setattr(tempfile, "mkstemp", refuse)
    context_module._own_context.cache_clear()
    before = len(list(Path("/proc/self/fd").iterdir()))
    context_for(MUTUAL)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_without_memory_files_the_key_on_disk_is_encrypted_and_gone_at_once(monkeypatch, tmp_path):
    monkeypatch.delattr(os, "memfd_create", raising=False)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    seen: list[tuple[str, int]] = []
    load = context_module._brief_file

    def spy(content):
        seen.append((content.decode(), 0))
        return load(content)

    monkeypatch.setattr(context_module, "_brief_file", spy)
    context_module._own_context.cache_clear()
    context_for(MUTUAL)
    assert "BEGIN ENCRYPTED PRIVATE KEY" in seen[0][0]
    assert "BEGIN PRIVATE KEY" not in seen[0][0]
    assert list(tmp_path.iterdir()) == []
