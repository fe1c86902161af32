"""Merchants that sign APIv3 requests, rightly and wrongly."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric import rsa

from sandbox.doctor import v3mistakes
from sandbox.doctor.v3draft import Signer
from sandbox.doctor.v3request import V3Case
from sandbox.doctor.verdict import Chart, Verdict, whole
from tests.doctor.mutants import Mutant, Mutation, Program, Score, mutants

SECONDS = 1_767_225_600
NONCE = "593BEC0C930BF1AFEB40B4A08C8FB242"
PROGRAM = Program(
    "import base64, hashlib, json\nfrom urllib.parse import parse_qsl, quote, unquote, urlencode\n"
    "from cryptography.hazmat.primitives import hashes\nfrom cryptography.hazmat.primitives.asymmetric import padding\n"
    "def sign(method, path, query, body, seconds, nonce, keys):",
    {
        "verb": "verb = method",
        "path": "url = path",
        "query": "url = url + '?' + query if query else url",
        "time": "timestamp = str(seconds)",
        "nonce": "nonce_str = nonce",
        "body": "signed = body",
        "lines": "message = '\\n'.join([verb, url, timestamp, nonce_str, signed]) + '\\n'",
        "bytes": "data = message.encode()",
        "key": "key = keys['own']",
        "sign": "signature = key.sign(data, padding.PKCS1v15(), hashes.SHA256())",
        "write": "return base64.b64encode(signature).decode()",
    },
)


class Request(NamedTuple):
    """What is sent."""

    method: str
    path: str
    query: str = ""
    body: str = ""


ORDER: Mapping[str, Any] = {
    "appid": "wx8888888888888888", "mchid": "1900000109", "description": "茶叶 & <一罐>", "out_trade_no": "T2026000001",
    "notify_url": "https://shop.example/pay/notify", "amount": {"total": 1999, "currency": "CNY"},
    "payer": {"openid": "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"},
}  # fmt: skip
REQUESTS = (
    Request("POST", "/v3/pay/transactions/jsapi", body=json.dumps(ORDER, ensure_ascii=False, separators=(",", ":"))),
    Request("POST", "/v3/refund/domestic/refunds", body=json.dumps({**ORDER, "reason": "退款"})),
    Request("GET", "/v3/pay/transactions/out-trade-no/T2026000001", "mchid=1900000109"),
    Request("GET", "/v3/profitsharing/orders/P1", f"transaction_id=42&note={quote('茶 叶/罐')}&empty="),
    Request("POST", "/v3/fund-app/mch-transfer/transfer-bills/out-bill-no/B1/cancel"),
)


@cache
def keys() -> dict[str, rsa.RSAPrivateKey]:
    """The merchant's own, and others it might confuse with it; nobody knows the foreign one."""
    names = ("own", "another merchant's key", "the key of an earlier API certificate", "foreign")
    return {name: rsa.generate_private_key(65537, 2048) for name in names}


class PaperKey:
    """Signs for nothing: what comes differs exactly when owner, padding, hash or data differ.

    Of a foreign key's signatures nobody can tell what they are about.
    """

    def __init__(self, owner: str) -> None:
        self._owner = owner

    def sign(self, data: bytes, padding: Any, hashed: Any) -> bytes:
        """Everything that matters, written down."""
        if self._owner == "foreign":
            return b"foreign"
        return repr((self._owner, type(padding).__name__, hashed.name, data)).encode()


def mutations(request: Request) -> Iterator[Mutation]:
    """Every mistake that a merchant can make with this request."""
    for owner in list(keys())[1:-1]:
        yield Mutation("V3_OTHER_KEY", "key", f"key = keys[{owner!r}]", owner)
    yield Mutation("V3_UNKNOWN_KEY", "key", "key = keys['foreign']")
    yield Mutation("V3_METHOD", "verb", "verb = method.lower()")
    yield Mutation("V3_METHOD", "verb", f"verb = {'GET' if request.method == 'POST' else 'POST'!r}")
    for base in ("https://api.mch.weixin.qq.com", "http://127.0.0.1:8686"):
        yield Mutation("V3_FULL_URL", "path", f"url = {base!r} + path", base)
    yield Mutation("V3_PATH", "path", "url = '/' + path")
    yield Mutation("V3_PATH", "path", "url = path[1:]")
    yield from _queries(request)
    yield Mutation("V3_TIMESTAMP_MS", "time", "timestamp = str(seconds * 1000)")
    yield Mutation("V3_TIMESTAMP_MS", "time", "timestamp = str(seconds * 1000 + 617)")
    yield Mutation("V3_TIMESTAMP_TWICE", "time", "timestamp = str(seconds - 1)")
    yield Mutation("V3_NONCE", "nonce", "nonce_str = nonce.lower()")
    if request.body:
        yield from _bodies()
    for code, line in (
        ("V3_NO_LAST_NEWLINE", "'\\n'.join([verb, url, timestamp, nonce_str, signed])"),
        ("V3_NEWLINE_LITERAL", "r'\\n'.join([verb, url, timestamp, nonce_str, signed]) + r'\\n'"),
        ("V3_CRLF", "'\\r\\n'.join([verb, url, timestamp, nonce_str, signed]) + '\\r\\n'"),
        ("V3_EXTRA_NEWLINE", "'\\n'.join([verb, url, timestamp, nonce_str, signed]) + '\\n\\n'"),
        ("V3_NO_NEWLINES", "''.join([verb, url, timestamp, nonce_str, signed])"),
        ("V3_LINES_ORDER", "'\\n'.join([verb, url, nonce_str, timestamp, signed]) + '\\n'"),
        ("V3_CALLBACK_MESSAGE", "'\\n'.join([timestamp, nonce_str, signed]) + '\\n'"),
    ):
        yield Mutation(code, "lines", f"message = {line}")
    yield Mutation("V3_HASHED_TWICE", "bytes", "data = hashlib.sha256(message.encode()).hexdigest().encode()")
    yield Mutation("V3_HASHED_TWICE", "bytes", "data = hashlib.sha256(message.encode()).digest()")
    for name in ("SHA1", "SHA512"):
        line = f"signature = key.sign(data, padding.PKCS1v15(), hashes.{name}())"
        yield Mutation("V3_OTHER_HASH", "sign", line, name)
    pss = "padding.PSS(padding.MGF1(hashes.SHA256()), 32)"
    yield Mutation("V3_PSS", "sign", f"signature = key.sign(data, {pss}, hashes.SHA256())")
    for line in (
        "signature.hex()", "base64.urlsafe_b64encode(signature).decode()",
        "quote(base64.b64encode(signature).decode(), safe='')",
        "base64.b64encode(base64.b64encode(signature)).decode()",
    ):  # fmt: skip
        yield Mutation("V3_SIGNATURE_WRITTEN", "write", f"return {line}")


def _queries(request: Request) -> Iterator[Mutation]:
    if not request.query:
        return
    yield Mutation("V3_QUERY_DROPPED", "query", "pass")
    yield Mutation("V3_QUERY_DECODED", "query", "url = url + '?' + unquote(query)")
    for code, pairs in (
        ("V3_QUERY_SORTED", "sorted(parse_qsl(query, True))"),
        ("V3_QUERY_ENCODED", "parse_qsl(query, True)"),
    ):
        yield Mutation(code, "query", f"url = url + '?' + urlencode({pairs})")


def _bodies() -> Iterator[Mutation]:
    yield Mutation("V3_BODY_EMPTY", "body", "signed = ''")
    for how, mention in (
        ("separators=(',', ':'), ensure_ascii=False", "compact"),
        ("ensure_ascii=False", "blank after every comma"),
        ("separators=(',', ':')", r"\u"),
        ("", r"\u"),
        ("separators=(',', ':'), ensure_ascii=False, sort_keys=True", "sorted"),
        ("sort_keys=True", "sorted"),
        ("indent=2, ensure_ascii=False", "indented"),
    ):
        yield Mutation("V3_BODY_RESERIALISED", "body", f"signed = json.dumps(json.loads(body), {how})", mention)
    compact = "json.dumps(json.loads(body), separators=(',', ':'), ensure_ascii=False)"
    yield Mutation("V3_BODY_RESERIALISED", "body", f"signed = {compact}.replace('/', r'\\/')", r"\/")
    html = ".replace('<', r'\\u003c').replace('>', r'\\u003e').replace('&', r'\\u0026')"
    yield Mutation("V3_BODY_RESERIALISED", "body", f"signed = {compact}{html}", r"\u003c")
    yield Mutation("V3_BODY_ENDS", "body", "signed = body + '\\n'")
    yield Mutation("V3_BODY_BOM", "body", "signed = '\\ufeff' + body")
    yield Mutation("V3_BODY_QUOTED", "body", "signed = json.dumps(body)")
    yield Mutation("V3_BODY_GARBLED", "body", "signed = body.encode().decode('latin-1')")
    yield Mutation("V3_BODY_GARBLED", "body", "signed = body.encode('ascii', 'replace').decode()")
    for name in ("payer", "notify_url"):
        rest = f"{{n: v for n, v in json.loads(body).items() if n != {name!r}}}"
        style = "**({'separators': (',', ':'), 'ensure_ascii': False} if '\": ' not in body else {})"
        yield Mutation("V3_MEMBER_LEFT_OUT", "body", f"signed = json.dumps({rest}, {style})", name)
    yield Mutation("V3_BODY_GBK", "bytes", "data = message.encode('gbk')")


def generated(request: Request, pairs: int, seed: int) -> Iterator[Mutant]:
    """The mutants of one request."""
    cheap = {"keys": {name: PaperKey(name) for name in keys()}}
    yield from mutants(PROGRAM, list(mutations(request)), _arguments(request), pairs, seed, cheap=cheap)


def _arguments(request: Request) -> dict[str, Any]:
    return {**request._asdict(), "seconds": SECONDS, "nonce": NONCE, "keys": keys()}


def right_sign(request: Request) -> str:
    """What the program signs."""
    return PROGRAM.compiled()(**_arguments(request))


def case(request: Request, signature: str) -> V3Case:
    """What the doctor is told."""
    target = f"{request.path}?{request.query}" if request.query else request.path
    draft = v3mistakes.request_draft(request.method, target, str(SECONDS), NONCE, request.body.encode())
    signers = [Signer(name, name, key.public_key()) for name, key in keys().items() if name != "foreign"]
    return V3Case(
        draft, signature, signers,
        lambda right: v3mistakes.request_mistakes(right, ("http://127.0.0.1:8686",)), v3mistakes.TIMESTAMP,
    )  # fmt: skip


def verdict(request: Request, signature: str) -> Verdict:
    """What the doctor says."""
    return whole(Chart(case(request, signature), (), {}))


def score(pairs: int) -> Score:
    """Over all requests, with `pairs` of two mistakes for each."""
    counted = Score()
    for seed, request in enumerate(REQUESTS):
        for mutant in generated(request, pairs, seed):
            said = verdict(request, mutant.signature)
            counted.count(mutant, said.code, said.summary)
    return counted
