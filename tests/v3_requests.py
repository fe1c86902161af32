"""Good requests of every way to order through APIv3: directly, as a provider, combined."""

from typing import Any

from v3_merchant import V3Merchant

SCENE = {"payer_client_ip": "127.0.0.1", "h5_info": {"type": "Wap"}}
C = "C2026000001"


def order(m: V3Merchant, way: str, **changes: Any) -> dict[str, Any]:
    """A good order for a way of paying."""
    more: dict[str, Any] = {} if way == "jsapi" else {"payer": None}
    if way == "h5":
        more["scene_info"] = SCENE
    return m.order(**{**more, **changes})


def partner_order(m: V3Merchant, way: str, **changes: Any) -> dict[str, Any]:
    """A provider's good order for its sub-merchant."""
    sub = next(one.mchid for one in m.tenant.merchants.values() if one.kind == "sub")
    names = {"appid": None, "mchid": None, "sp_appid": m.appid, "sp_mchid": m.mchid, "sub_mchid": sub}
    payer = {"payer": {"sp_openid": m.openids[0]}} if way == "jsapi" else {}
    return order(m, way, **{**names, **payer, **changes})


class Combiner(V3Merchant):
    """A merchant that combines its own order and one of the tenant's third merchant."""

    def combined(self, **changes: Any) -> dict[str, Any]:
        """A good combined JSAPI order, changed; None leaves a field out."""
        body = {
            "combine_appid": self.appid,
            "combine_mchid": self.mchid,
            "combine_out_trade_no": C,
            "sub_orders": [self.sub(), self.sub(self.other, "S2026000002", 200)],
            "combine_payer_info": {"openid": self.openids[1]},
            "notify_url": "http://127.0.0.1:9/notify",
            **changes,
        }
        return {name: value for name, value in body.items() if value is not None}

    def sub(self, mchid: str = "", number: str = "S2026000001", total: int = 100, **changes: Any) -> dict[str, Any]:
        """One part."""
        amount = {"total_amount": total, "currency": "CNY"}
        names = {"mchid": mchid or self.mchid, "out_trade_no": number}
        return {**names, "amount": amount, "attach": "a", "description": "茶叶", **changes}

    def names(self) -> list[dict[str, str]]:
        """The parts as closing names them."""
        return [{name: one[name] for name in ("mchid", "out_trade_no")} for one in self.combined()["sub_orders"]]

    @property
    def other(self) -> str:
        return list(self.tenant.merchants)[2]
