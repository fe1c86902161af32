"""Identifiers have the shapes of the platform's and depend on nothing but their arguments."""

import base64
import re

from hypothesis import given
from hypothesis import strategies as st

from sandbox.protocol import identifiers

ENTROPY = st.binary(min_size=32, max_size=32)
NOW = 1644807426789
ONE, TWO = bytes(range(32)), bytes(range(32, 64))


@given(ENTROPY)
def test_every_shape_holds_for_any_entropy(entropy: bytes) -> None:
    """Length, alphabet and fixed parts are those of the observed samples."""
    shapes = {
        r"wx14105706[0-9a-f]{22}0000": identifiers.prepay_id(entropy, NOW),
        r"4200000\d{3}20220214\d{10}": identifiers.transaction_id(entropy, NOW),
        r"503\d{7}20220214\d{11}": identifiers.refund_id(entropy, NOW),
        r"190000000120220214\d{10}": identifiers.flow_id(entropy, "1900000001", NOW),
        r"[A-Za-z0-9_-]{64}": identifiers.bill_token(entropy),
        r"weixin://wxpay/bizpayurl\?pr=[A-Za-z0-9]{9}": identifiers.code_url(entropy),
        r"\d{10}": identifiers.mweb_package(entropy),
        r"0[A-Za-z0-9]{2}([A-Za-z0-9]{4})[A-Za-z0-9]{20}\1[A-Za-z0-9]": identifiers.login_code(entropy),
        r"o[A-Za-z0-9_-]{27}": identifiers.openid(ONE, entropy),
        r"o[\w-]{27}": identifiers.unionid(entropy),
        r"[0-9a-f]{64}": identifiers.phone_code(entropy),
        r"28_[A-Za-z0-9_-]{133}": identifiers.access_token(entropy),
        r"[A-Za-z0-9]{16}": identifiers.nonce_str(entropy),
        r"6209c502-[0-9a-f]{8}-[0-9a-f]{8}": identifiers.rid(entropy, NOW),
    }
    assert {shape: value for shape, value in shapes.items() if not re.fullmatch(shape, value)} == {}


def test_a_session_key_is_sixteen_bytes() -> None:
    """Base64 of an AES-128 key: 24 characters ending in ==."""
    key = identifiers.session_key(ONE)
    assert base64.b64decode(key) == ONE[:16]
    assert key.endswith("==")


def test_openids_of_one_appid_share_six_characters() -> None:
    """The first six characters belong to the appid, the rest to the payer."""
    mine, theirs = identifiers.openid(ONE, ONE), identifiers.openid(ONE, TWO)
    assert mine[:6] == theirs[:6]
    assert mine[6:] != theirs[6:]
    assert identifiers.openid(TWO, ONE)[:6] != mine[:6]


def test_entropy_alone_tells_two_apart() -> None:
    """The same entropy gives the same identifier, other entropy another."""
    for make in (identifiers.login_code, identifiers.unionid, identifiers.code_url, identifiers.access_token):
        assert make(ONE) == make(ONE)
        assert make(ONE) != make(TWO)
    for timed in (identifiers.prepay_id, identifiers.transaction_id, identifiers.rid):
        assert timed(ONE, NOW) == timed(ONE, NOW)
        assert timed(ONE, NOW) != timed(TWO, NOW)
