"""What the v2 gateway refuses before it looks at the business: transport, form, identity and signature."""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling
from sandbox.errors.v2 import fails as _fails
from sandbox.errors.v2 import fails_numbered as _bill
from sandbox.errors.v2 import says as _v2
from sandbox.errors.v3 import says as _v3

_FIELD_RULES = "https://pay.weixin.qq.com/doc/v3/merchant/4012791869"
_COMBINED = "https://pay.weixin.qq.com/doc/v3/merchant/4012556926"
_AXIOS = "https://github.com/TheNorthMemory/wechatpay-axios-plugin"


def _fail(
    text: str,
    generation: str = "",
    confidence: Confidence = Confidence.OBSERVED,
    source: str = "",
    endpoint: str = "",
) -> Spelling:
    return _fails(text, confidence, endpoint=endpoint, generation=generation, source=source)


def _documented(code: str, text: str) -> Spelling:
    """A code of the documented tables that the gateway was never seen to answer."""
    return _v2(code, text, only_by_rule=True)


def _value(text: str, confidence: Confidence) -> Spelling:
    """A modern complaint about a field, from the templates that v2 shares with v3."""
    return _fail(f"输入源“/body/xml/{{field}}”映射到{text}", "modern", confidence, _FIELD_RULES)


def _on_micropay(text: str, source: str = "") -> Spelling:
    """micropay complains of a value as a business failure, in both generations."""
    return Spelling(
        dialect="v2",
        layer=Layer.ERR_CODE,
        code="PARAM_ERROR",
        text=text,
        endpoint="v2.micropay",
        confidence=Confidence.OBSERVED,
        source=source,
    )


def _promotion(code: str, text: str, endpoint: str = "", *, only_by_rule: bool = False) -> Spelling:
    """mmpaymkttransfers, another back end than the payment gateway's, has codes for what that only fails on."""
    return Spelling(
        dialect="v2",
        layer=Layer.ERR_CODE,
        code=code,
        text=text,
        endpoint=endpoint or "v2.promotion",
        only_by_rule=only_by_rule,
        confidence=Confidence.DOCUMENTED,
        source="https://pay.weixin.qq.com/wiki/doc/api/tools/mch_pay.php?chapter=14_2",
    )


_ON_PAGE = Spelling(
    dialect="v2",
    layer=Layer.PAGE,
    text="{field}参数构造错误",
    endpoint="v2.entrustweb",
    confidence=Confidence.OBSERVED,
    source="https://developers.weixin.qq.com/community/develop/doc/0006a872d849304b2484d76d36b800",
)
"""What the page says on which a contract of deduction is signed."""
_PACKET, _GROUP = "v2.promotion.sendredpack", "v2.promotion.sendgroupredpack"
_BADLY_WRITTEN = tuple(_promotion("XML_ERROR", "输入xml参数格式错误", one) for one in (_PACKET, _GROUP))
_LACKING = _promotion("PARAM_ERROR", "参数错误:{field}字段必填,并且少于{limit}个字符.")
_WRONG = _promotion("PARAM_ERROR", "参数错误:{field}字段不正确,请检查是否合法")
_LEGACY_LENGTH = _fail("{field}参数长度有误", "legacy")
_LEGACY_FORM = _fail("{field}参数格式错误", "legacy")

METHOD_NOT_POST = Row(
    name="METHOD_NOT_POST",
    cause="v2 endpoints take POST only; the request came with another method.",
    fix="Send the XML as the body of a POST. A redirect from http to https also turns a POST into a GET.",
    cause_zh="v2 接口只接受 POST，请求用了别的方法。",
    fix_zh="用 POST 发送 XML 请求体；注意 http 跳转 https 时 POST 会变成 GET。",
    spellings=(
        _fail("require POST method", source="https://github.com/chanxuehong/wechat", endpoint="v2.downloadbill"),
        _fail("请使用post方法", source="https://pay.weixin.qq.com/doc/v2/merchant/4011937361"),
        _documented("REQUIRE_POST_METHOD", "请使用post方法"),
    ),
)
EMPTY_BODY = Row(
    name="EMPTY_BODY",
    cause="The POST arrived without a body.",
    fix="Send the XML as the raw body; some HTTP clients drop a body given as a form or as query parameters.",
    cause_zh="POST 请求没有请求体。",
    fix_zh="把 XML 作为原始请求体发送，不要当成表单或查询参数。",
    spellings=(
        _fail("post数据为空", confidence=Confidence.UNCONFIRMED),
        _documented("POST_DATA_EMPTY", "post数据为空"),
    ),
)
BODY_NOT_XML = Row(
    name="BODY_NOT_XML",
    cause="The body is not well-formed XML: JSON or a form, an unescaped & or <, a cut-off body, or a DOCTYPE.",
    fix="Build the XML with a library, or wrap every text value in CDATA; one root, one level of children.",
    cause_zh="请求体不是格式正确的 XML：发的是 JSON 或表单、& 或 < 未转义、内容被截断，或带有 DOCTYPE。",
    fix_zh="用 XML 库生成，或把每个文本值放进 CDATA；一个根元素，只有一层子元素。",
    spellings=(
        _promotion("XML_ERROR", "Post内容出错", only_by_rule=True),
        _fail("XML格式错误"),
        _documented("XML_FORMAT_ERROR", "XML格式错误"),
    ),
)
BODY_NOT_UTF8 = Row(
    name="BODY_NOT_UTF8",
    cause="The body holds bytes that are not UTF-8, usually Chinese written in GBK; the XML declaration is not asked.",
    fix="Encode the whole body as UTF-8 (in Java getBytes(StandardCharsets.UTF_8), not the platform's default).",
    cause_zh="请求体不是 UTF-8 编码，多半是中文按 GBK 写出；XML 声明里的 encoding 不起作用。",
    fix_zh="整个请求体按 UTF-8 编码（Java 用 getBytes(StandardCharsets.UTF_8)，不要用平台默认编码）。",
    spellings=(
        _promotion("PARAM_IS_NOT_UTF8", "请求参数中包含非utf8编码字符", only_by_rule=True),
        _fail("XML格式错误"),
        _documented("NOT_UTF8", "编码格式错误"),
    ),
)
FIELD_MISSING = Row(
    name="FIELD_MISSING",
    cause="A required field is absent or empty.",
    fix="Send the field with a value; check the spelling and the case of its name.",
    cause_zh="必填字段没有传或为空。",
    fix_zh="传入该字段的值，并检查字段名的拼写和大小写。",
    spellings=(
        _ON_PAGE,
        _LACKING,
        _bill("20001", "missing parameter", Confidence.INFERRED),
        _value("字段“{title}”必填性规则校验失败，此字段为必填项", Confidence.OBSERVED),
        _fail("缺少参数", "legacy"),
        _documented("LACK_PARAMS", "缺少参数"),
    ),
)
FIELD_EMPTY = Row(
    name="FIELD_EMPTY",
    cause="A required field is there but empty. The older gateway tells this from an absent one.",
    fix="Send the field with a value.",
    cause_zh="必填字段传了但是空值（旧网关会与未传区分）。",
    fix_zh="传入该字段的值。",
    spellings=(
        _ON_PAGE,
        _LACKING,
        _bill("20001", "missing parameter", Confidence.INFERRED),
        _value("字段“{title}”必填性规则校验失败，此字段为必填项", Confidence.OBSERVED),
        _LEGACY_LENGTH,
    ),
)
FIELD_TOO_LONG = Row(
    name="FIELD_TOO_LONG",
    cause="The value has more bytes than the field takes: UTF-8 is counted, a Chinese character takes three.",
    fix="Cut it by bytes, at a whole character: 42 Chinese characters fit in 127 bytes, 43 do not.",
    cause_zh="值超过了字段的字节数上限：按 UTF-8 字节计算，一个汉字占 3 个字节。",
    fix_zh="按字节截断，不要切断字符：127 字节可放 42 个汉字，43 个放不下。",
    spellings=(
        _ON_PAGE,
        _LACKING,
        _bill("20001", "data format error", Confidence.INFERRED),
        _value("值字段“{title}”字符串规则校验失败，字节数 {came}，大于最大值 {limit}", Confidence.OBSERVED),
        _LEGACY_LENGTH,
    ),
)
FIELD_PATTERN = Row(
    name="FIELD_PATTERN",
    cause="The value has a form that is not allowed: blanks or quotes around it, a forbidden character, no such word.",
    fix="Make it match the pattern in the text. Blanks at either end belong to the value.",
    cause_zh="值的格式不符合要求：首尾有空格或引号、含有不允许的字符，或取值不存在。",
    fix_zh="让值符合提示中的正则表达式；首尾空格也算在值里。",
    spellings=(
        _ON_PAGE,
        _WRONG,
        _bill("20001", "data format error", Confidence.INFERRED),
        _value("值字段“{title}”字符串规则校验失败，字符串必须匹配正则表达式“{pattern}”", Confidence.OBSERVED),
        _LEGACY_FORM,
    ),
)
FIELD_NOT_INTEGER = Row(
    name="FIELD_NOT_INTEGER",
    cause="The value is not a whole number; a float such as 0.01, 1.0 or 99.99999 is the usual reason.",
    fix="Send whole fen without a decimal point. Compute in integers or decimals, never in floats.",
    cause_zh="值不是整数，常见原因是传了 0.01、1.0、99.99999 这样的浮点数。",
    fix_zh="以分为单位传整数，不带小数点；金额用整数或定点小数计算，不要用浮点数。",
    spellings=(
        *_BADLY_WRITTEN,
        _WRONG,
        _fail(
            "无法将输入源“/body/xml/{field}”映射到目标字段“{title}”中，此字段需要一个合法的 64 位有符号整数",
            "modern",
            source="https://github.com/silenceper/wechat/issues/654",
        ),
        _LEGACY_FORM,
    ),
)
FIELD_TOO_SMALL = Row(
    name="FIELD_TOO_SMALL",
    cause="The number is below the minimum.",
    fix="Send at least the minimum; an order that costs nothing needs no payment.",
    cause_zh="数值小于最小值。",
    fix_zh="不要小于最小值；零元订单不需要支付。",
    spellings=(
        *_BADLY_WRITTEN,
        _WRONG,
        _value("数值字段“{title}”规则校验失败，值低于最小值 {limit}", Confidence.INFERRED),
        _LEGACY_FORM,
        _on_micropay("{field}参数格式错误", f"{_AXIOS}/issues/39"),
    ),
)
FIELD_TOO_LARGE = Row(
    name="FIELD_TOO_LARGE",
    cause="The number is above the maximum.",
    fix="Send at most the maximum; check that yuan were not multiplied by 100 twice.",
    cause_zh="数值大于最大值。",
    fix_zh="不要大于最大值；检查是否把元到分的换算做了两次。",
    spellings=(
        _WRONG,
        _value("数值字段“{title}”规则校验失败，值高于最大值 {limit}", Confidence.UNCONFIRMED),
        _LEGACY_FORM,
    ),
)
CLIENT_IP_INVALID = Row(
    name="CLIENT_IP_INVALID",
    cause="spbill_create_ip is not an IPv4 or IPv6 address; behind proxies it is often a list or `unknown`.",
    fix="Send one address: the first of X-Forwarded-For, without a port.",
    cause_zh="spbill_create_ip 不是合法的 IPv4 或 IPv6 地址；经过代理时常常是一串地址或 unknown。",
    fix_zh="只传一个地址：取 X-Forwarded-For 的第一个，不带端口。",
    spellings=(_fail("invalid spbill_create_ip"),),
)
MCHID_UNKNOWN = Row(
    name="MCHID_UNKNOWN",
    cause="No merchant has this mch_id (or sub_mch_id): a typing error, the appid in its place, another environment.",
    fix="Copy the number from the merchant platform; `wechatpay-sandbox credentials` shows those that exist here.",
    cause_zh="没有这个 mch_id（或 sub_mch_id）：写错了、和 appid 填反了，或是别的环境的商户号。",
    fix_zh="从商户平台复制商户号；`wechatpay-sandbox credentials` 列出这里有的商户号。",
    spellings=(
        _fail("商户号mch_id或sub_mch_id不存在", source="https://github.com/w7corp/easywechat/issues/665"),
        _documented("MCHID_NOT_EXIST", "MCHID不存在"),
        _v3(400, "PARAM_ERROR", "商户号mch_id或sub_mch_id不存在", Confidence.UNCONFIRMED, source=_FIELD_RULES),
    ),
)
APPID_UNKNOWN = Row(
    name="APPID_UNKNOWN",
    cause="Nobody has this appid: a typing error, or mch_id and appid changed places.",
    fix="Copy the AppID from the mini program's console; it is `wx` and 16 hex digits.",
    cause_zh="没有这个 appid：写错了，或和 mch_id 填反了。",
    fix_zh="从小程序后台复制 AppID，形如 wx 加 16 位十六进制。",
    spellings=(
        *(_promotion("ILLEGAL_APPID", "非法appid", one) for one in (_PACKET, _GROUP)),
        _promotion("PARAM_ERROR", "参数错误:商户号和appid没有绑定关系"),
        _fail("AppID不存在，请检查后再试", "modern"),
        _fail("appid不存在", "legacy"),
        _documented("APPID_NOT_EXIST", "APPID不存在"),
        _v3(400, "PARAM_ERROR", "AppID不存在，请检查后再试", Confidence.UNCONFIRMED, source=_FIELD_RULES),
    ),
)
APPID_NOT_BOUND = Row(
    name="APPID_NOT_BOUND",
    number=268445527,
    cause="The appid exists but is not bound to this merchant.",
    fix="Bind it in the merchant platform (产品中心 > AppID账号管理) and confirm on the mini program's side.",
    cause_zh="appid 存在，但没有与该商户号绑定。",
    fix_zh="在商户平台“产品中心 > AppID账号管理”发起关联，并在小程序侧确认。",
    spellings=(
        *(_promotion("ILLEGAL_APPID", "非法appid", one) for one in (_PACKET, _GROUP)),
        _promotion("PARAM_ERROR", "参数错误:商户号和appid没有绑定关系"),
        _fail("商户号mch_id与appid不匹配"),
        _documented("APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配"),
        _v3(
            400,
            "APPID_MCHID_NOT_MATCH",
            "appid和mch_id不匹配，请检查后再试",
            Confidence.DOCUMENTED,
            source=_FIELD_RULES,
        ),
    ),
)
SUB_MCHID_MISSING = Row(
    name="SUB_MCHID_MISSING",
    number=268443704,
    cause="This mch_id is a service provider's, and a provider always orders for a sub-merchant.",
    fix="Send sub_mch_id, or use the mch_id of an ordinary merchant.",
    cause_zh="该 mch_id 是服务商号，服务商下单必须指明子商户。",
    fix_zh="传入 sub_mch_id，或改用普通商户号。",
    spellings=(
        _fail("受理机构必须传入sub_mch_id", source=_FIELD_RULES),
        _v3(400, "PARAM_ERROR", "受理机构必须传入sub_mch_id", Confidence.DOCUMENTED, source=_FIELD_RULES),
    ),
)
SUB_MCHID_UNRELATED = Row(
    name="SUB_MCHID_UNRELATED",
    number=268443701,
    cause="The sub_mch_id exists but is not a sub-merchant of this provider.",
    fix="Use the provider under which the sub-merchant was registered; an ordinary merchant sends no sub_mch_id.",
    cause_zh="sub_mch_id 存在，但不是该服务商的子商户。",
    fix_zh="使用子商户进件时的服务商号；普通商户不要传 sub_mch_id。",
    spellings=(
        _fail("受理关系不存在", confidence=Confidence.UNCONFIRMED),
        _v3(400, "PARAM_ERROR", "受理关系不存在", Confidence.DOCUMENTED, source=_FIELD_RULES),
    ),
)
SIGN_WRONG = Row(
    name="SIGN_WRONG",
    cause=(
        "The sign does not fit the fields and the key. Usual reasons: the APIv3 key, the AppSecret or another"
        " merchant's key was used; the key was reset less than 15 minutes ago; Chinese was signed in another encoding"
        " than UTF-8; an empty field was signed; total_fee was signed as a float; a field was added, trimmed or renamed"
        " (case counts) after signing; sign_type was sent but not signed; lower-case hex."
    ),
    fix=(
        "Sign exactly the values you send: names in byte order, no empty ones, raw UTF-8, `&key=` and the API v2 key,"
        " upper-case hex. Compare your string to sign with the one in the diagnosis."
    ),
    cause_zh=(
        "签名与参数、密钥对不上。常见原因：用了 APIv3 密钥、AppSecret 或别的商户的密钥；密钥重置不到 15 分钟；"
        "中文按非 UTF-8 编码签名；空值参与了签名；total_fee 按浮点数签名；签名后又增删或改名了字段（区分大小写）；"
        "传了 sign_type 但没有参与签名；用了小写十六进制。"
    ),
    fix_zh=(
        "只对实际发送的值签名：字段名按字节序、去掉空值、原始 UTF-8，末尾加 &key= 和 APIv2 密钥，结果大写。"
        "与诊断里的待签名串对照。"
    ),
    spellings=(
        *(
            _fail("获取沙箱密钥失败，确认交易密钥是否正确", endpoint=one)
            for one in ("v2.getsignkey", "v2.xdcgetsignkey")
        ),
        _promotion("SIGN_ERROR", "签名错误"),
        _bill("20001", "sign error"),
        _fail(
            "签名错误，请检查后再试", "modern", source="https://github.com/binarywang/weixin-java-pay-demo/issues/136"
        ),
        _fail("签名错误", "legacy", source="https://github.com/Wechat-Group/WxJava/issues/1428"),
        _documented("SIGNERROR", "签名错误"),
    ),
)
OPENID_OF_OTHER_APPID = Row(
    name="OPENID_OF_OTHER_APPID",
    cause="The openid was given out under another appid, a payer has a different one for each.",
    fix="Order with the appid whose login gave this openid; with sub_appid send it as sub_openid.",
    cause_zh="openid 属于另一个 appid；同一用户在每个 appid 下的 openid 都不同。",
    fix_zh="下单的 appid 要与获取 openid 的一致；用 sub_appid 获取的应作为 sub_openid 传入。",
    spellings=(
        _fail("appid与openid不匹配", "modern"),
        _fail("appid and openid not match", "legacy"),
        _v3(400, "PARAM_ERROR", "appid与openid不匹配", Confidence.DOCUMENTED, source=_FIELD_RULES),
        _v3(500, "OPENID_MISMATCH", "OpenID和AppID不匹配", endpoint="v3.combine", source=_COMBINED),
    ),
)
TIME_EXPIRE_TOO_SOON = Row(
    name="TIME_EXPIRE_TOO_SOON",
    cause="time_expire is less than a minute ahead (five in the older gateway); eight hours early means a UTC clock.",
    fix="Write time_expire as yyyyMMddHHmmss in Beijing time (UTC+8), further ahead.",
    cause_zh="time_expire 距现在不足 1 分钟（旧网关为 5 分钟）；早 8 小时说明用了 UTC 时间。",
    fix_zh="time_expire 按北京时间 yyyyMMddHHmmss 填写，并留出更长时间。",
    spellings=(
        _fail("time_expire时间过短，刷卡至少1分钟，其他5分钟"),
        _on_micropay("time_expire时间过短，刷卡至少1分钟，其他5分钟"),
    ),
)
