"""A combined order: one payment for the orders of several merchants; all of them are paid, or none."""

import msgspec

from sandbox.domain.order import Order

TIME_EXPIRE_CAP = 7 * 24 * 60 * 60 * 1000  # ms ahead; pay.weixin.qq.com/doc/v3/merchant/4012556926


class SubOrder(msgspec.Struct, frozen=True):
    """Which order is a part: the merchant and its number; of a provider's, the sub-merchant too."""

    mchid: str
    out_trade_no: str
    sub_mchid: str = ""


class CombinedOrder(msgspec.Struct, frozen=True, kw_only=True):
    """What one payer pays at once.

    `whole` is what the cashier sees: an order under the number of who combined it, over the sum. The parts are orders
    of their own, which only a combined query sees.
    """

    whole: Order
    subs: tuple[SubOrder, ...]
