"""What is refused at Save, at which field, in which words; and what is understood however pasted."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import pkcs12

from sourcekeep.engine.tls import (
    TlsProfile,
    certificates_in,
    check_tls,
    context_for,
    facts_of,
    facts_of_chain,
)
from tests.upstream.tls import Issued, issue

CA = issue(name="Our CA", san=None, ca=True)
CLIENT = issue(name="client", san=None, issuer=CA)
OTHER = issue(name="other", san=None, issuer=CA)
TRADITIONAL = serialization.PrivateFormat.TraditionalOpenSSL


def faults(**fields) -> list[tuple[str, str]]:
    return [(fault.pointer, fault.code) for fault in check_tls(TlsProfile(**fields))]


def with_client(**fields) -> dict[str, object]:
    given = {"client_cert": CLIENT.cert_pem, "client_key": CLIENT.key_pem, **fields}
    return {"mode": "client_certificate", "ca_cert": CA.cert_pem, **given}


def p12(identity: Issued, password: bytes | None, cas: tuple[Issued, ...] = ()) -> str:
    encryption: serialization.KeySerializationEncryption = serialization.NoEncryption()
    if password is not None:
        encryption = serialization.BestAvailableEncryption(password)
    data = pkcs12.serialize_key_and_certificates(
        b"name", identity.key, identity.certificate, [ca.certificate for ca in cas], encryption
    )
    return base64.encodebytes(data).decode()


@pytest.mark.parametrize(
    "paste",
    [
        lambda pem: pem,
        lambda pem: pem.replace("\n", "\r\n"),
        lambda pem: pem.strip(),
        lambda pem: f"\n\n   {pem}\n",
        lambda pem: pem.replace("\n", "\n    "),
        lambda pem: pem.replace("\n", " "),
        lambda pem: pem.replace("\n", "\\n"),
        lambda pem: f"Bag Attributes\n  friendlyName: x\nsubject=CN = Our CA\n{pem}trailing words",
        lambda pem: "\ufeff" + pem,
    ],
)
def test_a_certificate_and_its_key_are_understood_however_pasted(paste):
    assert faults(mode="ca_certificate", ca_cert=paste(CA.cert_pem)) == []
    given = with_client(client_cert=paste(CLIENT.cert_pem), client_key=paste(CLIENT.key_pem))
    assert faults(**given) == []
    context_for(TlsProfile(**given))


def test_several_certificates_are_all_read():
    facts = certificates_in(CLIENT.cert_pem + "\nchain:\n" + CA.cert_pem)
    assert [one.subject for one in facts] == ["CN=client", "CN=Our CA"]
    assert [one.self_signed for one in facts] == [False, True]
    assert [one.is_ca for one in facts] == [False, True]
    assert facts[0].not_after.endswith("Z")
    assert len(facts[0].sha256.split(":")) == 32


def test_san_lists_names_and_addresses():
    leaf = issue(san=("api.example.com", "*.example.com", "10.0.0.1", "::1"))
    assert certificates_in(leaf.cert_pem)[0].san == (
        "api.example.com",
        "*.example.com",
        "10.0.0.1",
        "::1",
    )


EXPIRED = issue(name="old", ca=True, starts=timedelta(days=-9), ends=timedelta(days=-2))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"mode": "ca_certificate"}, [("/tls/ca_cert", "missing")]),
        ({"mode": "ca_certificate", "ca_cert": "  "}, [("/tls/ca_cert", "missing")]),
        ({"mode": "ca_certificate", "ca_cert": "hello"}, [("/tls/ca_cert", "not_pem")]),
        (
            {"mode": "ca_certificate", "ca_cert": CA.cert_pem[:200]},
            [("/tls/ca_cert", "not_pem")],
        ),
        (
            {"mode": "ca_certificate", "ca_cert": CA.cert_pem[:100] + CA.cert_pem[130:]},
            [("/tls/ca_cert", "not_pem")],
        ),
        (
            {"mode": "ca_certificate", "ca_cert": CLIENT.key_pem},
            [("/tls/ca_cert", "private_key_in_certificate_field")],
        ),
        (
            {"mode": "ca_certificate", "ca_cert": EXPIRED.cert_pem},
            [("/tls/ca_cert", "certificate_expired")],
        ),
        ({"mode": "ca_certificate", "ca_cert": EXPIRED.cert_pem + CA.cert_pem}, []),
        ({"mode": "none", "ca_cert": "kept from before"}, []),
        ({"mode": "insecure"}, []),
        ({"mode": "none", "server_name": "a b"}, [("/tls/server_name", "invalid")]),
        (
            {"mode": "client_certificate"},
            [("/tls/client_cert", "missing"), ("/tls/client_key", "missing")],
        ),
        (with_client(ca_cert=None), []),
        (with_client(client_key=OTHER.key_pem), [("/tls/client_key", "key_mismatch")]),
        (
            with_client(client_cert=CLIENT.cert_pem + CLIENT.key_pem),
            [("/tls/client_cert", "private_key_in_certificate_field")],
        ),
        (
            with_client(client_key=CLIENT.cert_pem),
            [("/tls/client_key", "certificate_in_key_field")],
        ),
        (
            with_client(client_key=CLIENT.key_pem + OTHER.key_pem),
            [("/tls/client_key", "several_keys")],
        ),
        (with_client(client_key="secret"), [("/tls/client_key", "not_pem")]),
        (
            with_client(
                client_cert=issue(name="was", issuer=CA, ends=timedelta(hours=-1)).cert_pem
            ),
            [("/tls/client_key", "key_mismatch")],
        ),
        (with_client(client_cert=CA.cert_pem + CLIENT.cert_pem), []),
        (
            with_client(client_key=CLIENT.encrypted_key_pem("pw")),
            [("/tls/client_key_password", "key_password_missing")],
        ),
        (
            with_client(client_key=CLIENT.encrypted_key_pem("pw"), client_key_password="no"),
            [("/tls/client_key_password", "key_password_wrong")],
        ),
        (with_client(client_key=CLIENT.encrypted_key_pem("pw"), client_key_password="pw"), []),
        (
            with_client(
                client_key=CLIENT.encrypted_key_pem("pw", TRADITIONAL), client_key_password="pw"
            ),
            [],
        ),
        (
            with_client(
                client_key=CLIENT.encrypted_key_pem("pw", TRADITIONAL).replace("\n", " "),
                client_key_password="pw",
            ),
            [],
        ),
        (
            with_client(
                client_key=CLIENT.encrypted_key_pem("pw", TRADITIONAL), client_key_password="x"
            ),
            [("/tls/client_key_password", "key_password_wrong")],
        ),
        (with_client(client_key_password="not needed"), []),
    ],
)
def test_each_fault_stands_at_its_field(fields, expected):
    assert faults(**fields) == expected


def test_an_expired_client_certificate_is_refused():
    old = issue(name="old", issuer=CA, starts=timedelta(days=-9), ends=timedelta(days=-1))
    given = with_client(client_cert=old.cert_pem, client_key=old.key_pem)
    assert faults(**given) == [("/tls/client_cert", "certificate_expired")]


def test_a_client_key_that_openssl_finds_too_weak_is_refused():
    weak = issue(name="weak", issuer=CA, key=rsa.generate_private_key(65537, 1024))
    given = with_client(client_cert=weak.cert_pem, client_key=weak.key_pem)
    assert faults(**given) == [("/tls/client_cert", "certificate_not_usable")]


@pytest.mark.parametrize(
    ("text", "password", "expected"),
    [
        (p12(CLIENT, None), None, []),
        (p12(CLIENT, b"pw", (CA,)), "pw", []),
        (p12(CLIENT, b"pw"), None, [("/tls/client_key_password", "key_password_missing")]),
        (p12(CLIENT, b"pw"), "no", [("/tls/client_key_password", "key_password_wrong")]),
        ("???", None, [("/tls/client_pkcs12", "not_base64")]),
        ("aGVsbG8=", None, [("/tls/client_pkcs12", "not_pkcs12")]),
        (
            base64.b64encode(b"\x30\x03\x02\x01\x03").decode(),
            None,
            [("/tls/client_pkcs12", "not_pkcs12")],
        ),
    ],
)
def test_pkcs12(text, password, expected):
    assert (
        faults(mode="client_certificate", client_pkcs12=text, client_key_password=password)
        == expected
    )
    if not expected:
        context_for(
            TlsProfile(mode="client_certificate", client_pkcs12=text, client_key_password=password)
        )


def test_all_faults_come_at_once():
    assert faults(
        mode="client_certificate", ca_cert="x", client_cert="y", client_key="z", server_name="/"
    ) == [
        ("/tls/ca_cert", "not_pem"),
        ("/tls/client_cert", "not_pem"),
        ("/tls/client_key", "not_pem"),
        ("/tls/server_name", "invalid"),
    ]


def test_words_name_the_remedy():
    (fault,) = check_tls(TlsProfile(mode="ca_certificate", ca_cert=CLIENT.key_pem))
    assert "private key was pasted" in fault.detail
    request = "-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----"
    (fault,) = check_tls(TlsProfile(mode="ca_certificate", ca_cert=request))
    assert "CSR" in fault.detail


def test_what_a_stranger_wrote_into_a_certificate_can_be_shown_on_a_terminal() -> None:
    hostile = issue(name="a\x1b[2Jb\u202ec", san=("x\x07y.test",))
    facts = facts_of(hostile.certificate)
    assert facts.subject == "CN=a\\u001b[2Jb\\u202ec"
    assert facts.san == ("x\\u0007y.test",)
    assert all(text.isprintable() for text in (facts.subject, facts.issuer, *facts.san))


@pytest.mark.parametrize("label", ["CERTIFICATE", "PRIVATE KEY", "A"])
def test_a_text_of_many_beginnings_takes_no_longer_than_any_other(label: str) -> None:
    """Each was looked for to the end of the text: a megabyte of them stopped the whole process."""
    text = f"-----BEGIN {label}-----" * 30_000
    assert faults(mode="ca_certificate", ca_cert=text) == [("/tls/ca_cert", "not_pem")]


def with_rounds(der: bytes, rounds: int) -> bytes:
    """The same key file with another number of rounds behind every salt."""
    out = b""
    while der:
        tag, length, start = der[0], der[1], 2
        if length > 0x80:
            start += length & 0x7F
            length = int.from_bytes(der[2:start], "big")
        content, der = der[start : start + length], der[start + length :]
        if tag & 0x20 or (tag == 4 and content[:1] == b"\x30"):
            content = with_rounds(content, rounds)
        if tag == 2 and content in (b"\x08\x00", b"\x4e\x20"):  # 2048 and 20,000: the library's
            content = rounds.to_bytes(5, "big").lstrip(b"\0").rjust(4, b"\0")
        size = len(content).to_bytes(4, "big").lstrip(b"\0") or b"\0"
        head = size if len(content) < 128 else bytes([0x80 | len(size)]) + size
        out += bytes([tag]) + head + content
    return out


SLOW = 2**31 - 1


def test_a_key_that_takes_minutes_to_open_is_refused_before_it_is_tried() -> None:
    der = CLIENT.key.private_bytes(
        serialization.Encoding.DER,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"pw"),
    )
    body = base64.encodebytes(with_rounds(der, SLOW)).decode()
    pem = f"-----BEGIN ENCRYPTED PRIVATE KEY-----\n{body}-----END ENCRYPTED PRIVATE KEY-----\n"
    given = with_client(client_key=pem, client_key_password="pw")
    assert faults(**given) == [("/tls/client_key", "key_too_slow")]


def test_a_pkcs12_file_that_takes_minutes_to_open_is_refused_before_it_is_tried() -> None:
    data = base64.b64encode(with_rounds(base64.b64decode(p12(CLIENT, b"pw")), SLOW)).decode()
    given = {"mode": "client_certificate", "client_pkcs12": data, "client_key_password": "pw"}
    assert faults(**given) == [("/tls/client_pkcs12", "key_too_slow")]


def broken(certificate: Issued) -> bytes:
    """The certificate with a subject that is no UTF-8: it is parsed, and its name cannot be read."""
    der = certificate.certificate.public_bytes(serialization.Encoding.DER)
    name = certificate.certificate.subject.rfc4514_string().removeprefix("CN=").encode()
    return der.replace(name, b"\xff" * len(name))


def test_a_certificate_whose_name_cannot_be_read_is_refused_at_save() -> None:
    """Saved, it made every list of data sources fail."""
    body = base64.encodebytes(broken(issue(name="Unreadable", san=None, ca=True))).decode()
    pem = f"-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n"
    assert faults(mode="ca_certificate", ca_cert=pem) == [("/tls/ca_cert", "not_pem")]


def test_of_a_presented_chain_what_can_be_read_is_told() -> None:
    chain = [CLIENT.certificate.public_bytes(serialization.Encoding.DER), broken(CA)]
    assert [facts.subject for facts in facts_of_chain(chain)] == ["CN=client"]
