"""What is below `/_sandbox` besides the verbs, and the page that lists it all."""

from collections.abc import Iterable
from typing import Any

import msgspec

from sandbox.actions.verb import Verb

WHAT = "wechatpay-sandbox: WeChat Pay on a laptop. The platform's own paths sit at the root, the control API is here."


class Page(msgspec.Struct, frozen=True):
    """A path below `/_sandbox` that is no verb: read with GET."""

    path: str
    content_type: str
    summary: str


PAGES = (
    Page("/", "application/json", "The console in a browser; for everybody else what this is, and every call there is"),
    Page("/health", "application/json", "Whether it is ready, its version, store and ports"),
    Page("/openapi.json", "application/json", "This API as an OpenAPI document"),
    Page("/events", "text/event-stream", "What happens in the tenant, as server-sent events; kind= keeps some"),
    Page("/endpoints", "application/json", "The platform's endpoints"),
    Page("/errors", "application/json", "The platform's errors"),
    Page("/fidelity", "application/json", "The platform's other rules: how sure each is, which settings change it"),
    Page("/phone", "text/html", "The payer's phone, in the browser"),
    Page("/wx.js", "text/javascript", "wx.login, wx.requestPayment and their kin, with this sandbox behind them"),
    Page("/wx.d.ts", "text/plain", "The types of wx.js"),
    Page("/qr.svg", "image/svg+xml", "A QR code of text="),
    Page("/bars.svg", "image/svg+xml", "A bar code (Code 128) of text="),
)


def index(version: str, verbs: Iterable[Verb]) -> dict[str, Any]:
    """What this is, and every call there is."""
    calls = [
        *(("GET", f"/_sandbox{page.path}", page.summary) for page in PAGES),
        *((verb.method, f"/_sandbox{verb.path}", verb.summary) for verb in verbs),
    ]
    listed = [{"method": method, "path": path, "summary": summary} for method, path, summary in calls]
    return {"what": WHAT, "version": version, "calls": listed}
