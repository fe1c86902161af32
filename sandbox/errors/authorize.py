"""What the web authorisation's page refuses: open.weixin.qq.com shows a text, nothing comes back to the merchant."""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling

_TROUBLE = "https://developers.weixin.qq.com/doc/oplatform/developers/troubleshooting/auth.html"
_CODES = "https://developers.weixin.qq.com/doc/offiaccount/OA_Web_Apps/Wechat_webpage_authorization.html"

_Pair = tuple[str, str]  # English, Chinese


def _page(
    name: str,
    code: str,
    text: str,
    *,
    cause: _Pair,
    fix: _Pair,
    source: str = _CODES,
    confidence: Confidence = Confidence.DOCUMENTED,
    only_by_rule: bool = False,
) -> Row:
    """A row shown as text; one with a code ends with it."""
    spelling = Spelling(
        dialect="login",
        layer=Layer.PAGE,
        code=code,
        text=f"{text}，错误码:{code}" if code else text,
        source=source,
        confidence=confidence,
        only_by_rule=only_by_rule,
    )
    return Row(name=name, cause=cause[0], cause_zh=cause[1], fix=fix[0], fix_zh=fix[1], spellings=(spelling,))


AUTHORIZE_REDIRECT_URI = _page(
    "AUTHORIZE_REDIRECT_URI",
    "10003",
    "redirect_uri域名与后台配置不一致",
    cause=(
        "The host of redirect_uri is not the one set for web authorisation.",
        "redirect_uri 的域名与后台配置的网页授权域名不一致。",
    ),
    fix=(
        "Set exactly this host in the console, without port or path, and encode redirect_uri.",
        "在后台配置完全相同的域名（不带端口和路径），并对 redirect_uri 做 urlencode。",
    ),
)
AUTHORIZE_ACCOUNT_BANNED = _page(
    "AUTHORIZE_ACCOUNT_BANNED",
    "10004",
    "此公众号被封禁",
    cause=("The account is banned.", "公众号已被封禁。"),
    fix=("Look at the account's state in the console.", "到公众平台后台查看账号状态。"),
    only_by_rule=True,
)
AUTHORIZE_SCOPE_DENIED = _page(
    "AUTHORIZE_SCOPE_DENIED",
    "10005",
    "此公众号并没有这些scope的权限",
    cause=("The account may not use this scope.", "该公众号没有这个 scope 的权限。"),
    fix=("Use a verified service account, or snsapi_base.", "使用已认证的服务号，或改用 snsapi_base。"),
    only_by_rule=True,
)
AUTHORIZE_MUST_FOLLOW = _page(
    "AUTHORIZE_MUST_FOLLOW",
    "10006",
    "必须关注此测试号",
    cause=("A test account lets in its followers only.", "测试号只允许已关注的用户授权。"),
    fix=("Follow the test account first.", "先关注该测试号。"),
    only_by_rule=True,
)
AUTHORIZE_TOO_OFTEN = _page(
    "AUTHORIZE_TOO_OFTEN",
    "10009",
    "操作太频繁了，请稍后重试",
    cause=("The user was sent to the page too often.", "短时间内授权过于频繁。"),
    fix=("Keep the user's session instead of authorising at every page.", "保存用户会话，不要每个页面都重新授权。"),
    only_by_rule=True,
)
AUTHORIZE_SCOPE_EMPTY = _page(
    "AUTHORIZE_SCOPE_EMPTY",
    "10010",
    "scope不能为空",
    cause=("There is no scope.", "没有传 scope。"),
    fix=("Send scope=snsapi_base or scope=snsapi_userinfo.", "传 scope=snsapi_base 或 scope=snsapi_userinfo。"),
)
AUTHORIZE_REDIRECT_URI_EMPTY = _page(
    "AUTHORIZE_REDIRECT_URI_EMPTY",
    "10011",
    "redirect_uri不能为空",
    cause=("There is no redirect_uri.", "没有传 redirect_uri。"),
    fix=("Send the encoded address of your page as redirect_uri.", "把页面地址 urlencode 后作为 redirect_uri 传入。"),
)
AUTHORIZE_APPID_EMPTY = _page(
    "AUTHORIZE_APPID_EMPTY",
    "10012",
    "appid不能为空",
    cause=("There is no appid.", "没有传 appid。"),
    fix=("Send the appid of the official account.", "传入公众号的 appid。"),
)
AUTHORIZE_STATE_EMPTY = _page(
    "AUTHORIZE_STATE_EMPTY",
    "10013",
    "state不能为空",
    cause=("There is a state without a value.", "传了 state 但没有值。"),
    fix=("Give state a value, or leave it out.", "给 state 一个值，或不传。"),
)
AUTHORIZE_NO_PLATFORM = _page(
    "AUTHORIZE_NO_PLATFORM",
    "10015",
    "公众号未授权第三方平台，请检查授权状态",
    cause=("The account has not authorised the third-party platform.", "公众号没有授权给该第三方平台。"),
    fix=("Let the account's owner authorise the platform.", "让公众号管理员完成授权。"),
    only_by_rule=True,
)
AUTHORIZE_OPEN_PLATFORM_APPID = _page(
    "AUTHORIZE_OPEN_PLATFORM_APPID",
    "10016",
    "不支持微信开放平台的Appid，请使用公众号Appid",
    cause=("The appid is a mobile app's.", "传入的是开放平台移动应用的 appid。"),
    fix=("Use the official account's appid.", "使用公众号的 appid。"),
)
AUTHORIZE_APPID_INVALID = _page(
    "AUTHORIZE_APPID_INVALID",
    "",
    "AppID 参数错误",
    cause=("There is no such appid.", "没有这个 appid。"),
    fix=(
        "Copy the appid from the console; `wechatpay-sandbox credentials` shows those that exist here.",
        "从后台复制 appid；`wechatpay-sandbox credentials` 列出这里有的。",
    ),
    confidence=Confidence.OBSERVED,
)
AUTHORIZE_SCOPE_INVALID = _page(
    "AUTHORIZE_SCOPE_INVALID",
    "",
    "Scope 参数错误或没有 Scope 权限",
    cause=("There is no such scope.", "没有这个 scope。"),
    fix=("Use snsapi_base or snsapi_userinfo.", "使用 snsapi_base 或 snsapi_userinfo。"),
    source=_TROUBLE,
)
AUTHORIZE_LINK_INVALID = _page(
    "AUTHORIZE_LINK_INVALID",
    "",
    "该链接无法访问",
    cause=(
        "A parameter's value is wrong, or their order or case differs from the documentation.",
        "参数值不对，或参数的顺序、大小写与文档不一致。",
    ),
    fix=(
        "appid, redirect_uri, response_type=code, scope, state, #wechat_redirect, in this order.",
        "依次为 appid、redirect_uri、response_type=code、scope、state，末尾 #wechat_redirect。",
    ),
    source=_TROUBLE,
)
