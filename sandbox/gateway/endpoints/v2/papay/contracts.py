"""查询签约关系、申请解约"""

from sandbox.domain.contract import BY_API, Contract
from sandbox.errors import Refusal, contract, pay, protocol
from sandbox.gateway.dialects.v2form import Manner, V2Message
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, Value, endpoint
from sandbox.platform import contracts
from sandbox.protocol import wiretime

RAISES = (contract.CONTRACT_NOT_EXIST, pay.SYSTEM_ERROR, pay.FREQUENCY_LIMITED)


class QueryContract(V2Message):
    manner = Manner(for_all_subs=True)

    mch_id: str = text("商户号", 32, pattern=r"[1-9]\d*", sample="1900000001")
    appid: str = text("公众账号id", 32, sample="wx5a4d8bf0c0de0001")
    contract_id: str | None = text("委托代扣协议id", 32, sample="202601010000000001")
    plan_id: str | None = text("模板id", 28)
    contract_code: str | None = text("签约协议号", 32)
    version: str = text("版本号", 8, pattern=r"1\.0", sample="1.0")
    sign: str = text("签名", 64, sample="C380BEC2BFD727A4B6845133519F3AD6")


class DeleteContract(QueryContract):
    contract_termination_remark: str = text("解约备注", 256, sample="不再需要")


@endpoint(
    "v2",
    "POST /papay/querycontract",
    QueryContract,
    title="查询签约关系",
    source="https://pay.weixin.qq.com/wiki/doc/api/wxpay_v2/papay/chapter3_7.shtml",
    raises=RAISES,
)
def querycontract(call: Call, form: QueryContract) -> Reply:
    """A contract, in force or ended."""
    found = _find(call, form)
    assert found.signed is not None
    body: list[tuple[str, Value]] = [
        ("contract_id", found.contract_id),
        ("plan_id", found.plan_id),
        ("request_serial", found.request_serial),
        ("contract_code", found.contract_code),
        ("contract_display_account", found.display_account),
        ("contract_state", "0" if found.in_force(call.now) else "1"),
        ("contract_signed_time", wiretime.dashed(found.signed)),
        ("contract_expired_time", wiretime.dashed(found.expires)),
    ]
    if found.terminated is not None:
        body += [
            ("contract_terminated_time", wiretime.dashed(found.terminated)),
            ("contract_termination_mode", str(found.termination_mode)),
            ("contract_termination_remark", found.remark),
        ]
    return Reply(body=(*body, ("openid", found.openid)))


@endpoint(
    "v2",
    "POST /papay/deletecontract",
    DeleteContract,
    title="申请解约",
    source="https://pay.weixin.qq.com/wiki/doc/api/wxpay_v2/papay/chapter3_9.shtml",
    raises=RAISES,
)
def deletecontract(call: Call, form: DeleteContract) -> Reply:
    """End a contract; one that has ended is none."""
    found = _find(call, form)
    if not found.in_force(call.now):
        raise Refusal(contract.CONTRACT_NOT_EXIST, came=found.contract_id, expected="a contract that is in force")
    contracts.end(call.tenant, call.tx, found, BY_API, form.contract_termination_remark)
    numbers = (("contract_id", found.contract_id), ("plan_id", found.plan_id), ("contract_code", found.contract_code))
    return Reply(body=numbers)


def _find(call: Call, form: QueryContract) -> Contract:
    if form.contract_id:
        found = call.tx.contract(form.mch_id, form.contract_id)
    elif form.plan_id and form.contract_code:
        found = call.tx.contract_by_code(form.mch_id, form.plan_id, form.contract_code)
    else:
        raise Refusal(
            protocol.FIELD_MISSING, field="contract_id", title="委托代扣协议id", came="neither number",
            expected="contract_id, or plan_id and contract_code",
        )  # fmt: skip
    if found is None or found.signed is None:
        came = form.contract_id or f"{form.plan_id} {form.contract_code}"
        raise Refusal(contract.CONTRACT_NOT_EXIST, came=came, expected=f"a signed contract of {form.mch_id}")
    return found
