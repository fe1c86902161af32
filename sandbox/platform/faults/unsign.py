"""Unsign: the message comes without a signature."""

import re
from typing import ClassVar

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment, Occasion

_SIGN = re.compile(rb"<sign>.*?</sign>\s*", re.DOTALL)


class Unsign(Fault, frozen=True):
    """API v2: no `sign`; APIv3: no Wechatpay-Signature."""

    about: ClassVar = "There is no signature"
    about_zh: ClassVar = "没有签名"
    moments: ClassVar = frozenset({Moment.REPLY_SIGNED, Moment.NOTIFY_READY})

    async def act(self, occasion: Occasion) -> None:
        """Take it out."""
        if occasion.tags.get("dialect") == "v3":
            occasion.without.add("Wechatpay-Signature")
        else:
            occasion.body = _SIGN.sub(b"", occasion.body or b"")
