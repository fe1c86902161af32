"""What the gateway answers where a client certificate is needed: mostly nginx speaks, before anyone reads the body."""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling

_TRANSFERS = "https://github.com/Wechat-Group/WxJava"


def _page(text: str, source: str) -> Spelling:
    """nginx's page of status 400."""
    return Spelling(
        dialect="v2", layer=Layer.PAGE, status=400, text=text, confidence=Confidence.OBSERVED, source=source
    )


_CA_ERROR = Spelling(
    dialect="v2",
    layer=Layer.ERR_CODE,
    code="CA_ERROR",
    text="CA证书出错，请登录微信支付商户平台下载证书",
    confidence=Confidence.OBSERVED,
    source=_TRANSFERS,
)
"""The transfer family's words for all three: spoken by paths below /mmpaymkttransfers/ only."""

CLIENT_CERTIFICATE_MISSING = Row(
    name="CLIENT_CERTIFICATE_MISSING",
    cause="This path needs the merchant's API certificate in the TLS handshake, and none came.",
    fix=(
        "Give the HTTP client apiclient_cert.p12 (password: the merchant number) or the PEM pair;"
        " `wechatpay-sandbox credentials --out DIR` writes them."
    ),
    cause_zh="该接口要求双向 TLS，请求没有携带商户 API 证书。",
    fix_zh=(
        "请为 HTTP 客户端配置 apiclient_cert.p12（密码为商户号）或 PEM 证书，"
        "可用 `wechatpay-sandbox credentials --out DIR` 导出。"
    ),
    spellings=(
        _page("No required SSL certificate was sent", "https://github.com/Wechat-Group/WxJava/issues/3740"),
        _CA_ERROR,
    ),
)
CLIENT_CERTIFICATE_INVALID = Row(
    name="CLIENT_CERTIFICATE_INVALID",
    cause="The client certificate is not in force: it has expired, or a renewal took its place.",
    fix="Get the present one: `wechatpay-sandbox credentials --out DIR`; in production from the merchant platform.",
    cause_zh="客户端证书已过期或已被更换。",
    fix_zh="请重新下载证书：`wechatpay-sandbox credentials --out DIR`；正式环境在商户平台下载。",
    spellings=(
        _page("The SSL certificate error", "https://github.com/binarywang/weixin-java-pay-demo/issues/60"),
        _CA_ERROR,
    ),
)
CLIENT_CERTIFICATE_NOT_MATCH = Row(
    name="CLIENT_CERTIFICATE_NOT_MATCH",
    cause="The client certificate is another merchant's: its CN is not the mch_id of the request.",
    fix="Use the certificate of the merchant that the request names; a provider calls with its own certificate.",
    cause_zh="客户端证书属于另一个商户：证书 CN 与请求的商户号不一致。",
    fix_zh="请使用请求中商户号自己的证书；服务商使用服务商的证书。",
    spellings=(
        Spelling(
            dialect="v2",
            layer=Layer.RETURN_MSG,
            text="certificate not match",
            confidence=Confidence.OBSERVED,
            source="https://pay.weixin.qq.com/wiki/doc/api/jsapi.php?chapter=4_3",
        ),
        _CA_ERROR,
    ),
)
