"""发起转账、撤销转账、查询转账单"""

from sandbox.domain.transfer import CALLED_OFF
from sandbox.errors import pay, transfer
from sandbox.gateway.dialects.v3transferform import OutBillNo, TransferBill, TransferBillNo
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.gateway.transfers import ASKING, SENDING, asked_body, find, made_body
from sandbox.gateway.transfers import send as set_out
from sandbox.gateway.v3request import caller
from sandbox.platform import transfers
from sandbox.protocol import wiretime

BILLS = "/v3/fund-app/mch-transfer/transfer-bills"
SOURCE = "https://pay.weixin.qq.com/doc/v3/merchant"


@endpoint(
    "v3",
    f"POST {BILLS}",
    TransferBill,
    name="v3.transfer.send",
    title="发起转账",
    source=f"{SOURCE}/4012716434",
    raises=(
        *SENDING, transfer.SCENE_REPORT_MISSING, transfer.SCENE_REPORT_INCOMPLETE, transfer.PERCEPTION_UNKNOWN,
        transfer.TRANSFER_NAME_WRONG, transfer.TRANSFER_OPENID_WRONG, transfer.TRANSFER_TOO_OLD,
    ),
)  # fmt: skip
def send(call: Call, form: TransferBill) -> Reply:
    """Send money to a payer, who takes it on the phone within a day."""
    return Reply(body=made_body(set_out(call, form)))


@endpoint(
    "v3",
    f"POST {BILLS}/out-bill-no/{{out_bill_no}}/cancel",
    OutBillNo,
    name="v3.transfer.cancel",
    title="撤销转账",
    source=f"{SOURCE}/4012716458",
    raises=(*ASKING, transfer.TRANSFER_NOT_EXIST, transfer.TRANSFER_NOT_CANCELLABLE),
)
def cancel(call: Call, form: OutBillNo) -> Reply:
    """Call off what nobody has taken yet; again is fine."""
    made = find(call, call.tx.transfer(caller(call).mchid, form.out_bill_no), form.out_bill_no)
    made.ensure_cancellable()
    if made.state not in CALLED_OFF:
        made = transfers.cancel(call.tenant, call.tx, made)
    body = {
        "out_bill_no": made.out_bill_no,
        "state": made.state.value,
        "transfer_bill_no": made.transfer_bill_no,
        "update_time": wiretime.rfc3339(made.since),
    }
    return Reply(body=tuple(body.items()))


@endpoint(
    "v3",
    f"GET {BILLS}/out-bill-no/{{out_bill_no}}",
    OutBillNo,
    name="v3.transfer.query_by_out_bill_no",
    title="商户单号查询转账单",
    source=f"{SOURCE}/4012716437",
    raises=(*ASKING, pay.FREQUENCY_LIMITED, transfer.TRANSFER_NOT_EXIST),
)
def query_by_out_bill_no(call: Call, form: OutBillNo) -> Reply:
    """A transfer by the merchant's number."""
    made = find(call, call.tx.transfer(caller(call).mchid, form.out_bill_no), form.out_bill_no)
    return Reply(body=asked_body(call, made))


@endpoint(
    "v3",
    f"GET {BILLS}/transfer-bill-no/{{transfer_bill_no}}",
    TransferBillNo,
    name="v3.transfer.query_by_transfer_bill_no",
    title="微信转账单号查询转账单",
    source=f"{SOURCE}/4012716457",
    raises=(*ASKING, pay.FREQUENCY_LIMITED, transfer.TRANSFER_NOT_EXIST),
)
def query_by_transfer_bill_no(call: Call, form: TransferBillNo) -> Reply:
    """A transfer by the platform's number."""
    made = find(call, call.tx.transfer_by_id(form.transfer_bill_no), form.transfer_bill_no)
    return Reply(body=asked_body(call, made))
