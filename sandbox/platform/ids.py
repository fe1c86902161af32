"""Chance as a function: the same seed and the same natural key give the same value, whatever else happened."""

import hashlib

from sandbox.protocol import identifiers


class Ids:
    """Everything a tenant draws. `entropy(kind, *key)` is keyed BLAKE2b(seed, kind ‖ key): a MAC, and a cheap one."""

    __slots__ = ("_seed",)

    def __init__(self, seed: str) -> None:
        self._seed = hashlib.blake2b(seed.encode()).digest()  # a key has at most 64 bytes, a seed any number

    def entropy(self, kind: str, *key: str | int) -> bytes:
        """32 bytes for this natural key."""
        text = "\x1f".join([kind, *map(str, key)])
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._seed, digest_size=32).digest()

    def fraction(self, kind: str, *key: str | int) -> float:
        """A number in [0, 1)."""
        return int.from_bytes(self.entropy(kind, *key)[:6]) / (1 << 48)

    def nonce_str(self, *key: str | int) -> str:
        """A reply's nonce_str; `key` is the request's own signature or the like."""
        return identifiers.nonce_str(self.entropy("nonce_str", *key))

    def prepay_id(self, now: int, mchid: str, out_trade_no: str, post: int) -> str:
        """The prepay_id of the n-th post of an order."""
        return identifiers.prepay_id(self.entropy("prepay_id", mchid, out_trade_no, post), now)

    def code_url(self, prepay_id: str) -> str:
        """The Native QR code's text."""
        return identifiers.code_url(self.entropy("code_url", prepay_id))

    def transaction_id(self, now: int, mchid: str, out_trade_no: str) -> str:
        """The platform's number of a payment."""
        return identifiers.transaction_id(self.entropy("transaction_id", mchid, out_trade_no), now)

    def refund_id(self, now: int, mchid: str, out_refund_no: str) -> str:
        """The platform's number of a refund."""
        return identifiers.refund_id(self.entropy("refund_id", mchid, out_refund_no), now)

    def bill_token(self, mchid: str, nth: int) -> str:
        """What a bill's download link is known by."""
        return identifiers.bill_token(self.entropy("bill", mchid, nth))

    def openid(self, appid: str, user: str) -> str:
        """A payer's openid under an appid."""
        return identifiers.openid(self.entropy("openid", appid), self.entropy("openid", appid, user))

    def rid(self, now: int, *key: str | int) -> str:
        """The suffix of a login error."""
        return identifiers.rid(self.entropy("rid", *key), now)
