"""What APIv3 refuses before it looks at the business: authentication, headers, JSON, fields, sensitive fields."""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling

_AUTH = "https://pay.weixin.qq.com/doc/v3/merchant/4012072670"
_RULES = "https://pay.weixin.qq.com/doc/v3/merchant/4012081709"
_FAQ = "https://pay.weixin.qq.com/doc/v3/merchant/4012791869"
_SENSITIVE = "https://pay.weixin.qq.com/doc/v3/merchant/4012365346"
OBSERVED, DOCUMENTED, INFERRED, UNCONFIRMED = (
    Confidence.OBSERVED, Confidence.DOCUMENTED, Confidence.INFERRED, Confidence.UNCONFIRMED,
)  # fmt: skip


def says(
    status: int,
    code: str,
    text: str,
    confidence: Confidence = DOCUMENTED,
    *,
    endpoint: str = "",
    source: str = "",
    only_by_rule: bool = False,
) -> Spelling:
    """An HTTP status with `{"code": …, "message": …}`."""
    return Spelling(
        dialect="v3",
        layer=Layer.CODE,
        status=status,
        code=code,
        text=text,
        endpoint=endpoint,
        only_by_rule=only_by_rule,
        confidence=confidence,
        source=source,
    )


def _unsigned(text: str, confidence: Confidence = OBSERVED) -> Spelling:
    return says(401, "SIGN_ERROR", text, confidence, source=_AUTH)


_UNFIT = "无法将 JSON 输入源“{pointer}”映射到目标字段“{title}”中，此字段需要一个合法的"
_TEXT = "输入源“{pointer}”映射到值字段“{title}”字符串规则校验失败，"


def _complaint(text: str, confidence: Confidence = OBSERVED) -> tuple[Spelling, ...]:
    """About one field, from the platform's templates."""
    return (says(400, "PARAM_ERROR", text, confidence, source=_FAQ),)


HEADER_MISSING = Row(
    name="HEADER_MISSING",
    cause="The request has no User-Agent or no Accept header; a bare HTTP client leaves them out.",
    fix="Send `Accept: application/json` and any User-Agent.",
    cause_zh="请求缺少 User-Agent 或 Accept 头，裸 HTTP 客户端常常不带。",
    fix_zh="加上 Accept: application/json 和任意 User-Agent。",
    spellings=(says(400, "INVALID_REQUEST", "Http头缺少Accept或User-Agent", OBSERVED, source=_RULES),),
)
AUTHORIZATION_MALFORMED = Row(
    name="AUTHORIZATION_MALFORMED",
    cause='The Authorization header is missing or malformed: one line, five name="value" pairs, commas, no blanks.',
    fix='Send `WECHATPAY2-SHA256-RSA2048 mchid="…",nonce_str="…",signature="…",timestamp="…",serial_no="…"`.',
    cause_zh='没有 Authorization 头，或格式不对：应为一行、五个 名="值"、逗号分隔、没有空格。',
    fix_zh='按 WECHATPAY2-SHA256-RSA2048 mchid="…",nonce_str="…",signature="…",timestamp="…",serial_no="…" 发送。',
    spellings=(_unsigned("Http头Authorization值格式错误，请参考《微信支付商户REST API签名规则》"),),
)
AUTHORIZATION_ABSENT_ON_PAY = Row(
    name="AUTHORIZATION_ABSENT_ON_PAY",
    cause="The order endpoints found no usable Authorization header.",
    fix='Sign the request: one line, the scheme, five name="value" pairs, commas, no blanks.',
    cause_zh="下单类接口没有找到可用的 Authorization 头。",
    fix_zh='给请求签名：一行、认证类型、五个 名="值"、逗号分隔、没有空格。',
    spellings=(_unsigned("签名信息错误，验签失败"),),
)
AUTHORIZATION_SCHEME = Row(
    name="AUTHORIZATION_SCHEME",
    cause="The scheme of the Authorization header is not WECHATPAY2-SHA256-RSA2048.",
    fix="Write the scheme exactly so, one blank, then the parameters.",
    cause_zh="Authorization 的认证类型不是 WECHATPAY2-SHA256-RSA2048。",
    fix_zh="认证类型照写，后面一个空格，再接参数。",
    spellings=(says(401, "SIGN_ERROR", "HTTP头Authorization认证类型不正确", source=_AUTH, only_by_rule=True),),
)
TIMESTAMP_STALE = Row(
    name="TIMESTAMP_STALE",
    cause="The timestamp is more than five minutes from now: milliseconds instead of seconds, or a wrong clock.",
    fix="Send seconds since the epoch, taken when the request is sent; set the server's clock.",
    cause_zh="timestamp 与当前时间相差超过 5 分钟：用了毫秒，或服务器时钟不准。",
    fix_zh="传发送请求时的秒级时间戳，并校准服务器时钟。",
    spellings=(_unsigned("Http头Authorization中的timestamp与发起请求的时间不得超过5分钟"),),
)
CALLER_UNKNOWN = Row(
    name="CALLER_UNKNOWN",
    cause="No merchant has the mchid of the Authorization header.",
    fix="Use the mchid whose API certificate signs; `wechatpay-sandbox credentials` shows those that exist here.",
    cause_zh="没有 Authorization 头里的这个 mchid。",
    fix_zh="使用签名证书所属的商户号；`wechatpay-sandbox credentials` 列出这里有的商户号。",
    spellings=(_unsigned("签名错误"),),
)
SERIAL_NO_WRONG = Row(
    name="SERIAL_NO_WRONG",
    cause="serial_no is not of a certificate of this merchant; often it is the platform certificate's.",
    fix="Send the serial number of apiclient_cert.pem (`openssl x509 -in apiclient_cert.pem -noout -serial`).",
    cause_zh="serial_no 不是该商户证书的序列号，常见是误用了平台证书的序列号。",
    fix_zh="使用 apiclient_cert.pem 的序列号（openssl x509 -in apiclient_cert.pem -noout -serial）。",
    spellings=(_unsigned("商户证书序列号有误。请使用签名私钥匹配的证书序列号", DOCUMENTED),),
)
CERTIFICATE_EXPIRED = Row(
    name="CERTIFICATE_EXPIRED",
    cause="The merchant's API certificate is past its end.",
    fix="Apply for a new certificate in the merchant platform and use it with its own serial number.",
    cause_zh="商户 API 证书已过期。",
    fix_zh="在商户平台申请新证书，并使用新证书的序列号。",
    spellings=(says(401, "SIGN_ERROR", "商户证书已过期。", source=_AUTH, only_by_rule=True),),
)
CERTIFICATE_REVOKED = Row(
    name="CERTIFICATE_REVOKED",
    cause="The merchant's API certificate was revoked.",
    fix="Use a certificate that is in force.",
    cause_zh="商户 API 证书已作废。",
    fix_zh="使用有效的证书。",
    spellings=(says(401, "SIGN_ERROR", "商户证书已作废。", source=_AUTH, only_by_rule=True),),
)
APIV3_KEY_UNSET = Row(
    name="APIV3_KEY_UNSET",
    cause="The merchant has set no APIv3 key.",
    fix="Set it in the merchant platform (账户中心 > API安全).",
    cause_zh="商户未设置 APIv3 密钥。",
    fix_zh="在商户平台“账户中心 > API安全”设置。",
    spellings=(says(401, "SIGN_ERROR", "商户未设置APIv3密钥。", source=_AUTH, only_by_rule=True),),
)
REQUEST_SIGNATURE_WRONG = Row(
    name="REQUEST_SIGNATURE_WRONG",
    number=268443699,
    cause=(
        "The signature does not fit the message of five lines. Usual reasons: the body was serialised again after"
        " signing; the query string was left out; a missing last newline or a literal backslash-n; another private key."
    ),
    fix="Sign the bytes you send: method, path with query, timestamp, nonce_str, body, each followed by a newline.",
    cause_zh=(
        "签名与五行待签名串对不上。常见原因：签名后又重新序列化了请求体；漏了查询串；缺少最后一个换行或写成了字面 \\n；"
        "用错了私钥。"
    ),
    fix_zh="对实际发送的字节签名：方法、带查询串的路径、时间戳、随机串、请求体，每行以换行结尾。",
    spellings=(says(401, "SIGN_ERROR", "错误的签名，验签失败", OBSERVED, source=_AUTH),),
)
REQUEST_SIGNATURE_WRONG_ON_PAY = Row(
    name="REQUEST_SIGNATURE_WRONG_ON_PAY",
    number=268443699,
    cause=REQUEST_SIGNATURE_WRONG.cause,
    fix=REQUEST_SIGNATURE_WRONG.fix,
    cause_zh=REQUEST_SIGNATURE_WRONG.cause_zh,
    fix_zh=REQUEST_SIGNATURE_WRONG.fix_zh,
    spellings=(says(401, "SIGN_ERROR", "签名错误", OBSERVED, source=_AUTH),),
)
BODY_NOT_JSON_OBJECT = Row(
    name="BODY_NOT_JSON_OBJECT",
    cause="The body is not one JSON object: broken JSON, an array, a key given twice.",
    fix="Send one JSON object, each key once.",
    cause_zh="请求体不是一个 JSON 对象：JSON 有错、是数组，或同一个键出现两次。",
    fix_zh="发送一个 JSON 对象，每个键只出现一次。",
    spellings=(says(400, "PARAM_ERROR", "参数错误", UNCONFIRMED, source=_RULES),),
)
BODY_NOT_PLAIN_UTF8 = Row(
    name="BODY_NOT_PLAIN_UTF8",
    cause="The body holds bytes that are not UTF-8 (GBK?), or a character of four bytes such as an emoji.",
    fix="Encode the body as UTF-8 and leave out characters beyond the Basic Multilingual Plane.",
    cause_zh="请求体含有非 UTF-8 字节（GBK？），或 4 字节字符（如 emoji）。",
    fix_zh="请求体用 UTF-8 编码，去掉 emoji 等 4 字节字符。",
    spellings=(says(400, "INVALID_REQUEST", "请求内容传入了非UTF8参数", OBSERVED, source=_RULES),),
)
FIELD_UNKNOWN = Row(
    name="FIELD_UNKNOWN",
    number=270924358,
    cause="The body has a field that this endpoint does not define: a v2 name, or one of another trade type.",
    fix="Leave it out; APIv3 accepts only the fields of its documentation.",
    cause_zh="请求体里有接口未定义的字段：v2 的字段名，或别的下单方式的字段。",
    fix_zh="去掉该字段；APIv3 只接受文档中定义的字段。",
    spellings=(says(400, "PARAM_ERROR", "请求中含有未在API文档中定义的参数", OBSERVED, source=_RULES),),
)
JSON_FIELD_MISSING = Row(
    name="JSON_FIELD_MISSING",
    cause="A required field is absent, null or empty.",
    fix="Send the field with a value, at the place the text names.",
    cause_zh="必填字段缺失、为 null 或为空。",
    fix_zh="在提示的位置传入该字段。",
    spellings=_complaint("输入源“{pointer}”映射到字段“{title}”必填性规则校验失败，此字段为必填项"),
)
JSON_NOT_INTEGER = Row(
    name="JSON_NOT_INTEGER",
    cause="The value is not a whole number: yuan, a float, or a number in quotes.",
    fix="Send whole fen as a JSON number without decimal point or quotes.",
    cause_zh="值不是整数：传了元、浮点数，或加了引号。",
    fix_zh="以分为单位传 JSON 整数，不带小数点和引号。",
    spellings=_complaint(f"{_UNFIT} 64 位有符号整数"),
)
JSON_WRONG_TYPE = Row(
    name="JSON_WRONG_TYPE",
    cause="The value has another JSON type than the field takes.",
    fix="Send the type the text names: a string in quotes, true or false, an object, an array.",
    cause_zh="值的 JSON 类型与字段不符。",
    fix_zh="按提示的类型传：带引号的字符串、true/false、对象或数组。",
    spellings=_complaint(f"{_UNFIT}{{wanted}}", UNCONFIRMED),
)
JSON_TOO_SMALL = Row(
    name="JSON_TOO_SMALL",
    cause="The number is below the minimum.",
    fix="Send at least the minimum.",
    cause_zh="数值小于最小值。",
    fix_zh="不要小于最小值。",
    spellings=_complaint("输入源“{pointer}”映射到数值字段“{title}”规则校验失败，值低于最小值 {limit}"),
)
JSON_TOO_LARGE = Row(
    name="JSON_TOO_LARGE",
    cause="The number is above the maximum.",
    fix="Send at most the maximum.",
    cause_zh="数值大于最大值。",
    fix_zh="不要大于最大值。",
    spellings=_complaint("输入源“{pointer}”映射到数值字段“{title}”规则校验失败，值高于最大值 {limit}", UNCONFIRMED),
)
JSON_TOO_SHORT = Row(
    name="JSON_TOO_SHORT",
    cause="The value has fewer bytes than the field takes: a database id used as out_trade_no.",
    fix="Use a longer value; out_trade_no has 6 to 32 bytes.",
    cause_zh="值的字节数小于下限，例如把数据库自增 id 当作商户订单号。",
    fix_zh="使用更长的值；out_trade_no 为 6 到 32 字节。",
    spellings=_complaint(f"{_TEXT}字节数 {{came}}，小于最小值 {{limit}}"),
)
JSON_TOO_LONG = Row(
    name="JSON_TOO_LONG",
    cause="The value has more bytes than the field takes: UTF-8 is counted, a Chinese character takes three.",
    fix="Cut it by bytes, at a whole character.",
    cause_zh="值超过字节数上限：按 UTF-8 计算，一个汉字占 3 个字节。",
    fix_zh="按字节截断，不要切断字符。",
    spellings=_complaint(f"{_TEXT}字节数 {{came}}，大于最大值 {{limit}}"),
)
JSON_FEW_CHARACTERS = Row(
    name="JSON_FEW_CHARACTERS",
    cause="The value has fewer characters than the field takes, or none.",
    fix="Send a value; an optional field is left out, not sent empty.",
    cause_zh="值的字符数小于下限，或为空。",
    fix_zh="传入该字段的值；选填字段不传时不要传空串。",
    spellings=_complaint(f"{_TEXT}字符数 {{came}}，小于最小值 {{limit}}"),
)
JSON_MANY_CHARACTERS = Row(
    name="JSON_MANY_CHARACTERS",
    cause="The value has more characters than the field takes; here a Chinese character counts as one.",
    fix="Shorten it.",
    cause_zh="值的字符数超过上限（一个汉字算一个字符）。",
    fix_zh="缩短该字段的值。",
    spellings=_complaint(f"{_TEXT}字符数 {{came}}，大于最大值 {{limit}}", INFERRED),
)
JSON_PATTERN = Row(
    name="JSON_PATTERN",
    cause="The value has a form that is not allowed.",
    fix="Make it match the pattern in the text.",
    cause_zh="值的格式不符合要求。",
    fix_zh="让值符合提示中的正则表达式。",
    spellings=_complaint(f"{_TEXT}字符串必须匹配正则表达式“{{pattern}}”"),
)
MCHID_NOT_CALLERS = Row(
    name="MCHID_NOT_CALLERS",
    cause="The mchid in the request is not the mchid of the Authorization header.",
    fix="Sign with the certificate of the merchant that the request names; a provider signs with its own.",
    cause_zh="请求里的 mchid 与 Authorization 头里的不一致。",
    fix_zh="用请求中商户自己的证书签名；服务商用服务商的证书。",
    spellings=(says(400, "PARAM_ERROR", "http header中的mchid与post payload中的mchid不匹配", source=_FAQ),),
)
SENSITIVE_SERIAL_MISSING = Row(
    name="SENSITIVE_SERIAL_MISSING",
    cause="A sensitive field came without the Wechatpay-Serial header.",
    fix="Send Wechatpay-Serial: the public key id or certificate serial of the key you encrypted with.",
    cause_zh="传了加密字段，但没有 Wechatpay-Serial 头。",
    fix_zh="加上 Wechatpay-Serial：加密所用的公钥 ID 或证书序列号。",
    spellings=(says(400, "PARAM_ERROR", "HTTP header缺少微信支付平台证书序列号(Wechatpay-Serial)", source=_SENSITIVE),),
)
SENSITIVE_SERIAL_WRONG = Row(
    name="SENSITIVE_SERIAL_WRONG",
    cause="Wechatpay-Serial names no key of the platform; often it is the merchant's own certificate.",
    fix="Encrypt with the platform's key and send its serial.",
    cause_zh="Wechatpay-Serial 不是平台的密钥，常见是误用了商户自己的证书序列号。",
    fix_zh="用平台的公钥或证书加密，并传它的序列号。",
    spellings=(says(400, "PARAM_ERROR", "平台证书序列号Wechatpay-Serial错误", source=_SENSITIVE),),
)
SENSITIVE_UNREADABLE = Row(
    name="SENSITIVE_UNREADABLE",
    cause="The sensitive field cannot be decrypted: another key, OAEP with SHA-256, or no base64.",
    fix="Encrypt with RSA-OAEP (SHA-1, MGF1-SHA-1) to the key that Wechatpay-Serial names, base64.",
    cause_zh="加密字段无法解密：密钥不对、OAEP 用了 SHA-256，或不是 base64。",
    fix_zh="用 Wechatpay-Serial 所指的公钥，RSA-OAEP（SHA-1、MGF1-SHA-1），base64 编码。",
    spellings=(
        says(
            400, "PARAM_ERROR", "平台私钥解密失败", UNCONFIRMED,
            source="https://pay.weixin.qq.com/doc/v3/merchant/4016913151",
        ),
    ),
)  # fmt: skip
NO_PLATFORM_CERTIFICATE = Row(
    name="NO_PLATFORM_CERTIFICATE",
    cause="The merchant works with the platform's public key only and has no platform certificate.",
    fix="Use the public key of the merchant platform; do not download certificates.",
    cause_zh="该商户只使用微信支付公钥，没有平台证书。",
    fix_zh="改用商户平台下载的微信支付公钥，不要再下载平台证书。",
    spellings=(
        says(
            404, "RESOURCE_NOT_EXISTS",
            "无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥。可查看指引"
            "https://pay.weixin.qq.com/doc/v3/merchant/4012153196",
            OBSERVED, source="https://pay.weixin.qq.com/doc/v3/merchant/4013038816",
        ),
    ),
)  # fmt: skip
