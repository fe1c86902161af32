"""Paths that need a client certificate: none, an expired, a renewed, another merchant's, the right one; plain HTTP."""

from typing import Any

import msgspec
import pytest
from wire_merchant import from_xml, to_xml, v2_sign

from sandbox.app import Sandbox, dialects
from sandbox.gateway.pipeline import Pipeline
from sandbox.gateway.spec import Catalogue
from sandbox.gateway.wire import Wire, WireReply
from sandbox.platform.tenants import Tenant
from sandbox.protocol.client_certificate import ClientCertificate

PATH, TRANSFER, OPEN = "/secapi/pay/guarded", "/mmpaymkttransfers/guarded", "/pay/open"
ALWAYS = (1_577_836_800_000, 2_524_607_999_000)
NGINX = (
    "<html>\r\n<head><title>400 {0}</title></head>\r\n<body bgcolor=\"white\">\r\n"
    "<center><h1>400 Bad Request</h1></center>\r\n<center>{0}</center>\r\n<hr><center>nginx</center>\r\n"
    "</body>\r\n</html>\r\n"
)  # fmt: skip


class Guarded:
    """A gateway whose only endpoint, a query, stands at three paths: two need a certificate, one does not."""

    def __init__(self, box: Sandbox, merchant: Any) -> None:
        query = box.catalogue.by_name["v2.orderquery"]
        places = [
            msgspec.structs.replace(query, name=f"v2.{path[1:4]}", path=path, needs_certificate=path != OPEN)
            for path in (PATH, TRANSFER, OPEN)
        ]
        self.merchant: Any = merchant
        self.pipeline = Pipeline(
            Catalogue(iter(places)), dialects(), box.tenants, wake=lambda tenant: None, strict=True
        )
        self.reply = WireReply()

    async def ask(
        self, path: str = PATH, shown: ClientCertificate | None = None, *, tls: bool = True, body: bytes | None = None
    ) -> Any:
        """A signed query for an order that is not there; the exchange that the journal keeps of it."""
        m = self.merchant
        if body is None:
            fields = m.query(out_trade_no="nowhere")
            body = to_xml({**fields, "sign": v2_sign(fields, m.key)})
        wire = Wire(method="POST", path=path, target=path, body=body, tls=tls, client_certificate=shown)
        self.reply = await self.pipeline.serve(wire)
        journals = [*m.tenant.journal, *m.box.tenants.unclaimed]
        return max(journals, key=lambda one: one.id)

    @property
    def text(self) -> str:
        return self.reply.body.decode()


@pytest.fixture
def guarded(box: Sandbox, merchant: Any) -> Guarded:
    """Of a tenant with a virtual clock."""
    return Guarded(box, merchant)


def own(guarded: Guarded) -> ClientCertificate:
    m = guarded.merchant
    return ClientCertificate(m.mch_id, m.tenant.credentials(m.tenant.merchants[m.mch_id]).serial_no, *ALWAYS)


async def test_the_right_certificate_gets_through(guarded: Guarded) -> None:
    """The endpoint itself answers, and nothing is noted."""
    exchange = await guarded.ask(PATH, own(guarded))

    assert from_xml(guarded.reply.body)["err_code"] == "ORDERNOTEXIST"
    assert exchange.notes == []


async def test_none_is_answered_with_nginxs_page(guarded: Guarded) -> None:
    """HTTP 400 and HTML; the tenant's journal has it, with the remedy."""
    exchange = await guarded.ask(PATH)

    assert guarded.reply.status == 400
    assert guarded.reply.headers["Content-Type"] == "text/html"
    assert guarded.text == NGINX.format("No required SSL certificate was sent")
    assert (exchange.tenant, exchange.problem) == (guarded.merchant.tenant.id, "CLIENT_CERTIFICATE_MISSING")
    assert "credentials --out" in exchange.diagnosis.fix
    assert guarded.reply.headers["Sandbox-Diagnosis"].startswith("CLIENT_CERTIFICATE_MISSING")


@pytest.mark.parametrize("body", [b"", b"<xml>", b"<xml><mch_id>1</mch_id></xml>"])
async def test_nginx_speaks_before_the_body_is_read(guarded: Guarded, body: bytes) -> None:
    """Whatever is wrong with the XML."""
    await guarded.ask(PATH, body=body)

    assert "No required SSL certificate was sent" in guarded.text


@pytest.mark.parametrize("dates", [(0, 1_600_000_000_000), (2_500_000_000_000, ALWAYS[1])])
async def test_a_certificate_out_of_date(guarded: Guarded, dates: tuple[int, int]) -> None:
    """By the real clock, not the tenant's."""
    exchange = await guarded.ask(PATH, ClientCertificate(guarded.merchant.mch_id, own(guarded).serial_no, *dates))

    assert (guarded.reply.status, guarded.text) == (400, NGINX.format("The SSL certificate error"))
    assert exchange.problem == "CLIENT_CERTIFICATE_INVALID"


async def test_a_certificate_that_was_renewed(guarded: Guarded, tenant: Tenant) -> None:
    """The old one is revoked at once; the new one counts."""
    old = own(guarded)
    merchant = tenant.merchants[guarded.merchant.mch_id]
    tenant.change_merchant(msgspec.structs.replace(merchant, api_certificate=1))

    await guarded.ask(PATH, old)
    assert guarded.text == NGINX.format("The SSL certificate error")
    await guarded.ask(PATH, own(guarded))
    assert from_xml(guarded.reply.body)["err_code"] == "ORDERNOTEXIST"


async def test_another_merchants_certificate(guarded: Guarded, tenant: Tenant) -> None:
    """XML again, unsigned, in English."""
    other = list(tenant.merchants.values())[1]
    shown = ClientCertificate(other.mchid, tenant.credentials(other).serial_no, *ALWAYS)

    exchange = await guarded.ask(PATH, shown)

    assert guarded.text == (
        "<xml><return_code><![CDATA[FAIL]]></return_code>\n"
        "<return_msg><![CDATA[certificate not match]]></return_msg>\n</xml>"
    )
    assert exchange.problem == "CLIENT_CERTIFICATE_NOT_MATCH"
    assert (exchange.diagnosis.came, exchange.diagnosis.expected) == (
        f"the certificate of {other.mchid}",
        f"the certificate of {guarded.merchant.mch_id}",
    )


async def test_the_transfer_family_answers_ca_error(guarded: Guarded, tenant: Tenant) -> None:
    """For none, an expired and another merchant's alike: XML, twice CA_ERROR, unsigned."""
    other = list(tenant.merchants.values())[1]
    for shown in (
        None,
        ClientCertificate(guarded.merchant.mch_id, own(guarded).serial_no, 0, 1),
        ClientCertificate(other.mchid, tenant.credentials(other).serial_no, *ALWAYS),
    ):
        await guarded.ask(TRANSFER, shown)

        assert guarded.reply.status == 200
        assert list(from_xml(guarded.reply.body).items()) == [
            ("return_code", "SUCCESS"),
            ("return_msg", "CA_ERROR"),
            ("result_code", "FAIL"),
            ("err_code", "CA_ERROR"),
            ("err_code_des", "CA证书出错，请登录微信支付商户平台下载证书"),
        ]


async def test_other_paths_ask_for_none(guarded: Guarded) -> None:
    """With or without, on TLS or not."""
    for shown in (None, own(guarded), ClientCertificate("1900000009", "00", 0, 1)):
        exchange = await guarded.ask(OPEN, shown)

        assert from_xml(guarded.reply.body)["err_code"] == "ORDERNOTEXIST"
        assert exchange.notes == []


async def test_plain_http_waives_it_and_says_so(guarded: Guarded) -> None:
    """None can be sent there; the exchange tells what the real platform would have done."""
    exchange = await guarded.ask(PATH, tls=False)

    assert from_xml(guarded.reply.body)["err_code"] == "ORDERNOTEXIST"
    assert exchange.notes == [
        f"no client certificate can be sent here; the real platform would have demanded {guarded.merchant.mch_id}'s"
    ]


async def test_plain_http_demands_it_when_told_to(guarded: Guarded, tenant: Tenant) -> None:
    """The setting makes the plain door as strict as the other."""
    tenant.change_settings({"tls.plain_http_client_cert": "demand"})

    await guarded.ask(PATH, tls=False)

    assert guarded.text == NGINX.format("No required SSL certificate was sent")
