"""Verdicts on second signatures: paySign, and the sign of an App."""

from sandbox.doctor.remedies.remedy import Remedy

LAUNCH = {
    "PAY_SIGN_REUSED": Remedy(
        "The order's sign was passed on",
        "把下单的sign当成了paySign",
        "Make a second signature over the launch's own five fields.",
        "对调起支付的五个参数重新签名。",
    ),
    "PAY_SIGN_TYPE": Remedy(
        "signType differs from the order's",
        "signType与下单时不一致",
        "Pass as signType what the order was placed with: MD5 or HMAC-SHA256 for v2, RSA for APIv3.",
        "signType与下单时的签名算法一致：v2为MD5或HMAC-SHA256，APIv3为RSA。",
    ),
    "PAY_SIGN_NAMES": Remedy(
        "The names were signed in another spelling",
        "签名时参数名写法不对",
        (
            "JSAPI and mini programs sign appId, timeStamp, nonceStr, package, signType; an App signs appid,"
            " partnerid, prepayid, package, noncestr, timestamp."
        ),
        (
            "JSAPI和小程序用appId、timeStamp、nonceStr、package、signType签名；App用appid、partnerid、prepayid、p"
            "ackage、noncestr、timestamp签名。"
        ),
    ),
    "PAY_SIGN_VALUES": Remedy(
        "Another value was signed than passed",
        "签名与调起用的值不同",
        "Hand the signed values to the page unchanged: made once, used twice.",
        "把参与签名的值原样传给前端，不要重新生成。",
    ),
    "PAY_SIGN_PREFIX": Remedy(
        "prepay_id= is missing or too much",
        "prepay_id=前缀缺失或多余",
        "JSAPI and mini programs sign package with prepay_id= before the number, an App signs the bare number.",
        "JSAPI和小程序签名的package带prepay_id=前缀；App签名用裸prepay_id。",
    ),
    "PAY_SIGN_LINES": Remedy(
        "The lines of the other kind of launch",
        "用了另一种调起方式的签名串",
        "APIv3 signs four lines: appid, timestamp, nonce, and package (JSAPI) or the bare prepay_id (App).",
        "APIv3签名串为四行：appid、时间戳、随机串，以及package（JSAPI）或裸prepay_id（App）。",
    ),
}
