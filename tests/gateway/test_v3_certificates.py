"""Keys of the platform: downloading certificates, which key signs, rotation, and the self-test of all of it."""

import base64
import json
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from v3_merchant import V3Merchant

from sandbox.actions.certificates import RotateCertificate, rotate
from sandbox.actions.merchants import ChangeMerchant, change
from sandbox.actions.verb import VerbError
from sandbox.app import Sandbox
from sandbox.platform.tenants import Tenant

PATH = "/v3/certificates"
ECHO = "/v3/security/echo"
QUERY = "/v3/pay/transactions/out-trade-no/T2026000001"
OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA1()), algorithm=hashes.SHA1(), label=None)


@pytest.fixture
def v3(box: Sandbox, tenant: Tenant) -> V3Merchant:
    """The tenant's first merchant, over APIv3."""
    return V3Merchant(box, tenant)


def opened(m: V3Merchant, entry: dict[str, Any]) -> bytes:
    """An entry of the list, decrypted as SDKs do."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    sealed = entry["encrypt_certificate"]
    cipher, nonce = base64.b64decode(sealed["ciphertext"]), sealed["nonce"].encode()
    return AESGCM(m.apiv3_key.encode()).decrypt(nonce, cipher, sealed["associated_data"].encode())


async def turn(m: V3Merchant, stage: str) -> Any:
    """A step of the rotation; the merchant learns nothing of it."""
    return await rotate.run(m.box.desk(m.tenant), RotateCertificate(mchid=m.mchid, stage=stage))  # type: ignore[arg-type]


async def set_mode(m: V3Merchant, mode: str) -> None:
    await change.run(m.box.desk(m.tenant), ChangeMerchant(mchid=m.mchid, key_mode=mode))  # type: ignore[arg-type]


@pytest.mark.parametrize("query", ["", "?algorithm_type=RSA", "?algorithm_type=ALL"])
async def test_the_certificate_that_signed_is_in_the_list(v3: V3Merchant, query: str) -> None:
    """Sorted keys, a nonce of 12 characters, RFC 3339 times, the PEM without a newline at its end."""
    status, body = await v3.call("GET", PATH + query)

    assert status == 200
    (entry,) = body["data"]
    assert list(entry) == ["effective_time", "encrypt_certificate", "expire_time", "serial_no"]
    assert entry["serial_no"] == v3.reply.headers["Wechatpay-Serial"]
    assert (entry["effective_time"], entry["expire_time"]) == ("2020-01-01T08:00:00+08:00", "2050-01-01T07:59:59+08:00")
    sealed = entry["encrypt_certificate"]
    assert (sealed["algorithm"], sealed["associated_data"], len(sealed["nonce"])) == (
        "AEAD_AES_256_GCM", "certificate", 12,
    )  # fmt: skip
    plain = opened(v3, entry)
    assert plain.endswith(b"-----END CERTIFICATE-----")
    assert f"{x509.load_pem_x509_certificate(plain).serial_number:040X}" == entry["serial_no"]


async def test_there_is_none_of_the_sm_algorithms(v3: V3Merchant) -> None:
    """Asked for SM2 alone the list is empty; another word is refused."""
    empty = await v3.call("GET", f"{PATH}?algorithm_type=SM2")
    wrong = await v3.call("GET", f"{PATH}?algorithm_type=rsa")

    assert empty == (200, {"data": []})
    assert (wrong[0], wrong[1]["code"], wrong[1]["detail"]) == (
        400, "PARAM_ERROR", {"location": "query", "value": "rsa"},
    )  # fmt: skip


async def test_a_merchant_with_the_public_key_only_has_none(box: Sandbox, tenant: Tenant) -> None:
    """404 with the observed text, signed with the public key."""
    only = V3Merchant(box, tenant, list(tenant.merchants)[2])

    status, body = await only.call("GET", PATH)

    assert status == 404
    assert body == {
        "code": "RESOURCE_NOT_EXISTS",
        "message": "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。可查看指引"
        "https://pay.weixin.qq.com/doc/v3/merchant/4012153196",
    }
    assert only.reply.headers["Wechatpay-Serial"].startswith("PUB_KEY_ID_")


async def test_rotation_overlaps_then_leaves_the_new_one(v3: V3Merchant) -> None:
    """Side by side the old one signs; afterwards only the new one is listed, and it signs."""
    first = await turn(v3, "overlap")
    _, side_by_side = await v3.call("GET", PATH)
    old = v3.reply.headers["Wechatpay-Serial"]
    last = await turn(v3, "finish")
    (new,) = last.certificates
    v3.platform_keys = {new.serial_no: x509.load_pem_x509_certificate(new.pem.encode()).public_key()}
    _, alone = await v3.call("GET", PATH)

    assert [one.serial_no for one in first.certificates] == [old, new.serial_no]
    assert [one.signs for one in first.certificates] == [True, False]
    assert [one["serial_no"] for one in side_by_side["data"]] == [old, new.serial_no]
    assert [one["serial_no"] for one in alone["data"]] == [new.serial_no]
    assert opened(v3, alone["data"][0]).decode() == new.pem.strip()


async def test_rotation_has_an_order(v3: V3Merchant) -> None:
    """Finishing what never began, beginning twice, and rotating what is not there are all refused with a reason."""
    with pytest.raises(VerbError, match="overlap comes first"):
        await turn(v3, "finish")
    await turn(v3, "overlap")
    with pytest.raises(VerbError, match="finish it"):
        await turn(v3, "overlap")
    await set_mode(v3, "pubkey")
    with pytest.raises(VerbError, match="key_mode"):
        await turn(v3, "finish")


@pytest.mark.parametrize(
    ("mode", "asked", "by"),
    [
        ("both", "", "certificate"),
        ("both", "public key", "public key"),
        ("both", "certificate", "certificate"),
        ("both", "0000", "certificate"),
        ("both", "own", "certificate"),
        ("cert", "public key", "certificate"),
        ("cert", "", "certificate"),
        ("pubkey", "", "public key"),
        ("pubkey", "certificate", "public key"),
    ],
)
async def test_which_key_signs(v3: V3Merchant, mode: str, asked: str, by: str) -> None:
    """A switching merchant chooses with Wechatpay-Serial; one that has a single key gets that, whatever it asks."""
    await set_mode(v3, mode)
    keys = v3.tenant.credentials(v3.tenant.merchants[v3.mchid])
    serials = {"public key": keys.pub_key_id, "certificate": keys.platform_serial, "own": keys.serial_no}

    status, _ = await v3.call(
        "GET", f"{QUERY}?mchid={v3.mchid}", headers={"Wechatpay-Serial": serials.get(asked, asked)}
    )

    assert status == 404
    assert v3.reply.headers["Wechatpay-Serial"] == serials[by]


@pytest.mark.parametrize("by", ["certificate", "public key"])
async def test_echo_answers_encrypted_to_the_merchant(v3: V3Merchant, by: str) -> None:
    """What was encrypted to a key of the platform comes back encrypted to the merchant's own certificate."""
    keys = v3.tenant.credentials(v3.tenant.merchants[v3.mchid])
    serial = keys.platform_serial if by == "certificate" else keys.pub_key_id
    cipher = base64.b64encode(v3.platform_keys[serial].encrypt("张三".encode(), OAEP)).decode()

    status, body = await v3.call(
        "POST", ECHO, {"echo_message": "hi", "encrypted_echo_message": cipher}, headers={"Wechatpay-Serial": serial}
    )

    assert status == 200
    assert body["echo_message"] == "hi"
    assert v3.key.decrypt(base64.b64decode(body["encrypted_echo_message"]), OAEP).decode() == "张三"
    assert v3.reply.headers["Wechatpay-Serial"] == serial


async def test_a_plain_echo_needs_no_serial(v3: V3Merchant) -> None:
    """Without an encrypted field Wechatpay-Serial is not asked for, and nothing is encrypted back."""
    assert await v3.call("POST", ECHO, {"echo_message": "hi"}) == (200, {"echo_message": "hi"})


@pytest.mark.parametrize(
    ("serial", "cipher", "message"),
    [
        ("", "right", "HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)"),
        ("own", "right", "平台证书序列号Wechatpay-Serial错误"),
        ("0" * 40, "right", "平台证书序列号Wechatpay-Serial错误"),
        ("public key", "right", "平台私钥解密失败"),
        ("certificate", "bm9uc2Vuc2U=", "平台私钥解密失败"),
        ("certificate", "张三", "平台私钥解密失败"),
    ],
    ids=["no serial", "own serial", "foreign serial", "other key", "short", "not encrypted"],
)
async def test_a_sensitive_field_is_refused(v3: V3Merchant, serial: str, cipher: str, message: str) -> None:
    """The serial must be there and the platform's, and the text encrypted to that very key."""
    keys = v3.tenant.credentials(v3.tenant.merchants[v3.mchid])
    serials = {"public key": keys.pub_key_id, "certificate": keys.platform_serial, "own": keys.serial_no}
    right = base64.b64encode(v3.platform_keys[keys.platform_serial].encrypt(b"x", OAEP)).decode()
    body = {"echo_message": "hi", "encrypted_echo_message": right if cipher == "right" else cipher}

    answer = await v3.call("POST", ECHO, body, headers={"Wechatpay-Serial": serials.get(serial, serial)})

    assert answer == (400, {"code": "PARAM_ERROR", "message": message})


async def test_a_field_encrypted_to_the_next_certificate_is_read(v3: V3Merchant) -> None:
    """While old and new stand side by side, both may be used to encrypt."""
    rotation = await turn(v3, "overlap")
    new = rotation.certificates[1]
    public: Any = x509.load_pem_x509_certificate(new.pem.encode()).public_key()
    body = {"echo_message": "hi", "encrypted_echo_message": base64.b64encode(public.encrypt(b"x", OAEP)).decode()}

    status, _ = await v3.call("POST", ECHO, body, headers={"Wechatpay-Serial": new.serial_no})

    assert status == 200


async def test_echo_calls_back(v3: V3Merchant) -> None:
    """With a notify_url a SECURITY_ECHO.SUCCESS follows, holding what the reply held."""
    keys = v3.tenant.credentials(v3.tenant.merchants[v3.mchid])
    cipher = base64.b64encode(v3.platform_keys[keys.platform_serial].encrypt(b"secret", OAEP)).decode()
    body = {"echo_message": "hi", "encrypted_echo_message": cipher, "notify_url": "http://127.0.0.1:9/echo"}

    _, answer = await v3.call("POST", ECHO, body, headers={"Wechatpay-Serial": keys.platform_serial})
    await v3.box.timers.settle(v3.tenant)

    with v3.tenant.transaction() as tx:
        (delivery,) = tx.deliveries()
    envelope = json.loads(delivery.attempts[0].request)
    assert (envelope["event_type"], envelope["resource"]["original_type"]) == ("SECURITY_ECHO.SUCCESS", "security")
    assert v3.decrypt(envelope["resource"]) == {
        "echo_message": "hi",
        "encrypt_echo_message": answer["encrypted_echo_message"],
    }
