"""How long tokens live, and what ends them."""

from typing import Any

import pytest

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


async def uses(backend: Any, token: str) -> int | None:
    """The errcode of a call with this token; 0 when it is good."""
    got = await backend.get("/cgi-bin/ticket/getticket", access_token=token, type="jsapi")
    return got["errcode"]


async def stable(backend: Any, **more: Any) -> Any:
    """One call of stable_token."""
    body = {**backend.owner(), "grant_type": "client_credential", **more}
    return await backend.call("POST", "/cgi-bin/stable_token", {}, body)


async def test_a_token_is_json_with_two_hours(backend: Any) -> None:
    """access_token, expires_in, in this order, as application/json."""
    got = await backend.get("/cgi-bin/token", **backend.owner(), grant_type="client_credential")

    assert list(got) == ["access_token", "expires_in"]
    assert got["expires_in"] == 7200
    assert backend.reply.headers == {"Content-Type": "application/json; encoding=utf-8"}


async def test_each_call_issues_a_new_token_and_the_old_one_lives_five_minutes(backend: Any) -> None:
    """After the overlap the old one is "not latest", 40001; the new one goes on."""
    old = await backend.token()
    new = await backend.token()
    assert old != new

    await backend.wait(5 * MINUTE - 1)
    before = (await uses(backend, old), await uses(backend, new))
    await backend.wait(1)
    after = (await uses(backend, old), await uses(backend, new))

    assert (before, after) == ((0, 0), (40001, 0))


async def test_a_token_ends_after_two_hours(backend: Any) -> None:
    """42001 and not 40001: it was the latest."""
    token = await backend.token()

    await backend.wait(2 * HOUR)

    assert await uses(backend, token) == 42001


async def test_a_replaced_token_is_explained(backend: Any) -> None:
    """The diagnosis says that a newer one was fetched."""
    token = await backend.token()
    await backend.token()
    await backend.wait(5 * MINUTE)

    await uses(backend, token)

    assert "a newer token was fetched" in list(backend.tenant.journal)[-1].diagnosis.summary


async def test_the_stable_token_is_the_same_until_shortly_before_its_end(backend: Any) -> None:
    """expires_in counts down; five minutes before the end there is a new one and the old one still works."""
    first = await stable(backend)
    await backend.wait(HOUR)
    second = await stable(backend)
    await backend.wait(55 * MINUTE)
    third = await stable(backend)

    assert (first["expires_in"], second["expires_in"], third["expires_in"]) == (7200, 3600, 7200)
    assert first["access_token"] == second["access_token"] != third["access_token"]
    assert await uses(backend, first["access_token"]) == 0


async def test_a_forced_refresh_ends_the_stable_token_at_once(backend: Any) -> None:
    """The one before is 40001 from that instant on; a second refresh within 30 s changes nothing."""
    first = await stable(backend)
    await backend.wait(30_000)
    second = await stable(backend, force_refresh=True)
    third = await stable(backend, force_refresh=True)

    assert first["access_token"] != second["access_token"] == third["access_token"]
    assert await uses(backend, first["access_token"]) == 40001
    assert await uses(backend, second["access_token"]) == 0


async def test_a_stable_token_can_be_forced_twenty_times_a_day(backend: Any) -> None:
    """The twenty-first time gives the one there is; a day later it goes again."""
    seen = {(await stable(backend))["access_token"]}
    for _ in range(21):
        await backend.wait(MINUTE)
        seen.add((await stable(backend, force_refresh=True))["access_token"])
    assert len(seen) == 21

    await backend.wait(DAY)
    await stable(backend)
    await backend.wait(MINUTE)
    seen.add((await stable(backend, force_refresh=True))["access_token"])

    assert len(seen) == 22


async def test_the_two_kinds_of_token_leave_each_other_alone(backend: Any) -> None:
    """A new /cgi-bin/token does not end the stable one."""
    one = await stable(backend)
    await backend.token()
    await backend.token()
    await backend.wait(10 * MINUTE)

    assert await uses(backend, one["access_token"]) == 0


async def test_a_form_to_stable_token_is_an_invalid_grant_type(backend: Any) -> None:
    """It takes JSON only, and this is how the platform says so."""
    form = b"grant_type=client_credential&appid=x&secret=y"

    assert (await backend.call("POST", "/cgi-bin/stable_token", {}, form))["errcode"] == 40002


async def test_an_access_token_in_the_body_is_not_seen(backend: Any) -> None:
    """It belongs into the query string, also on a POST."""
    body = {"access_token": await backend.token(), "code": backend.code("phone")}

    assert (await backend.call("POST", "/wxa/business/getuserphonenumber", {}, body))["errcode"] == 41001


async def test_a_ticket_is_kept_for_two_hours(backend: Any) -> None:
    """The same ticket with the full expires_in, until it ends."""
    first = await backend.get("/cgi-bin/ticket/getticket", access_token=await backend.token(), type="jsapi")
    await backend.wait(HOUR)
    second = await backend.get("/cgi-bin/ticket/getticket", access_token=await backend.token(), type="jsapi")
    await backend.wait(HOUR)
    third = await backend.get("/cgi-bin/ticket/getticket", access_token=await backend.token(), type="jsapi")

    assert list(first) == ["errcode", "errmsg", "ticket", "expires_in"]
    assert first == second
    assert third["ticket"] != first["ticket"]
    assert len(first["ticket"]) == 86


@pytest.mark.parametrize("other", ["oauth", "app"])
async def test_tokens_of_two_kinds_do_not_open_each_others_doors(backend: Any, other: str) -> None:
    """A user's token is none of the app's, nor the other way round; the diagnosis says which is meant."""
    if other == "oauth":
        code = backend.code("oauth", scope="snsapi_userinfo")
        owner = backend.owner()
        got = await backend.get("/sns/oauth2/access_token", **owner, code=code, grant_type="authorization_code")
        assert await uses(backend, got["access_token"]) == 40001
        meant = "/cgi-bin/token"
    else:
        token = await backend.token()
        got = await backend.get("/sns/userinfo", access_token=token, openid=backend.openid)
        assert got["errcode"] == 40001
        meant = "/sns/oauth2/access_token"

    assert meant in list(backend.tenant.journal)[-1].diagnosis.summary


async def test_quotas_count_only_when_switched_on(backend: Any) -> None:
    """Three logins a minute and two tokens a day, refused calls among them; the next period is free again."""
    for _ in range(5):
        await backend.login("0bad")
    backend.tenant.change_settings({"limits.login_per_minute": 3, "limits.api_per_day": 9})
    logins = [(await backend.login("0bad"))["errcode"] for _ in range(4)]
    await backend.wait(MINUTE)
    logins.append((await backend.login("0bad"))["errcode"])
    tokens = [
        (await backend.get("/cgi-bin/token", **backend.owner(), grant_type="client_credential")).get("errcode")
        for _ in range(10)
    ]

    assert logins == [40029, 40029, 40029, 45011, 40029]
    assert tokens == [None] * 9 + [45009]
    await backend.wait(DAY)
    assert await backend.token()
