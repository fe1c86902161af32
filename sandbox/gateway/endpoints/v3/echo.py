"""商户签名验签/加解密测试"""

from sandbox.domain.echo import Echo as Said
from sandbox.gateway.dialects.v3form import NOTIFY_URL
from sandbox.gateway.forms import Form, text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.platform import outbox
from sandbox.protocol import aead

NOTIFY = "http://127.0.0.1:8689/wechatpay/notify"


class Echo(Form):
    notify_url: str | None = text("商户回调地址", 255, pattern=NOTIFY_URL, sample=NOTIFY)
    echo_message: str = text("回显信息", 256, sample="hello")
    encrypted_echo_message: str | None = text("平台证书或微信支付公钥加密测试字段", 1024, sensitive=True)


@endpoint(
    "v3",
    "POST /v3/security/echo",
    Echo,
    title="商户签名验签/加解密测试",
    source="https://pay.weixin.qq.com/doc/v3/merchant/4014551946",
)
def echo(call: Call, form: Echo) -> Reply:
    """Say it again: the plain text plainly, the encrypted one encrypted to the merchant's own certificate."""
    merchant = call.merchant
    assert merchant is not None
    sealed = ""
    if form.encrypted_echo_message is not None:
        sealed = aead.seal(form.encrypted_echo_message, call.tenant.credentials(merchant).api.pair.public)
    if form.notify_url is not None:
        id = call.ids.entropy("echo", merchant.mchid, call.tx.count("echo")).hex()[:16]
        call.tx.put_echo(Said(id=id, created=call.now, message=form.echo_message, sealed=sealed))
        outbox.announce(
            call.tx, call.ids, event=outbox.ECHO, mchid=merchant.mchid, subject=id, url=form.notify_url, dialect="v3",
            now=call.now,
        )  # fmt: skip
    body = {"echo_message": form.echo_message} | ({"encrypted_echo_message": sealed} if sealed else {})
    return Reply(body=tuple(body.items()))
