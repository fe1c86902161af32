"""AES-256-GCM and RSA-OAEP, against every published vector."""

import base64

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import given
from hypothesis import strategies as st
from v3_vectors import AEAD, OAEP, private_key

from sandbox.protocol import aead

KEY = "0123456789abcdefghijklmnopqrstuv"


@pytest.mark.parametrize("vector", AEAD, ids=[one["name"] for one in AEAD])
def test_every_published_cipher_text_is_made_and_read(vector: dict[str, str]) -> None:
    """Both directions, byte for byte; any other key, nonce or associated data opens nothing."""
    how = {"key": vector["key"], "nonce": vector["nonce"], "associated_data": vector["associated_data"]}

    assert aead.decrypt(vector["ciphertext"], **how).decode() == vector["plain"]
    assert aead.encrypt(vector["plain"].encode(), **how) == vector["ciphertext"]
    for name in how:
        other = "x" * len(how[name]) or "x"
        with pytest.raises(aead.DecryptError):
            aead.decrypt(vector["ciphertext"], **{**how, name: other})


def test_a_platform_certificate_has_no_newline_at_its_end() -> None:
    """So does the published entry of /v3/certificates: 1398 bytes."""
    plain = next(one["plain"] for one in AEAD if one["name"] == "platform certificate")

    assert len(plain) == 1398
    assert plain.endswith("-----END CERTIFICATE-----")


@pytest.mark.parametrize("cipher", ["", "A", "AAAA", "not base64!", "张三", "A" * 40])
def test_what_is_no_cipher_text_is_a_decrypt_error(cipher: str) -> None:
    """Too short, not base64, made up."""
    with pytest.raises(aead.DecryptError):
        aead.decrypt(cipher, KEY, "0123456789ab", "")


@given(plain=st.binary(max_size=200), data=st.text(max_size=20))
def test_what_was_sealed_opens(plain: bytes, data: str) -> None:
    """Any bytes, any associated data; the tag adds sixteen bytes."""
    sealed = aead.encrypt(plain, KEY, "0123456789ab", data)

    assert aead.decrypt(sealed, KEY, "0123456789ab", data) == plain
    assert len(base64.b64decode(sealed)) == len(plain) + 16


@pytest.mark.parametrize("vector", OAEP, ids=[one["name"] for one in OAEP])
def test_every_published_sensitive_field_is_read(vector: dict[str, str]) -> None:
    """With its own key only."""
    assert aead.unseal(vector["ciphertext"], private_key(vector["private_key"])) == vector["plain"]
    with pytest.raises(aead.DecryptError):
        aead.unseal(vector["ciphertext"], private_key("sdk"))


def test_a_sensitive_field_goes_there_and_back() -> None:
    """Up to 214 bytes; an independent OAEP with SHA-1 reads it and is read."""
    key = private_key("sdk")
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)

    sealed = aead.seal("三" * 71 + "x", key.public_key())
    theirs = base64.b64encode(key.public_key().encrypt("张三".encode(), oaep)).decode()

    assert key.decrypt(base64.b64decode(sealed), oaep).decode() == "三" * 71 + "x"
    assert aead.unseal(theirs, key) == "张三"


@pytest.mark.parametrize("cipher", ["", "AAAA", "not base64!", "张三", "\x00"])
def test_what_is_no_sealed_field_is_a_decrypt_error(cipher: str) -> None:
    """Plain text that was never encrypted is the usual mistake."""
    with pytest.raises(aead.DecryptError):
        aead.unseal(cipher, private_key("sdk"))


def test_another_key_and_another_hash_open_nothing() -> None:
    """The FAQ recommends SHA-256 and no SDK does it: refused (doc 4016913151)."""
    key, other = private_key("sdk"), private_key("documentation")
    sha256 = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)
    for cipher in (
        aead.seal("张三", other.public_key()),
        base64.b64encode(key.public_key().encrypt("张三".encode(), sha256)).decode(),
    ):
        with pytest.raises(aead.DecryptError):
            aead.unseal(cipher, key)


def test_bytes_that_are_no_text_are_a_decrypt_error() -> None:
    """A GBK name, encrypted well, is still unreadable."""
    key = private_key("sdk")
    oaep = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)

    with pytest.raises(aead.DecryptError):
        aead.unseal(base64.b64encode(key.public_key().encrypt("张三".encode("gbk"), oaep)).decode(), key)
