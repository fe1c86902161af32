"""SDKs' own sandbox switches, which stand for the platform's acceptance rehearsal, on its host under `run`.

gopay's works nowhere: it reads the answer with the rehearsal's key, XML, as JSON.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from live_sandbox import Inbox
from node_packages import node_packages
from toolchains import java_classpath
from v2_shop import Shop, shop

HERE = Path(__file__).parent
COMMANDS: dict[str, Callable[[], tuple[str, str]]] = {
    "Payment.sandbox(config) of tenpay": lambda: (node_packages(HERE), str(HERE / "tenpay.js")),
    "WeChatPay(sandbox=True) of wechatpy": lambda: (sys.executable, str(HERE / "wechatpy_v2.py")),
}


@pytest.fixture(scope="module", params=COMMANDS)
def rehearsing(request: pytest.FixtureRequest, authority: Path) -> Iterator[Shop]:
    """The program with its SDK's switch on."""
    with shop(authority, *COMMANDS[request.param]()) as sdk:
        assert sdk.do("rehearse") == {}
        yield sdk


def test_an_order(rehearsing: Shop, notices: Inbox) -> None:
    """One of 1.01 yuan is paid by itself, told of with the rehearsal's key, found, and refunded."""
    number = rehearsing.number()
    refund = {"out_trade_no": number, "out_refund_no": f"R{number}"}

    launch = rehearsing.do(
        "order", out_trade_no=number, openid=rehearsing.openid, total_fee=101, notify_url=notices.url
    )
    notice = rehearsing.do("payment_notification", body=notices.first().decode())
    found = rehearsing.do("query", out_trade_no=number)
    accepted = rehearsing.do("refund", **refund, total_fee=101, refund_fee=101, notify_url=notices.url)
    settled = rehearsing.do("query_refund", **refund)

    assert launch["package"].startswith("prepay_id="), launch
    assert (notice["out_trade_no"], int(notice["total_fee"])) == (number, 101), notice
    assert (found["trade_state"], int(found["total_fee"])) == ("SUCCESS", 101), found
    assert accepted["out_refund_no"] == refund["out_refund_no"], accepted
    assert settled["refund_id_0"] == accepted["refund_id"], settled


def test_another_amount(rehearsing: Shop, notices: Inbox) -> None:
    """An amount that is no case of the rehearsal is refused, by the words of the platform."""
    number = rehearsing.number()

    refused = rehearsing.do("order", out_trade_no=number, openid=rehearsing.openid, total_fee=1, notify_url=notices.url)

    assert refused == {"error": "沙箱支付金额(1)无效，请检查需要验收的case"}


def test_wxjava(authority: Path) -> None:
    """`useSandboxEnv`, which stands for the second rehearsal: a payer's code is charged 0.01 yuan, and found."""
    java = HERE / "wxjava"
    command = ["java", "-cp", java_classpath(java), str(java / "Shop.java")]
    with shop(authority, *command, options=("--java-hosts",)) as sdk:
        assert sdk.do("rehearse") == {}

        charged = sdk.do("micropay", out_trade_no="V20000001", total_fee=1, auth_code="120061098828009406")
        found = sdk.do("query", out_trade_no="V20000001")

        assert charged["transaction_id"], charged
        assert (found["trade_state"], found["total_fee"]) == ("SUCCESS", 1), found
