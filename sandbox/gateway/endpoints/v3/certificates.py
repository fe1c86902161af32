"""下载平台证书"""

from typing import Any

from sandbox.errors import Refusal, v3
from sandbox.gateway.forms import Form, text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.platform.keys import CertifiedPair
from sandbox.platform.keys.credentials import NOT_AFTER, NOT_BEFORE
from sandbox.protocol import aead, wiretime

ASSOCIATED = "certificate"


class Certificates(Form):
    algorithm_type: str | None = text("算法类型", 8, pattern="RSA|SM2|ALL", where="query", sample="RSA")


@endpoint(
    "v3",
    "GET /v3/certificates",
    Certificates,
    title="下载平台证书",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4012551764",
    raises=(v3.NO_PLATFORM_CERTIFICATE,),
)
def certificates(call: Call, form: Certificates) -> Reply:
    """Every platform certificate that is valid for the caller, encrypted under its APIv3 key; the first one signs.

    There are no certificates of the SM algorithms here: asked for them alone, the list is empty.
    """
    merchant = call.merchant
    assert merchant is not None
    if merchant.key_mode == "pubkey":
        expected = f"{merchant.mchid} to have platform certificates: its key_mode is pubkey"
        raise Refusal(v3.NO_PLATFORM_CERTIFICATE, came=merchant.mchid, expected=expected)
    renewals = () if form.algorithm_type == "SM2" else merchant.platform_certificates
    valid = [call.tenant.credentials(merchant, renewal).platform for renewal in renewals]
    return Reply(body=(("data", [_entry(call, one, merchant.apiv3_key) for one in valid]),))


def _entry(call: Call, certified: CertifiedPair, apiv3_key: str) -> dict[str, Any]:
    nonce = call.ids.entropy("v3.certificate", certified.serial_no, call.now).hex()[:12]
    # Real replies encrypt the certificate without a newline at its end.
    cipher = aead.encrypt(certified.pem.rstrip("\n").encode(), apiv3_key, nonce, ASSOCIATED)
    return {
        "effective_time": wiretime.rfc3339(NOT_BEFORE),
        "encrypt_certificate": {
            "algorithm": aead.ALGORITHM,
            "associated_data": ASSOCIATED,
            "ciphertext": cipher,
            "nonce": nonce,
        },
        "expire_time": wiretime.rfc3339(NOT_AFTER),
        "serial_no": certified.serial_no,
    }
