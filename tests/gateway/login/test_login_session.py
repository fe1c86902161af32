"""jscode2session: what it answers to the byte, and what becomes of a code."""

import base64
import re
from typing import Any

import pytest

from sandbox.protocol import session

MINUTE = 60_000
RID = r"[0-9a-f]{8}-[0-9a-f]{8}-[0-9a-f]{8}"


async def test_a_login_is_compact_json_called_text(backend: Any) -> None:
    """Key order, escaped slashes, no errcode, text/plain: to the byte."""
    openid = backend.openid
    with backend.tenant.transaction() as tx:
        tx.put_session_key(openid, "O/AAAABBBBCCCCDDDD+/FA==")

    await backend.login(backend.code())

    user = backend.user()
    expected = (
        f'{{"session_key":"O\\/AAAABBBBCCCCDDDD+\\/FA==","openid":"{backend.openid}","unionid":"{user.unionid}"}}'
    )
    assert backend.reply.body.decode() == expected
    assert backend.reply.status == 200
    assert backend.reply.headers == {"Content-Type": "text/plain"}


async def test_no_unionid_without_an_open_platform_account(backend: Any) -> None:
    """An app that is not bound gets session_key and openid only."""
    backend.change_app(open_platform=False)

    assert list(await backend.login(backend.code())) == ["session_key", "openid"]


async def test_the_session_key_is_real_and_stays(backend: Any) -> None:
    """Sixteen bytes, the same at the next login, and what the store holds for the openid."""
    first = await backend.login(backend.code())
    second = await backend.login(backend.code())

    assert first == second
    assert len(base64.b64decode(first["session_key"], validate=True)) == 16
    with backend.tenant.transaction() as tx:
        assert tx.session_key(first["openid"]) == first["session_key"]


async def test_a_rotating_session_key_voids_the_one_before(backend: Any) -> None:
    """With login.rotate_session_key data encrypted under the new key does not open with the old one."""
    backend.tenant.change_settings({"login.rotate_session_key": True})
    old = (await backend.login(backend.code()))["session_key"]
    new = (await backend.login(backend.code()))["session_key"]
    sealed = session.encrypt({"phoneNumber": "13800000001"}, new, bytes(16))

    assert session.decrypt(sealed, new, bytes(16)) == {"phoneNumber": "13800000001"}
    assert old != new
    with pytest.raises(ValueError, match=r"."):
        session.decrypt(sealed, old, bytes(16))


async def test_users_of_one_app_share_the_beginning_of_their_openids(backend: Any) -> None:
    """Two payers, two openids of 28 characters with one prefix."""
    one = await backend.login(backend.code())
    two = await backend.login(backend.code(user="xiaohong"))

    assert one["openid"] != two["openid"]
    assert one["openid"][:6] == two["openid"][:6]
    assert re.fullmatch(r"o[A-Za-z0-9_-]{27}", two["openid"])


async def test_a_code_is_good_once(backend: Any) -> None:
    """The second exchange is 40163; the suffix has a comma and the tenant's own second."""
    code = backend.code()
    await backend.login(code)

    await backend.login(code)

    second = f"{backend.tenant.clock.now() // 1000:08x}"
    pattern = rf'\{{"errcode":40163,"errmsg":"code been used, rid: {second}-[0-9a-f]{{8}}-[0-9a-f]{{8}}"\}}'
    assert re.fullmatch(pattern, backend.reply.body.decode())
    assert backend.reply.headers["Content-Type"] == "text/plain"


async def test_a_reused_code_can_be_an_invalid_one(backend: Any) -> None:
    """login.reuse_code=40029: the platform's other answer."""
    backend.tenant.change_settings({"login.reuse_code": "40029"})
    code = backend.code()
    await backend.login(code)

    assert (await backend.login(code))["errcode"] == 40029


@pytest.mark.parametrize(("span", "errcode"), [(5 * MINUTE - 1, None), (5 * MINUTE, 40029)])
async def test_a_code_lives_five_minutes_of_the_tenants_clock(backend: Any, span: int, errcode: int | None) -> None:
    """A millisecond earlier it is good."""
    code = backend.code()
    await backend.wait(span)

    assert (await backend.login(code)).get("errcode") == errcode


async def test_a_refused_exchange_does_not_use_the_code_up(backend: Any) -> None:
    """A wrong grant_type or secret leaves the code as it was."""
    code = backend.code()
    assert (await backend.login(code, grant_type="authorization_code;"))["errcode"] == 40002
    assert (await backend.login(code, secret="x"))["errcode"] == 40125

    assert "openid" in await backend.login(code)


@pytest.mark.parametrize("word", ["undefined", "null", "the code is a mock one", "0aaaa"])
async def test_a_code_of_another_world_is_refused_and_explained(backend: Any, word: str) -> None:
    """40029; the diagnosis tells a forgotten value from a code of the real DevTools."""
    assert (await backend.login(word))["errcode"] == 40029

    exchange = list(backend.tenant.journal)[-1]
    told = "the page sent the word" if word in ("undefined", "null") else "login.codes"
    assert told in exchange.diagnosis.summary
    assert exchange.diagnosis.came == word
    assert backend.reply.headers["Sandbox-Diagnosis"].startswith("CODE_INVALID: ")


async def test_any_code_can_stand_for_a_stable_payer(backend: Any) -> None:
    """login.codes=any: the same word, the same payer, again and again; a word that is no code stays refused."""
    backend.tenant.change_settings({"login.codes": "any"})

    first = await backend.login("the code is a mock one")
    second = await backend.login("the code is a mock one")

    assert first == second
    assert first["openid"] in {backend.user(id).openid(backend.app.appid) for id in ("xiaoming", "xiaohong")}
    assert len({(await backend.login(f"081{n}"))["openid"] for n in range(20)}) == 2
    assert (await backend.login("undefined"))["errcode"] == 40029


async def test_any_code_leaves_the_sandboxs_own_codes_their_rules(backend: Any) -> None:
    """A code the phone made is used up also with login.codes=any."""
    backend.tenant.change_settings({"login.codes": "any"})
    code = backend.code()
    await backend.login(code)

    assert (await backend.login(code))["errcode"] == 40163


async def test_the_order_of_the_complaints(backend: Any) -> None:
    """appid missing, secret missing, code missing, appid, secret, grant_type, code: each hides the next."""
    wrong: dict[str, Any] = {"appid": None, "secret": None, "js_code": None, "grant_type": "x"}
    seen = [(await backend.get("/sns/jscode2session", grant_type="x"))["errcode"]]
    for name, value in (("appid", "wxff"), ("secret", "x"), ("js_code", "0bad")):
        wrong[name] = value
        seen.append((await backend.login("", **wrong))["errcode"])
    for name, value in (("appid", backend.app.appid), ("secret", backend.app.secret)):
        wrong[name] = value
        seen.append((await backend.login("", **wrong))["errcode"])
    wrong["grant_type"] = "authorization_code"
    seen.append((await backend.login("", **wrong))["errcode"])

    assert seen == [41002, 41004, 41008, 40013, 40125, 40002, 40029]


async def test_a_needless_access_token_does_no_harm(backend: Any) -> None:
    """Some SDKs append one to the login."""
    got = await backend.login(backend.code(), access_token="28_of_another_world")

    assert got["openid"] == backend.openid


async def test_parameters_in_a_body_are_not_seen(backend: Any) -> None:
    """A POST with JSON is "appid missing", as the platform was observed to say."""
    body = {**backend.owner(), "js_code": backend.code(), "grant_type": "authorization_code"}

    got = await backend.call("POST", "/sns/jscode2session", {}, body)

    assert re.fullmatch(rf"appid missing, rid: {RID}", got["errmsg"])
    assert got["errcode"] == 41002


async def test_the_same_world_gives_the_same_answers(backend: Any) -> None:
    """The rid is drawn from the request and the clock, not from chance."""
    first = await backend.login("0bad")
    await backend.login(backend.code())
    again = await backend.login("0bad")

    assert first == again
    assert (await backend.login("0other"))["errmsg"] != again["errmsg"]
