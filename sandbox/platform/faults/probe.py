"""Probe: the platform's own test of whether a merchant verifies, a signature that is wrong on purpose."""

from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion
from sandbox.protocol import v3auth


class Probe(Fault, frozen=True):
    """The signature begins with WECHATPAY/SIGNTEST/ and is as long as a genuine one; APIv3 only.

    pay.weixin.qq.com/doc/v3/merchant/4012075420.
    """

    about: ClassVar = "APIv3: the platform's own test signature, which a merchant must refuse"
    about_zh: ClassVar = "APIv3：平台的验签探测签名，商户必须拒绝"
    moments: ClassVar = frozenset({Moment.REPLY_READY, Moment.NOTIFY_DUE})

    async def act(self, occasion: Occasion) -> None:
        """Replace the signature."""
        occasion.fields["sign"] = v3auth.sign_test(b"wechatpay-sandbox signature test")
