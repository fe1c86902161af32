"""What the doctor can say, from its own table: each verdict with its meaning and its remedy."""

from sandbox.doctor.remedies import FAMILIES

FAMILY_NAMES = {
    "v2": ("API v2 requests", "API v2请求"),
    "launch": ("Launches: paySign, the sign of an App", "调起支付：paySign与App的sign"),
    "v3": ("APIv3 requests, and launches of APIv3 orders", "APIv3请求，以及APIv3订单的调起支付"),
    "notice": ("APIv3 answers and notifications, as you received them", "收到的APIv3应答与通知"),
}

INTRODUCTION = """# Diagnoses

[简体中文](diagnoses.zh-CN.md)

The platform answers a wrong signature with four characters. The sandbox looks for what was done: it makes the known
mistakes on purpose, one at a time, until one gives exactly the signature that came; then two at a time. What it names
is therefore what happened, or cannot be told apart from it.

Where a verdict shows itself:

- the header `Sandbox-Diagnosis` of the refused answer: code, one sentence, the address of the whole exchange. While
  pairs of mistakes are being tried it says `pending`; the exchange has the outcome a moment later;
- `wechatpay-sandbox logs` and `GET /_sandbox/exchanges`: with what to change, and the string that was signed here, its
  keys masked;
- `wechatpay-sandbox explain FILE` (`-`: standard input) and `POST /_sandbox/explain`, for what you copied out of
  your own log: raw HTTP (a notification or an answer that you received, too), an XML body, a curl line, or parameters
  as JSON, those of `wx.requestPayment` too;
- the `explanation` of a payment that the phone refused.

A code with a plus, as `SIGN_KEY_BLANKS+SIGN_GBK`, is two mistakes made together: change both.

## Unknown

No mistake of these, nor two of them together, gives the signature. Compare the string to sign that is shown with your
own, byte by byte; and look at the fields that differ from your last request whose signature was right: what only one of
the two has comes first.
"""

INTRODUCTION_ZH = """# 诊断

[English](diagnoses.md)

微信支付对错误的签名只回答四个字。沙箱会查明原因：逐一故意犯下已知的错误，
直到得到与收到的完全相同的签名；单个不行再试两个的组合。
因此它说出的就是实际发生的（或与之无法区分的）错误。

在哪里看到诊断：

- 被拒绝的应答里的`Sandbox-Diagnosis`头：代码、一句话、完整记录的地址。
  正在尝试两个错误的组合时显示`pending`，稍后可在记录里看到结果；
- `wechatpay-sandbox logs`与`GET /_sandbox/exchanges`：包括修改方法，以及沙箱的待签名串（密钥已掩码）；
- `wechatpay-sandbox explain FILE`（`-`表示标准输入）与`POST /_sandbox/explain`：诊断从自己日志里复制的内容：
  原始HTTP请求（也可以是收到的通知或应答）、XML、curl命令，或JSON参数（包括`wx.requestPayment`的参数）；
- 手机拒绝支付时的`explanation`。

带加号的代码（如`SIGN_KEY_BLANKS+SIGN_GBK`）表示同时犯了两个错误，都要修改。

## Unknown

已知的错误以及其中任意两个的组合都得不到这个签名。请逐字节比较这里显示的待签名串与您自己的，
并查看与上一次签名正确的请求有差异的字段：只有一方才有的字段排在最前。
"""


def page() -> str:
    """In English."""
    return _page(INTRODUCTION, 0)


def page_zh() -> str:
    """In Chinese; the headings are the codes, so that links hold in both."""
    return _page(INTRODUCTION_ZH, 1)


def _page(introduction: str, language: int) -> str:
    parts = [introduction]
    for family, table in FAMILIES:
        parts.append(f"## {FAMILY_NAMES[family][language]}\n")
        for code, remedy in table.items():
            title, text = ((remedy.title, remedy.fix), (remedy.title_zh, remedy.fix_zh))[language]
            stop = ".** " if language == 0 else "。**"
            parts.append(f"### {code}\n\n**{title}{stop}{text}\n")
    return "\n".join(parts)
