"""What a mini program has told the platform about the shipping of a paid order."""

import msgspec

from sandbox.errors import Refusal, shipping


class Shipping(msgspec.Struct, frozen=True, kw_only=True):
    """`finished` counts how often the delivery was reported as complete; `last` is the digest of the last report."""

    finished: int = 0
    last: bytes = b""

    def reported(self, digest: bytes, *, complete: bool) -> "Shipping":
        """After one more report. A completed delivery can be reported anew once.

        Raises Refusal: SHIPPING_UNCHANGED, SHIPPING_CHANGED_TWICE, SHIPPING_FINISHED
        (developers.weixin.qq.com, api_uploadshippinginfo).
        """
        if digest == self.last:
            raise Refusal(shipping.SHIPPING_UNCHANGED)
        if self.finished > 1:
            raise Refusal(shipping.SHIPPING_CHANGED_TWICE)
        if self.finished and not complete:
            raise Refusal(shipping.SHIPPING_FINISHED)
        return Shipping(finished=self.finished + complete, last=digest)
