"""What every test may ask for: a running sandbox, a tenant of its own, a merchant that calls the gateway."""

from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from wire_merchant import from_xml, to_xml, v2_sign

from sandbox.app import Sandbox
from sandbox.config import Settings
from sandbox.gateway.wire import Wire, WireReply
from sandbox.platform.tenants import NewTenant, Tenant

NOTIFY_URL = "http://127.0.0.1:9/notify"


class Merchant:
    """Calls the gateway's pipeline as a signed v2 client, without a socket."""

    def __init__(self, box: Sandbox, tenant: Tenant) -> None:
        self.box = box
        self.tenant = tenant
        app, merchant = next(iter(tenant.apps.values())), next(iter(tenant.merchants.values()))
        self.appid, self.mch_id, self.key = app.appid, merchant.mchid, merchant.api_keys[0].text
        with tenant.transaction() as tx:
            self.openids = [user.openids[app.appid] for user in tx.users()]
        self.reply = WireReply()

    def order(self, out_trade_no: str = "T2026000001", **changes: str | None) -> dict[str, str]:
        """The fields of a good unifiedorder, changed; None leaves one out. Unsigned."""
        fields: dict[str, str | None] = {
            "mch_id": self.mch_id,
            "appid": self.appid,
            "nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
            "body": "茶叶一罐",
            "out_trade_no": out_trade_no,
            "total_fee": "199",
            "spbill_create_ip": "127.0.0.1",
            "notify_url": NOTIFY_URL,
            "trade_type": "JSAPI",
            "openid": self.openids[0],
            **changes,
        }
        return {name: value for name, value in fields.items() if value is not None}

    def query(self, **more: str | None) -> dict[str, str]:
        """The fields of a query or a close. Unsigned."""
        fields = {"mch_id": self.mch_id, "appid": self.appid, "nonce_str": "N2", **more}
        return {name: value for name, value in fields.items() if value is not None}

    async def post(
        self, path: str, fields: dict[str, str] | bytes, *, key: str | None = None, method: str = "POST"
    ) -> dict[str, str]:
        """Sign (unless a sign is given) and post; the reply's fields."""
        if isinstance(fields, bytes):
            body = fields
        else:
            signed = fields if "sign" in fields else {**fields, "sign": v2_sign(fields, key or self.key)}
            body = to_xml({name: value for name, value in signed.items() if value is not None})
        wire = Wire(method=method, path=path, target=path, body=body, base_url="http://127.0.0.1")
        self.reply = await self.box.pipeline.serve(wire)
        return from_xml(self.reply.body)

    async def pay(self, out_trade_no: str = "T2026000001") -> str:
        """Order and pay; the transaction_id."""
        from sandbox.actions.pay import Pay, pay  # the verb, as a person would use it

        await self.post("/pay/unifiedorder", self.order(out_trade_no))
        result: Any = await pay.run(self.box.desk(self.tenant), Pay(out_trade_no=out_trade_no))
        return str(result.transaction_id)


@pytest.fixture(params=["loop", "threads"])
def executor(request: pytest.FixtureRequest) -> Iterator[Executor | None]:
    """Handlers on the loop, and handlers in worker threads."""
    if request.param == "loop":
        yield None
        return
    with ThreadPoolExecutor(max_workers=4) as pool:
        yield pool


@pytest.fixture
async def box(tmp_path: Path) -> AsyncIterator[Sandbox]:
    """A running sandbox on a free port, in memory, strict about undeclared errors."""
    async with Sandbox(Settings(port=0, strict=True, seed="1")) as running:
        yield running


@pytest.fixture
def tenant(box: Sandbox) -> Tenant:
    """A tenant with a virtual clock, alone in its world."""
    return box.tenants.create(NewTenant(clock="virtual", seed="7", start=1_767_225_600_000), "7")


@pytest.fixture
def merchant(box: Sandbox, tenant: Tenant) -> Merchant:
    """The tenant's first merchant."""
    return Merchant(box, tenant)
