"""付款码查询openid"""

import msgspec

from sandbox.errors import codepay, pay
from sandbox.gateway.codepay import read
from sandbox.gateway.dialects.v2form import V2Form
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.platform import payers


class AuthCodeToOpenid(V2Form):
    auth_code: str = text("付款码", 128, sample="120061098828009406")


@endpoint(
    "v2",
    "POST /tools/authcodetoopenid",
    AuthCodeToOpenid,
    title="付款码查询openid",
    source="https://pay.weixin.qq.com/wiki/doc/api/micropay.php?chapter=9_13",
    raises=(
        codepay.PAYCODE_EXPIRED,
        codepay.PAYCODE_MALFORMED,
        codepay.PAYCODE_UNKNOWN,
        codepay.PAYCODE_USED,
        pay.SYSTEM_ERROR,
        pay.FREQUENCY_LIMITED,
    ),
)
def authcodetoopenid(call: Call, form: AuthCodeToOpenid) -> Reply:
    """Whose code it is; from now on nobody but the asker may charge it."""
    assert call.merchant is not None
    code = read(call, form.auth_code)
    call.tx.put_payment_code(msgspec.structs.replace(code, mchid=call.merchant.mchid))
    payer = call.tx.user(code.user)
    assert payer is not None, "a payment code is stored with its payer"
    names = [("openid", form.appid)]
    if form.sub_mch_id and form.sub_appid:
        names.append(("sub_openid", form.sub_appid))
    body = []
    for name, appid in names:
        payer = payers.with_openid(call.tenant, call.tx, payer, appid)
        body.append((name, payer.openid(appid)))
    return Reply(body=tuple(body))
