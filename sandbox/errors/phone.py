"""What the phone refuses: the cashier's dialogs, the base library's errors and the H5 page.

A row shows itself to the payer (DIALOG, PAGE) and to JavaScript (ERR_MSG). Where a row has a dialog and no ERR_MSG,
JavaScript hears PAYMENT_CANCELLED after the payer taps it away: the text never reaches the page.
The `code` of an ERR_MSG is `errno` for 102, otherwise the `err_code` that comes with `err_desc`, the dialog's text.
"""

from sandbox.errors.problem import Confidence, Layer, Row, Spelling

_LAUNCH = "https://developers.weixin.qq.com/miniprogram/dev/api/wx.requestPayment.html"
_CASHIER = "https://pay.weixin.qq.com/doc/v3/merchant/4012791869"
_NATIVE = "https://pay.weixin.qq.com/doc/v3/merchant/4012791890"
_APP = "https://pay.weixin.qq.com/doc/v3/partner/4013080245"
_H5 = "https://pay.weixin.qq.com/doc/v3/merchant/4012791845"

# One a bad argument, in the order timeStamp, nonceStr, package, signType, paySign; PARAMETER_TYPE's fact `clauses`.
PARAMETER_CLAUSE = "parameter.{name} should be String instead of {type};"


def _dialog(
    text: str, confidence: Confidence = Confidence.OBSERVED, source: str = _CASHIER, generation: str = ""
) -> Spelling:
    return Spelling(
        dialect="phone",
        layer=Layer.DIALOG,
        text=text,
        generation=generation,
        confidence=confidence,
        source=source,
    )


def _heard(
    text: str, code: str = "", *, api: str = "", generation: str = "", confidence: Confidence = Confidence.OBSERVED
) -> Spelling:
    """What JavaScript hears; `api` is the function that was called."""
    return Spelling(
        dialect="phone",
        layer=Layer.ERR_MSG,
        text=text,
        code=code,
        endpoint=api,
        generation=generation,
        confidence=confidence,
        source=_LAUNCH,
    )


def _page(text: str, confidence: Confidence = Confidence.DOCUMENTED) -> Spelling:
    return Spelling(dialect="phone", layer=Layer.PAGE, text=text, confidence=confidence, source=_H5)


PARAMETER_TYPE = Row(
    name="PARAMETER_TYPE",
    cause="An argument is missing, is not a string, or its name has another case (timestamp, nonce_str, paysign).",
    fix="Pass timeStamp, nonceStr, package, signType and paySign, all strings, named exactly so.",
    cause_zh="参数缺失、不是字符串，或名字大小写不对（timestamp、nonce_str、paysign）。",
    fix_zh="传 timeStamp、nonceStr、package、signType、paySign，全部为字符串，名字完全一致。",
    spellings=(_heard("requestPayment:fail parameter error: {clauses}"),),
)
JSAPI_ARGUMENT_MISSING = Row(
    name="JSAPI_ARGUMENT_MISSING",
    cause="A page in WeChat called the cashier without an argument, or with one that is not a string.",
    fix="Pass appId (getBrandWCPayRequest), timeStamp (timestamp in wx.chooseWXPay) and the other four, all strings.",
    cause_zh="微信内网页调起支付时缺少参数，或参数不是字符串。",
    fix_zh="传 appId（getBrandWCPayRequest）、timeStamp（wx.chooseWXPay 里写 timestamp）等参数，全部为字符串。",
    spellings=(_dialog("调用支付JSAPI缺少参数：{argument}"),),
)
NO_PERMISSION_ON_PHONE = Row(
    name="NO_PERMISSION_ON_PHONE",
    cause="The mini program may not pay: banned, or its binding to the merchant was not authorised again.",
    fix="Check payment ability and merchant binding in the mini program's console; the tools do not show this.",
    cause_zh="小程序没有支付能力：被封禁，或与商户号的关联没有重新授权。",
    fix_zh="在小程序后台检查支付能力和商户号关联；开发者工具里不会出现该错误。",
    spellings=(
        _heard(
            "requestPayment:fail jsapi has no permission, event=requestPayment, runningState=foreground,"
            " permissionMsg=permission got, detail=jsapi has been banned",
            "102",
        ),
    ),
)
PAYMENT_CANCELLED = Row(
    name="PAYMENT_CANCELLED",
    cause="The payer closed the cashier, or tapped a dialog away. It proves nothing about the order.",
    fix="Query the order before treating it as unpaid; keep it payable.",
    cause_zh="用户关闭了收银台，或关掉了提示框；不能据此判断订单未支付。",
    fix_zh="先查单再决定，订单保持可支付。",
    spellings=(
        _heard("requestPayment:fail cancel"),
        _heard("get_brand_wcpay_request:cancel", api="getBrandWCPayRequest"),
        _heard("chooseWXPay:cancel", api="chooseWXPay"),
    ),
)
PACKAGE_UNKNOWN = Row(
    name="PACKAGE_UNKNOWN",
    cause="package is not `prepay_id=` and a prepay_id of this platform: empty, Sign=WXPay, code_url, another place's.",
    fix='Pass package: "prepay_id=" + the prepay_id that unifiedorder answered.',
    cause_zh="package 不是 prepay_id= 加本平台的 prepay_id：为空、写成 Sign=WXPay，或来自别的环境。",
    fix_zh='package 传 "prepay_id=" 加统一下单返回的 prepay_id。',
    spellings=(_dialog("调用支付JSAPI缺少参数：total_fee"),),
)
PREPAY_ID_ILLEGAL = Row(
    name="PREPAY_ID_ILLEGAL",
    cause="An App launched without a prepayid of this platform, or under another name than prepayid.",
    fix="Pass the prepay_id that unifiedorder answered, as prepayId of the PayReq.",
    cause_zh="App 调起支付时没有传本平台的 prepayid，或字段名不对。",
    fix_zh="把统一下单返回的 prepay_id 作为 PayReq 的 prepayId 传入。",
    spellings=(_dialog("商户支付下单ID非法", Confidence.DOCUMENTED, _APP),),
)
APPID_MISMATCH = Row(
    name="APPID_MISMATCH",
    cause="The mini program that calls is not the appid of the order.",
    fix="Order with the appid of the mini program that pays.",
    cause_zh="调起支付的小程序与下单的 appid 不一致。",
    fix_zh="用调起支付的小程序的 appid 下单。",
    spellings=(_dialog("商户传入的appid参数不正确，请联系商户处理"),),
)
TRADE_TYPE_MISMATCH = Row(
    name="TRADE_TYPE_MISMATCH",
    cause="The order's trade_type does not fit this way of paying, such as NATIVE in a mini program.",
    fix="Order with trade_type=JSAPI for mini programs and pages in WeChat.",
    cause_zh="订单的 trade_type 与支付场景不符，例如在小程序里用 NATIVE 的 prepay_id。",
    fix_zh="小程序和微信内网页下单用 trade_type=JSAPI。",
    spellings=(
        _dialog("当前商户该支付方式存在异常，暂时无法支付"),
        _dialog("Invalid payment situation", generation="legacy"),
        _heard("requestPayment:fail", "-1", generation="legacy"),
    ),
)
PAY_SIGN_WRONG = Row(
    name="PAY_SIGN_WRONG",
    cause=(
        "paySign does not fit: unifiedorder's own sign was passed on, the names were signed as appid, timestamp or"
        " nonce_str, another signType than the order's, a value was made anew after signing, or another key."
    ),
    fix="Sign appId, timeStamp, nonceStr, package and signType, with the order's key and sign type, and pass these.",
    cause_zh=(
        "paySign 不对：直接用了统一下单的 sign、按 appid/timestamp/nonce_str 等名字签名、signType 与下单不同、"
        "签名后又重新生成了参数，或用错了密钥。"
    ),
    fix_zh="用下单的密钥和签名方式对 appId、timeStamp、nonceStr、package、signType 签名，并原样传给前端。",
    spellings=(_dialog("支付验证签名失败"),),
)
PREPAY_EXPIRED = Row(
    name="PREPAY_EXPIRED",
    cause="The prepay_id is older than two hours.",
    fix="Order again with the same parameters for a fresh prepay_id; do not keep one for later.",
    cause_zh="prepay_id 超过 2 小时有效期。",
    fix_zh="用相同参数重新下单获取新的 prepay_id，不要长期缓存。",
    spellings=(_dialog("该订单已过期，请重新下单"), _heard("requestPayment:fail", "2")),
)
TIME_EXPIRE_OVER = Row(
    name="TIME_EXPIRE_OVER",
    cause="The order's time_expire is over.",
    fix="Order under a new out_trade_no; time_expire cannot be moved.",
    cause_zh="已过订单的 time_expire。",
    fix_zh="换新单号下单；time_expire 不能修改。",
    spellings=(_dialog("订单已超过商户设置的最晚支付成功时间，请重新发起支付", Confidence.DOCUMENTED),),
)
CASHIER_ORDER_PAID = Row(
    name="CASHIER_ORDER_PAID",
    cause="The order is paid already.",
    fix="Query the order and show it as paid.",
    cause_zh="订单已支付。",
    fix_zh="查单并按已支付展示。",
    spellings=(_dialog("该订单已支付", Confidence.UNCONFIRMED),),
)
CASHIER_ORDER_CLOSED = Row(
    name="CASHIER_ORDER_CLOSED",
    cause="The order is closed.",
    fix="Order under a new out_trade_no.",
    cause_zh="订单已关闭。",
    fix_zh="换新单号下单。",
    spellings=(_dialog("订单已关闭", Confidence.UNCONFIRMED),),
)
PAYER_MISMATCH = Row(
    name="PAYER_MISMATCH",
    cause="The order names another payer's openid than the one who pays.",
    fix="Order with the openid of the user who is logged in, taken on the server.",
    cause_zh="下单的 openid 与实际付款的用户不是同一人。",
    fix_zh="在服务端用当前登录用户的 openid 下单。",
    spellings=(_dialog("下单账号与支付账号不一致，请核实后再支付"),),
)
OTHER_PAYER_FIRST = Row(
    name="OTHER_PAYER_FIRST",
    cause="Another payer opened this order first.",
    fix="Make an order for each payer.",
    cause_zh="已有另一个用户先打开了该订单。",
    fix_zh="为每个用户单独下单。",
    spellings=(_dialog("商家订单信息有误，请重新下单支付", Confidence.DOCUMENTED, _NATIVE),),
)
DIRECTORY_UNREGISTERED = Row(
    name="DIRECTORY_UNREGISTERED",
    cause="The page's directory is not among the merchant's payment directories.",
    fix="Register it in the merchant platform (产品中心 > 开发配置): scheme, host and path, ending in /.",
    cause_zh="当前页面所在目录不在商户的支付授权目录里。",
    fix_zh="在商户平台“产品中心 > 开发配置”登记：协议、域名、路径，以 / 结尾。",
    spellings=(_dialog("当前页面的URL未注册：{url}"),),
)
WRONG_PASSWORD = Row(
    name="WRONG_PASSWORD",
    cause="The payer typed a wrong password.",
    fix="Nothing to do: the order stays unpaid and payable.",
    cause_zh="用户输错了支付密码。",
    fix_zh="无需处理：订单仍未支付，可继续支付。",
    spellings=(_dialog("支付密码错误，请重试", Confidence.UNCONFIRMED),),
)
BALANCE_LOW = Row(
    name="BALANCE_LOW",
    cause="The payer's purse holds less than the order costs.",
    fix="Nothing to do: the order stays unpaid and payable.",
    cause_zh="用户零钱余额不足。",
    fix_zh="无需处理：订单仍未支付，可继续支付。",
    spellings=(_dialog("零钱余额不足，请更换支付方式", Confidence.UNCONFIRMED),),
)
QR_EXPIRED = Row(
    name="QR_EXPIRED",
    cause="The code_url is older than two hours, was replaced by a newer one, or is not exactly the QR code's content.",
    fix="Order again with the same parameters and show the new code_url.",
    cause_zh="code_url 超过 2 小时、已被新的替换，或二维码内容与 code_url 不完全一致。",
    fix_zh="用相同参数重新下单，展示新的 code_url。",
    spellings=(_dialog("二维码已过期，请重新生成", source=_NATIVE),),
)
H5_REFERER_MISSING = Row(
    name="H5_REFERER_MISSING",
    cause="The page was opened without a Referer: typed in, or from a WebView that sends none.",
    fix="Open mweb_url from a page of the registered H5 domain; in an app set the Referer.",
    cause_zh="打开页面时没有 Referer：直接输入网址，或 WebView 没有带。",
    fix_zh="从已登记的 H5 域名页面跳转；App 的 WebView 要设置 Referer。",
    spellings=(_page("商家参数格式有误，请联系商家解决"),),
)
H5_DOMAIN_UNREGISTERED = Row(
    name="H5_DOMAIN_UNREGISTERED",
    cause="The host of the Referer or of redirect_url is not the registered H5 domain.",
    fix="Register exactly this host in the merchant platform (产品中心 > 开发配置).",
    cause_zh="Referer 或 redirect_url 的域名与登记的 H5 支付域名不一致。",
    fix_zh="在商户平台“产品中心 > 开发配置”登记完全相同的域名。",
    spellings=(_page("商家存在未配置的参数，请联系商家解决"),),
)
H5_EXPIRED = Row(
    name="H5_EXPIRED",
    cause="The mweb_url is older than five minutes.",
    fix="Order again with the same parameters and open the new mweb_url at once.",
    cause_zh="mweb_url 超过 5 分钟有效期。",
    fix_zh="用相同参数重新下单，立即打开新的 mweb_url。",
    spellings=(_page("支付请求已失效，请重新发起支付"),),
)
H5_INSIDE_WECHAT = Row(
    name="H5_INSIDE_WECHAT",
    cause="An H5 payment was opened inside WeChat.",
    fix="Use JSAPI inside WeChat, H5 in other browsers.",
    cause_zh="在微信内打开了 H5 支付。",
    fix_zh="微信内用 JSAPI，微信外用 H5。",
    spellings=(_page("请在微信外打开订单，进行支付"),),
)
H5_OTHER_PAYER = Row(
    name="H5_OTHER_PAYER",
    cause="The link was used by a second payer, was cut off, or its redirect_url is badly encoded.",
    fix="Make an order for each payer, and urlencode redirect_url.",
    cause_zh="同一链接被第二个用户使用、链接被截断，或 redirect_url 编码不对。",
    fix_zh="为每个用户单独下单，redirect_url 要做 urlencode。",
    spellings=(_page("系统繁忙，请稍后再试"),),
)
H5_LOOPBACK_IP = Row(
    name="H5_LOOPBACK_IP",
    cause="spbill_create_ip is 127.0.0.1.",
    fix="Send the payer's public address.",
    cause_zh="spbill_create_ip 传了 127.0.0.1。",
    fix_zh="传用户的公网 IP。",
    spellings=(_page("由于商家传入的H5交易参数有误，该笔交易暂时无法完成，请联系商家解决"),),
)
H5_IP_DIFFERS = Row(
    name="H5_IP_DIFFERS",
    cause="The opener's address is not the spbill_create_ip of the order.",
    fix="Send the payer's own public address; behind a proxy take it from X-Forwarded-For.",
    cause_zh="打开链接的 IP 与下单的 spbill_create_ip 不一致。",
    fix_zh="下单传用户真实公网 IP；经过代理时从 X-Forwarded-For 取。",
    spellings=(_page("网络环境未能通过安全验证，请稍后再试"),),
)
