"""Merchants that sign launches (paySign, the sign of an App), rightly and wrongly."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sandbox.doctor import paysign, v3launch
from sandbox.doctor.paysign import LaunchCase, Launched, Spellings
from sandbox.doctor.v2keys import Candidate
from sandbox.doctor.v3draft import Signer
from sandbox.doctor.v3request import V3Case
from sandbox.doctor.verdict import Chart, Verdict, whole
from sandbox.protocol.v2sign import SignType
from tests.doctor import v2_mutants
from tests.doctor.mutants import Mutation, Program, Score, mutants
from tests.doctor.v2_mutants import KEY, OTHER_KEYS
from tests.doctor.v3_mutants import NONCE, SECONDS, PaperKey, keys

PREPAY_ID = "wx201410272009395522657a690389285100"
ORDER_NONCE = "5K8264ILTKCH16CQ2502SI8ZNMTM67VS"
JSAPI = {
    "appId": "wx8888888888888888", "timeStamp": str(SECONDS), "nonceStr": NONCE, "package": f"prepay_id={PREPAY_ID}",
    "signType": "MD5",
}  # fmt: skip
APP = {
    "appid": "wx8888888888888888", "partnerid": "1900000109", "prepayid": PREPAY_ID, "package": "Sign=WXPay",
    "noncestr": NONCE, "timestamp": str(SECONDS),
}  # fmt: skip


class Kind(NamedTuple):
    """A way to launch a v2 order."""

    fields: Mapping[str, str]
    spellings: Spellings
    nonce: str
    stamp: str


KINDS = (
    Kind(JSAPI, paysign.JSAPI_SPELLINGS, "nonceStr", "timeStamp"),
    Kind(APP, paysign.APP_SPELLINGS, "noncestr", "timestamp"),
)
V3_PROGRAM = Program(
    "import base64, hashlib\nfrom cryptography.hazmat.primitives import hashes\n"
    "from cryptography.hazmat.primitives.asymmetric import padding\ndef sign(appid, seconds, nonce, package, keys):",
    {
        "app": "app = appid",
        "time": "timestamp = str(seconds)",
        "nonce": "nonce_str = nonce",
        "package": "pack = package",
        "lines": "message = '\\n'.join([app, timestamp, nonce_str, pack]) + '\\n'",
        "key": "key = keys['own']",
        "sign": "signature = key.sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())",
        "write": "return base64.b64encode(signature).decode()",
    },
)


def v2_mutations(kind: Kind) -> Iterator[Mutation]:
    """Every mistake that a merchant can make with a launch of a v2 order."""
    for owner in OTHER_KEYS:
        yield Mutation("SIGN_OTHER_KEY", "key", f"used = other_keys[{owner!r}]", owner)
    yield Mutation("SIGN_KEY_BLANKS", "key", "used = key + '\\n'")
    yield Mutation("SIGN_WITHOUT_KEY", "tail", "pass")
    yield Mutation("SIGN_LOWER_CASE", "write", "return digest.hexdigest()")
    yield Mutation("SIGN_OTHER_TYPE", "hash", "digest = hmac.new(secret, data, 'sha256')")
    yield Mutation("SIGN_UNSORTED", "sort", "pairs.sort(reverse=True)")
    one = "named = [({!r} if n == {!r} else n, v) for n, v in kept.items()]"
    for name, others in kind.spellings.items():
        for other in others:
            yield Mutation("PAY_SIGN_NAMES", "names", one.format(other, name), other)
        line = f"kept = {{n: v for n, v in fields.items() if n != {name!r}}}"
        yield Mutation("PAY_SIGN_NAMES", "fields", line, f"without {name}")
    for style in (0, 1):
        styled = {name: others[style] for name, others in kind.spellings.items() if style < len(others)}
        yield Mutation("PAY_SIGN_NAMES", "names", f"named = [({styled!r}.get(n, n), v) for n, v in kept.items()]")
    value = "pairs = [(n, {!r} if n == {!r} else v) for n, v in named]"
    for name, other in (
        (kind.nonce, ORDER_NONCE),
        (kind.stamp, str(SECONDS + 1)),
        (kind.stamp, str(SECONDS * 1000)),
        ("package", "Sign=WXPay" if "appId" in kind.fields else f"prepay_id={PREPAY_ID}"),
        ("package", PREPAY_ID),
    ):
        yield Mutation("PAY_SIGN_VALUES", "values", value.format(other, name), name)


def v2_verdict(kind: Kind, signature: str) -> Verdict:
    """What the doctor says."""
    values = [(kind.nonce, ORDER_NONCE), (kind.stamp, str(SECONDS + 1)), (kind.stamp, str(SECONDS * 1000))]
    values += [("package", package) for package in ("Sign=WXPay", PREPAY_ID, f"prepay_id={PREPAY_ID}")]
    launched = Launched(
        came=signature,
        fields=kind.fields,
        spellings=kind.spellings,
        sign_type=SignType.MD5,
        said_type=kind.fields.get("signType", ""),
        values=values,
    )
    right = Candidate("the API key in force", "当前密钥", KEY)
    others = [Candidate(owner, owner, key) for owner, key in OTHER_KEYS.items()]
    return whole(Chart(LaunchCase(launched, right, others), (KEY, *OTHER_KEYS.values()), kind.fields))


def v3_mutations(package: str) -> Iterator[Mutation]:
    """Every mistake that a merchant can make with a launch of an APIv3 order."""
    other = PREPAY_ID if package.startswith("prepay_id=") else f"prepay_id={PREPAY_ID}"
    yield Mutation("PAY_SIGN_PREFIX", "package", f"pack = {other!r}")
    yield Mutation("PAY_SIGN_LINES", "package", "pack = 'Sign=WXPay'")
    yield Mutation("PAY_SIGN_LINES", "lines", "message = '\\n'.join([app, timestamp, nonce_str, pack, 'RSA']) + '\\n'")
    pairs = "f'appId={app}', f'nonceStr={nonce_str}', f'package={pack}', f'timeStamp={timestamp}'"
    yield Mutation("PAY_SIGN_LINES", "lines", f"message = '&'.join([{pairs}])")
    yield Mutation("PAY_SIGN_VALUES", "app", "app = 'wx5a4d8bf0c0de0002'", "appid")
    yield Mutation("PAY_SIGN_VALUES", "nonce", f"nonce_str = {ORDER_NONCE!r}", "nonce")
    yield Mutation("V3_TIMESTAMP_MS", "time", "timestamp = str(seconds * 1000)")
    yield Mutation("V3_TIMESTAMP_MS", "time", "timestamp = str(seconds * 1000 + 617)")
    yield Mutation("V3_TIMESTAMP_TWICE", "time", "timestamp = str(seconds + 1)")
    yield Mutation("V3_NO_LAST_NEWLINE", "lines", "message = '\\n'.join([app, timestamp, nonce_str, pack])")
    yield Mutation("V3_LINES_ORDER", "lines", "message = '\\n'.join([app, nonce_str, timestamp, pack]) + '\\n'")
    yield Mutation("V3_OTHER_KEY", "key", 'key = keys["another merchant\'s key"]', "another merchant's key")
    yield Mutation("V3_UNKNOWN_KEY", "key", "key = keys['foreign']")
    yield Mutation(
        "V3_OTHER_HASH", "sign", "signature = key.sign(message.encode(), padding.PKCS1v15(), hashes.SHA1())", "SHA1"
    )
    yield Mutation("V3_NOT_RSA", "write", "return hashlib.md5(b'as in v2').hexdigest()")
    yield Mutation("V3_SIGNATURE_WRITTEN", "write", "return base64.urlsafe_b64encode(signature).decode()")


def v3_verdict(package: str, signature: str) -> Verdict:
    """What the doctor says."""
    signers = [Signer(name, name, key.public_key()) for name, key in keys().items() if name != "foreign"]
    values = ((v3launch.APPID, "wx5a4d8bf0c0de0002"), (v3launch.NONCE, ORDER_NONCE))
    draft = v3launch.launch_draft(JSAPI["appId"], str(SECONDS), NONCE, package)
    case = V3Case(draft, signature, signers, lambda right: v3launch.launch_mistakes(right, values), v3launch.TIMESTAMP)
    return whole(Chart(case, (), {}))


def score(pairs: int) -> Score:
    """Over all ways to launch, with `pairs` of two mistakes for each."""
    counted = Score()
    for seed, kind in enumerate(KINDS):
        given: dict[str, Any] = {"fields": kind.fields, "key": KEY, "kind": "MD5", "other_keys": OTHER_KEYS}
        for mutant in mutants(v2_mutants.PROGRAM, list(v2_mutations(kind)), given, pairs, seed):
            said = v2_verdict(kind, mutant.signature)
            counted.count(mutant, said.code, said.summary)
    cheap = {"keys": {name: PaperKey(name) for name in keys()}}
    for seed, package in enumerate((f"prepay_id={PREPAY_ID}", PREPAY_ID)):
        given = {"appid": JSAPI["appId"], "seconds": SECONDS, "nonce": NONCE, "package": package, "keys": keys()}
        for mutant in mutants(V3_PROGRAM, list(v3_mutations(package)), given, pairs, seed, cheap=cheap):
            said = v3_verdict(package, mutant.signature)
            counted.count(mutant, said.code, said.summary)
    return counted
