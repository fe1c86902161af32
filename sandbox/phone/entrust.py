"""The page inside WeChat on which a payer signs a contract of deduction: /papay/entrustweb and its kin."""

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlsplit

from sandbox.domain.contract import Contract
from sandbox.domain.user import User
from sandbox.errors import Refusal, contract
from sandbox.platform import contracts
from sandbox.platform.tenants import Tenant
from sandbox.protocol import v2sign
from sandbox.protocol.v2sign import SignType
from sandbox.store import Transaction

NEEDED = (
    "appid", "mch_id", "plan_id", "contract_code", "request_serial", "contract_display_account", "notify_url",
    "version", "timestamp", "sign",
)  # fmt: skip


def agree(tenant: Tenant, tx: Transaction, payer: User, url: str, session: str) -> Contract:
    """The payer signs what the link, or the session, asks for. Raises Refusal."""
    said = dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))
    number = session or said.get("session_id") or said.get("pre_entrustweb_id")
    return contracts.sign(tenant, tx, _waiting(tenant, tx, number) if number else _linked(tenant, tx, said), payer)


def _waiting(tenant: Tenant, tx: Transaction, number: str) -> Contract:
    """What waits under a session, unless it was signed meanwhile."""
    session = tx.entrust_session(number)
    if session is None or session.over(tenant.clock.now()):
        came = number if session is None else f"{number}, which is over"
        raise Refusal(contract.ENTRUST_SESSION_GONE, came=came, expected="a session of the last two hours")
    waiting = session.contract
    known = tx.contract_by_code(waiting.mchid, waiting.plan_id, waiting.contract_code)
    if known is not None and known.signed is not None:
        raise Refusal(contract.CONTRACT_SIGNED, field="contract_code", came=waiting.contract_code)
    return waiting


def _linked(tenant: Tenant, tx: Transaction, said: Mapping[str, str]) -> Contract:
    """What a link asks for that the merchant has signed."""
    merchant, now = tenant.merchants.get(said.get("mch_id", "")), tenant.clock.now()
    lacking = [name for name in NEEDED if not said.get(name)]
    if merchant is None or lacking or said["appid"] not in merchant.appids:
        came = f"without {', '.join(lacking)}" if lacking else f"{said.get('mch_id')} and {said.get('appid')}"
        raise Refusal(contract.ENTRUST_SIGN_WRONG, came=came, expected="a merchant of this sandbox and its appid")
    if not v2sign.verify(said, merchant.api_key(now), SignType.MD5):
        raise Refusal(
            contract.ENTRUST_SIGN_WRONG, field="sign", came=said["sign"], expected="MD5 of all the parameters"
        )
    return contracts.asked(tenant, tx, said)
