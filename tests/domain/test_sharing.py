"""How much of an order may be shared, and how much given back."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sample_orders import an_order

from sandbox.domain.order import Order, Payment
from sandbox.domain.sharing import (
    FROZEN,
    MOST_REQUESTS,
    ReceiverType,
    Return,
    ReturnResult,
    Share,
    ShareResult,
    Sharing,
    ensure_returnable,
    ensure_shareable,
    unsplit,
)
from sandbox.errors import Refusal, Row, sharing

STORE = "1900000002"


def paid(total: int = 1000, *, shared: bool = True, refunded: int = 0) -> Order:
    """An order paid at 0."""
    order, _ = an_order("A")
    terms = msgspec.structs.replace(order.terms, total=total, profit_sharing=shared)
    payment = Payment(transaction_id="42", time=0, openid="o", user="u")
    return msgspec.structs.replace(order, terms=terms, payment=payment, refunded=refunded)


def made(*amounts: int, result: ShareResult = ShareResult.SUCCESS, release: bool = False) -> Sharing:
    """A sharing of these amounts with the store."""
    shares = tuple(
        Share(
            type=ReceiverType.MERCHANT_ID, account=STORE, amount=amount, description="", detail_id=str(at),
            release=release, result=result,
        )
        for at, amount in enumerate(amounts)
    )  # fmt: skip
    return Sharing(
        mchid="1900000001", out_order_no="P", transaction_id="42", out_trade_no="A", order_id="30", created=0,
        shares=shares, fingerprint=b"",
    )  # fmt: skip


def given_back(amount: int, result: ReturnResult = ReturnResult.SUCCESS) -> Return:
    return Return(
        mchid="1900000001", out_return_no="R", out_order_no="P", order_id="30", return_id="30", return_mchid=STORE,
        amount=amount, description="", created=0, fingerprint=b"", result=result,
    )  # fmt: skip


def refusal(of: Row, order: Order, before: list[Sharing], amount: int, max_ratio: int = 3000) -> None:
    """Sharing is refused with this row."""
    with pytest.raises(Refusal) as refused:
        ensure_shareable(order, before, amount, max_ratio, 1)
    assert refused.value.row is of


@given(st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=3), max_size=5), st.integers(1, 200))
def test_what_may_be_shared_is_what_is_left(requests: list[list[int]], amount: int) -> None:
    """Up to the ratio of the whole, over all requests; then not one fen more."""
    order, before = paid(1000), [made(*amounts) for amounts in requests]
    shared = sum(map(sum, requests))
    assert unsplit(order, before, 1) == max(0, 1000 - shared)
    if shared + amount <= 300:
        ensure_shareable(order, before, amount, 3000, 1)
    else:
        refusal(
            sharing.RATIO_EXCEEDED if amount <= 1000 - shared else sharing.UNSPLIT_TOO_LITTLE, order, before, amount
        )


def test_the_ratio_is_cut_to_whole_fen() -> None:
    """30 % of 0.99 yuan are 29 fen."""
    ensure_shareable(paid(99), [], 29, 3000, 1)
    refusal(sharing.RATIO_EXCEEDED, paid(99), [], 30)


@pytest.mark.parametrize(
    ("order", "before", "now", "left"),
    [
        (paid(), [], 1, 1000),
        (paid(shared=False), [], 1, 0),
        (paid(refunded=400), [], 1, 600),
        (paid(refunded=900), [made(200)], 1, 0),
        (paid(), [made(100, result=ShareResult.CLOSED)], 1, 1000),
        (paid(), [made(100, result=ShareResult.PENDING)], 1, 900),
        (paid(), [made(900, release=True)], 1, 0),
        (paid(), [], FROZEN - 1, 1000),
        (paid(), [], FROZEN, 0),
    ],
    ids=["all", "unasked", "refund", "never below nothing", "closed", "pending", "released", "frozen", "thawed"],
)
def test_what_is_left_of_an_order(order: Order, before: list[Sharing], now: int, left: int) -> None:
    """Refunds and shares take from it, closed shares give back; released or thawed it is nothing."""
    assert unsplit(order, before, now) == left


def test_an_order_is_shared_fifty_times_at_most() -> None:
    """Also when there is money and ratio left."""
    before = [made(1)] * MOST_REQUESTS
    ensure_shareable(paid(), before[1:], 1, 3000, 1)
    refusal(sharing.SHARED_TOO_OFTEN, paid(), before, 1)


def test_an_unpaid_order_has_nothing_to_share() -> None:
    """Whatever it asked for."""
    assert unsplit(msgspec.structs.replace(paid(), payment=None), [], 1) == 0


def test_a_receiver_gives_back_what_it_got() -> None:
    """Counting what it gave before, but not what failed; a stranger gives nothing."""
    source, before = made(60, 40), [given_back(30), given_back(70, ReturnResult.FAILED)]
    ensure_returnable(source, before, STORE, 70)
    for mchid, amount in ((STORE, 71), ("1900000003", 1)):
        with pytest.raises(Refusal) as refused:
            ensure_returnable(source, before, mchid, amount)
        assert refused.value.row is sharing.RETURN_TOO_MUCH


def test_what_did_not_arrive_cannot_be_given_back() -> None:
    """Neither a share on its way, nor what was released to the seller."""
    for source in (made(10, result=ShareResult.PENDING), made(10, release=True)):
        assert source.received(STORE) == 0
