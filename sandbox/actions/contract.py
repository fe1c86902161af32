"""Contracts of deduction on the payer's phone: sign one, end one."""

import msgspec

from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.domain.contract import BY_USER, Contract
from sandbox.errors import Refusal
from sandbox.phone import entrust, people
from sandbox.platform import contracts


class SignContract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` is what the phone opens: the link to /papay/entrustweb, signed by the merchant, or the redirect_url of
    h5entrustweb. `session` stands for it: the pre_entrustweb_id, or the number on the page. Who declines just leaves.
    """

    url: str = ""
    session: str = ""
    user: str = ""


class EndContract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`mchid` is the contract's merchant."""

    contract_id: str
    mchid: str


class ContractView(msgspec.Struct, frozen=True, kw_only=True):
    """Instants are ms since the epoch."""

    contract_id: str
    mchid: str
    plan_id: str
    contract_code: str
    user: str
    signed: int | None
    terminated: int | None


@verb(
    "user.sign_contract",
    "POST /contracts",
    SignContract,
    ContractView,
    summary="Sign a contract of deduction on the page that the merchant links to",
    summary_zh="在签约页面同意委托代扣",
)
async def sign_contract(desk: Desk, args: SignContract) -> ContractView:
    """The merchant is told at the link's notify_url."""
    tenant = desk.tenant
    if bool(args.url) is bool(args.session):
        raise VerbError("give url, the link that the phone opens, or session, which stands for it: one of the two")
    try:
        with tenant.transaction() as tx:
            payer = people.with_openids(tenant, tx, people.find(tx, args.user))
            signed = entrust.agree(tenant, tx, payer, args.url, args.session)
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    except Refusal as refusal:
        raise VerbError(f"{refusal.row.cause} {refusal.row.fix}", status=409, code="refused") from None
    desk.timers.wake(tenant)
    return _view(signed)


@verb(
    "user.end_contract",
    "POST /contracts/{contract_id}/end",
    EndContract,
    ContractView,
    summary="End a contract of deduction in WeChat's wallet",
    summary_zh="用户在微信钱包中解约",
)
async def end_contract(desk: Desk, args: EndContract) -> ContractView:
    """The merchant is told."""
    tenant = desk.tenant
    with tenant.transaction() as tx:
        found = tx.contract(args.mchid, args.contract_id)
        if found is None or not found.in_force(tenant.clock.now()):
            raise VerbError(f"{args.mchid} has no contract {args.contract_id!r} in force", status=404, code="not-found")
        ended = contracts.end(tenant, tx, found, BY_USER, "")
    desk.timers.wake(tenant)
    return _view(ended)


def _view(one: Contract) -> ContractView:
    return ContractView(
        contract_id=one.contract_id, mchid=one.mchid, plan_id=one.plan_id, contract_code=one.contract_code,
        user=one.user, signed=one.signed, terminated=one.terminated,
    )  # fmt: skip
