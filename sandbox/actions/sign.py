"""Sign a request for a merchant, as its server would: to send an edited one, or to compare with one's own."""

import json

import msgspec

from sandbox.actions.merchants import find_merchant
from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.doctor.masking import masked
from sandbox.domain.merchant import Merchant
from sandbox.platform import charts
from sandbox.protocol import v2sign, v3auth, xml


class Sign(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`target` is path and query; below /v3/ it is an APIv3 request. A v2 `body` is XML, or its fields as JSON."""

    mchid: str
    target: str = "/pay/unifiedorder"
    method: str = "POST"
    body: str = ""


class Signed(msgspec.Struct, frozen=True, kw_only=True):
    """What to send: `body` with its sign, or the header `Authorization`. Keys in `string_to_sign` are masked."""

    dialect: str
    string_to_sign: str
    signature: str
    headers: dict[str, str]
    body: str


@verb(
    "sign",
    "POST /sign",
    Sign,
    Signed,
    summary="Sign a request with the key that the platform has for the merchant",
    summary_zh="用平台保存的商户密钥给请求签名",
    looks=True,
)
async def sign(desk: Desk, args: Sign) -> Signed:
    """Whatever the request says; a sign that is there already is replaced."""
    merchant = find_merchant(desk, args.mchid)
    if args.target.startswith("/v3/"):
        return _v3(desk, merchant, args)
    return _v2(desk, merchant, args.body)


def _v2(desk: Desk, merchant: Merchant, body: str) -> Signed:
    fields = {name: value for name, value in _fields(body).items() if name != "sign"}
    key = merchant.api_key(desk.tenant.clock.now())
    signature = v2sign.sign(fields, key, charts.v2_sign_type(fields))
    message = xml.render([*fields.items(), ("sign", signature)]).decode()
    shown = masked(f"{v2sign.string_to_sign(fields)}&key={key}", [key])
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    return Signed(dialect="v2", string_to_sign=shown, signature=signature, headers=headers, body=message)


def _fields(body: str) -> dict[str, str]:
    if body.lstrip().startswith("{"):
        try:
            given = json.loads(body)
        except (ValueError, RecursionError) as error:
            raise VerbError(f"body: the JSON cannot be read: {error}") from None
        return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in given.items()}
    try:
        return xml.parse(body.encode("utf-8", "surrogatepass"))
    except xml.MalformedXml as error:
        raise VerbError(f"body: neither XML nor the fields as JSON: {error.reason}") from None


def _v3(desk: Desk, merchant: Merchant, args: Sign) -> Signed:
    credentials = desk.tenant.credentials(merchant)
    timestamp = desk.tenant.message_time()
    nonce = desk.draw()
    message = v3auth.request_message(args.method, args.target, timestamp, nonce, args.body.encode("utf-8", "replace"))
    signature = v3auth.sign(credentials.api.pair.private, message)
    given = {
        "mchid": merchant.mchid,
        "nonce_str": nonce,
        "signature": signature,
        "timestamp": timestamp,
        "serial_no": credentials.serial_no,
    }
    authorization = f"{v3auth.SCHEME} " + ",".join(f'{name}="{value}"' for name, value in given.items())
    headers = {"Authorization": authorization, "Accept": "application/json", "Content-Type": "application/json"}
    shown = message.decode("utf-8", "replace")
    return Signed(dialect="v3", string_to_sign=shown, signature=signature, headers=headers, body=args.body)
