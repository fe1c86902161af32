"""Reset a merchant's APIv3 key: unlike the API v2 key it counts at once."""

from typing import Annotated

import msgspec

from sandbox.actions.merchants import drawn_key, find_merchant
from sandbox.actions.verb import Desk, verb


class ResetApiv3Key(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`apiv3_key` is 32 letters and digits; drawn when none is given."""

    mchid: str
    apiv3_key: Annotated[str, msgspec.Meta(pattern="^[0-9A-Za-z]{32}$")] | None = None


class Apiv3KeyReset(msgspec.Struct, frozen=True, kw_only=True):
    """The key in force from now on."""

    mchid: str
    apiv3_key: str


@verb(
    "console.reset_apiv3_key",
    "POST /merchants/{mchid}/apiv3-key",
    ResetApiv3Key,
    Apiv3KeyReset,
    summary="Reset the APIv3 key; it counts at once: the next notification is encrypted with it",
    summary_zh="重置APIv3密钥，立即生效：之后的通知即用新密钥加密",
)
async def reset_apiv3_key(desk: Desk, args: ResetApiv3Key) -> Apiv3KeyReset:
    """As in the console (pay.weixin.qq.com/doc/v3/partner/4013059095)."""
    merchant = find_merchant(desk, args.mchid)
    key = args.apiv3_key or drawn_key(desk, merchant, "apiv3_key")
    desk.tenant.change_merchant(msgspec.structs.replace(merchant, apiv3_key=key))
    return Apiv3KeyReset(mchid=merchant.mchid, apiv3_key=key)
