"""Open data: what the page gets from getUserProfile or the old phone-number button."""

from sandbox.actions.login_code import Whose
from sandbox.actions.verb import Desk, VerbError, verb
from sandbox.phone import opendata, people
from sandbox.phone.opendata import Kind, OpenData


class AskData(Whose, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`kind` is what is asked for."""

    kind: Kind = "user_info"


@verb(
    "user.data",
    "POST /user-data",
    AskData,
    OpenData,
    summary="encryptedData, iv, rawData and signature with the session_key in force",
    summary_zh="用当前session_key生成encryptedData、iv、rawData、signature",
)
async def data(desk: Desk, args: AskData) -> OpenData:
    """Needs a session: a login code that was exchanged."""
    tenant = desk.tenant
    try:
        with tenant.transaction() as tx:
            appid = people.appid_of(tenant, tx, args.appid, args.user)
            user = people.with_openids(tenant, tx, people.find(tx, args.user))
            return opendata.open_data(tenant, tx, user, appid, args.kind)
    except people.Unknown as error:
        raise VerbError(str(error), status=404, code="not-found") from None
    except opendata.NoSession as error:
        raise VerbError(str(error), status=409, code="no-session") from None
