"""req_info of the v2 refund notification, against published vectors."""

import pytest

from sandbox.protocol import reqinfo

KEY = "ziR0QKsTUfMOuochC9RfCdmfHECorQAP"
FIELDS = (
    ("out_refund_no", "50fd012ed1b311e7af7800163e32c503"),
    ("out_trade_no", "4893e76d8c8b434cb64e9cd536338e33"),
    ("refund_account", "REFUND_SOURCE_RECHARGE_FUNDS"),
    ("refund_fee", "6"),
    ("refund_id", "50000404922017112502468056157"),
    ("refund_recv_accout", "支付用户零钱"),
    ("refund_request_source", "API"),
    ("refund_status", "SUCCESS"),
    ("settlement_refund_fee", "6"),
    ("settlement_total_fee", "6"),
    ("success_time", "2017-11-25 15:36:17"),
    ("total_fee", "6"),
    ("transaction_id", "4200000015201711256947025404"),
)
SEALED = (
    "YYwp8C48th0wnQzTqeI+41pflB26v+smFj9z6h9RPBgxTyZyxc+4YNEz7QEgZNWj/6rIb2MfyWMZmCc41CfjKSssoSZPXxOhUayb6KvNSZ1p6f"
    "rOX1PDWzhyruXK7ouNND+gDsG4yZ0XXzsL4/pYNwLLba/71QrnkJ/BHcByk4EXnglju5DLup9pJQSnTxjomI9Rxu57m9jg5lLQFxMWXyeASZJN"
    "vof0ulnHlWJswS4OxKOkmW7VEyKyLGV6npoOm03Qsx2wkRxLsSa9gPpg4hdaReeUqh1FMbm7aWjyrVYT/MEZWg98p4GomEIYvz34XfDncTezX4"
    "bf/ZiSLXt79aE1/YTZrYfymXeCrGjlbe0rg/T2ezJHAC870u2vsVbY1/KcE2A443N+DEnAziXlBQ1AeWq3Rqk/O6/TMM0lomzgctAOiAMg+bh5"
    "+Gu1ubA9O3E+vehULydD5qx2o6i3+qA9ORbH415NyRrQdeFq5vmCiRikp5xYptWiGZA0tkoaLKMPQ4ndE5gWHqiBbGPfULZWokI+QjjhhBmwgb"
    "d6J0VqpRorwOuzC/BHdkP72DCdNcm7IDUpggnzBIy0+seWIkcHEryKjge3YDHpJeQCqrAH0CgxXHDt1xtbQbST1VqFyuhPhUjDXMXrknrGPN/o"
    "E1t0rLRq+78cI+k8xe5E6seeUXQsEe8r3358mpcDYSmXWSXVZxK6er9EF98APqHwcndyEJD2YyCh/mMVhERuX+7kjlRXSiNUWa/Cv/XAKFQuvU"
    "YA5ea2eYWtPRHa4DpyuF1SNsaqVKfgqKXZrJHfAgslVpSVqUpX4zkKszHF4kwMZO3M7J1P94Mxa7Tm9mTOJePOoHPXeEB+m9rX6pSfoi3mJDQ5"
    "inJ+Vc4gOkg/Wd/lqiy6TTyP/dHDN6/v+AuJx5AXBo/2NDD3fWhHjkqEKIuARr2ClZt9ZRQO4HkXdZo7CN06sGCHk48Tg8PmxnxKcMZm7Aoquv"
    "5yMIM2gWSWIRJhwJ8cUpafIHc+GesDlbF6Zbt+/KXkafJAQq2RklEN+WvZ/zFz113EPgWPjp16TwBoziq96MMekvWKY/vdhjol8VFtGH9F61Oy"
    "1Xwf6DJtPw=="
)


def test_the_published_vector_is_made_and_opened() -> None:
    """AES-256-ECB has no chance in it: the same fields give the published text, byte for byte."""
    plain = reqinfo.render(FIELDS)

    assert reqinfo.seal(plain, KEY) == SEALED
    assert reqinfo.unseal(SEALED, KEY) == plain


def test_the_second_vector_opens() -> None:
    """A short text under a short key."""
    sealed = "FTuPWOW4npLOTY8GQp+JtWXKe3ZFa2wsJC6v9gFoATU="

    assert reqinfo.unseal(sealed, "foo-merchant-key") == "<foo><bar>123</bar></foo>"


@pytest.mark.parametrize("sealed", ["no base64!", "QUJD", SEALED[:-4], ""])
def test_what_does_not_open_says_so(sealed: str) -> None:
    """Broken base64, half a block, a cut tail and nothing at all."""
    with pytest.raises(ValueError, match=r"."):
        reqinfo.unseal(sealed, KEY)


def test_another_key_does_not_open_it() -> None:
    """The APIv3 key in the place of the API v2 key."""
    with pytest.raises(ValueError, match="another key"):
        reqinfo.unseal(SEALED, "sandboxAPIv3key0sandboxAPIv3key0")
