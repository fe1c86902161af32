"""公众号纯签约、H5纯签约、APP纯签约（预签约）"""

from html import escape

from sandbox.errors import contract, pay
from sandbox.gateway.dialects.v2form import Manner, V2Message
from sandbox.gateway.dialects.v2layout import Plain
from sandbox.gateway.endpoints.v2.unifiedorder import URL
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.platform import contracts
from sandbox.protocol.v2sign import SignType

PAPAY = "https://pay.weixin.qq.com/wiki/doc/api/wxpay_v2/papay/chapter"
RAISES = (contract.CONTRACT_SIGNED, pay.SYSTEM_ERROR)
REDIRECT = "https://payapp.weixin.qq.com/papay/readentrustwebtemplate?type=index&session_id={}#/redirect"
SIGNING_APP = "gh_5a4d8bf0c0de"  # the platform's own mini program, in which contracts are signed
SIGNING_PAGE = "pages/index/index?sign_scene=app&domain_type=cn&pre_entrustweb_id={}"
PAGE = (
    '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>委托代扣</title>'
    '<h1>开通委托代扣</h1><dl>{rows}</dl><p>同意: POST /_sandbox/contracts {{"session": "{session}"}}</p>'
    "<p>不同意就离开本页，商户不会收到通知。</p></html>"
)


class Entrusting(V2Message):
    mch_id: str = text("商户号", 32, pattern=r"[1-9]\d*", sample="1900000001")
    appid: str = text("应用ID", 32, sample="wx5a4d8bf0c0de0001")
    plan_id: str = text("模板id", 28, pattern=r"\d+", sample="12535")
    contract_code: str = text("签约协议号", 128, pattern="[0-9A-Za-z]+", sample="C20260101000001")
    request_serial: str = text("请求序列号", 19, pattern=r"[1-9]\d*", sample="1695")
    contract_display_account: str = text("用户账户展示名称", 128, sample="小明")
    notify_url: str = text("回调通知url", 256, pattern=URL, sample="http://127.0.0.1:8689/contract")
    version: str = text("版本号", 8, pattern=r"1\.0", sample="1.0")
    sign: str = text("签名", 64, sample="C380BEC2BFD727A4B6845133519F3AD6")
    timestamp: str = text("时间戳", 10, pattern=r"\d{10}", sample="1767225600")


class EntrustWeb(Entrusting):
    manner = Manner(for_all_subs=True, page=True)

    return_web: str | None = text("返回web", 1, pattern="1", sample="1")


class H5EntrustWeb(Entrusting):
    manner = Manner(for_all_subs=True, layout=Plain(), sign_type=SignType.HMAC_SHA256)

    sign_type: str | None = text("签名类型", 32, pattern="MD5|HMAC-SHA256", sample="HMAC-SHA256")
    clientip: str = text("客户端 IP", 64, sample="127.0.0.1")
    return_appid: str | None = text("回调应用appid", 32, sample="wx5a4d8bf0c0de0001")


class PreEntrustWeb(Entrusting):
    manner = Manner(for_all_subs=True)

    sign_type: str | None = text("签名类型", 32, pattern="MD5|HMAC-SHA256", sample="MD5")
    return_app: str | None = text("返回app", 1, pattern="Y|N", sample="Y")


@endpoint(
    "v2",
    "GET /papay/entrustweb",
    EntrustWeb,
    title="公众号纯签约",
    source=f"{PAPAY}3_1.shtml",
    raises=RAISES,
)
def entrustweb(call: Call, form: EntrustWeb) -> Reply:
    """The page on which the payer reads what is to be signed; the phone's verb signs it, or nobody does."""
    session = _asked(call)
    seller = call.tenant.merchants[form.mch_id]
    said = (
        ("商户", f"{seller.name}（{seller.mchid}）"),
        ("开通账号", form.contract_display_account),
        ("模板", form.plan_id),
        ("签约协议号", form.contract_code),
        ("会话", session),
    )
    rows = "".join(f"<dt>{name}</dt><dd>{escape(value)}</dd>" for name, value in said)
    return Reply(html=PAGE.format(rows=rows, session=session))


@endpoint(
    "v2",
    "GET /papay/h5entrustweb",
    H5EntrustWeb,
    title="H5纯签约",
    source=f"{PAPAY}3_4.shtml",
    raises=RAISES,
)
def h5entrustweb(call: Call, form: H5EntrustWeb) -> Reply:
    """Where to send a browser outside WeChat; unsigned."""
    return Reply(body=(("redirect_url", REDIRECT.format(_asked(call))),))


@endpoint(
    "v2",
    "POST /papay/preentrustweb",
    PreEntrustWeb,
    title="APP纯签约",
    source="https://pay.weixin.qq.com/doc/v2/partner/4011988366",
    raises=RAISES,
)
def preentrustweb(call: Call, form: PreEntrustWeb) -> Reply:
    """What an App opens WeChat with: by its SDK's business page, or in the platform's mini program."""
    session = _asked(call)
    program = (("miniprogram_username", SIGNING_APP), ("miniprogram_path", SIGNING_PAGE.format(session)))
    return Reply(echo=program, body=(("pre_entrustweb_id", session),))


def _asked(call: Call) -> str:
    """The session in which it waits for the payer. Raises Refusal."""
    return contracts.wait(call.tenant, call.tx, contracts.asked(call.tenant, call.tx, call.fields)).session
