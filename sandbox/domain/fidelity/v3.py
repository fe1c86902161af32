"""APIv3: authentication, answers, certificates, orders, combined orders, notifications."""

from sandbox.domain.fidelity.rule import PAY, Rule, documented, inferred, observed, ours, unconfirmed

RULES: tuple[Rule, ...] = (
    observed("v3.paths", "gateway/test_v3_prepay",
        "An unknown path is 404 and a wrong method 405, both empty and unsigned"),
    unconfirmed("v3.check-order", "gateway/test_v3_auth",
        "User-Agent and Accept (not on pay/transactions), the Authorization header's form, timestamp, mchid, serial, "
        "signature, JSON, unknown fields, fields in the order of the table, mchid, appid, business; the first five "
        "steps were observed"),
    observed("v3.sign-error", "gateway/test_v3_auth",
        "A wrong signature is answered with the method, the URL, the length of the message and its beginning; the text "
        "is 签名错误 on pay/transactions and 错误的签名，验签失败 elsewhere"),
    inferred("v3.lenient", "gateway/test_v3_auth",
        "A nonce may be used again, serial_no is compared without case, the header's parameters stand in any order, "
        "a strange Wechatpay-Serial is ignored unless a field is encrypted"),
    observed("v3.field-texts", "gateway/test_v3_fields",
        "A complaint names JSON pointer and title; its detail is location and value, the value of a length the length"),
    unconfirmed("v3.broken-json", "gateway/test_v3_hostile",
        "What is no JSON object, has a key twice, or is null where a field may be left out is 400 参数错误; one "
        "character beyond U+FFFF is answered as bytes that are not UTF-8"),
    documented("v3.which-key", "gateway/test_v3_certificates",
        "A switching merchant is answered with the public key when it asks with Wechatpay-Serial: PUB_KEY_ID_…, else "
        "with the certificate; one that has a single key gets that",
        source=f"{PAY}/doc/v3/merchant/4012154180"),
    documented("v3.certificates", "gateway/test_v3_certificates",
        "Every valid platform certificate, encrypted under the APIv3 key without a newline at its end; 404 for a "
        "merchant with the public key only; while one is renewed, old and new stand side by side",
        source=f"{PAY}/doc/v3/merchant/4012551764"),
    ours("v3.guomi", "gateway/test_v3_certificates",
        "The 国密 variant (SM2 signatures, SM4 encryption) is not imitated: its Authorization is refused, and asked "
        "for SM2 alone /v3/certificates is empty"),
    documented("v3.combined", "gateway/test_v3_combine",
        "All parts of a combined order are paid or closed together; only combined queries see them",
        source=f"{PAY}/doc/v3/merchant/4013421298"),
    unconfirmed("v3.combined-numbers", "gateway/test_v3_combine",
        "A combined number may also be an ordinary order's; a part's number may not"),
    unconfirmed("v3.combined-close", "gateway/test_v3_combine",
        "Closing a combined order again is refused, and closing one that never was is 404: the documented codes"),
    documented("v3.combined-expire", "gateway/test_v3_combine",
        "time_expire of a combined order is cut to seven days",
        source=f"{PAY}/doc/v3/merchant/4012556926"),
    unconfirmed("v3.codepay", "gateway/test_v3_codepay",
        "A charge that waits for the password is 202 USERPAYING; the texts of refused codes are API v2's",
        source=f"{PAY}/docs/merchant/apis/code-payment-v3/direct/code-pay.html"),
    observed("v3.answer", "gateway/test_v3_orders",
        "A 2xx answer is compact JSON in UTF-8 and signed: five Wechatpay-* headers in exactly this spelling, the "
        "serial in capitals; Request-ID ends in -0",
        source="https://github.com/wechatpay-apiv3/wechatpay-java"),
    observed("v3.close", "gateway/test_v3_orders",
        "Closing is 204, signed over the empty body, also again and for a number that was never ordered"),
    observed("v3.query", "gateway/test_v3_orders",
        "Keys are in alphabetical order at every level; attach that was not sent is absent until paid, then empty"),
    observed("v3.one-book", "gateway/test_v3_orders",
        "Both dialects see the same orders; ordering a number of the other dialect is a repeated number"),
    documented("v3.notification", "notifier/test_v3_notifications",
        "The payment is AES-256-GCM encrypted under the APIv3 key; id and body stay over all attempts, timestamp, "
        "nonce and signature are new each time",
        source=f"{PAY}/doc/v3/merchant/4012791861"),
    documented("v3.verdict", "notifier/test_v3_notifications",
        "Delivered: 200 or 204, whatever the body says; everything else is sent again",
        source=f"{PAY}/doc/v3/merchant/4012791861",
        zh="应答 200 或 204 即送达，不看报文体；其他都会重发",
        settings=("notify.strict",)),
    observed("v3.changed-order", "gateway/test_v3_orders",
        "An order repeated with other parameters is answered 400 INVALID_REQUEST; the documentation says 403",
        source=f"{PAY}/doc/v3/merchant/4012791869",
        zh="改参数重复下单返回 400 INVALID_REQUEST；文档写的是 403",
        settings=("v3.order_used",)),
    unconfirmed("v3.unsigned-401", "gateway/test_v3_auth",
        "A 401 carries no Wechatpay-* headers",
        zh="401 应答不带 Wechatpay-* 头",
        settings=("v3.sign_401",)),
    ours("v3.message-time", "gateway/test_v3_auth",
        "Signatures are dated by the real clock, also where the tenant's is virtual: SDKs refuse what is five minutes "
        "off",
        zh="签名时间用真实时间，租户是虚拟时钟也一样：SDK 拒绝相差五分钟以上的报文",
        settings=("v3.tie_time",)),
    ours("v3.callback-key", "",
        "Notifications to a merchant that is switching to the public key are signed with the certificate",
        zh="正在切换到平台公钥的商户，通知仍用平台证书签名",
        settings=("v3.callback_pubkey_share",)),
)  # fmt: skip
