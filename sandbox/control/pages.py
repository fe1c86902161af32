"""What is below `/_sandbox` besides the verbs, and the page that lists it all."""

from collections.abc import Iterable
from html import escape

import msgspec
from aiohttp import web

from sandbox.actions.verb import Verb

WHAT = "wechatpay-sandbox: WeChat Pay on a laptop. The platform's own paths sit at the root, the control API is here."


class Page(msgspec.Struct, frozen=True):
    """A path below `/_sandbox` that is no verb: read with GET."""

    path: str
    content_type: str
    summary: str


PAGES = (
    Page("/", "application/json", "What this is, and every call there is"),
    Page("/health", "application/json", "Whether it is ready, its version, store and ports"),
    Page("/openapi.json", "application/json", "This API as an OpenAPI document"),
    Page("/events", "text/event-stream", "What happens in the tenant, as server-sent events; kind= keeps some"),
    Page("/endpoints", "application/json", "The platform's endpoints"),
    Page("/errors", "application/json", "The platform's errors"),
)

_HTML = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>wechatpay-sandbox</title></head>
<body><h1>wechatpay-sandbox {version}</h1><p>{what}</p><table>
{rows}
</table></body></html>
"""


def index(request: web.BaseRequest, version: str, verbs: Iterable[Verb]) -> web.Response:
    """HTML for a browser, JSON for everybody else."""
    calls = [
        *(("GET", f"/_sandbox{page.path}", page.summary) for page in PAGES),
        *((verb.method, f"/_sandbox{verb.path}", verb.summary) for verb in verbs),
    ]
    if "text/html" not in request.headers.get("Accept", ""):
        listed = [{"method": method, "path": path, "summary": summary} for method, path, summary in calls]
        body = msgspec.json.encode({"what": WHAT, "version": version, "calls": listed})
        return web.Response(body=body, content_type="application/json", charset="utf-8")
    rows = "\n".join(
        f"<tr><td>{method}</td><td><code>{escape(path)}</code></td><td>{escape(summary)}</td></tr>"
        for method, path, summary in calls
    )
    text = _HTML.format(version=escape(version), what=escape(WHAT), rows=rows)
    return web.Response(text=text, content_type="text/html")
