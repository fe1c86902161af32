"""Explain a signature: what the platform's own signature tool does, and then why it does not fit."""

import msgspec

from sandbox.actions import notice
from sandbox.actions.explaining import Explanation, of_launch, of_v2, of_v3
from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.doctor import statement
from sandbox.doctor.statement import Statement
from sandbox.protocol import xml


class Explain(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`text`: raw HTTP, an XML body, a curl line, or the parameters (of a launch, too) as JSON.

    `mchid` is whose key is meant where an API v2 message names no merchant.
    """

    text: str
    mchid: str = ""


@verb(
    "explain",
    "POST /explain",
    Explain,
    Explanation,
    summary="Say whether a signature is right, and if not, which mistake was made",
    summary_zh="检查签名是否正确；不正确时指出原因",
    looks=True,
)
async def explain(desk: Desk, args: Explain) -> Explanation:
    """Single mistakes and combinations of two; nothing of the tenant changes."""
    try:
        given = statement.read(args.text)
    except statement.UnreadableError as error:
        raise VerbError(str(error)) from None
    tenant, parameters = desk.tenant, given.parameters
    if notice.is_one(given):
        return await notice.explained(tenant, given)
    if "authorization" in given.headers or given.target.startswith("/v3/"):
        return await of_v3(desk, given)
    if parameters is None:
        return await of_v2(tenant, _fields(given), args.mchid)
    names = {name.lower() for name in parameters}
    if "paysign" in names or {"package", "signtype"} <= names:
        return of_launch(tenant, "JSAPI launch", parameters)
    if "prepayid" in names:
        return of_launch(tenant, "App launch", parameters)
    return await of_v2(tenant, {name: str(value) for name, value in parameters.items()}, args.mchid)


def _fields(given: Statement) -> dict[str, str]:
    try:
        return xml.parse(given.body)
    except xml.MalformedXml as error:
        raise VerbError(f"neither an APIv3 request (it has no Authorization header) nor XML: {error.reason}") from None
