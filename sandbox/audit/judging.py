"""What a merchant did, seen from both sides: what it answered, and how its own order stands afterwards."""

from sandbox.audit.case import Case
from sandbox.audit.notice import Letter
from sandbox.audit.ruling import NotJudged, Outcome, Ruling, Words
from sandbox.audit.sender import Heard
from sandbox.audit.shopfront import NO_ADAPTER, Deal, Standing

UNTOLD = Words(
    "the adapter's step status does not say how often the shop has shipped (shipped)",
    "适配文件的 status 步骤没有给出发货次数（shipped）",
)


def safe(did: Words) -> Ruling:
    """As it should be."""
    return Ruling(Outcome.SAFE, did)


def unsafe(did: Words) -> Ruling:
    """As it must not be."""
    return Ruling(Outcome.UNSAFE, did)


def ruled(good: bool, did: Words) -> Ruling:
    """One or the other."""
    return safe(did) if good else unsafe(did)


def did(heard: Heard, standing: Standing | None) -> Words:
    """The answer, and the state."""
    en, zh = _answered(heard)
    if standing is None:
        return Words(en, zh)
    shipped = standing.shipped
    en = f"{en}; its order is {standing.status or 'without a status'}"
    zh = f"{zh}；其订单状态为 {standing.status or '无'}"
    return Words(
        en + ("" if shipped is None else f", shipped {shipped}"),
        zh + ("" if shipped is None else f"，发货 {shipped} 次"),
    )


def _answered(heard: Heard) -> tuple[str, str]:
    shown = heard.shown()
    return (f"gave {shown}", f"没有应答（{shown}）") if heard.status is None else (f"answered {shown}", f"应答 {shown}")


async def disbelieves(case: Case, deal: Deal, letter: Letter, *, may_acknowledge: bool = True) -> Ruling:
    """Sent once, the letter must change nothing; unless it may, it must not be acknowledged either."""
    return await unmoved(case, deal, await case.send(letter), may_acknowledge=may_acknowledge)


async def unmoved(case: Case, deal: Deal, heard: Heard, *, may_acknowledge: bool = True) -> Ruling:
    """After this answer the order must be as it was.

    Of a merchant whose state is unknown only the answer can be judged: an acknowledgement is a belief, but a refusal
    says something only if a genuine notification would have been acknowledged.
    """
    standing = await case.standing(deal)
    if standing is None:
        return _by_answer(case, heard)
    if not standing.paid:
        await case.rest()
        standing = await case.standing(deal)
        assert standing is not None
    return ruled(not standing.paid and (may_acknowledge or not heard.acknowledged), did(heard, standing))


async def believes(case: Case, deal: Deal, letter: Letter) -> Ruling:
    """Sent once, a genuine letter must be acknowledged, and the order become paid and be shipped once."""
    return await moved(case, deal, await case.send(letter))


async def moved(case: Case, deal: Deal, heard: Heard) -> Ruling:
    """After this answer the order must be paid, soon, and shipped once."""
    standing = await settled(case, deal)
    if standing is None:
        return _unknown_order(case, heard)
    return ruled(heard.acknowledged and standing.paid and standing.shipped in (None, 1), did(heard, standing))


async def shipped_once(case: Case, deal: Deal, heard: Heard) -> Ruling:
    """However often the order was told of, it must be shipped once. Raises NotJudged where that cannot be seen."""
    standing = await settled(case, deal)
    if standing is None:
        raise NotJudged(NO_ADAPTER)
    if standing.shipped is None:
        raise NotJudged(UNTOLD)
    return ruled(standing.shipped <= 1, did(heard, standing))


async def settled(case: Case, deal: Deal) -> Standing | None:
    """The state once the order is paid and the merchant has had time to ship it again; or when patience is over."""
    deadline = case.deadline()
    standing = await case.standing(deal)
    while standing is not None and not standing.paid and not deadline.over:
        await deadline.pause()
        standing = await case.standing(deal)
    if standing is not None and standing.paid:
        await case.rest()
        standing = await case.standing(deal)
    return standing


def _by_answer(case: Case, heard: Heard) -> Ruling:
    if heard.acknowledged:
        return unsafe(did(heard, None))
    why = Words(
        f"{did(heard, None).en}; but it would refuse a genuine notification of an order unknown to it as well: "
        "needs an adapter (--merchant)",
        f"{did(heard, None).zh}；但对未知订单的真实通知它也可能拒绝：需要适配文件（--merchant）",
    )
    return Ruling(Outcome.NOT_JUDGED, why)


def _unknown_order(case: Case, heard: Heard) -> Ruling:
    said = did(heard, None)
    en = f"{said.en}, about an order that it does not know: needs an adapter (--merchant)"
    return Ruling(Outcome.NOT_JUDGED, Words(en, f"{said.zh}，但该订单它并不认识：需要适配文件（--merchant）"))
