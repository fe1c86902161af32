"""发放普通红包、发放裂变红包、查询红包记录"""

from sandbox.domain.red_packet import RedPacket, portions
from sandbox.errors import Refusal, transfer
from sandbox.gateway import promotion
from sandbox.gateway.dialects.v2form import STRANGER, Manner, V2Message
from sandbox.gateway.dialects.v2layout import Promotion
from sandbox.gateway.forms import integer, text
from sandbox.gateway.ordering import fingerprint
from sandbox.gateway.spec import Call, Reply, Value, endpoint
from sandbox.platform import red_packets
from sandbox.protocol import identifiers, wiretime, xml

NAMES = ("mch_billno", "re_openid", "total_amount")
SENT = "发放成功."


class Sending(V2Message):
    manner = Manner(appid="wxappid", layout=Promotion(), echoed=NAMES, spread=True, nobody=STRANGER, for_all_subs=True)

    mch_id: str = text("商户号", 32, pattern=r"[1-9]\d*", sample="1900000001")
    wxappid: str = text("公众账号appid", 32, sample="wx5a4d8bf0c0de0001")
    nonce_str: str = text("随机字符串", 32, sample="5K8264ILTKCH16CQ2502SI8ZNMTM67VS")
    sign: str = text("签名", 64, sample="C380BEC2BFD727A4B6845133519F3AD6")
    mch_billno: str = text("商户订单号", 28, pattern="[0-9A-Za-z]+", sample="R20260101000001")
    send_name: str = text("商户名称", 32, sample="小店")
    re_openid: str = text("用户openid", 32, sample="oNobody")
    total_amount: int = integer("付款金额", minimum=1, sample="100")
    wishing: str = text("红包祝福语", 128, sample="恭喜发财")
    act_name: str = text("活动名称", 32, sample="新年")
    remark: str = text("备注", 256, sample="多买多送")
    scene_id: str | None = text("场景id", 32)
    risk_info: str | None = text("活动信息", 128)


class SendRedPack(Sending):
    total_num: int = integer("红包发放总人数", minimum=1, maximum=1, sample="1")
    client_ip: str = text("Ip地址", 15, sample="127.0.0.1")


class SendGroupRedPack(Sending):
    total_num: int = integer("红包发放总人数", minimum=3, maximum=20, sample="3")
    amt_type: str = text("红包金额设置方式", 32, pattern="ALL_RAND", sample="ALL_RAND")


class GetHbInfo(V2Message):
    manner = Manner(layout=Promotion(), echoed=("mch_billno",), spread=True, nobody=STRANGER, for_all_subs=True)

    mch_id: str = text("商户号", 32, pattern=r"[1-9]\d*", sample="1900000001")
    appid: str = text("Appid", 32, sample="wx5a4d8bf0c0de0001")
    nonce_str: str = text("随机字符串", 32, sample="5K8264ILTKCH16CQ2502SI8ZNMTM67VS")
    sign: str = text("签名", 64, sample="C380BEC2BFD727A4B6845133519F3AD6")
    mch_billno: str = text("商户订单号", 28, sample="R20260101000001")
    bill_type: str = text("订单类型", 32, pattern="MCHT", sample="MCHT")


@endpoint(
    "v2",
    "POST /mmpaymkttransfers/sendredpack",
    SendRedPack,
    name="v2.promotion.sendredpack",
    title="发放普通红包",
    source="https://pay.weixin.qq.com/wiki/doc/api/tools/cash_coupon.php?chapter=13_4&index=3",
    raises=promotion.SENDING,
    needs_certificate=True,
)
def sendredpack(call: Call, form: SendRedPack) -> Reply:
    """A red packet for one person, who has a day to open it."""
    return _sent(form, _send(call, form, group=False))


@endpoint(
    "v2",
    "POST /mmpaymkttransfers/sendgroupredpack",
    SendGroupRedPack,
    name="v2.promotion.sendgroupredpack",
    title="发放裂变红包",
    source="https://pay.weixin.qq.com/wiki/doc/api/tools/cash_coupon.php?chapter=13_5&index=4",
    raises=promotion.SENDING,
    needs_certificate=True,
)
def sendgroupredpack(call: Call, form: SendGroupRedPack) -> Reply:
    """A red packet that several open, each for a part drawn by chance."""
    return _sent(form, _send(call, form, group=True))


@endpoint(
    "v2",
    "POST /mmpaymkttransfers/gethbinfo",
    GetHbInfo,
    name="v2.promotion.gethbinfo",
    title="查询红包记录",
    source="https://pay.weixin.qq.com/wiki/doc/api/tools/cash_coupon.php?chapter=13_6&index=5",
    raises=promotion.ASKING,
    needs_certificate=True,
)
def gethbinfo(call: Call, form: GetHbInfo) -> Reply:
    """What became of a red packet: the only answer of v2 with elements in elements."""
    packet = call.tx.red_packet(form.mch_id, form.mch_billno)
    if packet is None:
        expected = f"a red packet of {form.mch_id}"
        raise Refusal(transfer.TRANSFER_NOT_EXIST, field="mch_billno", came=form.mch_billno, expected=expected)
    return Reply(
        body=(
            ("return_msg", "OK"),
            ("result_code", "SUCCESS"),
            ("err_code", "SUCCESS"),
            ("err_code_des", "OK"),
            ("mch_billno", packet.mch_billno),
            ("mch_id", packet.mchid),
            ("detail_id", packet.detail_id),
            ("status", packet.state.value),
            ("send_type", "API"),
            ("hb_type", "GROUP" if packet.group else "NORMAL"),
            ("total_num", len(packet.portions)),
            ("total_amount", packet.total),
            ("send_time", wiretime.dashed(packet.created)),
            *_returned(packet),
            *_list(packet),
        )
    )


def _send(call: Call, form: SendRedPack | SendGroupRedPack, *, group: bool) -> RedPacket:
    """A new packet, or the one that this number stands for already. Raises Refusal."""
    digest = fingerprint("v2", call.fields, ())
    packet = call.tx.red_packet(form.mch_id, form.mch_billno)
    if packet is not None:
        if packet.fingerprint != digest:
            expected = "the parameters of the first time"
            raise Refusal(transfer.TRANSFER_CHANGED, field="mch_billno", came=form.mch_billno, expected=expected)
        return packet
    promotion.ensure_may_send(call)
    promotion.payee(call, form.re_openid, form.wxappid, "re_openid")
    promotion.ensure_covered(call, form.total_amount, "total_amount")
    chance = [call.ids.fraction("portion", form.mch_id, form.mch_billno, n) for n in range(form.total_num - 1)]
    number = identifiers.payment_no(call.ids.entropy("red_packet", form.mch_id, form.mch_billno), call.now)
    packet = RedPacket(
        mchid=form.mch_id,
        mch_billno=form.mch_billno,
        appid=form.wxappid,
        openid=form.re_openid,
        detail_id=number,
        portions=portions(form.total_amount, form.total_num, chance),
        wishing=form.wishing,
        created=call.now,
        fingerprint=digest,
        group=group,
    )
    red_packets.send(call.tenant, call.tx, packet)
    return packet


def _sent(form: Sending, packet: RedPacket) -> Reply:
    return Reply(
        body=(
            ("return_msg", SENT),
            ("result_code", "SUCCESS"),
            ("err_code", "0"),
            ("err_code_des", SENT),
            ("mch_billno", form.mch_billno),
            ("mch_id", int(form.mch_id)),
            ("wxappid", form.wxappid),
            ("re_openid", form.re_openid),
            ("total_amount", form.total_amount),
            ("send_listid", int(packet.detail_id)),
            ("send_time", int(wiretime.compact(packet.created))),
        )
    )


def _returned(packet: RedPacket) -> tuple[tuple[str, Value], ...]:
    if packet.refunded is None:
        return ()
    return (("refund_time", wiretime.dashed(packet.refunded)), ("refund_amount", packet.left))


def _list(packet: RedPacket) -> tuple[tuple[str, Value], ...]:
    if not packet.received:
        return ()
    taken = [
        ("hbinfo", xml.nested((("openid", p.openid), ("amount", p.amount), ("rcv_time", wiretime.dashed(p.time)))))
        for p in packet.received
    ]
    return (("hblist", xml.nested(taken)),)
