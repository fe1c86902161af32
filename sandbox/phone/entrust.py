"""The page inside WeChat on which a payer signs a contract of deduction: /papay/entrustweb and its kin."""

from urllib.parse import parse_qsl, urlsplit

from sandbox.domain.contract import Contract
from sandbox.domain.user import User
from sandbox.errors import Refusal, contract
from sandbox.platform import contracts
from sandbox.platform.tenants import Tenant
from sandbox.protocol import identifiers, v2sign
from sandbox.protocol.v2sign import SignType
from sandbox.store import Transaction

NEEDED = (
    "appid", "mch_id", "plan_id", "contract_code", "request_serial", "contract_display_account", "notify_url",
    "version", "timestamp", "sign",
)  # fmt: skip


def read(tenant: Tenant, tx: Transaction, url: str) -> Contract:
    """The contract that the page's link asks for. Raises Refusal."""
    said = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    merchant, now = tenant.merchants.get(said.get("mch_id", "")), tenant.clock.now()
    lacking = [name for name in NEEDED if not said.get(name)]
    if merchant is None or lacking or said["appid"] not in merchant.appids:
        came = f"without {', '.join(lacking)}" if lacking else f"{said.get('mch_id')} and {said.get('appid')}"
        raise Refusal(contract.ENTRUST_SIGN_WRONG, came=came, expected="a merchant of this sandbox and its appid")
    if not v2sign.verify(said, merchant.api_key(now), SignType.MD5):
        raise Refusal(
            contract.ENTRUST_SIGN_WRONG, field="sign", came=said["sign"], expected="MD5 of all the parameters"
        )
    known = tx.contract_by_code(merchant.mchid, said["plan_id"], said["contract_code"])
    if known is not None and known.signed is not None:
        raise Refusal(contract.CONTRACT_SIGNED, field="contract_code", came=said["contract_code"])
    entropy = tenant.ids.entropy("contract", merchant.mchid, said["plan_id"], said["contract_code"])
    return Contract(
        mchid=merchant.mchid,
        appid=said["appid"],
        contract_id=identifiers.contract_id(entropy, now) if known is None else known.contract_id,
        plan_id=said["plan_id"],
        contract_code=said["contract_code"],
        request_serial=said["request_serial"],
        display_account=said["contract_display_account"],
        notify_url=said["notify_url"],
    )


def agree(tenant: Tenant, tx: Transaction, payer: User, url: str) -> Contract:
    """The payer signs what the link asks for. Raises Refusal."""
    return contracts.sign(tenant, tx, read(tenant, tx, url), payer)
