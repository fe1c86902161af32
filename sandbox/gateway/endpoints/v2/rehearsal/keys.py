"""获取沙箱密钥"""

from sandbox.gateway.dialects.v2form import STRANGER, Manner, V2Message
from sandbox.gateway.dialects.v2layout import Rehearsed
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.platform import rehearsals


class GetSignKey(V2Message):
    manner = Manner(appid="", layout=Rehearsed(), nobody=STRANGER, for_all_subs=True)

    mch_id: str = text("商户号", 32, pattern=r"[1-9]\d*", sample="1900000001")
    nonce_str: str = text("随机字符串", 32, sample="5K8264ILTKCH16CQ2502SI8ZNMTM67VS")
    sign: str = text("签名", 64, sample="C380BEC2BFD727A4B6845133519F3AD6")


def _hand_out(call: Call, form: GetSignKey) -> Reply:
    """The rehearsal's key, unsigned; the production key signs this one request."""
    assert call.merchant is not None
    key = rehearsals.hand_out(call.tenant, call.tx, call.merchant)
    return Reply(
        body=(
            ("return_code", "SUCCESS"), ("return_msg", "ok"), ("mch_id", form.mch_id), ("sandbox_signkey", key),
        )
    )  # fmt: skip


getsignkey = endpoint(
    "v2",
    "POST /sandboxnew/pay/getsignkey",
    GetSignKey,
    title="获取沙箱密钥",
    source="https://pay.weixin.qq.com/wiki/doc/api/tools/sp_coupon.php?chapter=23_1&index=2",
)(_hand_out)
xdc_getsignkey = endpoint(
    "v2",
    "POST /xdc/apiv2getsignkey/sign/getsignkey",
    GetSignKey,
    name="v2.xdcgetsignkey",
    title="获取沙箱密钥",
    source="https://pay.weixin.qq.com/doc/v2/merchant/4011984810",
)(_hand_out)
