"""How does it read? XML that no platform sends, and every attacker knows."""

import tempfile
from pathlib import Path

from sandbox.audit import notice as notices
from sandbox.audit.case import Case
from sandbox.audit.judging import disbelieves, unmoved
from sandbox.audit.notice import Letter
from sandbox.audit.probe import probe
from sandbox.audit.ruling import Ruling, Severity, Words
from sandbox.audit.shopfront import Deal

TITLE = Words("Parser: how does it read?", "解析：如何读取报文？")

UNPAID = Words("Refuses it: the order stays unpaid.", "拒绝：订单保持未支付。")
ENTITIES = Words(
    "Switch off DTDs and external entities in the XML parser (disallow-doctype-decl; libxml_disable_entity_loader; "
    "resolve_entities=False; defusedxml), and refuse a message with a DOCTYPE after decoding.",
    "在 XML 解析器中禁用 DTD 与外部实体（disallow-doctype-decl、libxml_disable_entity_loader、resolve_entities=False、"
    "defusedxml），并在解码之后拒绝带 DOCTYPE 的报文。",
)


async def _with_doctype(case: Case, deal: Deal, doctype: str, reference: str, encoding: str = "utf-8") -> Letter:
    """A notice whose order number is written as an entity; the signature is over what it stands for."""
    notice = await case.notice(deal)
    body = notices.v2_letter(notice, notices.v2_fields(notice)).body.decode()
    body = body.replace(f"<![CDATA[{deal.no}]]>", reference, 1)
    declared = '<?xml version="1.0" encoding="UTF-16"?>' if encoding == "utf-16" else ""
    return Letter(notice.headers, f"{declared}{doctype}{body}".encode(encoding))


@probe(
    Severity.CRITICAL,
    cwe=611,
    apis=("v2",),
    title=Words("An entity that reads a file (XXE)", "读取本地文件的实体（XXE）"),
    sent=Words(
        "A notice whose order number is an external entity: a file in the temporary folder that holds the number and "
        "nothing else. Only a parser that reads files of the server can make sense of it.",
        "订单号写成外部实体，指向临时目录中只含订单号的文件。只有会读取服务器文件的解析器才能得到它。",
    ),
    safe=UNPAID,
    fix=ENTITIES,
    catches=("resolves-entities",),
)
async def file_entity(case: Case) -> Ruling:
    """A harmless canary in place of /etc/passwd."""
    deal = await case.order()
    with tempfile.TemporaryDirectory(prefix="wechatpay-sandbox-canary-") as folder:
        canary = Path(folder) / "canary.txt"
        canary.write_text(deal.no, encoding="ascii")
        doctype = f'<!DOCTYPE xml [<!ENTITY no SYSTEM "{canary.as_uri()}">]>'
        return await disbelieves(case, deal, await _with_doctype(case, deal, doctype, "&no;"))


@probe(
    Severity.HIGH,
    cwe=776,
    apis=("v2",),
    title=Words("An entity of its own", "自定义实体"),
    sent=Words(
        "A notice whose order number is an entity that its DOCTYPE declares.", "订单号写成 DOCTYPE 中声明的内部实体。"
    ),
    safe=UNPAID,
    fix=ENTITIES,
    catches=("resolves-entities",),
)
async def own_entity(case: Case) -> Ruling:
    """Where this works, a bomb works."""
    deal = await case.order()
    doctype = f'<!DOCTYPE xml [<!ENTITY no "{deal.no}">]>'
    return await disbelieves(case, deal, await _with_doctype(case, deal, doctype, "&no;"))


@probe(
    Severity.HIGH,
    cwe=776,
    apis=("v2",),
    title=Words("Entities within entities (a small bomb)", "嵌套实体（小型实体炸弹）"),
    sent=Words(
        "A notice with an attach that three levels of entities blow up to a thousand characters; a real bomb has ten.",
        "attach 由三层实体展开为一千个字符；真正的实体炸弹有十层。",
    ),
    safe=UNPAID,
    fix=ENTITIES,
    catches=("resolves-entities",),
)
async def nested_entities(case: Case) -> Ruling:
    """Signed over what it blows up to, so that believing it is having blown it up."""
    deal = await case.order()
    notice = (await case.notice(deal)).says(attach="a" * 1000)
    body = notices.v2_letter(notice, notices.v2_fields(notice)).body.decode()
    doctype = f'<!DOCTYPE xml [<!ENTITY a "{"a" * 10}"><!ENTITY b "{"&a;" * 10}"><!ENTITY c "{"&b;" * 10}">]>'
    bomb = doctype + body.replace(f"<![CDATA[{'a' * 1000}]]>", "&c;")
    return await disbelieves(case, deal, Letter(notice.headers, bomb.encode()))


@probe(
    Severity.HIGH,
    cwe=173,
    apis=("v2",),
    title=Words("A DOCTYPE in UTF-16", "UTF-16 编码的 DOCTYPE"),
    sent=Words(
        "The entity once more, in UTF-16, where the bytes <!DOCTYPE do not occur.",
        "同样的实体，但整个报文为 UTF-16 编码，其中不出现 <!DOCTYPE 这串字节。",
    ),
    safe=UNPAID,
    fix=ENTITIES,
    catches=("resolves-entities", "filters-doctype"),
)
async def hidden_doctype(case: Case) -> Ruling:
    """A filter of bytes is no setting of the parser."""
    deal = await case.order()
    doctype = f'<!DOCTYPE xml [<!ENTITY no "{deal.no}">]>'
    return await disbelieves(case, deal, await _with_doctype(case, deal, doctype, "&no;", "utf-16"))


@probe(
    Severity.CRITICAL,
    cwe=436,
    apis=("v2",),
    title=Words("A field that is given twice", "重复的字段"),
    sent=Words(
        "The genuine notice of a paid order, with a second out_trade_no, of an unpaid order, behind the first; then "
        "the same before it.",
        "已支付订单的真实通知，先在后面、再在前面多加一个 out_trade_no，值为另一笔未支付订单。",
    ),
    safe=Words("Refuses it, or believes what the signature covers.", "拒绝，或只采信签名覆盖的值。"),
    fix=Words(
        "Refuse a message with a field given twice; verify and read from one and the same dictionary.",
        "字段重复的报文一律拒绝；验签与取值使用同一份解析结果。",
    ),
    catches=("last-of-repeated",),
    posts=2,
)
async def repeated_field(case: Case) -> Ruling:
    """Signed as one, believed as the other."""
    paid, wanted = await case.paid(), await case.order()
    notice = await case.notice(paid)
    body = notices.v2_letter(notice, notices.v2_fields(notice)).body
    extra = f"<out_trade_no><![CDATA[{wanted.no}]]></out_trade_no>".encode()
    await case.send(Letter(notice.headers, body.replace(b"</xml>", extra + b"</xml>")))
    heard = await case.send(Letter(notice.headers, body.replace(b"<xml>", b"<xml>" + extra, 1)))
    return await unmoved(case, wanted, heard)


@probe(
    Severity.CRITICAL,
    cwe=91,
    apis=("v2",),
    title=Words("Fields inside the value of attach", "attach 值里夹带字段"),
    sent=Words(
        "The genuine notice of a paid order whose attach (a text that your customers may influence) contains "
        "<out_trade_no> and <total_fee> of another order, properly inside CDATA.",
        "已支付订单的真实通知；其 attach（可能受用户影响）在 CDATA 内含有另一订单的 <out_trade_no> 与 <total_fee>。",
    ),
    safe=Words("The other order stays unpaid.", "另一笔订单保持未支付。"),
    fix=Words(
        "Read XML with an XML parser, never with regular expressions or string searches.",
        "用 XML 解析器读取，不要用正则表达式或字符串查找。",
    ),
    catches=("reads-by-regex",),
)
async def injected_fields(case: Case) -> Ruling:
    """Rightly signed: the platform hands back whatever attach was ordered with."""
    paid, wanted = await case.paid(), await case.order()
    inside = f"<out_trade_no>{wanted.no}</out_trade_no><total_fee>{wanted.total}</total_fee>"
    return await disbelieves(case, wanted, await case.letter((await case.notice(paid)).says(attach=inside)))
