"""The usual mistakes of launching a payment of an APIv3 order: four lines, signed by the merchant's private key."""

from collections.abc import Callable, Iterable, Iterator

from sandbox.doctor.mistake import Mistake
from sandbox.doctor.v3draft import Draft, Line
from sandbox.doctor.v3mistakes import newline_mistakes, order_mistakes, timestamp_mistakes, with_line

APPID, TIMESTAMP, NONCE, PACKAGE = range(4)
PREFIX = "prepay_id="
NAMES = ("appid", "timestamp", "nonce", "package")
PLACES = (Line.APPID, Line.TIMESTAMP, Line.NONCE, Line.PACKAGE)


def launch_draft(appid: str, timestamp: str, nonce: str, package: str) -> Draft:
    """A launch as it should be signed; `package` is prepay_id=… for JSAPI, the bare prepay_id for an App."""
    return Draft(tuple(line.encode("utf-8", "surrogatepass") for line in (appid, timestamp, nonce, package)))


def launch_mistakes(right: Draft, values: Iterable[tuple[int, str]]) -> Iterator[Mistake[Draft]]:
    """All of them; `values` are other values that might have been signed, by line."""
    package = right.lines[PACKAGE].decode("utf-8", "replace")
    bare = package.removeprefix(PREFIX)
    if package.startswith(PREFIX):
        yield Mistake(
            "PAY_SIGN_PREFIX", Line.PACKAGE, "the bare prepay_id was signed: sign package whole, with prepay_id=",
            "签名时用了裸prepay_id，应签名完整的package（含prepay_id=前缀）", with_line(PACKAGE, bare),
        )  # fmt: skip
    else:
        yield Mistake(
            "PAY_SIGN_PREFIX", Line.PACKAGE, "prepay_id= was signed: an App signs the bare prepay_id",
            "签名时多了prepay_id=前缀，App支付应签名裸prepay_id", with_line(PACKAGE, f"{PREFIX}{bare}"),
        )  # fmt: skip
    yield Mistake(
        "PAY_SIGN_LINES", Line.PACKAGE, "Sign=WXPay was signed as the package: APIv3 signs the prepay_id",
        "签名时package用了Sign=WXPay，APIv3应签名prepay_id", with_line(PACKAGE, "Sign=WXPay"),
    )  # fmt: skip
    for line, value in values:
        name = NAMES[line]
        yield Mistake(
            "PAY_SIGN_VALUES", PLACES[line], f"{name} was signed as {value!r}, and passed as another value",
            f"签名时{name}为{value}，调起时传了另一个值", with_line(line, value),
        )  # fmt: skip
    yield from newline_mistakes()
    yield from timestamp_mistakes(right.lines[TIMESTAMP].decode("utf-8", "replace"), TIMESTAMP)
    yield from order_mistakes(len(right.lines))
    yield from _more_lines()


def _more_lines() -> Iterator[Mistake[Draft]]:
    """signType or the App's package and partnerid signed as lines of their own."""
    for extra in (b"RSA", b"Sign=WXPay"):
        yield Mistake(
            "PAY_SIGN_LINES", Line.WHOLE, f"{extra.decode()} was signed as a fifth line: there are four",
            f"{extra.decode()}作为第五行参与了签名，签名串只有四行", _with_extra(extra),
        )  # fmt: skip
    yield Mistake(
        "PAY_SIGN_LINES", Line.WHOLE, "name=value pairs were signed as in v2: APIv3 signs four lines of values",
        "签名用了v2的name=value格式，APIv3签名串是四行值", _as_pairs,
    )  # fmt: skip


def _as_pairs(draft: Draft) -> Draft:
    names = (b"appId", b"timeStamp", b"nonceStr", b"package")
    pairs = sorted(name + b"=" + value for name, value in zip(names, draft.lines, strict=True))
    return draft._replace(lines=tuple(pairs), newline=b"&", tail=b"")


def _with_extra(extra: bytes) -> Callable[[Draft], Draft]:
    return lambda draft: draft._replace(lines=(*draft.lines, extra))
