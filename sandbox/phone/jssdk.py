"""wx.config of a page in WeChat: whether its signature is that of the page that calls it.

developers.weixin.qq.com/doc/service/guide/h5/jssdk.html.
"""

from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

import msgspec

from sandbox.domain.user import Token
from sandbox.errors import Layer, Refusal, jssdk
from sandbox.protocol import session
from sandbox.store import Transaction

CONFIGURED = "config:ok"
SCOPE = "jsapi"


class Config(msgspec.Struct, frozen=True, kw_only=True):
    """What the page passes, and where it is; `timestamp` as it is signed."""

    appid: str
    timestamp: str
    nonce_str: str
    signature: str
    url: str


def check(tx: Transaction, now: int, config: Config) -> None:
    """The signature is right. Raises Refusal."""
    tickets = [one for one in tx.latest_tokens(config.appid, "ticket") if one.scope == SCOPE]
    page = config.url.partition("#")[0]
    living = [one for one in tickets if now < one.expires]
    if any(_signs(one, config, page) for one in living):
        return
    likely, likely_zh = next(_mistakes(tickets, living, config, page), ("", ""))
    raise Refusal(
        jssdk.CONFIG_SIGNATURE_WRONG, field="signature", came=config.signature, likely=likely, likely_zh=likely_zh,
        expected=f"the SHA-1 over url={page}" if living else "a ticket of getticket for this appid: there is none",
    )  # fmt: skip


def heard(refusal: Refusal | None) -> str:
    """What JavaScript hears."""
    if refusal is None:
        return CONFIGURED
    spelling = refusal.row.spelling("phone", layer=Layer.ERR_MSG)
    assert spelling is not None
    return spelling.text


def _signs(ticket: Token, config: Config, url: str) -> bool:
    return session.jsapi_signature(ticket.token, config.nonce_str, config.timestamp, url) == config.signature


def _mistakes(tickets: list[Token], living: list[Token], config: Config, page: str) -> Iterator[tuple[str, str]]:
    """Those that give the very signature that came."""
    if any(_signs(one, config, page) for one in tickets if one not in living):
        yield "signed with a ticket that has expired: fetch a new one", "用了已过期的jsapi_ticket，请重新获取"
    parts = urlsplit(page)
    others = (
        (config.url, "the url was signed with its #fragment", "url带上了#之后的部分"),
        (page.partition("?")[0], "the url was signed without its query string", "签名的url缺少查询串"),
        (unquote(page), "the url was decoded before it was signed", "签名前对url做了解码"),
        (f"{parts.scheme}://{parts.netloc}/", "the front page's url was signed", "签名用的是首页url"),
        (f"{parts.scheme}://{parts.netloc}", "the site's address was signed", "签名用的是站点地址"),
    )
    for url, what, what_zh in others:
        if any(_signs(one, config, url) for one in living):
            yield what, what_zh
