"""Web authorisation: the page, the code it gives, and the user's own token."""

import html
import re
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

MINUTE = 60_000
BACK = "https://shop.example/back?from=menu"


async def opened(backend: Any, **changes: str | None) -> str:
    """Open the page; where it leads, or its HTML."""
    query: dict[str, str | None] = {
        "appid": backend.app.appid,
        "redirect_uri": BACK,
        "response_type": "code",
        "scope": "snsapi_base",
        "state": "s1",
        **changes,
    }
    kept = {name: value for name, value in query.items() if value is not None}
    await backend.call("GET", "/connect/oauth2/authorize", kept)
    return str(backend.reply.headers.get("Location", backend.reply.body.decode()))


def told(url: str) -> dict[str, str]:
    """The parameters of a URL."""
    return dict(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def links(page: str) -> list[str]:
    """Where a page's links lead."""
    return [html.unescape(link) for link in re.findall(r'href="([^"]*)"', page)]


async def exchanged(backend: Any, code: str) -> Any:
    """The code for the user's token."""
    return await backend.get("/sns/oauth2/access_token", **backend.owner(), code=code, grant_type="authorization_code")


async def test_snsapi_base_redirects_silently(backend: Any) -> None:
    """302 to redirect_uri with its own parameters, the code and the state."""
    location = await opened(backend)

    assert backend.reply.status == 302
    assert location.startswith("https://shop.example/back?from=menu&code=0")
    assert list(told(location)) == ["from", "code", "state"]
    assert told(location)["state"] == "s1"
    assert re.fullmatch(r"0[A-Za-z0-9]{31}", told(location)["code"])


async def test_the_code_buys_the_users_token(backend: Any) -> None:
    """Key order of the answer, text/plain, no unionid for snsapi_base."""
    got = await exchanged(backend, told(await opened(backend))["code"])

    assert list(got) == ["access_token", "expires_in", "refresh_token", "openid", "scope"]
    assert (got["expires_in"], got["openid"], got["scope"]) == (7200, backend.openid, "snsapi_base")
    assert backend.reply.headers == {"Content-Type": "text/plain"}


async def test_the_openid_is_the_one_of_the_mini_program_login(backend: Any) -> None:
    """One user, one appid, one openid, whichever way they came."""
    login = await backend.login(backend.code())

    assert (await exchanged(backend, told(await opened(backend))["code"]))["openid"] == login["openid"]


async def test_snsapi_userinfo_asks_and_offers_every_payer(backend: Any) -> None:
    """A page with a link for each payer and one to refuse; a refusal brings the state alone."""
    page = await opened(backend, scope="snsapi_userinfo")

    *allowed, refused = links(page)
    got = [await exchanged(backend, told(link)["code"]) for link in allowed]
    expected = {backend.user(id).openid(backend.app.appid) for id in ("xiaoming", "xiaohong")}
    assert {answer["openid"] for answer in got} == expected
    assert {answer["unionid"] for answer in got} == {backend.user(id).unionid for id in ("xiaoming", "xiaohong")}
    assert told(refused) == {"from": "menu", "state": "s1"}
    assert backend.reply.status == 200


async def test_userinfo_tells_who_it_is(backend: Any) -> None:
    """The documented keys in their order, in UTF-8."""
    code = backend.code("oauth", scope="snsapi_userinfo")
    token = (await exchanged(backend, code))["access_token"]

    got = await backend.get("/sns/userinfo", access_token=token, openid=backend.openid, lang="zh_CN")

    keys = ["openid", "nickname", "sex", "province", "city", "country", "headimgurl", "privilege", "unionid"]
    assert list(got) == keys
    assert got["nickname"] == "小明"
    assert "小明".encode() in backend.reply.body


async def test_auth_says_whether_token_and_openid_belong_together(backend: Any) -> None:
    """ok for the pair, 40003 for another user's openid."""
    got = await exchanged(backend, backend.code("oauth", scope="snsapi_base"))
    other = backend.user("xiaohong").openid(backend.app.appid)

    pair = await backend.get("/sns/auth", access_token=got["access_token"], openid=got["openid"])
    stranger = await backend.get("/sns/auth", access_token=got["access_token"], openid=other)

    assert pair == {"errcode": 0, "errmsg": "ok"}
    assert stranger["errcode"] == 40003


async def test_a_refresh_gives_a_new_token_of_the_same_user(backend: Any) -> None:
    """After the two hours, too; the refresh_token stays the same."""
    got = await exchanged(backend, backend.code("oauth", scope="snsapi_base"))
    await backend.wait(120 * MINUTE)

    query = {"appid": backend.app.appid, "grant_type": "refresh_token", "refresh_token": got["refresh_token"]}
    fresh = await backend.get("/sns/oauth2/refresh_token", **query)

    assert list(fresh) == ["access_token", "expires_in", "refresh_token", "openid", "scope"]
    assert fresh["access_token"] != got["access_token"]
    assert {**fresh, "access_token": ""} == {**got, "access_token": ""}
    old = await backend.get("/sns/auth", access_token=got["access_token"], openid=backend.openid)
    new = await backend.get("/sns/auth", access_token=fresh["access_token"], openid=backend.openid)
    assert (old["errcode"], new["errcode"]) == (42001, 0)


async def test_a_callback_fetched_twice_finds_its_code_used(backend: Any) -> None:
    """WeChat often requests the callback twice."""
    code = told(await opened(backend))["code"]
    await exchanged(backend, code)

    assert (await exchanged(backend, code))["errcode"] == 40163


async def test_a_login_code_is_none_of_the_page(backend: Any) -> None:
    """And the page's code none of the login; each diagnosis names the right place."""
    assert (await exchanged(backend, backend.code()))["errcode"] == 40029
    assert "/sns/jscode2session" in list(backend.tenant.journal)[-1].diagnosis.summary
    assert (await backend.login(backend.code("oauth")))["errcode"] == 40029
    assert "/sns/oauth2/access_token" in list(backend.tenant.journal)[-1].diagnosis.summary


@pytest.mark.parametrize("domain", ["shop.example", "other.example"])
async def test_the_host_must_be_registered_when_any_is(backend: Any, domain: str) -> None:
    """The host alone counts, without port and path."""
    backend.change_app(domains=(domain,))

    page = await opened(backend, redirect_uri="https://shop.example:8443/back")

    assert ("错误码:10003" in page) == (domain != "shop.example")


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "//shop.example/back",
        "shop.example/back",
        "https://shop.example\\@evil.example/",
        "https://shop.example/\r\nSet-Cookie: a=b",
        "https://",
        "https://[::1/back",
        "https%3A%2F%2Fshop.example",
    ],
)
async def test_what_is_no_web_address_is_not_followed(backend: Any, uri: str) -> None:
    """No other scheme, no line break, no half address: the page says the link cannot be opened."""
    assert "该链接无法访问" in await opened(backend, redirect_uri=uri, scope="snsapi_userinfo")


async def test_names_and_addresses_are_escaped_on_the_page(backend: Any) -> None:
    """A nickname or a parameter with markup stays text."""
    backend.change_user(nickname="<script>alert(1)</script>")

    page = await opened(backend, scope="snsapi_userinfo", redirect_uri='https://shop.example/?"><b>')

    assert "<script>" not in page
    assert "<b>" not in page


@pytest.mark.parametrize(
    ("query", "fine"),
    [
        ("appid={appid}&redirect_uri={uri}&response_type=code&scope=snsapi_base&state=1", True),
        ("appid={appid}&redirect_uri={uri}&response_type=code&scope=snsapi_base", True),
        ("appid={appid}&redirect_uri={uri}&response_type=code&scope=snsapi_base&state=1&connect_redirect=1", True),
        ("redirect_uri={uri}&appid={appid}&response_type=code&scope=snsapi_base&state=1", False),
        ("appid={appid}&redirect_uri={uri}&response_type=code&state=1&scope=snsapi_base", False),
        ("appid={appid}&redirect_uri={uri}&response_type=token&scope=snsapi_base&state=1", False),
        ("appid={appid}&redirect_uri={uri}&Response_Type=code&scope=snsapi_base&state=1", False),
    ],
)
async def test_order_and_case_of_the_parameters_count(backend: Any, query: str, fine: bool) -> None:
    """As the documentation writes them, and in no other way."""
    uri = urlencode({"": BACK})[1:]
    target = f"/connect/oauth2/authorize?{query.format(appid=backend.app.appid, uri=uri)}"
    from sandbox.gateway.wire import Wire

    wire = Wire(method="GET", path="/connect/oauth2/authorize", target=target, base_url="http://x")
    reply = await backend.box.pipeline.serve(wire)

    assert reply.status == (302 if fine else 200)
    assert fine or "该链接无法访问" in reply.body.decode()
