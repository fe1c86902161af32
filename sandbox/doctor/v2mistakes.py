"""The usual mistakes of signing a v2 request, the likeliest first."""

from collections.abc import Callable, Iterable, Iterator, Mapping

from sandbox.doctor.mistake import Mistake
from sandbox.doctor.v2draft import Change, Draft, Pairs, Step, Text, digest, with_algorithm, with_text
from sandbox.doctor.v2keys import Candidate, key_mistakes
from sandbox.doctor.v2values import all_values, each_value, known_values, single_values
from sandbox.protocol.v2sign import SignType

V2Mistake = Mistake[Draft]

UNSENT = (("device_info", "WEB"), ("fee_type", "CNY"), ("version", "1.0"))
"""Fields with usual values that are signed and then not sent."""


def mistakes(
    right: Draft,
    others: Iterable[Candidate],
    known: Iterable[tuple[str, str]] = (),
    launches: Iterable[Mapping[str, str]] = (),
) -> Iterator[V2Mistake]:
    """All of them.

    `known` are other values that fields of these names might have had when they were signed, `launches` the fields
    that second signatures of this order might have been about.
    """
    yield from key_mistakes(right.key, others)
    yield from _algorithms(right)
    yield from _fields(right)
    yield from all_values(right)
    yield from known_values(known)
    yield from _orders()
    yield from _names(right)
    yield from single_values(right)
    yield from _charsets()
    for fields in launches:
        yield Mistake(
            "SIGN_SECONDARY", Step.FIELDS, "this is a paySign: the launch's fields were signed, not the request's",
            "这是paySign：签名的是调起支付的参数，而不是请求的参数", with_text(_instead(tuple(fields.items()))),
        )  # fmt: skip


def _instead(pairs: Pairs) -> Callable[[Text], Text]:
    return lambda text: text._replace(pairs=pairs)


def _algorithms(right: Draft) -> Iterator[V2Mistake]:
    sent = dict(right.text.pairs).get("sign_type", "")
    says = f"sign_type says {sent}" if sent else "no sign_type was sent, so MD5 counts"
    says_zh = f"sign_type为{sent}" if sent else "没有传sign_type，默认按MD5验签"
    for name in (*SignType, "SHA-256", "SHA-1", "HMAC-SHA1", "HMAC-MD5"):
        if name != right.algorithm:
            code = "SIGN_OTHER_TYPE" if name in SignType.__members__.values() else "SIGN_OTHER_HASH"
            yield Mistake(
                code, Step.HASH, f"signed with {name}, but {says}", f"签名算法是{name}，而{says_zh}",
                with_algorithm(str(name)),
            )  # fmt: skip


def _fields(right: Draft) -> Iterator[V2Mistake]:
    pairs = right.text.pairs
    names = [name for name, value in pairs if value]
    if "sign_type" in names:
        yield _left_out("sign_type", "SIGN_TYPE_NOT_SIGNED")
    else:
        for kind in SignType:
            yield Mistake(
                "SIGN_TYPE_NOT_SENT", Step.FIELDS, f"signed with sign_type={kind}, but it was not sent",
                f"签名时带了sign_type={kind}并用{kind}计算，但请求里没有传sign_type",
                _typed(str(kind)),
            )  # fmt: skip
    if empty := [name for name, value in pairs if not value]:
        yield Mistake(
            "SIGN_EMPTY_SIGNED", Step.FIELDS, f"empty values were signed: {', '.join(empty)}",
            f"空值参与了签名：{'、'.join(empty)}", with_text(lambda text: text._replace(empties=True)),
        )  # fmt: skip
    yield from (_left_out(name, "SIGN_FIELD_LEFT_OUT") for name in names if name != "sign_type")
    yield Mistake(
        "SIGN_SIGN_SIGNED",
        Step.FIELDS,
        "sign itself was signed, empty",
        "空的sign参与了签名",
        with_text(_with_empty_sign),
    )
    yield Mistake(
        "SIGN_SIGN_SIGNED", Step.AGAIN, "sign itself was signed: the fields were signed twice",
        "sign参与了签名：同一参数集签了两次", _signed_again,
    )  # fmt: skip
    for name, value in UNSENT:
        if name not in names:
            yield Mistake(
                "SIGN_FIELD_NOT_SENT", Step.FIELDS, f"{name}={value} was signed but not sent",
                f"{name}={value}参与了签名但没有发送", _added(name, value),
            )  # fmt: skip


def _left_out(name: str, code: str) -> V2Mistake:
    return Mistake(
        code, Step.FIELDS, f"{name} was sent but not signed", f"{name}已发送但没有参与签名",
        without(name),
    )  # fmt: skip


def without(name: str) -> Change:
    """A field left out."""
    return with_text(lambda text: text._replace(pairs=tuple(pair for pair in text.pairs if pair[0] != name)))


def _added(name: str, value: str) -> Change:
    return with_text(lambda text: text._replace(pairs=(*text.pairs, (name, value))))


def _typed(kind: str) -> Change:
    added, hashed = _added("sign_type", kind), with_algorithm(kind)
    return lambda draft: hashed(added(draft))


def _with_empty_sign(text: Text) -> Text:
    kept = tuple(pair for pair in text.pairs if pair[1] or text.empties)
    return text._replace(pairs=(*kept, ("sign", "")), empties=True)


def _signed_again(draft: Draft) -> Draft:
    sign = digest(draft.algorithm, draft.key, draft.message(), "utf-8")
    return draft._replace(text=draft.text._replace(pairs=(*draft.text.pairs, ("sign", sign))))


def _orders() -> Iterator[V2Mistake]:
    for order, how, how_zh in (
        (tuple, "in the order in which they were sent, unsorted", "按发送顺序拼接，没有排序"),
        (_reversed, "in descending order", "按降序排列"),
        (_folded, "sorted without regard to case", "排序时忽略了大小写"),
        (_by_value, "sorted by value", "按参数值排序"),
    ):
        yield Mistake(
            "SIGN_UNSORTED", Step.ORDER, f"the fields were joined {how}: sort by name, in ASCII order",
            f"参数{how_zh}，应按参数名ASCII码从小到大排序",
            with_text(_in_order(order)),
        )  # fmt: skip
    for joint, shown in (("", "nothing"), (",", "a comma"), ("&amp;", "&amp;"), ("\n", "a newline"), ("|", "a bar")):
        yield Mistake(
            "SIGN_JOINED_OTHERWISE", Step.JOIN, f"the fields were joined with {shown} between them, not with &",
            "参数之间没有用&连接", with_text(_with_joint(joint)),
        )  # fmt: skip


def _in_order(order: Callable[[Pairs], Pairs]) -> Callable[[Text], Text]:
    return lambda text: text._replace(order=order)


def _with_joint(joint: str) -> Callable[[Text], Text]:
    return lambda text: text._replace(joint=joint)


def _names(right: Draft) -> Iterator[V2Mistake]:
    names = [name for name, value in right.text.pairs if value]
    for style, how in (
        (_camel, "camelCase"),
        (str.lower, "lower case"),
        (_squeezed, "no underscores"),
        (str.upper, "upper case"),
    ):
        yield Mistake(
            "SIGN_NAME_CASE", Step.NAMES, f"the names were signed in {how}: sign them as they are sent",
            f"签名时参数名写成了{_STYLES_ZH[how]}，应与发送的一致", _styled(style),
        )  # fmt: skip
    for name in names:
        for other in dict.fromkeys((_camel(name), _squeezed(name), name.capitalize(), name.lower())):
            if other != name:
                yield Mistake(
                    "SIGN_NAME_CASE", Step.NAMES, f"{name} was signed under the name {other}",
                    f"签名时{name}写成了{other}", renamed({name: other}),
                )  # fmt: skip


_STYLES_ZH = {"camelCase": "驼峰形式", "lower case": "小写", "no underscores": "无下划线形式", "upper case": "大写"}


def renamed(names: Mapping[str, str]) -> Change:
    """Fields under other names."""

    def changed(text: Text) -> Text:
        return text._replace(pairs=tuple((names.get(name, name), value) for name, value in text.pairs))

    return with_text(changed)


def _styled(style: Callable[[str], str]) -> Change:
    def changed(text: Text) -> Text:
        return text._replace(pairs=tuple((style(name), value) for name, value in text.pairs))

    return with_text(changed)


def _charsets() -> Iterator[V2Mistake]:
    yield Mistake(
        "SIGN_GBK", Step.CHARSET, "the text was signed as GBK bytes but sent as UTF-8: sign the UTF-8 bytes",
        "签名时中文按GBK编码，发送时按UTF-8编码；请对UTF-8字节签名", _as_gbk,
    )  # fmt: skip
    yield Mistake(
        "SIGN_MOJIBAKE", Step.VALUES, "UTF-8 was read as ISO-8859-1 before it was signed, so Chinese was garbled",
        "签名前把UTF-8当成ISO-8859-1读取，中文已成乱码", each_value(lambda value: value.encode().decode("latin-1")),
    )  # fmt: skip
    yield Mistake(
        "SIGN_BOM", Step.CHARSET, "a byte order mark (BOM) stood before the string that was signed",
        "待签名串开头多了BOM", lambda draft: draft._replace(lead="\ufeff"),
    )  # fmt: skip


def _as_gbk(draft: Draft) -> Draft:
    plain = all(value.isascii() for _, value in draft.text.pairs)
    return draft if plain else draft._replace(charset="gbk")


def _camel(name: str) -> str:
    head, *tail = name.split("_")
    return head + "".join(map(str.capitalize, tail))


def _squeezed(name: str) -> str:
    return name.replace("_", "")


def _reversed(pairs: Pairs) -> Pairs:
    return tuple(sorted(pairs, reverse=True))


def _folded(pairs: Pairs) -> Pairs:
    return tuple(sorted(pairs, key=lambda pair: pair[0].lower()))


def _by_value(pairs: Pairs) -> Pairs:
    return tuple(sorted(pairs, key=lambda pair: pair[1]))
