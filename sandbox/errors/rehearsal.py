"""What the platform's own acceptance rehearsal (/sandboxnew, /xdc) refuses."""

from sandbox.errors.problem import Confidence, Row
from sandbox.errors.v2 import fails, says

_CASES = "https://github.com/xiaochengtech/wechat (wxpay/testcase)"

REHEARSAL_SIGN_WRONG = Row(
    name="REHEARSAL_SIGN_WRONG",
    cause="Not signed with the rehearsal's key, which getsignkey hands out for three days; often the production key.",
    fix="Ask /sandboxnew/pay/getsignkey (signed with the production key) and sign everything else with its answer.",
    cause_zh="没有用沙箱密钥签名（由 getsignkey 获取，三天有效），常见是用了正式密钥。",
    fix_zh="先用正式密钥调用 /sandboxnew/pay/getsignkey，其余请求都用它返回的密钥签名。",
    spellings=(fails("沙箱验证签名失败，请确认沙箱签名key是否正确（通过getsignkey调用生成）"),),
)
REHEARSAL_AMOUNT = Row(
    name="REHEARSAL_AMOUNT",
    cause="The amount is on no list of acceptance cases: 100 and more for JSAPI, 200 for App, 300 for Native.",
    fix="Use the amount of the case that is rehearsed; for free amounts call the ordinary paths of this sandbox.",
    cause_zh="金额不在验收用例表里（JSAPI 101、102、130…，APP 201…，扫码 301…）。",
    fix_zh="使用用例对应的金额；需要任意金额时调用本沙箱的正式路径。",
    spellings=(fails("沙箱支付金额({came})无效，请检查需要验收的case"),),
)
REHEARSAL_MICROPAY_AMOUNT = Row(
    name="REHEARSAL_MICROPAY_AMOUNT",
    cause="The amount is on no list of acceptance cases for payment codes: 1, 2, 3, 30 to 34, 79, 501, 502.",
    fix="Use the amount of the case that is rehearsed.",
    cause_zh="金额不在付款码验收用例表里（1、2、3、30～34、79、501、502）。",
    fix_zh="使用用例对应的金额。",
    spellings=(fails("沙箱被扫支付金额({came})无效，请检查需要验证的case"),),
)
REHEARSAL_ORDER_UNKNOWN = Row(
    name="REHEARSAL_ORDER_UNKNOWN",
    cause="Nothing was rehearsed under this number, or the amounts are not the order's.",
    fix="Order in the rehearsal first, and send the same amounts.",
    cause_zh="沙箱里没有这个单号的订单，或金额与下单不一致。",
    fix_zh="先在沙箱下单，金额要一致。",
    spellings=(fails("沙箱支付金额不正确，请确认验收case"),),
)
REHEARSED_USERPAYING = Row(
    name="REHEARSED_USERPAYING",
    cause="The case in which the payer is asked for the password.",
    fix="Query the order.",
    cause_zh="验收用例：需要用户输入密码。",
    fix_zh="查单。",
    retryable=True,
    spellings=(says("USERPAYING", "需要输入密码", Confidence.OBSERVED, endpoint="v2.sandboxnew", source=_CASES),
               says("USERPAYING", "需要输入密码", Confidence.OBSERVED, endpoint="v2.xdc", source=_CASES)),
)  # fmt: skip
REHEARSED_SYSTEM_ERROR = Row(
    name="REHEARSED_SYSTEM_ERROR",
    cause="The case in which the platform fails; reverse the order and charge under a new number.",
    fix="Reverse, then charge again.",
    cause_zh="验收用例：系统错误，需撤销后换单号重新支付。",
    fix_zh="撤销订单，再换单号支付。",
    retryable=True,
    spellings=(says("SYSTEMERROR", "系统错误", endpoint="v2.sandboxnew", source=_CASES),
               says("SYSTEMERROR", "系统错误", endpoint="v2.xdc", source=_CASES)),
)  # fmt: skip
