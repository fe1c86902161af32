"""What the shop asks of WeChat Pay, in whichever of its APIs it asks."""

from abc import ABC, abstractmethod

import aiohttp
import msgspec

from merchant_demo.config import Settings
from merchant_demo.errors import NotOffered
from merchant_demo.keys import KeyRing
from merchant_demo.orders import Order
from merchant_demo.payment import Standing
from merchant_demo.refunds import Refund, RefundStanding

Fields = dict[str, str]

# The platform counts UTF-8 bytes, not characters.
DESCRIPTION_BYTES = 127


class BilledPayment(msgspec.Struct, frozen=True):
    """A payment in the platform's bill of a day (YYYY-MM-DD, Beijing); `total` is fen."""

    no: str
    transaction_id: str
    total: int
    date: str


class WeChatPay(ABC):
    """Signs what it sends, and believes only what is signed.

    Every call raises Unreachable when it is unknown whether it had an effect, ResultFail when the platform says no,
    and PlatformFailure when it cannot be understood or does not accept this merchant.
    """

    def __init__(self, settings: Settings, keys: KeyRing, http: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._keys = keys
        self._http = http

    @abstractmethod
    async def order(self, order: Order, ip: str) -> Fields:
        """Place an order; gives what the payment is launched with. Asking again with the same order is safe."""

    @abstractmethod
    async def query_order(self, no: str) -> Standing:
        """What the platform knows of an order. Raises ValueError when it is paid in a way that cannot be read."""

    @abstractmethod
    async def close_order(self, no: str) -> None:
        """Make sure that an order can no longer be paid."""

    @abstractmethod
    async def refund(self, refund: Refund, order: Order) -> RefundStanding:
        """Give money back. Asking again for the same refund is safe."""

    @abstractmethod
    async def query_refund(self, no: str) -> RefundStanding:
        """What has become of a refund."""

    @abstractmethod
    async def bill(self, date: str) -> list[BilledPayment]:
        """Every payment of a day (YYYY-MM-DD, Beijing) as the platform has booked it. Raises ResultFail without one."""

    async def charge(self, order: Order, auth_code: str, ip: str) -> Standing:
        """Take the payment from the payer whose code was read; the standing is USERPAYING while it is undecided."""
        raise NotOffered("the till")

    async def reverse(self, no: str) -> bool:
        """Call such a payment off, paid or not; False when that must be asked for again."""
        raise NotOffered("the till")

    async def rehearse(self, active: bool) -> None:
        """Begin the platform's acceptance rehearsal, in which no money moves, or end it."""
        raise NotOffered("the rehearsal")

    def description(self, title: str) -> str:
        """The title, cut between two characters where it is too long."""
        return title.encode()[:DESCRIPTION_BYTES].decode(errors="ignore")
