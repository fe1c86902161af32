"""Whose key is it? Platform certificates, the platform's public key, and the day on which they change."""

from sandbox.audit.case import Case
from sandbox.audit.judging import believes, disbelieves, moved
from sandbox.audit.probe import DEAF, probe
from sandbox.audit.ruling import Ruling, Severity, Words

TITLE = Words("Keys of APIv3: whose signature is it?", "APIv3 的密钥：由谁签名？")

TELLINGS = 4
TAKEN = Words("Acknowledges it, and ships once.", "应答成功，并发货一次。")


@probe(
    Severity.LOW,
    cwe=347,
    apis=("v3",),
    title=Words("A serial number that nobody knows", "未知的证书序列号"),
    sent=Words(
        "A notice signed by the platform's key under a Wechatpay-Serial that is not its own.",
        "由平台私钥签名，但 Wechatpay-Serial 不是该证书的序列号。",
    ),
    safe=Words("Refuses it.", "拒绝。"),
    fix=Words(
        "Choose the key by Wechatpay-Serial; when it is unknown, download the certificates, at most every few seconds, "
        "and refuse if it still is.",
        "按 Wechatpay-Serial 选择公钥；不认识时下载平台证书（限制频率），仍不认识则拒绝。",
    ),
    catches=("accept-unsigned", "ignores-serial"),
)
async def unknown_serial(case: Case) -> Ruling:
    """Trying every key there is hides that one has changed."""
    deal = await case.order()
    letter = await case.letter(await case.notice(deal), key="certificate")
    return await disbelieves(case, deal, letter.heads(Wechatpay_Serial="5A4D8BF0C0DE000000000000000000000000DEAD"))


@probe(
    Severity.HIGH,
    apis=("v3",),
    title=Words("Signed with the platform's public key's pair", "由微信支付公钥模式签名"),
    sent=Words(
        "A genuine notice under the number PUB_KEY_ID_… in place of a certificate's.",
        "真实通知，Wechatpay-Serial 为 PUB_KEY_ID_…（微信支付公钥），而不是证书序列号。",
    ),
    safe=TAKEN,
    fix=Words(
        "Configure the platform's public key with its id, and choose between it and certificates by Wechatpay-Serial.",
        "配置微信支付公钥及其 ID，按 Wechatpay-Serial 在公钥与平台证书之间选择。",
    ),
    catches=("certificates-only", *DEAF),
)
async def public_key(case: Case) -> Ruling:
    """What the platform moves every merchant to."""
    deal = await case.paid()
    return await believes(case, deal, await case.letter(await case.notice(deal), key="public-key"))


@probe(
    Severity.HIGH,
    cwe=1394,
    apis=("v3",),
    title=Words("A renewed platform certificate", "更换后的平台证书"),
    sent=Words(
        "The platform's certificate was renewed; a genuine notice under the new one, told again as the platform would.",
        "平台证书已更换；由新证书签名的真实通知，并像平台那样重试。",
    ),
    safe=Words("Downloads the new certificate, and takes the notification.", "下载新证书，并接受通知。"),
    fix=Words(
        "Download /v3/certificates when a serial number is unknown, and in any case every twelve hours; or use the "
        "platform's public key.",
        "遇到未知序列号时下载 /v3/certificates，并至少每 12 小时更新一次；或改用微信支付公钥。",
    ),
    catches=("pins-certificate", "ignores-serial", *DEAF),
    posts=TELLINGS,
    alone=True,
)
async def renewed_certificate(case: Case) -> Ruling:
    """It happens once in five years, without warning, to all payments at once."""
    deal = await case.paid()
    await case.renew_certificate()
    notice = await case.notice(deal)
    heard = await case.send(await case.letter(notice, key="certificate"))
    for _ in range(TELLINGS - 1):
        if heard.acknowledged:
            break
        await case.wait()
        heard = await case.send(await case.letter(notice, key="certificate"))
    return await moved(case, deal, heard)
