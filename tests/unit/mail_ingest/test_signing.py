"""DKIM signatures, verified by the library's own verifier with a DNS of ours."""

import base64
from pathlib import Path

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from mail_ingest.composing import compose
from mail_ingest.errors import BadDkimKey
from mail_ingest.signing import dkim_signer
from tests.unit.mail_ingest.test_composing import NOW, row


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def key_file(key: rsa.RSAPrivateKey, tmp_path: Path) -> Path:
    file = tmp_path / "dkim.pem"
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    file.write_bytes(key.private_bytes(pem, serialization.PrivateFormat.TraditionalOpenSSL, plain))
    return file


def verified(content: bytes, key: rsa.RSAPrivateKey) -> bool:
    der = key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    record = b"v=DKIM1; k=rsa; p=" + base64.b64encode(der)
    records = {b"okienko._domainkey.zus.pl.": record}
    return bool(dkim.verify(content, dnsfunc=lambda name, timeout=5: records.get(name)))


def test_signed_letter_is_verified_and_a_changed_one_is_not(key: rsa.RSAPrivateKey, key_file: Path) -> None:
    sign = dkim_signer(key_file, selector="okienko", domain="zus.pl")

    signed = sign(compose(row(html="<p>Zażółć</p>", reply_to="cot@zus.pl"), "cot@zus.pl", now=NOW))

    assert verified(signed, key)
    assert not verified(signed.replace(b"acknowledg", b"x").replace(b"Subject: ", b"Subject: =?utf-8?q?A?= "), key)
    assert not verified(b"From: obcy@example.org\r\n" + signed, key)


def test_signature_outlives_a_relay_that_folds_anew_and_trims_lines(key: rsa.RSAPrivateKey, key_file: Path) -> None:
    sign = dkim_signer(key_file, selector="okienko", domain="zus.pl")

    signed = sign(compose(row(body="Dzień dobry \r\n\r\nTreść.  \r\n"), "cot@zus.pl", now=NOW))
    relayed = signed.replace(b"References: <a@example.org>", b"References:\r\n\t<a@example.org>")

    assert relayed != signed
    assert verified(relayed, key)


def test_unusable_keys_are_refused_at_start_without_showing_them(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.pem"
    wrong.write_text("very-secret")

    with pytest.raises(BadDkimKey, match="no usable DKIM key") as refused:
        dkim_signer(wrong, selector="okienko", domain="zus.pl")
    assert "very-secret" not in str(refused.value)
    with pytest.raises(BadDkimKey, match="cannot be read"):
        dkim_signer(tmp_path / "missing.pem", selector="okienko", domain="zus.pl")
