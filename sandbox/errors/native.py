"""What scanning a static code (Native mode 1) shows when the shop's answer does not lead to an order."""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling

_MODE_1 = "https://pay.weixin.qq.com/wiki/doc/api/native.php?chapter=6_4"


def _dialog(text: str) -> tuple[Spelling, ...]:
    return (
        Spelling(dialect="phone", layer=Layer.DIALOG, text=text, confidence=Confidence.UNCONFIRMED, source=_MODE_1),
    )


STATIC_CODE_WRONG = Row(
    name="STATIC_CODE_WRONG",
    cause="The static code names no merchant of this sandbox, or is not signed with its key.",
    fix="Sign appid, mch_id, nonce_str, product_id and time_stamp with the API v2 key, MD5.",
    cause_zh="静态码里的商户号、appid 不对，或没有用该商户的密钥签名。",
    fix_zh="用 APIv2 密钥对 appid、mch_id、nonce_str、product_id、time_stamp 做 MD5 签名。",
    spellings=_dialog("二维码签名错误"),
)
STATIC_CODE_UNANSWERED = Row(
    name="STATIC_CODE_UNANSWERED",
    cause="The shop's callback is not set, gave no answer in time, or its answer is not signed XML that says SUCCESS.",
    fix="Set native_callback_url of the merchant, and answer within five seconds with a signed prepay_id.",
    cause_zh="没有设置扫码回调地址，或商户没有及时返回签名正确、结果为 SUCCESS 的 XML。",
    fix_zh="设置商户的 native_callback_url，并在 5 秒内返回带签名的 prepay_id。",
    spellings=_dialog("获取商户订单信息超时或者商户返回的httpcode非200"),
)
