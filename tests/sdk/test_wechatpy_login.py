"""wechatpy, unmodified, against a running sandbox: login, tokens, tickets, messages, web authorisation.

Only its HTTP session is told that api.weixin.qq.com and open.weixin.qq.com are somewhere else.
"""

from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests
from live_sandbox import LiveSandbox, live_sandbox
from requests.adapters import HTTPAdapter
from wechatpy import WeChatClient
from wechatpy.client.api import WeChatWxa
from wechatpy.exceptions import WeChatClientException, WeChatOAuthException
from wechatpy.oauth import WeChatOAuth

APPID, SECRET = "wx5a4d8bf0c0de0001", "5a4d8bf0c0de00015a4d8bf0c0de0001"
HOSTS = ("https://api.weixin.qq.com", "https://open.weixin.qq.com")


class Elsewhere(HTTPAdapter):
    """Sends what is meant for the platform to the sandbox."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._url = url

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> requests.Response:
        """The same request at another address."""
        assert request.url is not None
        parts = urlsplit(request.url)
        request.url = f"{self._url}{parts.path}?{parts.query}"
        return super().send(request, *args, **kwargs)


def redirected(http: requests.Session, url: str) -> requests.Session:
    """The session, with the platform's hosts at `url`."""
    http.trust_env = False
    for host in HOSTS:
        http.mount(host, Elsewhere(url))
    return http


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveSandbox]:
    """One sandbox for the file."""
    with live_sandbox(tmp_path_factory.mktemp("sdk")) as running:
        yield running


@pytest.fixture
def client(sandbox: LiveSandbox) -> Iterator[WeChatClient]:
    """wechatpy's client of the default app."""
    client = WeChatClient(APPID, SECRET)
    with redirected(client._http, sandbox.url):
        yield client


@pytest.fixture
def oauth(sandbox: LiveSandbox) -> Iterator[WeChatOAuth]:
    """wechatpy's web authorisation of the default app."""
    oauth = WeChatOAuth(APPID, SECRET, "https://shop.example/back?a=1", "snsapi_base", "s1")
    with redirected(oauth._http, sandbox.url):
        yield oauth


def test_code_to_session(sandbox: LiveSandbox, client: WeChatClient) -> None:
    """The code of the phone becomes openid and session_key; a second time wechatpy raises 40163."""
    login = sandbox.call("POST", "/login-codes", {})
    wxa = WeChatWxa(client)

    got = wxa.code_to_session(login["code"])

    assert got["openid"] == login["openid"]
    assert len(got["session_key"]) == 24
    with pytest.raises(WeChatClientException) as refused:
        wxa.code_to_session(login["code"])
    assert refused.value.errcode == 40163


def test_a_wrong_secret_is_told(sandbox: LiveSandbox) -> None:
    """Already the token that wechatpy fetches first is refused."""
    client = WeChatClient(APPID, "f" * 32)
    with redirected(client._http, sandbox.url), pytest.raises(WeChatClientException) as refused:
        WeChatWxa(client).code_to_session("0a")

    assert refused.value.errcode == 40125
    assert " rid: " in refused.value.errmsg


def test_token_ticket_and_retry(client: WeChatClient) -> None:
    """A token that is good for a ticket; with a dead one wechatpy hears 40001, fetches another and goes on."""
    assert client.fetch_access_token()["expires_in"] == 7200
    ticket = client.jsapi.get_ticket()
    assert ticket["expires_in"] == 7200

    client.session.set(client.access_token_key, "28_dead")

    assert client.jsapi.get_ticket() == ticket
    assert client.access_token != "28_dead"


def test_a_message_to_the_payer(sandbox: LiveSandbox, client: WeChatClient) -> None:
    """Sent as wechatpy sends it; a stranger's openid is 40003."""
    openid = sandbox.call("POST", "/login-codes", {})["openid"]
    data = {"thing1": {"value": "茶叶一罐"}, "amount2": {"value": "1.99元"}}
    wxa = WeChatWxa(client)

    assert wxa.send_subscribe_message(openid, "T1", data, page="pages/order")["errcode"] == 0
    with pytest.raises(WeChatClientException) as refused:
        wxa.send_subscribe_message("oNobody", "T1", data)
    assert refused.value.errcode == 40003


def test_web_authorisation(oauth: WeChatOAuth) -> None:
    """The address that wechatpy builds redirects with a code; token, refresh and check follow; userinfo needs more."""
    page = oauth._http.get(oauth.authorize_url, allow_redirects=False)
    back = dict(parse_qsl(urlsplit(page.headers["Location"]).query))
    assert (page.status_code, back["a"], back["state"]) == (302, "1", "s1")

    got = oauth.fetch_access_token(back["code"])
    fresh = oauth.refresh_access_token(got["refresh_token"])

    assert fresh["openid"] == got["openid"]
    assert oauth.check_access_token() is True
    with pytest.raises(WeChatOAuthException) as refused:
        oauth.get_user_info()
    assert refused.value.errcode == 48001


def test_userinfo_after_consent(sandbox: LiveSandbox, oauth: WeChatOAuth) -> None:
    """With snsapi_userinfo the nickname comes in UTF-8."""
    code = sandbox.call("POST", "/oauth-codes", {"scope": "snsapi_userinfo"})["code"]
    oauth.fetch_access_token(code)

    assert oauth.get_user_info()["nickname"] == "小明"
