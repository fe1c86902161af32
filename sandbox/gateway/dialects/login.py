"""api.weixin.qq.com: parameters in the query string or a JSON body, JSON answers with errcode and errmsg.

The order of checks: method, then appid, secret and the rest present, appid known, secret right, or access_token
present and valid; then the body, its fields, the quota. What is left is the handler's. A refusal has HTTP status 200.
"""

import hmac
import html
import re
from collections import defaultdict

from sandbox.domain.merchant import App
from sandbox.errors import Layer, Refusal, login
from sandbox.gateway import tokens
from sandbox.gateway.dialects.loginform import AppForm, SecretForm, TokenForm
from sandbox.gateway.dialects.loginmask import masked, masked_text, short
from sandbox.gateway.dialects.loginwire import answer, json_object, rid, scalars
from sandbox.gateway.spec import Reply
from sandbox.gateway.visit import Visit
from sandbox.gateway.wire import Wire, WireReply, query_of, shown
from sandbox.platform.tenants import Tenant, Tenants
from sandbox.protocol import wiretime

PREFIXES = ("/sns/", "/cgi-bin/", "/wxa/", "/connect/")
COMMON = (
    login.NEED_GET, login.NEED_POST, login.NEED_HTTPS, login.BODY_MISSING, login.BODY_NOT_JSON,
    login.LOGIN_SYSTEM_ERROR,
)  # fmt: skip
# A POST to jscode2session is heard, though not its body: what arrives there is "appid missing" (observed).
HEARS_POST = frozenset({"login.jscode2session"})
# A form where JSON belongs counts as no parameters at all here (observed).
UNREADABLE_IS_EMPTY = frozenset({"login.stable_token"})
# Its own refusal of a code has an older mark before the rid (observed 2024).
HINTED = frozenset({("login.getuserphonenumber", login.CODE_INVALID.name)})


class Login:
    """Login, tokens and the other server APIs of a mini program or an official account."""

    name = "login"
    common = COMMON

    def owns(self, path: str) -> bool:
        """Whether the path is of this host."""
        return path.startswith(PREFIXES)

    def wrong_method(self) -> WireReply | None:
        """Any method is heard: a wrong one has a refusal of its own."""
        return None

    def masked(self, wire: Wire, reply: WireReply) -> tuple[str, bytes, bytes]:
        """Target, request body and reply body without secrets."""
        return (
            masked(wire.target.encode("utf-8", "surrogatepass")).decode("utf-8", "replace"),
            masked(wire.body),
            masked(reply.body),
        )

    def unknown(self, visit: Visit, tenants: Tenants) -> tuple[WireReply, Refusal | None]:
        """40066, with a word about a forgotten question mark."""
        path = visit.wire.path
        glued = re.match(r"(/[a-z0-9_/]+?)((?:appid|access_token|grant_type)=.*)", path)
        visit.fields = query_of(f"?{glued[2]}" if glued else visit.wire.target)
        self.identify(visit, tenants)
        if glued:
            likely = f"the ? between {glued[1]} and its parameters is missing"
            likely_zh = f"{glued[1]}与参数之间漏写了问号?"
            came, expected = f"{glued[1]}{glued[2].partition('=')[0]}=…", f"{glued[1]}?{glued[2].partition('=')[0]}=…"
            refusal = Refusal(login.URL_INVALID, came=came, expected=expected, likely=likely, likely_zh=likely_zh)
        else:
            expected = "a path that `wechatpay-sandbox endpoints` lists"
            refusal = Refusal(
                login.URL_INVALID,
                came=masked_text(path),
                expected=expected,
            )
        return self.refuse(visit, refusal), refusal

    def decode(self, visit: Visit) -> None:
        """The query string; of a POST, the JSON body's members and the access_token of the query string."""
        wire = visit.wire
        visit.fields = query = query_of(wire.target)
        if visit.endpoint.method != "POST":
            return
        visit.body = json_object(wire.body)
        visit.fields = scalars(visit.body or {})
        visit.fields.pop("access_token", None)
        if "access_token" in query:
            visit.fields["access_token"] = query["access_token"]

    def identify(self, visit: Visit, tenants: Tenants) -> None:
        """By the port it came to, by appid, or by the token that only its tenant can have made."""
        fields, tags = visit.fields, visit.tags
        appid = "" if issubclass(visit.endpoint.form, TokenForm) else fields.get("appid", "")
        text = fields.get("access_token") or fields.get("refresh_token", "")
        tenant = tenants.by_port(visit.wire.port) or tenants.by_appid(appid)
        tenant = tenant or (tenants.by_token(text) if text else None)
        if tenant is not None and not appid:
            with tenant.transaction() as tx:
                token = tx.token(text)
            appid = "" if token is None else token.appid
        tags["appid"] = appid
        tags["openid"] = fields.get("openid") or fields.get("touser", "")
        visit.now = tenants.wall.now() if tenant is None else tenant.clock.now()
        if tenant is not None:
            visit.tenant = tenant
            visit.app = tenant.apps.get(appid)

    def admit(self, visit: Visit) -> None:
        """Method, caller, body, fields, quota."""
        endpoint, method = visit.endpoint, visit.wire.method
        if method != endpoint.method and not (method == "POST" and endpoint.name in HEARS_POST):
            row = login.NEED_GET if endpoint.method == "GET" else login.NEED_POST
            raise Refusal(row, came=method, expected=endpoint.method)
        if issubclass(endpoint.form, TokenForm):
            tenant, app = _bearer(visit, endpoint.form)
            _ensure_body(visit)
            visit.form = endpoint.form.read(visit.fields)
        else:
            _ensure_body(visit)
            visit.form = endpoint.form.read(visit.fields)
            tenant, app = _owner(visit, visit.form)
        _count(visit, tenant, app)

    def encode(self, visit: Visit, reply: Reply) -> WireReply:
        """JSON; a redirect or a page where the handler says so."""
        if reply.location:
            return WireReply(status=302, headers={"Location": reply.location})
        if reply.html:
            return shown(reply.html)
        body = {**dict(reply.body), **visit.overrides()}
        if visit.occasion is not None:
            body.update(visit.occasion.fields)
        return answer(visit, body)

    def refuse(self, visit: Visit, refusal: Refusal) -> WireReply:
        """errcode and errmsg with the request's id behind it; on the authorize page a text."""
        path = visit.wire.path
        layer = Layer.PAGE if path.startswith("/connect/") else None
        spelling = refusal.row.spelling("login", layer=layer, endpoint=visit.endpoint.name, by_rule=True)
        spelling = spelling or refusal.row.spelling("login", by_rule=True)
        if spelling is None:
            raise LookupError(f"{refusal.row.name} has no spelling for login: add one")
        facts = defaultdict(lambda: "…", {"ip": visit.wire.remote, **refusal.facts})
        text = spelling.text.format_map(facts)
        visit.said = f"{spelling.code} {text}".strip()
        if visit.endpoint.name == "login.authorize":
            return shown(f"<!DOCTYPE html><title>微信</title><h1>{html.escape(text)}</h1>")
        if (visit.endpoint.name, refusal.row.name) in HINTED and visit.tenant is not None:
            text = f"{text} hint: [{visit.tenant.ids.nonce_str(visit.wire.target, visit.now)}]"
        comma = "," if path.startswith("/sns/") and refusal.row is not login.URL_INVALID else ""
        return answer(visit, {"errcode": int(spelling.code), "errmsg": f"{text}{comma} rid: {rid(visit)}"})


def _bearer(visit: Visit, form: type[TokenForm]) -> tuple[Tenant, App]:
    """Whose valid access_token it is. Raises Refusal."""
    text = visit.fields.get("access_token", "")
    if not text:
        expected = "access_token in the query string"
        raise Refusal(login.ACCESS_TOKEN_MISSING, field="access_token", came="nothing", expected=expected)
    token = None
    if visit.tenant is not None:
        with visit.tenant.transaction() as tx:
            token = tx.token(text)
    tokens.ensure_valid(token, short(text), form.kinds, visit.now)
    if visit.tenant is None or visit.app is None:
        raise Refusal(login.ACCESS_TOKEN_INVALID, field="access_token", came=short(text), expected="a token of an app")
    return visit.tenant, visit.app


def _owner(visit: Visit, form: object) -> tuple[Tenant, App]:
    """The app named, and that the caller owns it where a secret is asked for. Raises Refusal."""
    assert isinstance(form, AppForm)
    if visit.tenant is None or visit.app is None:
        raise Refusal(form.unknown_app, field="appid", came=form.appid, expected="an appid that this sandbox knows")
    app = visit.app
    if isinstance(form, SecretForm):
        if not hmac.compare_digest(form.secret.encode("utf-8", "surrogatepass"), app.secret.encode()):
            expected = f"the AppSecret of {app.appid}, {short(app.secret)}"
            raise Refusal(login.APPSECRET_INVALID, field="secret", came=short(form.secret), expected=expected)
        if app.secret_frozen:
            raise Refusal(login.APPSECRET_FROZEN, field="secret", came=short(form.secret), expected="a live secret")
    remote = visit.wire.remote
    if app.ip_whitelist and remote not in app.ip_whitelist and login.IP_NOT_WHITELISTED in visit.endpoint.raises:
        raise Refusal(login.IP_NOT_WHITELISTED, came=remote, expected=f"one of {', '.join(app.ip_whitelist)}")
    return visit.tenant, app


def _ensure_body(visit: Visit) -> None:
    if visit.endpoint.method != "POST" or visit.body is not None or visit.endpoint.name in UNREADABLE_IS_EMPTY:
        return
    if not visit.wire.body:
        raise Refusal(login.BODY_MISSING, came="an empty body", expected="a JSON object")
    came = masked(visit.wire.body[:60]).decode("utf-8", "replace")
    raise Refusal(login.BODY_NOT_JSON, came=came, expected="a JSON object in UTF-8")


def _count(visit: Visit, tenant: Tenant, app: App) -> None:
    """The quotas that are switched on, where the endpoint has them. Refused calls count, too."""
    limits, name = tenant.settings.limits, visit.endpoint.name
    time = wiretime.compact(visit.now)
    for row, limit, period in (
        (login.MINUTE_QUOTA, limits.login_per_minute, time[:12]),
        (login.DAILY_QUOTA, limits.api_per_day, time[:8]),
    ):
        if limit is None or row not in visit.endpoint.raises:
            continue
        with tenant.transaction() as tx:
            number = tx.count(f"quota {name} {app.appid} {period}")
        if number > limit:
            raise Refusal(row, came=f"call {number}", expected=f"at most {limit}")
