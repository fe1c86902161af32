"""Whether a path that needs a client certificate got the right one.

The handshake has only seen to it that our issuer signed it: dates, renewals and the owner are looked at here.
"""

from sandbox.errors import Refusal, client_certificate
from sandbox.gateway.visit import Visit
from sandbox.protocol.client_certificate import ClientCertificate

ROWS = (
    client_certificate.CLIENT_CERTIFICATE_MISSING,
    client_certificate.CLIENT_CERTIFICATE_INVALID,
    client_certificate.CLIENT_CERTIFICATE_NOT_MATCH,
)

CA_ERROR_FAMILY = "/mmpaymkttransfers/"
"""Below this path the platform answers in XML where nginx speaks elsewhere."""

WAIVED = "no client certificate can be sent here; the real platform would have demanded {mchid}'s"


def ensure_presented(visit: Visit) -> None:
    """What nginx looks at before it reads the body: one is there and in force. Raises Refusal."""
    if not visit.endpoint.needs_certificate:
        return
    shown = visit.wire.client_certificate
    if shown is None:
        if visit.wire.tls or _demands(visit):
            raise Refusal(
                client_certificate.CLIENT_CERTIFICATE_MISSING,
                came="no client certificate",
                expected=f"the certificate of {_caller(visit)}",
            )
        visit.notes.append(WAIVED.format(mchid=_caller(visit)))
    elif visit.tenant is not None:
        _ensure_in_force(visit, shown, visit.tenant.wall.now())


def ensure_own(visit: Visit) -> None:
    """That it is the caller's. Raises Refusal."""
    shown, merchant = visit.wire.client_certificate, visit.merchant
    if not visit.endpoint.needs_certificate or shown is None or merchant is None:
        return
    if shown.mchid != merchant.mchid:
        raise Refusal(
            client_certificate.CLIENT_CERTIFICATE_NOT_MATCH,
            came=f"the certificate of {shown.mchid}",
            expected=f"the certificate of {merchant.mchid}",
        )


def _ensure_in_force(visit: Visit, shown: ClientCertificate, now: int) -> None:
    assert visit.tenant is not None
    owner = visit.tenant.merchants.get(shown.mchid)
    came = ""
    if not shown.not_before <= now <= shown.not_after:
        came = f"the certificate {shown.serial_no}, which is out of date"
    elif owner is not None and shown.serial_no != visit.tenant.credentials(owner).serial_no:
        came = f"the certificate {shown.serial_no}, which is not the one in force"
    if came:
        raise Refusal(
            client_certificate.CLIENT_CERTIFICATE_INVALID,
            came=came,
            expected=f"the present certificate of {_caller(visit)}",
        )


def _demands(visit: Visit) -> bool:
    return visit.tenant is not None and visit.tenant.settings.tls.plain_http_client_cert == "demand"


def _caller(visit: Visit) -> str:
    return visit.tags.get("mchid") or "the merchant"
