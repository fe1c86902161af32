"""What jweixin.js refuses: the page's wx.config."""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling

CONFIG_SIGNATURE_WRONG = Row(
    name="CONFIG_SIGNATURE_WRONG",
    cause="The signature of wx.config does not fit the page: another URL, another or an old jsapi_ticket.",
    fix="Sign jsapi_ticket, noncestr, timestamp and url with SHA-1; the url is the page's own, with query, without #.",
    cause_zh="wx.config 的签名与页面不符：URL 不同、jsapi_ticket 不对或已过期，或参数被改动。",
    fix_zh="用 SHA-1 对 jsapi_ticket、noncestr、timestamp、url 签名；url 是当前页面地址，带查询串、不带 # 之后的部分。",
    spellings=(
        Spelling(
            dialect="phone",
            layer=Layer.ERR_MSG,
            text="config:invalid signature",
            source="https://developer.work.weixin.qq.com/document/path/96909",
            confidence=Confidence.OBSERVED,
        ),
    ),
)
