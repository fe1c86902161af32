"""网页授权：用户同意授权，获取code"""

import re
from html import escape
from typing import ClassVar
from urllib.parse import urlencode, urlsplit, urlunsplit

from sandbox.domain.user import Code, User
from sandbox.errors import Refusal, Row
from sandbox.errors import authorize as page
from sandbox.gateway.dialects.loginform import AppForm
from sandbox.gateway.forms import text
from sandbox.gateway.spec import Call, Reply, endpoint
from sandbox.platform import payers
from sandbox.protocol import identifiers

ORDER = ("appid", "redirect_uri", "response_type", "scope", "state")
SCOPES = ("snsapi_base", "snsapi_userinfo")
ADDRESS = r"(?i)https?://([a-z0-9._-]+|\[::1\])(:\d{1,5})?([/?#][!-~]*)?"


class Authorize(AppForm):
    unknown_app: ClassVar[Row] = page.AUTHORIZE_APPID_INVALID

    appid: str = text("公众号的唯一标识", missing=page.AUTHORIZE_APPID_EMPTY, sample="wx5a4d8bf0c0de0001")
    redirect_uri: str = text("授权后重定向的回调链接", missing=page.AUTHORIZE_REDIRECT_URI_EMPTY)
    response_type: str = text("返回类型", missing=page.AUTHORIZE_LINK_INVALID, sample="code")
    scope: str = text("授权作用域", missing=page.AUTHORIZE_SCOPE_EMPTY, sample="snsapi_base")
    state: str | None = text("重定向后带上的参数", sample="STATE")


@endpoint(
    "login",
    "GET /connect/oauth2/authorize",
    Authorize,
    title="网页授权",
    source="https://developers.weixin.qq.com/doc/service/guide/h5/auth.html",
    raises=tuple(row for row in vars(page).values() if isinstance(row, Row)),
)
def authorize(call: Call, form: Authorize) -> Reply:
    """snsapi_base goes back at once as the tenant's first payer; snsapi_userinfo asks, and offers every payer."""
    assert call.app is not None
    if call.app.kind == "app":
        raise Refusal(page.AUTHORIZE_OPEN_PLATFORM_APPID, field="appid", came=form.appid, expected="an account's appid")
    _ensure_link(call, form)
    if form.scope not in SCOPES:
        raise Refusal(page.AUTHORIZE_SCOPE_INVALID, field="scope", came=form.scope, expected=" or ".join(SCOPES))
    host = urlsplit(form.redirect_uri).hostname or ""
    if call.app.domains and host not in call.app.domains:
        expected = f"one of {', '.join(call.app.domains)}"
        raise Refusal(page.AUTHORIZE_REDIRECT_URI, field="redirect_uri", came=host, expected=expected)
    users = call.tx.users()
    if form.scope == SCOPES[0]:
        return Reply(location=_back(form, _code(call, form, payers.first(users))))
    return Reply(html=_question(form, [(user, _back(form, _code(call, form, user))) for user in users]))


def _ensure_link(call: Call, form: Authorize) -> None:
    """Order and case of the parameters, response_type, state and the shape of redirect_uri. Raises Refusal."""
    order = [name for name in call.fields if name in ORDER]
    if order != [name for name in ORDER if name in order]:
        raise Refusal(page.AUTHORIZE_LINK_INVALID, came=", ".join(order), expected=f"the order {', '.join(ORDER)}")
    if form.response_type != "code":
        raise Refusal(page.AUTHORIZE_LINK_INVALID, field="response_type", came=form.response_type, expected="code")
    if call.fields.get("state") == "":
        raise Refusal(page.AUTHORIZE_STATE_EMPTY, field="state", came="an empty value", expected="letters and digits")
    if form.state is not None and len(form.state.encode("utf-8", "surrogatepass")) > 128:
        raise Refusal(page.AUTHORIZE_LINK_INVALID, field="state", came=form.state, expected="at most 128 bytes")
    if not re.fullmatch(ADDRESS, form.redirect_uri):
        expected = "an http or https address, encoded as one parameter"
        raise Refusal(page.AUTHORIZE_LINK_INVALID, field="redirect_uri", came=form.redirect_uri, expected=expected)


def _code(call: Call, form: Authorize, user: User) -> str:
    user = payers.with_openid(call.tenant, call.tx, user, form.appid)
    number = call.tx.count("oauth_code")
    code = Code(
        code=identifiers.login_code(call.ids.entropy("oauth_code", number)),
        kind="oauth",
        appid=form.appid,
        user=user.id,
        created=call.now,
        scope=form.scope,
    )
    call.tx.put_code(code)
    return code.code


def _back(form: Authorize, code: str | None) -> str:
    """redirect_uri with code and state behind its own parameters; without a code when the user refused."""
    parts = urlsplit(form.redirect_uri)
    added = {name: value for name, value in (("code", code), ("state", form.state)) if value is not None}
    query = "&".join(text for text in (parts.query, urlencode(added, errors="replace")) if text)
    return urlunsplit(parts._replace(query=query))


def _question(form: Authorize, answers: list[tuple[User, str]]) -> str:
    links = "".join(
        f'<p><a href="{escape(link)}">以 {escape(user.nickname or user.id)} 的身份允许</a></p>'
        for user, link in answers
    )
    return (
        '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8"><title>微信授权</title>'
        f"<h1>{escape(form.appid)} 申请使用你的昵称、头像</h1>{links}"
        f'<p><a href="{escape(_back(form, None))}">拒绝</a></p></html>'
    )
