"""Open data: what is encrypted decrypts with its own key only, signatures are the published ones."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.protocol import session

KEY = base64.b64encode(bytes(range(16))).decode()
OTHER_KEY = base64.b64encode(bytes(range(1, 17))).decode()
IV = bytes(range(16, 32))
# echo -n '{"openId":"o1"}' | openssl enc -aes-128-cbc -K 0001…0f -iv 1011…1f -base64
KNOWN = "XnMn254FTSuPYzPpDGHItg=="


@given(st.dictionaries(st.text(st.characters(codec="utf-8")), st.text(st.characters(codec="utf-8")) | st.integers()))
def test_open_data_decrypts(data: dict[str, str | int]) -> None:
    """Any JSON object comes back from encryptedData, in whole blocks."""
    encrypted = session.encrypt(data, KEY, IV)
    assert session.decrypt(encrypted, KEY, IV) == data
    assert len(base64.b64decode(encrypted)) % 16 == 0


def test_a_known_cipher_text() -> None:
    """The bytes are those of AES-128-CBC with PKCS#7."""
    assert session.encrypt({"openId": "o1"}, KEY, IV) == KNOWN


def test_another_key_does_not_decrypt() -> None:
    """A session_key that a later login replaced gives an error, not data."""
    encrypted = session.encrypt({"openId": "oGAbCdEfGh", "watermark": {"timestamp": 1}}, KEY, IV)
    with pytest.raises(ValueError, match=r".+"):
        session.decrypt(encrypted, OTHER_KEY, IV)


def test_user_signature_of_the_docs() -> None:
    """sha1(rawData + session_key)."""
    raw = (
        '{"nickName":"Band","gender":1,"language":"zh_CN","city":"Guangzhou","province":"Guangdong","country":"CN",'
        '"avatarUrl":"http://wx.qlogo.cn/mmopen/vi_32/1vZvI39NWFQ9XM4LtQpFrQJ1xlgZxx3w7bQxKARol6503Iuswjjn6nIGBiaycAjAtp'
        'ujxyzYsrztuuICqIM5ibXQ/0"}'
    )
    assert session.user_signature(raw, "HyVFkGl5F5OQWJZZaNzBBg==") == "75e81ceda165f4ffa64f4068af58c64b8f54b88c"


def test_session_signature_of_the_docs() -> None:
    """The key is used as base64 text."""
    came = session.session_signature('{"foo":"bar"}', "o0q0otL8aEzpcZL/FT9WsQ==")
    assert came == "654571f79995b2ce1e149e53c0a33dc39c0a74090db514261454e8dbe432aa0b"


def test_jsapi_signature_of_the_docs() -> None:
    """The documentation's own example, its URL without a path."""
    came = session.jsapi_signature(
        "sM4AOVdWfPE4DxkXGEs8VMCPGGVi4C3VM0P37wVUCFvkVAy_90u5h9nbSlYy3-Sl-HhTdfl2fzFy1AOcHKP7qg",
        "Wm3WZYTPz0wzccnW",
        "1414587457",
        "http://mp.weixin.qq.com?params=value",
    )
    assert came == "0f9de62fce790f9a083d5c99e95740ceb90c27ed"
