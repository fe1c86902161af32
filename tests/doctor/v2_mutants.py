"""Merchants that sign v2 requests, rightly and wrongly."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sandbox.doctor.v2keys import Candidate
from sandbox.doctor.v2request import V2Case
from sandbox.doctor.verdict import Chart, Verdict, whole
from sandbox.protocol.v2sign import SignType
from tests.doctor.mutants import Mutant, Mutation, Program, Score, mutants

KEY = "8934e7d15453e97507ef794cf7b0519d"
OTHER_KEYS = {
    "the APIv3 key": "Qm4xZl7pVt2sKd9aWc5eRf8gHb3jYn6u",
    "the previous API key": "0aef3c5d7b9184e2f6a0c3d5e7f90b12",
    "the AppSecret": "5d41402abc4b2a76b9719d911017c592",
}
PROGRAM = Program(
    "import hashlib, hmac, html\nfrom urllib.parse import quote, quote_plus, unquote\n"
    "def sign(fields, key, kind, other_keys):",
    {
        "fields": "kept = {n: v for n, v in fields.items() if v != '' and n != 'sign'}",
        "kind": "pass",
        "names": "named = [(n, v) for n, v in kept.items()]",
        "values": "pairs = [(n, v) for n, v in named]",
        "sort": "pairs.sort()",
        "join": "text = '&'.join(f'{n}={v}' for n, v in pairs)",
        "key": "used = key",
        "tail": "text = text + '&key=' + used",
        "bytes": "data, secret = text.encode('utf-8'), used.encode('utf-8')",
        "hash": "digest = hmac.new(secret, data, 'sha256') if kind == 'HMAC-SHA256' else hashlib.md5(data)",
        "write": "return digest.hexdigest().upper()",
    },
)
CAMEL = "n.split('_')[0] + ''.join(part.capitalize() for part in n.split('_')[1:])"


class Message(NamedTuple):
    """What is sent, unsigned, and what is known about the world."""

    fields: Mapping[str, str]

    @property
    def kind(self) -> SignType:
        """What the platform takes it to be signed with."""
        return SignType.HMAC_SHA256 if self.fields.get("sign_type") == "HMAC-SHA256" else SignType.MD5


ORDER = {
    "appid": "wx8888888888888888", "mch_id": "1900000109", "nonce_str": "5K8264ILTKCH16CQ2502SI8ZNMTM67VS",
    "body": "茶叶 & <一罐>", "out_trade_no": "T2026000001", "total_fee": "1999", "spbill_create_ip": "123.12.12.123",
    "notify_url": "https://shop.example/pay/notify?from=wx&lang=zh", "trade_type": "JSAPI",
    "openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o",
}  # fmt: skip
MESSAGES = (
    Message({**ORDER, "attach": "", "detail": " 两端有空格 "}),
    Message({**ORDER, "body": "Tea", "sign_type": "HMAC-SHA256", "attach": "id=7", "goods_tag": "WXG"}),
    Message({"appid": "wx8888888888888888", "mch_id": "1900000109", "transaction_id": "4200000001202601011234567890",
             "out_refund_no": "R1", "nonce_str": "ibuaiVcKdpRxkhJA", "total_fee": "100", "refund_fee": "30",
             "refund_desc": "退“半件”", "sign_type": "MD5"}),
)  # fmt: skip


def mutations(message: Message) -> Iterator[Mutation]:
    """Every mistake that a merchant can make with this message."""
    for owner in OTHER_KEYS:
        yield Mutation("SIGN_OTHER_KEY", "key", f"used = other_keys[{owner!r}]", owner)
    for key in ("key + '\\n'", "key + ' '", "' ' + key", "key + '\\r\\n'"):
        yield Mutation("SIGN_KEY_BLANKS", "key", f"used = {key}")
    yield Mutation("SIGN_KEY_CASE", "key", "used = key.upper()")
    yield Mutation("SIGN_KEY_UNSET", "key", "used = ''")
    yield Mutation("SIGN_KEY_UNSET", "key", "used = 'None'")
    yield Mutation("SIGN_WITHOUT_KEY", "tail", "pass")
    for tail in ("text + used", "text + 'key=' + used", "text + '&' + used", "text + '&&key=' + used"):
        yield Mutation("SIGN_KEY_JOINED", "tail", f"text = {tail}")
    within = "sorted([*pairs, ('key', used)])"
    yield Mutation("SIGN_KEY_SORTED", "tail", f"text = '&'.join(f'{{n}}={{v}}' for n, v in {within})")
    yield Mutation("SIGN_LOWER_CASE", "write", "return digest.hexdigest()")
    yield Mutation("SIGN_NOT_HEX", "write", "import base64; return base64.b64encode(digest.digest()).decode()")
    yield Mutation(
        "SIGN_OTHER_TYPE", "hash",
        "digest = hashlib.md5(data) if kind == 'HMAC-SHA256' else hmac.new(secret, data, 'sha256')",
    )  # fmt: skip
    for name in ("sha256", "sha1"):
        yield Mutation("SIGN_OTHER_HASH", "hash", f"digest = hashlib.{name}(data)")
    yield Mutation("SIGN_GBK", "bytes", "data, secret = text.encode('gbk'), used.encode('gbk')")
    yield Mutation("SIGN_BOM", "bytes", "data, secret = text.encode('utf-8-sig'), used.encode('utf-8')")
    yield from _fields(message)
    yield from _names(message)
    yield from _values(message)
    yield Mutation("SIGN_UNSORTED", "sort", "pass")
    yield Mutation("SIGN_UNSORTED", "sort", "pairs.sort(reverse=True)")
    yield Mutation("SIGN_UNSORTED", "sort", "pairs.sort(key=lambda pair: pair[1])")
    for joint in ("", ",", "&amp;", "\\n"):
        yield Mutation("SIGN_JOINED_OTHERWISE", "join", f"text = '{joint}'.join(f'{{n}}={{v}}' for n, v in pairs)")


def _fields(message: Message) -> Iterator[Mutation]:
    line = "kept = {{n: v for n, v in fields.items() if v != '' and n not in ('sign', {!r})}}"
    for name, value in message.fields.items():
        code = "SIGN_TYPE_NOT_SIGNED" if name == "sign_type" else "SIGN_FIELD_LEFT_OUT"
        if value:
            yield Mutation(code, "fields", line.format(name), name)
    yield Mutation("SIGN_EMPTY_SIGNED", "fields", "kept = {n: v for n, v in fields.items() if n != 'sign'}", "attach")
    kept = "{n: v for n, v in fields.items() if v != ''}"
    yield Mutation("SIGN_SIGN_SIGNED", "fields", f"kept = {{**{kept}, 'sign': ''}}")
    added = "kept = {{n: v for n, v in {{**fields, {!r}: {!r}}}.items() if v != ''}}"
    if "sign_type" not in message.fields:
        yield Mutation("SIGN_TYPE_NOT_SENT", "fields", added.format("sign_type", "MD5"))
        sent = "kind = 'HMAC-SHA256'; kept['sign_type'] = kind"
        yield Mutation("SIGN_TYPE_NOT_SENT", "kind", sent)
    for name, value in (("device_info", "WEB"), ("fee_type", "CNY")):
        yield Mutation("SIGN_FIELD_NOT_SENT", "fields", added.format(name, value), name)


def _names(message: Message) -> Iterator[Mutation]:
    yield Mutation("SIGN_NAME_CASE", "names", f"named = [({CAMEL}, v) for n, v in kept.items()]", "camelCase")
    yield Mutation("SIGN_NAME_CASE", "names", "named = [(n.upper(), v) for n, v in kept.items()]", "upper")
    yield Mutation("SIGN_NAME_CASE", "names", "named = [(n.replace('_', ''), v) for n, v in kept.items()]")
    for name in message.fields:
        if "_" in name and message.fields[name]:
            line = f"named = [({CAMEL} if n == {name!r} else n, v) for n, v in kept.items()]"
            yield Mutation("SIGN_NAME_CASE", "names", line, name)


def _values(message: Message) -> Iterator[Mutation]:
    for code, change in (
        ("SIGN_URL_ENCODED", "quote(v, safe='')"),
        ("SIGN_URL_ENCODED", "quote_plus(v)"),
        ("SIGN_XML_ESCAPED", "html.escape(v, quote=False)"),
        ("SIGN_XML_ESCAPED", "html.escape(v)"),
        ("SIGN_CDATA", "f'<![CDATA[{v}]]>'"),
        ("SIGN_TRIMMED", "v.strip()"),
        ("SIGN_QUOTED", "f'\"{v}\"'"),
        ("SIGN_TEXT_ESCAPED", "v.encode('ascii', 'backslashreplace').decode()"),
        ("SIGN_TEXT_LOST", "v.encode('ascii', 'replace').decode()"),
        ("SIGN_MOJIBAKE", "v.encode().decode('latin-1')"),
    ):
        yield Mutation(code, "values", f"pairs = [(n, {change}) for n, v in named]")
    one = "pairs = [(n, {} if n == {!r} else v) for n, v in named]"
    for name in message.fields:
        if name.endswith("_fee"):
            for change in ("f'{int(v)}.0'", "f'{int(v) / 100:.2f}'"):
                yield Mutation("SIGN_AMOUNT_FORMAT", "values", one.format(change, name), name)
    if "notify_url" in message.fields:
        yield Mutation("SIGN_URL_ENCODED", "values", one.format("quote(v, safe='')", "notify_url"), "notify_url")
    last = list(message.fields)[-1]
    yield Mutation("SIGN_BLANKS_SIGNED", "values", one.format("v + ' '", last), last)
    yield Mutation("SIGN_BLANKS_SIGNED", "values", one.format("v + '\\n'", last), last)


def generated(message: Message, pairs: int, seed: int) -> Iterator[Mutant]:
    """The mutants of one message."""
    arguments = {"fields": message.fields, "key": KEY, "kind": str(message.kind), "other_keys": OTHER_KEYS}
    yield from mutants(PROGRAM, list(mutations(message)), arguments, pairs, seed)


def right_sign(message: Message) -> str:
    """What the program signs."""
    return PROGRAM.compiled()(message.fields, KEY, str(message.kind), OTHER_KEYS)


def case(message: Message, signature: str) -> V2Case:
    """What the doctor is told."""
    others = [Candidate(owner, owner, key) for owner, key in OTHER_KEYS.items()]
    right = Candidate("the API key in force", "当前密钥", KEY)
    return V2Case({**message.fields, "sign": signature}, right, others, message.kind)


def verdict(message: Message, signature: str) -> Verdict:
    """What the doctor says."""
    return whole(Chart(case(message, signature), (KEY, *OTHER_KEYS.values()), message.fields))


def score(pairs: int) -> Score:
    """Over all messages, with `pairs` of two mistakes for each."""
    counted = Score()
    for seed, message in enumerate(MESSAGES):
        for mutant in generated(message, pairs, seed):
            said = verdict(message, mutant.signature)
            counted.count(mutant, said.code, said.summary)
    return counted
