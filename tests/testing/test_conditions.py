"""What the marker says of a test's tenant."""

from pathlib import Path

import pytest
from counter_shop import Counter, order, query

from sandbox.testing import WeChatPayServer
from sandbox.testing.conditions import BadMarker, conditions

NUMBER = "T2026000001"
START = 1_767_225_600_000
STORY = """
name: unlucky
summary: {zh: 不走运, en: Out of luck}
parameters: {number: T1}
tenant:
  settings: {refund.delay: 7}
  merchant: {name: "{appid}"}
rules:
  - when: notify.due
    only: {out_trade_no: "{number}"}
    do: {drop: }
story:
  - user.login:
"""


@pytest.mark.wechatpay(scenario="notifications-lost")
def test_a_shipped_scenarios_rules_are_in_force(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """The first notifications are lost, as the story has it; the story itself is not told."""
    order(wechatpay_server, shop.url)

    wechatpay_server.pay(NUMBER)

    assert [one.verdict for one in wechatpay_server.notifications(NUMBER)[0].attempts] == ["lost"]
    assert shop.heard == []


@pytest.mark.wechatpay(settings={"v2.format": "legacy", "refund": {"delay": 9}}, start=START, seed=7)
def test_settings_clock_and_seed(wechatpay_server: WeChatPayServer) -> None:
    """By dotted name or by group; the clock begins where the marker says."""
    settings = wechatpay_server.call("settings.get")

    assert (settings["v2"]["format"], settings["refund"]["delay"]) == ("legacy", 9)
    assert wechatpay_server.settle().now == START


@pytest.mark.wechatpay(clock="real")
def test_a_real_clock(wechatpay_server: WeChatPayServer, shop: Counter) -> None:
    """It goes by itself; paying still waits for the shop's answer."""
    order(wechatpay_server, shop.url)
    wechatpay_server.pay(NUMBER)

    wechatpay_server.expect_notification(NUMBER)
    assert wechatpay_server.call("clock.read")["kind"] == "real"


def test_without_a_marker_nothing_goes_wrong(wechatpay_server: WeChatPayServer) -> None:
    """No rule is in force, and the clock stands still."""
    assert wechatpay_server.call("rules.list") == {"rules": []}
    assert wechatpay_server.call("clock.read")["kind"] == "virtual"


def test_a_scenario_may_be_a_file_beside_the_test(tmp_path: Path) -> None:
    """Its settings and parameters hold, and the marker's own come before them."""
    (tmp_path / "unlucky.yaml").write_text(STORY)

    plain = conditions((), {"scenario": "unlucky.yaml"}, tmp_path)
    other = conditions(
        (), {"scenario": "unlucky.yaml", "values": {"number": "T2"}, "settings": {"v2.format": "legacy"}}, tmp_path
    )

    assert (plain.values, other.values) == ({"number": "T1"}, {"number": "T2"})
    assert plain.tenant["settings"] == {"refund.delay": 7}
    assert other.tenant["settings"] == {"refund.delay": 7, "v2.format": "legacy"}


def test_a_mistake_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    """As `scenario run` would tell it."""
    (tmp_path / "bad.yaml").write_text(STORY.replace("drop", "dropp"))

    with pytest.raises(BadMarker, match=r"bad.yaml:11: no fault called 'dropp'"):
        conditions((), {"scenario": "bad.yaml"}, tmp_path)


def test_what_a_scenario_changes_of_the_merchant_is_so(
    wechatpay_server: WeChatPayServer, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    """Placeholders stand for the tenant's own names."""
    from sandbox.testing.tenancy import tenancy

    (tmp_path / "unlucky.yaml").write_text(STORY)
    asked = conditions((), {"scenario": "unlucky.yaml"}, tmp_path)

    with tenancy(request.getfixturevalue("wechatpay_sandbox"), asked, lambda: tmp_path) as made:
        me = made.blocking.credentials
        assert made.blocking.call("merchants.get", mchid=me.mch_id)["name"] == me.appid
        assert made.blocking.call("rules.list")["rules"][0]["only"] == {"out_trade_no": "T1"}
        assert query(made.blocking)["err_code"] == "ORDERNOTEXIST"
