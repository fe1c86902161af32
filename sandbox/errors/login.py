"""What api.weixin.qq.com refuses: login codes, tokens, open data and messages.

The texts are bare: the dialect adds `, rid: …` on /sns paths and ` rid: …` on the others.
"""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling

_LOGIN = "https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_code2session"
_TOKEN = "https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken"
_CODES = "https://developers.weixin.qq.com/doc/offiaccount/Getting_Started/Global_Return_Code.html"
_SUBSCRIBE = "https://developers.weixin.qq.com/miniprogram/dev/server/API/mp-message-management/subscribe-message"
_PAID_UNIONID = (
    "https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/others/User_Management.html"
)

_Pair = tuple[str, str]  # English, Chinese


def _row(
    name: str,
    code: int,
    text: str,
    *,
    cause: _Pair,
    fix: _Pair,
    confidence: Confidence = Confidence.OBSERVED,
    source: str = _CODES,
    only_by_rule: bool = False,
    retryable: bool = False,
) -> Row:
    """A row with its one errcode."""
    spelling = Spelling(
        dialect="login",
        layer=Layer.ERRCODE,
        code=str(code),
        text=text,
        only_by_rule=only_by_rule,
        source=source,
        confidence=confidence,
    )
    return Row(
        name=name,
        cause=cause[0],
        cause_zh=cause[1],
        fix=fix[0],
        fix_zh=fix[1],
        retryable=retryable,
        spellings=(spelling,),
    )


LOGIN_SYSTEM_ERROR = _row(
    "LOGIN_SYSTEM_ERROR",
    -1,
    "system error",
    cause=("The platform is busy.", "系统繁忙。"),
    fix=("Try again a little later.", "稍候再试。"),
    confidence=Confidence.DOCUMENTED,
    source=_LOGIN,
    only_by_rule=True,
    retryable=True,
)
ACCESS_TOKEN_INVALID = _row(
    "ACCESS_TOKEN_INVALID",
    40001,
    "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken,"
    " more details at https://mmbizurl.cn/s/JtxxFh33r",
    cause=(
        "The access_token is unknown or was replaced: somebody else fetched a newer one for the same appid.",
        "access_token 不存在或已被替换：同一 appid 在别处又获取了新的。",
    ),
    fix=(
        "Let one process keep the token, or use /cgi-bin/stable_token.",
        "由一个进程统一保管 token，或改用 /cgi-bin/stable_token。",
    ),
    source=_TOKEN,
)
GRANT_TYPE_INVALID = _row(
    "GRANT_TYPE_INVALID",
    40002,
    "invalid grant_type",
    cause=(
        "grant_type is absent or wrong, even by one character; stable_token takes JSON, not a form.",
        "grant_type 没有传或不对（多一个字符也不行）；stable_token 只收 JSON，不收表单。",
    ),
    fix=(
        "Login: authorization_code. Tokens: client_credential. Refresh: refresh_token.",
        "登录用 authorization_code，获取 token 用 client_credential，刷新用 refresh_token。",
    ),
    source=_LOGIN,
)
OPENID_INVALID_LOGIN = _row(
    "OPENID_INVALID_LOGIN",
    40003,
    "invalid openid",
    cause=("No payer of this appid has this openid.", "该 appid 下没有这个 openid。"),
    fix=(
        "Use the openid that this appid's own login gave, not that of another appid.",
        "使用同一 appid 登录得到的 openid，不要混用别的 appid 的。",
    ),
)
APPID_INVALID = _row(
    "APPID_INVALID",
    40013,
    "invalid appid",
    cause=(
        "There is no such appid: a typing error, quotes around it, a stray blank or +.",
        "没有这个 appid：写错了，或带了引号、空格、加号。",
    ),
    fix=(
        "Copy the AppID from the mini program's console; `wechatpay-sandbox credentials` shows those that exist here.",
        "从小程序后台复制 AppID；`wechatpay-sandbox credentials` 列出这里有的。",
    ),
    source=_LOGIN,
)
CODE_INVALID = _row(
    "CODE_INVALID",
    40029,
    "invalid code",
    cause=(
        "The code is unknown, older than 5 minutes, of another appid, or the word undefined.",
        "code 不存在、超过 5 分钟、属于别的 appid，或前端传来的是 undefined。",
    ),
    fix=(
        "Call wx.login right before sending the code, and exchange it once, with the appid of that mini program.",
        "在发送前调用 wx.login 取新 code，用该小程序的 appid 只换一次。",
    ),
    source=_LOGIN,
)
REFRESH_TOKEN_INVALID = _row(
    "REFRESH_TOKEN_INVALID",
    40030,
    "invalid refresh_token",
    cause=("The refresh_token is unknown or of another appid.", "refresh_token 不存在或属于别的 appid。"),
    fix=("Let the user authorise again.", "让用户重新授权。"),
    confidence=Confidence.UNCONFIRMED,
)
TEMPLATE_INVALID = _row(
    "TEMPLATE_INVALID",
    40037,
    "invalid template_id",
    cause=("The mini program has no such message template.", "小程序没有这个订阅消息模板。"),
    fix=("Copy the template id from the console's own list (我的模板).", "从后台“我的模板”复制模板 id。"),
    source=_SUBSCRIBE,
)
URL_INVALID = _row(
    "URL_INVALID",
    40066,
    "invalid url",
    cause=(
        "There is no such path; a forgotten ? glues the parameters to it (/sns/jscode2sessionappid=…).",
        "没有这个路径；漏写 ? 时参数会粘在路径后面（/sns/jscode2sessionappid=…）。",
    ),
    fix=("Compare the URL with the documentation, the ? included.", "对照文档检查 URL，包括问号。"),
)
APPSECRET_INVALID = _row(
    "APPSECRET_INVALID",
    40125,
    "invalid appsecret",
    cause=(
        "The secret is not this appid's: reset in the meantime, or a payment key in its place.",
        "secret 与 appid 不符：已被重置，或误用了支付密钥。",
    ),
    fix=("Copy the AppSecret of this appid again.", "重新获取该 appid 的 AppSecret。"),
    source=_LOGIN,
)
CODE_USED = _row(
    "CODE_USED",
    40163,
    "code been used",
    cause=(
        "This code was exchanged before: a retry, a double tap, or two handlers for one login.",
        "这个 code 已经换过：重试、重复点击，或一次登录触发了两次请求。",
    ),
    fix=(
        "Exchange each code once and keep the session; call wx.login again for a new one.",
        "每个 code 只换一次并保存会话；需要时重新 wx.login。",
    ),
    source="https://github.com/Wechat-Group/WxJava/issues/1323",
)
IP_NOT_WHITELISTED = _row(
    "IP_NOT_WHITELISTED",
    40164,
    "invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist",
    cause=("The server's address is not on the appid's white list.", "服务器地址不在该 appid 的 IP 白名单里。"),
    fix=("Add the address in the console (开发管理 > IP白名单).", "在后台“开发管理 > IP白名单”添加该地址。"),
    source=_TOKEN,
)
USER_BLOCKED = _row(
    "USER_BLOCKED",
    40226,
    "code blocked",
    cause=("Risk control stopped this user from logging in.", "高风险等级用户，小程序登录被拦截。"),
    fix=(
        "Tell the user that login is not possible now; do not retry in a loop.",
        "提示用户暂时无法登录，不要循环重试。",
    ),
    confidence=Confidence.DOCUMENTED,
    source=_LOGIN,
)
APPSECRET_FROZEN = _row(
    "APPSECRET_FROZEN",
    40243,
    "appsecret has been frozen",
    cause=("The AppSecret is frozen in the console.", "AppSecret 已在后台被冻结。"),
    fix=("Unfreeze it in the console.", "在后台解冻 AppSecret。"),
    confidence=Confidence.UNCONFIRMED,
)
ARGS_INVALID = _row(
    "ARGS_INVALID",
    40097,
    "invalid args",
    cause=("A parameter is missing or has a value that is not offered.", "缺少参数，或参数取值不在允许范围内。"),
    fix=("Compare the parameters with the documentation.", "对照文档检查参数。"),
    confidence=Confidence.UNCONFIRMED,
)
ACCESS_TOKEN_MISSING = _row(
    "ACCESS_TOKEN_MISSING",
    41001,
    "access_token missing",
    cause=("The query string has no access_token.", "查询串里没有 access_token。"),
    fix=("Append ?access_token= to the URL, also on a POST.", "在 URL 后加 ?access_token=，POST 也一样。"),
)
APPID_MISSING = _row(
    "APPID_MISSING",
    41002,
    "appid missing",
    cause=(
        "The request has no appid where it is looked for; on GET endpoints a body does not count.",
        "没有在该读取的地方传 appid；GET 接口不看请求体。",
    ),
    fix=(
        "Send the parameters of jscode2session and token in the query string.",
        "jscode2session 和 token 的参数放在查询串里。",
    ),
    source=_LOGIN,
)
REFRESH_TOKEN_MISSING = _row(
    "REFRESH_TOKEN_MISSING",
    41003,
    "missing refresh_token",
    cause=("There is no refresh_token.", "没有传 refresh_token。"),
    fix=("Send the refresh_token of the authorisation.", "传入授权时得到的 refresh_token。"),
    confidence=Confidence.UNCONFIRMED,
)
APPSECRET_MISSING = _row(
    "APPSECRET_MISSING",
    41004,
    "appsecret missing",
    cause=("There is no secret (the name is `secret`).", "没有传 secret（参数名是 secret）。"),
    fix=("Send secret=AppSecret, from the server only.", "传 secret=AppSecret，且只在服务端调用。"),
    source=_LOGIN,
)
CODE_MISSING = _row(
    "CODE_MISSING",
    41008,
    "missing code",
    cause=(
        "There is no code; jscode2session calls it js_code, OAuth calls it code.",
        "没有传 code；jscode2session 的参数名是 js_code，网页授权的是 code。",
    ),
    fix=("Pass on what wx.login gave.", "传入 wx.login 返回的 code。"),
    source=_LOGIN,
)
OPENID_MISSING_LOGIN = _row(
    "OPENID_MISSING_LOGIN",
    41009,
    "missing openid",
    cause=("There is no openid.", "没有传 openid。"),
    fix=("Send the openid that came with the token.", "传入与 token 一起返回的 openid。"),
)
PAGE_INVALID = _row(
    "PAGE_INVALID",
    41030,
    "invalid page",
    cause=("The mini program has no such page.", "小程序没有这个页面。"),
    fix=("Use a published page path without a leading slash.", "使用已发布的页面路径，开头不带斜杠。"),
    confidence=Confidence.UNCONFIRMED,
    source=_SUBSCRIBE,
)
ACCESS_TOKEN_EXPIRED = _row(
    "ACCESS_TOKEN_EXPIRED",
    42001,
    "access_token expired",
    cause=("The access_token is older than its expires_in (2 hours).", "access_token 超过了有效期（2 小时）。"),
    fix=("Fetch a new token before the old one ends.", "在到期前刷新 token。"),
    confidence=Confidence.UNCONFIRMED,
)
REFRESH_TOKEN_EXPIRED = _row(
    "REFRESH_TOKEN_EXPIRED",
    42002,
    "refresh_token expired",
    cause=("The refresh_token is older than 30 days.", "refresh_token 超过 30 天。"),
    fix=("Let the user authorise again.", "让用户重新授权。"),
    confidence=Confidence.UNCONFIRMED,
)
NEED_GET = _row(
    "NEED_GET",
    43001,
    "require GET method",
    cause=("The endpoint takes GET.", "接口只接受 GET。"),
    fix=("Send a GET with the parameters in the query string.", "用 GET，参数放在查询串里。"),
    confidence=Confidence.UNCONFIRMED,
)
NEED_POST = _row(
    "NEED_POST",
    43002,
    "require POST method",
    cause=("The endpoint takes POST.", "接口只接受 POST。"),
    fix=("Send a POST with a JSON body.", "用 POST 发送 JSON。"),
    confidence=Confidence.UNCONFIRMED,
)
NEED_HTTPS = _row(
    "NEED_HTTPS",
    43003,
    "require https",
    cause=("The platform takes https only.", "平台只接受 https。"),
    fix=("Use https:// against the platform.", "调用平台时使用 https://。"),
    confidence=Confidence.UNCONFIRMED,
    only_by_rule=True,
)
SUBSCRIBE_REFUSED = _row(
    "SUBSCRIBE_REFUSED",
    43101,
    "user refuse to accept the msg",
    cause=(
        "The user did not agree to this message, or the one agreement was used up.",
        "用户没有同意接收该消息，或一次性订阅已用完。",
    ),
    fix=(
        "Ask with wx.requestSubscribeMessage; one agreement is good for one message.",
        "用 wx.requestSubscribeMessage 请求订阅；一次同意只能发一条。",
    ),
    source=_SUBSCRIBE,
)
BODY_MISSING = _row(
    "BODY_MISSING",
    44002,
    "empty post data",
    cause=("The POST arrived without a body.", "POST 请求没有请求体。"),
    fix=("Send the JSON as the raw body.", "把 JSON 作为原始请求体发送。"),
    confidence=Confidence.UNCONFIRMED,
)
DAILY_QUOTA = _row(
    "DAILY_QUOTA",
    45009,
    "reach max api daily quota limit",
    cause=(
        "The appid's quota of the day is used up; often a token is fetched for every request.",
        "当日调用次数用完；常见原因是每次请求都重新获取 token。",
    ),
    fix=("Keep the token for its two hours.", "缓存 token，两小时内重复使用。"),
    source=_TOKEN,
)
MINUTE_QUOTA = _row(
    "MINUTE_QUOTA",
    45011,
    "api minute-quota reach limit, must slower, retry next minute",
    cause=("Too many calls within a minute.", "一分钟内调用过于频繁。"),
    fix=("Wait for the next minute.", "等到下一分钟再试。"),
    source=_LOGIN,
    retryable=True,
)
BODY_NOT_JSON = _row(
    "BODY_NOT_JSON",
    47001,
    "data format error",
    cause=("The body is not a JSON object in UTF-8.", "请求体不是 UTF-8 编码的 JSON 对象。"),
    fix=("Send JSON, not a form.", "发送 JSON，不要用表单。"),
    confidence=Confidence.UNCONFIRMED,
)
ARGUMENT_INVALID = _row(
    "ARGUMENT_INVALID",
    47003,
    "argument invalid! {argument}",
    cause=(
        "A value of the template is missing, too long or of another kind; data must be an object, not a string.",
        "模板参数缺失、过长或类型不符；data 必须是对象，不能是字符串。",
    ),
    fix=("Compare the value with its kind in the template.", "对照模板里该字段的类型修改。"),
    source=_SUBSCRIBE,
)
API_UNAUTHORIZED = _row(
    "API_UNAUTHORIZED",
    48001,
    "api unauthorized",
    cause=(
        "The account or the authorised scope does not include this API (userinfo needs snsapi_userinfo).",
        "账号或授权范围不包含该接口（userinfo 需要 snsapi_userinfo）。",
    ),
    fix=("Ask for the right scope, or apply for the API.", "申请正确的 scope，或开通该接口权限。"),
)
USER_LIMITED = _row(
    "USER_LIMITED",
    50002,
    "user limited",
    cause=("The account is cancelled or limited.", "账号已注销或被限制。"),
    fix=("Check the account in the console.", "到后台检查账号状态。"),
)
SESSION_SIGNATURE_INVALID = _row(
    "SESSION_SIGNATURE_INVALID",
    87009,
    "invalid signature",
    cause=(
        "The signature was not made with the user's current session_key; the key is used as base64 text.",
        "签名不是用用户当前的 session_key 计算的；密钥直接用 base64 文本，不解码。",
    ),
    fix=(
        "HMAC-SHA256 over the empty string with the latest session_key; on failure let the user log in again.",
        "用最新的 session_key 对空串计算 HMAC-SHA256；失效时让用户重新登录。",
    ),
    source="https://developers.weixin.qq.com/miniprogram/dev/server/API/user-login/api_checksessionkey",
)
OPEN_PLATFORM_UNBOUND = _row(
    "OPEN_PLATFORM_UNBOUND",
    89002,
    "open not exists",
    cause=(
        "The mini program belongs to no Open Platform account, so there is no unionid.",
        "小程序没有绑定开放平台帐号。",
    ),
    fix=("Bind it to an Open Platform account.", "把小程序绑定到开放平台帐号。"),
    confidence=Confidence.UNCONFIRMED,
    source=_PAID_UNIONID,
)
TRADE_INVALID = _row(
    "TRADE_INVALID",
    89300,
    "invalid trade",
    cause=(
        "No payment of this number by this openid within the last 5 minutes.",
        "该 openid 在最近 5 分钟内没有这笔支付。",
    ),
    fix=(
        "Ask within 5 minutes of the payment, with the openid that paid and the appid of the order.",
        "支付后 5 分钟内，用付款的 openid 和下单的 appid 调用。",
    ),
    source=_PAID_UNIONID,
)
