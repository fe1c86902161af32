"""The pool of key pairs, and the credentials a merchant gets from it."""

import hashlib
import re
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    load_pem_public_key,
    pkcs12,
)

from sandbox.platform.keys import KeyPair, KeyPool, MerchantCredentials, write
from sandbox.platform.keys.generate import generate


@pytest.fixture(scope="module")
def pool() -> KeyPool:
    return KeyPool()


@pytest.fixture(scope="module")
def credentials(pool: KeyPool) -> MerchantCredentials:
    return MerchantCredentials(pool, "1900000001")


def test_the_shipped_pool_is_full_of_different_rsa_2048_keys(pool: KeyPool) -> None:
    """At least 32 pairs, no two alike, each of 2048 bits."""
    keys = [pool.pair(number).private for number in range(len(pool))]
    assert len(keys) >= 32
    assert {key.key_size for key in keys} == {2048}
    assert len({key.public_key().public_numbers().n for key in keys}) == len(keys)


def test_shipped_keys_pass_the_check_that_the_sandbox_skips(pool: KeyPool) -> None:
    """A sample and the issuer load with full validation, as merchants' programs load them."""
    for number in (0, 1, len(pool) - 1):
        load_pem_private_key(pool.pair(number).pkcs8_pem().encode(), password=None)
    pool.issuer.certificate.verify_directly_issued_by(pool.issuer.certificate)
    assert pool.issuer.key.public_key() == pool.issuer.certificate.public_key()


def test_pairs_go_by_number_and_wrap_around(pool: KeyPool) -> None:
    """The same number gives the same pair, in another pool too; numbers past the end begin again."""
    assert pool.pair(5) is pool.pair(5 + len(pool))
    assert pool.pair(5) is not pool.pair(6)
    assert KeyPool().pair(5).pkcs8 == pool.pair(5).pkcs8


def test_threads_get_the_same_pairs() -> None:
    """Many threads that ask a fresh pool at once see one set of pairs."""
    fresh = KeyPool()
    with ThreadPoolExecutor(8) as threads:
        pairs = list(threads.map(fresh.pair, [7] * 64))
    assert len(set(map(id, pairs))) == 1


def test_numbers_and_key_text_need_no_cryptography() -> None:
    """Serial numbers, key ids, PEM keys and the CA are read without importing cryptography, too dear for start-up."""
    program = (
        "import sys\n"
        "from sandbox.platform.keys import KeyPool, MerchantCredentials\n"
        "c = MerchantCredentials(KeyPool(), '1900000001')\n"
        "c.serial_no, c.platform_serial, c.pub_key_id, c.key_pem, c.ca_pem\n"
        "assert 'cryptography' not in sys.modules\n"
        "c.cert_pem\n"
        "assert 'cryptography' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_a_damaged_pool_says_so(tmp_path: Path) -> None:
    """A truncated file is an error that names the file and the place."""
    shipped = KeyPool().pair(0).pkcs8
    (tmp_path / "pool.der").write_bytes(shipped + shipped[:-1])
    with pytest.raises(ValueError, match=rf"pool\.der is damaged at byte {len(shipped)}"):
        KeyPool(tmp_path).pair(0)


def test_the_default_merchant_is_the_same_on_every_machine(credentials: MerchantCredentials) -> None:
    """Numbers and certificate bytes of merchant 1900000001 are pinned: whoever copied them can rely on them."""
    assert credentials.serial_no == "5A4D8BF01C30098BBF3D6C5403741D9E94D68C9E"
    assert credentials.platform_serial == "5A4D8BF0291228AB41AF4A43A49C07F5AC44745B"
    assert credentials.pub_key_id == "PUB_KEY_ID_0119000000012020010125336400000000"
    pinned = {
        credentials.cert_pem: "1dcff0fb311410cf02d01781d28af5e1bc524da6765e0c9de99661c949e25cd4",
        credentials.platform_cert_pem: "f1dc629033e9234b346043fcab94a097f2756dc3ca2c5866786be6607b9a52cd",
        credentials.pub_key_pem: "a5d15e3601df44c6a2aff8794ad3aad041c77beaace8952a6b4e6d9f76e36a6f",
        credentials.key_pem: "2c6bea7df587079113feb714407d68dbb5cf7e345015b81e7a4a9245d534422e",
        credentials.ca_pem: "454b0465a40bc8f95df92802755b26b760477ad338ff4595b194e6bfcbc0ea1b",
    }
    assert {text: hashlib.sha256(text.encode()).hexdigest() for text in pinned} == pinned


def test_certificates_carry_key_number_and_serial(credentials: MerchantCredentials) -> None:
    """Each certificate holds the key and the serial number that the credentials name, signed by the shipped CA."""
    ca = x509.load_pem_x509_certificate(credentials.ca_pem.encode())
    for certified, text in (
        (credentials.api, credentials.cert_pem),
        (credentials.platform, credentials.platform_cert_pem),
    ):
        certificate = x509.load_pem_x509_certificate(text.encode())
        certificate.verify_directly_issued_by(ca)
        assert certificate.public_key() == certified.pair.public
        assert f"{certificate.serial_number:040X}" == certified.serial_no
    assert re.fullmatch(r"[1-7][0-9A-F]{39}", credentials.serial_no)


def test_no_merchant_holds_a_key_of_the_platform(pool: KeyPool) -> None:
    """Over many merchants and renewals, the three roles never share a pair."""
    api, platform, public = set[int](), set[int](), set[int]()
    for mchid in range(1900000001, 1900000200):
        for ordinal in range(3):
            one = MerchantCredentials(pool, str(mchid), api_ordinal=ordinal, platform_ordinal=ordinal)
            api.add(id(one.api.pair))
            platform.add(id(one.platform.pair))
            public.add(id(one.public_key))
    assert not api & platform
    assert not api & public
    assert not platform & public


def test_neighbours_and_renewals_differ(pool: KeyPool) -> None:
    """Five merchants in a row, each renewed twice, have 15 different pairs and serial numbers; ids are their own."""
    every = [
        MerchantCredentials(pool, str(mchid), api_ordinal=ordinal)
        for mchid in range(1900000001, 1900000006)
        for ordinal in range(3)
    ]
    assert len({id(one.api.pair) for one in every}) == 15
    assert len({one.serial_no for one in every}) == 15
    assert len({one.platform_serial for one in every}) == 5
    assert len({one.pub_key_id for one in every}) == 5


@pytest.mark.parametrize("mchid", ["1900000001", "10000100", "190000000123"])
def test_public_key_ids_look_like_real_ones(pool: KeyPool, mchid: str) -> None:
    """PUB_KEY_ID_0 and digits only, with the merchant number inside."""
    pub_key_id = MerchantCredentials(pool, mchid).pub_key_id
    assert re.fullmatch(r"PUB_KEY_ID_0\d+", pub_key_id)
    assert mchid in pub_key_id


def test_public_key_belongs_to_the_signing_pair(credentials: MerchantCredentials) -> None:
    """The public key a merchant gets is the public half of the pair that will sign for it."""
    assert load_pem_public_key(credentials.pub_key_pem.encode()) == credentials.public_key.private.public_key()
    assert credentials.pub_key_pem.startswith("-----BEGIN PUBLIC KEY-----\n")


def test_pkcs8_pem_is_what_openssl_would_write(pool: KeyPool) -> None:
    """The PEM made without parsing the key is the one cryptography writes."""
    pair = pool.pair(3)
    written = pair.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    assert pair.pkcs8_pem() == written.decode()


def test_write_lays_out_the_files_merchants_expect(tmp_path: Path, credentials: MerchantCredentials) -> None:
    """Six files under their official names, with the contents of the credentials; the p12 opens with the mchid."""
    files = write(credentials, tmp_path / "new" / "cert")
    assert sorted(path.name for path in (tmp_path / "new" / "cert").iterdir()) == sorted(
        [
            "apiclient_cert.p12",
            "apiclient_cert.pem",
            "apiclient_key.pem",
            "ca.pem",
            "pub_key.pem",
            f"wechatpay_{credentials.platform_serial}.pem",
        ]
    )
    assert files.cert.read_text() == credentials.cert_pem
    assert files.key.read_text() == credentials.key_pem
    assert files.platform_cert.read_text() == credentials.platform_cert_pem
    assert files.pub_key.read_text() == credentials.pub_key_pem
    assert files.ca.read_text() == credentials.ca_pem
    opened = pkcs12.load_pkcs12(files.p12.read_bytes(), b"1900000001")
    assert opened.cert is not None
    assert opened.cert.certificate == credentials.api.certificate


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no owner-only mode bits")
def test_private_files_are_for_the_owner_alone(tmp_path: Path, credentials: MerchantCredentials) -> None:
    """The p12 and the key are 0600 even where a readable file was before, and a link is replaced, not followed."""
    readable = tmp_path / "apiclient_key.pem"
    readable.write_text("old")
    readable.chmod(0o644)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("untouched")
    (tmp_path / "apiclient_cert.p12").symlink_to(elsewhere)
    files = write(credentials, tmp_path)
    assert stat.S_IMODE(files.key.lstat().st_mode) == 0o600
    assert stat.S_IMODE(files.p12.lstat().st_mode) == 0o600
    assert elsewhere.read_text() == "untouched"


def test_generate_makes_a_pool_that_works_and_overwrites_none(tmp_path: Path) -> None:
    """A generated directory serves credentials; a second run there is refused."""
    generate(tmp_path, pairs=3)
    fresh = KeyPool(tmp_path)
    assert len(fresh) == 3
    one = MerchantCredentials(fresh, "1900000001")
    x509.load_pem_x509_certificate(one.cert_pem.encode()).verify_directly_issued_by(fresh.issuer.certificate)
    with pytest.raises(FileExistsError, match="delete it first"):
        generate(tmp_path, pairs=3)


def test_a_pair_parses_its_key_once(pool: KeyPool) -> None:
    """The parsed key is kept: OpenSSL's preparation for signing is paid once a pair."""
    pair = KeyPair(pool.pair(0).pkcs8)
    assert pair.private is pair.private
    assert pair.public is pair.public
