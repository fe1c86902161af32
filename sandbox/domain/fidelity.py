"""The fidelity table: rules that a merchant can observe and that neither an error row nor a form's field can state.

Error rows carry their own source and confidence, endpoints their documentation page; together with these rules they
make the ledger. Sources are documentation pages and repositories; what was seen in answers of the real platform that
people have published is `observed`, without naming the people.
"""

from collections.abc import Callable

import msgspec

from sandbox.errors import Confidence

_PAY = "https://pay.weixin.qq.com"
_WIKI = f"{_PAY}/wiki/doc/api/jsapi.php?chapter="
_DEVELOPERS = "https://developers.weixin.qq.com"
_SKILLS = "https://github.com/wechatpay-apiv3/wechatpay-skills"
_AXIOS = "https://github.com/TheNorthMemory/wechatpay-axios-plugin"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. `settings` are the dotted names that change it; `test` holds us to it, empty while nothing does."""

    id: str
    what: str
    confidence: Confidence
    test: str
    source: str = ""
    settings: tuple[str, ...] = ()


def _sure(confidence: Confidence) -> Callable[..., Rule]:
    def rule(id: str, test: str, what: str, *, source: str = "", settings: tuple[str, ...] = ()) -> Rule:
        held = f"tests/{test}.py" if test else ""
        return Rule(id=id, what=what, confidence=confidence, test=held, source=source, settings=settings)

    return rule


_observed, _documented, _inferred = map(_sure, (Confidence.OBSERVED, Confidence.DOCUMENTED, Confidence.INFERRED))
_unconfirmed, _ours = map(_sure, (Confidence.UNCONFIRMED, Confidence.OURS))

RULES: tuple[Rule, ...] = (
    _observed("v2.http", "gateway/test_v2_orders",
        "Every v2 answer is HTTP 200, refusals too; the body begins with <xml>, has no declaration and no newline "
        "at the end",
        source=_AXIOS),
    _unconfirmed("v2.content-type", "gateway/test_v2_orders",
        "v2 answers are text/plain; charset=utf-8",
        settings=("v2.content_type",)),
    _observed("v2.generations", "gateway/test_v2_fields",
        "Texts, field order and lengths are those of the gateway since about 2021 (modern); the older ones (legacy) "
        "can be chosen",
        settings=("v2.format",)),
    _observed("v2.unknown-path", "gateway/test_hostile",
        "An unknown path of the payment host is answered with nginx's 404 page",
        source=_AXIOS),
    _observed("v2.client-certificate", "gateway/test_client_certificate",
        "No client certificate, or one out of date: nginx's 400 page; another's: not match; transfers: CA_ERROR"),
    _ours("v2.client-certificate-foreign", "doors/test_tls_door",
        "One of a foreign authority ends the handshake; the real platform answers with The SSL certificate error"),
    _ours("v2.client-certificate-plain", "gateway/test_client_certificate",
        "On plain HTTP, where no client certificate can be sent, none is demanded; the exchange says so",
        settings=("tls.plain_http_client_cert",)),
    _unconfirmed("v2.check-order", "gateway/test_v2_fields",
        "Method, empty body, XML, fields in the order of the table, mch_id, appid, binding, service provider, "
        "signature, then business; the first complaint is the only one"),
    _inferred("v2.any-root", "protocol/test_xml",
        "Requests are read as XML whatever their Content-Type and root element say",
        source="https://github.com/Wechat-Group/WxJava"),
    _documented("v2.signature", "protocol/test_v2sign",
        "MD5 or HMAC-SHA256 in upper-case hex over every non-empty field but sign, in byte order of their names, "
        "with &key= at the end",
        source=f"{_WIKI}4_3"),
    _inferred("v2.lower-case-sign", "phone/test_paysign_mistakes",
        "A signature in lower case is refused",
        settings=("v2.accept_lowercase_sign",)),
    _observed("v2.lengths", "gateway/test_v2_fields",
        "Lengths are counted in bytes of UTF-8: body takes 42 Chinese characters, not 43"),
    _observed("v2.layout", "gateway/test_v2_orders",
        "A success has mch_id, appid, nonce_str and sign before prepay_id; a failure has err_code_des before "
        "err_code, orderquery the other way round; NOAUTH is alphabetical, without appid and mch_id",
        settings=("v2.format",)),
    _observed("order.repeated", "gateway/test_v2_orders",
        "The same unpaid order posted again gives a new prepay_id; older ones stay payable until their own two "
        "hours end",
        settings=("order.repost_prepay_id",)),
    _unconfirmed("order.changed", "gateway/test_v2_orders",
        "A repeated order counts as changed when any parameter differs, except nonce_str, sign, sign_type, "
        "time_start and spbill_create_ip",
        source=f"{_PAY}/doc/v3/merchant/4012791869", settings=("order.repost_ignores",)),
    _documented("order.prepay-life", "phone/test_phone_rows",
        "A prepay_id lives two hours",
        source=f"{_PAY}/doc/v3/merchant/4012525167"),
    _documented("order.code-url", "gateway/test_v2_orders",
        "A Native order posted again gives a new code_url, and the older one dies",
        source=f"{_PAY}/doc/v3/merchant/4012791877"),
    _documented("order.auto-close", "gateway/test_v2_orders",
        "Seven days after the order, or at time_expire if that is later, the platform closes an unpaid order",
        source=f"{_PAY}/docs/merchant/products/jsapi-payment/development.html", settings=("order.auto_close",)),
    _documented("order.time-expire", "gateway/test_v2_orders",
        "time_expire ends paying and changes no state: a query still says NOTPAY",
        source=f"{_PAY}/docs/merchant/products/jsapi-payment/development.html"),
    _observed("order.time-expire-short", "gateway/test_v2_orders",
        "time_expire less than a minute ahead (legacy: five) is refused",
        settings=("order.time_expire_short",)),
    _documented("order.time-expire-cap", "gateway/test_v2_orders",
        "time_expire is cut to fifteen days; the documentation also says 7 and 90",
        settings=("order.time_expire_cap",)),
    _unconfirmed("order.close-again", "gateway/test_v2_orders",
        "Closing a closed order is refused",
        source=f"{_WIKI}9_3", settings=("v2.close_reentrant",)),
    _unconfirmed("order.notify-query", "gateway/test_v2_orders",
        "A notify_url with a query string is accepted and called as given; the documentation forbids it",
        source=f"{_WIKI}9_1", settings=("v2.notify_query",)),
    _ours("order.local-addresses", "gateway/test_v2_orders",
        "Loopback and private addresses are fine as spbill_create_ip and in notify_url"),
    _ours("order.openid", "gateway/test_v2_errors",
        "Only an openid that this tenant handed out is a payer"),
    _ours("order.waits", "gateway/login/test_login_tokens",
        "No rate limit, quota or minimum wait unless switched on",
        settings=("limits.close_wait", "limits.login_per_minute", "limits.api_per_day")),
    _observed("keys.delay", "control/test_consoles",
        "A reset API v2 key counts after fifteen minutes; until then the old one signs and verifies",
        settings=("keys.v2_delay",)),
    _documented("notify.ladder", "notifier/test_ladder",
        "The first attempt at once, then after 15/15/30 s, 3/10/20/30/30/30/60 min, 3/3/3/6/6 h: fifteen retries, "
        "the last 24 h 4 min after the first attempt",
        source=f"{_PAY}/doc/v2/merchant/4011987465", settings=("notify.ladder",)),
    _unconfirmed("notify.steps", "notifier/test_ladder",
        "A step counts on the tenant's clock from the instant the previous attempt was due"),
    _documented("notify.timeout", "notifier/test_courier",
        "The answer must come within five seconds of real time",
        source=_SKILLS, settings=("notify.timeout",)),
    _inferred("notify.headers", "notifier/test_deliveries",
        "text/xml, User-Agent Mozilla/4.0, Accept */*, Pragma and Cache-Control no-cache, Connection close",
        settings=("notify.v2_content_type",)),
    _observed("notify.body", "notifier/test_messages",
        "Alphabetical, nonce_str is the order's own, no sign_type and no empty elements; signed as the order was",
        settings=("notify.include_sign_type",)),
    _inferred("notify.key", "notifier/test_deliveries",
        "Each attempt is signed with the key in force at its instant"),
    _observed("notify.verdict", "notifier/test_notify_verdict",
        "Delivered: status exactly 200 and XML whose return_code is SUCCESS; 201, redirects, HTML and JSON fail"),
    _inferred("notify.lenient", "notifier/test_notify_verdict",
        "A BOM or blanks around the answer are accepted with a warning",
        settings=("notify.strict",)),
    _ours("notify.local", "notifier/test_destination",
        "Notifications leave for loopback and private addresses only; a map sends a public URL to a local one",
        settings=("notify.allow_public", "notify.map")),
    _inferred("notify.tls", "notifier/test_courier",
        "The merchant's TLS certificate is verified",
        settings=("notify.verify_tls",)),
    _ours("notify.once", "notifier/test_deliveries",
        "A notification is repeated after success only when a rule says so; merchants must expect it all the same",
        source=f"{_WIKI}9_7"),
    _observed("v3.answer", "gateway/test_v3_orders",
        "A 2xx answer is compact JSON in UTF-8 and signed: five Wechatpay-* headers in exactly this spelling, the "
        "serial in capitals; Request-ID ends in -0",
        source="https://github.com/wechatpay-apiv3/wechatpay-java"),
    _observed("v3.close", "gateway/test_v3_orders",
        "Closing is 204, signed over the empty body, also again and for a number that was never ordered"),
    _observed("v3.query", "gateway/test_v3_orders",
        "Keys are in alphabetical order at every level; attach that was not sent is absent until paid, then empty"),
    _observed("v3.one-book", "gateway/test_v3_orders",
        "Both dialects see the same orders; ordering a number of the other dialect is a repeated number"),
    _documented("v3.notification", "notifier/test_v3_notifications",
        "The payment is AES-256-GCM encrypted under the APIv3 key; id and body stay over all attempts, timestamp, "
        "nonce and signature are new each time",
        source=f"{_PAY}/doc/v3/merchant/4012791861"),
    _documented("v3.verdict", "notifier/test_v3_notifications",
        "Delivered: 200 or 204, whatever the body says; everything else is sent again",
        source=f"{_PAY}/doc/v3/merchant/4012791861", settings=("notify.strict",)),
    _observed("v3.changed-order", "gateway/test_v3_orders",
        "An order repeated with other parameters is answered 400 INVALID_REQUEST; the documentation says 403",
        source=f"{_PAY}/doc/v3/merchant/4012791869", settings=("v3.order_used",)),
    _unconfirmed("v3.unsigned-401", "",
        "A 401 carries no Wechatpay-* headers",
        settings=("v3.sign_401",)),
    _ours("v3.message-time", "",
        "Signatures are dated by the real clock, also where the tenant's is virtual: SDKs refuse what is five minutes "
        "off",
        settings=("v3.tie_time",)),
    _ours("v3.callback-key", "",
        "Notifications to a merchant that is switching to the public key are signed with the certificate",
        settings=("v3.callback_pubkey_share",)),
    _observed("refund.accepted", "gateway/test_v3_refunds",
        "A refund is PROCESSING when it is accepted and ends later; the same out_refund_no with the same amounts is "
        "the same refund, with others it is refused",
        source=f"{_PAY}/doc/v3/merchant/4013071200"),
    _ours("refund.end", "gateway/test_v3_refunds",
        "A refund arrives one second of the tenant's clock after it was accepted; an account that is closed meanwhile "
        "makes it ABNORMAL, one that was closed before is refused",
        settings=("refund.delay", "refund.outcome")),
    _documented("refund.limits", "gateway/test_v3_refunds",
        "At most 50 refunds of an order, within 365 days of the payment",
        source=f"{_PAY}/doc/v3/merchant/4012791862"),
    _ours("refund.waits", "gateway/test_v3_refunds",
        "No minimum wait between refunds of one order unless switched on",
        settings=("limits.refund_wait",)),
    _documented("refund.notification", "notifier/test_refund_notifications",
        "Told in v3 JSON at the request's notify_url; without one, or made in the console, in v2 XML under the API v2 "
        "key at the merchant's refund URL; with neither not at all",
        source=f"{_PAY}/doc/v3/merchant/4013071200"),
    _ours("refund.fee", "domain/test_refund",
        "A fee of 0.60 %, half up to the fen, is taken of each payment and given back in proportion"),
    _documented("bill.columns", "protocol/test_bill",
        "ALL has 27 columns, SUCCESS 20, REFUND 29, fund flow 11; cells stand behind back-quotes, money is yuan",
        source=f"{_PAY}/doc/v3/merchant/4013071246"),
    _inferred("bill.bytes", "protocol/test_bill",
        "UTF-8 with a BOM, CRLF, the last line ended, the newest row first; hash_value is the SHA-1 of the plain file",
        source=_AXIOS, settings=("bill.newline", "bill.base_url")),
    _unconfirmed("bill.ready", "gateway/test_v3_bills",
        "Today and a day without trade have no bill, yesterday's is being made until ten; a bill is never updated",
        source=f"{_PAY}/doc/v3/merchant/4013071254", settings=("bill.ready_at",)),
    _documented("sharing.rules", "gateway/test_v3_sharing",
        "Orders that asked for it are shared with receivers added before, at most 30 % and fifty requests each; what "
        "is left thaws after 30 days",
        source=f"{_PAY}/doc/v3/merchant/4014547102", settings=("sharing.max_ratio",)),
    _ours("sharing.arrival", "gateway/test_v3_sharing",
        "Shares and what is given back arrive one second of the tenant's clock later, also right after the payment",
        settings=("sharing.delay", "limits.sharing_wait")),
    _unconfirmed("sharing.codes", "gateway/test_v3_sharing_errors",
        "The texts of profit sharing are documented; which code goes with some of them is not",
        source=f"{_PAY}/doc/v3/merchant/4014547102"),
    _documented("transfer.life", "gateway/test_v3_transfers",
        "The payee takes a transfer on the phone within 24 hours, else it fails with OVERDUE_CLOSE and the money goes "
        "back; the same request is answered the same for three days",
        source=f"{_PAY}/doc/v3/merchant/4013778940"),
    _ours("transfer.arrival", "gateway/test_v3_transfers",
        "Without a review a transfer waits for its payee at once, and arrives a second after the tap; no upper limit",
        settings=("transfer.review", "transfer.delay", "transfer.most")),
    _documented("transfer.batches", "gateway/test_v3_transfers",
        "/v3/transfer/batches is closed to merchants with the product of 2025",
        source=f"{_PAY}/doc/v3/merchant/4013778940", settings=("transfer.batches",)),
    _documented("codepay.code", "gateway/test_v2_codepay",
        "A payment code has 18 digits, 10 to 15 first, and can be charged once within a minute",
        source=f"{_PAY}/wiki/doc/api/micropay.php?chapter=9_10"),
    _documented("codepay.password", "gateway/test_v2_codepay",
        "Above 1000 yuan, or when the phone says so, the payer types the password and the order is USERPAYING until "
        "then; who cancels leaves it PAYERROR",
        source=f"{_PAY}/wiki/doc/api/micropay.php?chapter=9_10"),
    _documented("codepay.reverse", "gateway/test_v2_codepay",
        "Reversing gives a paid charge back (REVOKED) and closes an unpaid one; no wait after the payment by default",
        source=f"{_PAY}/wiki/doc/api/micropay.php?chapter=9_11", settings=("limits.reverse_wait",)),
    _unconfirmed("bill.v2-errors", "gateway/test_v2_bills",
        "A v2 bill that is not there answers XML with error_code 20002, one in the making 20003, a wrong date 20001, "
        "unpacked even under GZIP",
        source=f"{_PAY}/doc/v2/merchant/4011985040"),
    _unconfirmed("bill.comments", "gateway/test_v2_bills",
        "Comments are text: the offset of the last one, then time, transaction_id, stars and words a line"),
    _observed("login.content-type", "gateway/login/test_login_session",
        "/sns/* answers text/plain, /cgi-bin/* and /wxa/* application/json; encoding=utf-8; HTTP 200 for errors too"),
    _observed("login.json", "gateway/login/test_login_session",
        "Compact JSON, slashes escaped, session_key before openid before unionid, no errcode on success"),
    _observed("login.rid", "gateway/login/test_login_session",
        "An errmsg ends with a rid whose first group is the time: after a comma on /sns/*, after a blank elsewhere"),
    _documented("login.code", "gateway/login/test_login_session",
        "A code works once, for five minutes, for its own appid",
        source=f"{_DEVELOPERS}/miniprogram/dev/server/API/user-login/api_code2session", settings=("login.codes",)),
    _observed("login.code-reused", "gateway/login/test_login_session",
        "A used code is answered 40163",
        settings=("login.reuse_code",)),
    _unconfirmed("login.session-key", "gateway/login/test_login_session",
        "session_key stays the same over logins",
        source=f"{_DEVELOPERS}/miniprogram/dev/server/API/user-login/api_checksessionkey",
        settings=("login.rotate_session_key",)),
    _observed("login.unknown-path", "gateway/login/test_login_paths",
        "An unknown path of api.weixin.qq.com is answered 40066"),
    _unconfirmed("login.check-order", "gateway/login/test_login_session",
        "Method, appid, secret and code there, then appid, secret, grant_type and code right"),
    _unconfirmed("login.token", "gateway/login/test_login_tokens",
        "/cgi-bin/token issues a new token each time and the old one lives on for five minutes; stable_token "
        "repeats the same one",
        source=f"{_DEVELOPERS}/doc/service/api/base/api_getstableaccesstoken"),
    _unconfirmed("phone.check-order", "phone/test_jsapi",
        "Argument types, permission, prepay_id, appid, trade type, paySign, two hours, time_expire, paid, closed, "
        "payer, page directory, then password and balance"),
    _observed("phone.arguments", "phone/test_launch",
        "All five arguments must be strings; the complaint has one clause for each that is not",
        source=f"{_DEVELOPERS}/miniprogram/dev/api/wx.requestPayment.html", settings=("phone.signtype_optional",)),
    _observed("phone.two-layers", "phone/test_jsapi",
        "After any dialog JavaScript hears requestPayment:fail cancel; only an expired prepay_id gives err_code 2",
        settings=("phone.legacy_errors",)),
    _documented("phone.pay-sign", "phone/test_paysign_mistakes",
        "paySign is over appId, timeStamp, nonceStr, package and signType with the order's own sign type",
        source=f"{_PAY}/wiki/doc/api/wxa/wxa_api.php?chapter=7_7&index=3"),
    _ours("h5.addresses", "phone/test_app_scan_h5",
        "The H5 page does not compare the opener's address with spbill_create_ip: on a laptop both are loopback",
        settings=("h5.check_ip",)),
    _ours("world.money", "phone/test_jsapi",
        "Payers have 100,000 yuan, merchants 1,000,000; bank_type is OTHERS, is_subscribe N"),
    _ours("world.payers", "platform/test_tenants",
        "Two payers with fixed openids; the default tenant's names and keys are the same on every machine"),
    _ours("world.diagnosis", "gateway/test_v2_fields",
        "A refusal carries the header Sandbox-Diagnosis, which the real platform has not"),
)  # fmt: skip
"""In the order in which a payment meets them."""
