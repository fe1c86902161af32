"""What counts as an acknowledgement."""

import pytest

from sandbox.notifier.verdict import v2_verdict

GOOD = b"<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>"


@pytest.mark.parametrize(
    "body",
    [
        GOOD,
        b"<xml><return_code>SUCCESS</return_code></xml>",
        b"<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg></return_msg></xml>",
        b"<root><return_code> SUCCESS\n</return_code></root>",
        b"<xml>\n  <return_code><![CDATA[SUCCESS]]></return_code>\n  <return_msg><![CDATA[OK]]></return_msg>\n</xml>",
    ],
    ids=["cdata", "plain", "empty-msg", "other-root-and-blanks-inside", "pretty"],
)
@pytest.mark.parametrize("strict", [False, True])
def test_acknowledged(body: bytes, strict: bool) -> None:
    """200, any root, CDATA or not, with or without return_msg: accepted without a word, strictly too."""
    assert v2_verdict(200, body, strict=strict) == (True, "", ())


@pytest.mark.parametrize(
    "body",
    [
        b"\xef\xbb\xbf" + GOOD,
        b" \n" + GOOD,
        GOOD + b"\r\n",
        b"\n\xef\xbb\xbf" + GOOD + b"\n",
        b'<?xml version="1.0" encoding="UTF-8"?>' + GOOD,
        GOOD + b"<!-- took 3 ms -->",
    ],
    ids=["bom", "before", "after", "bom-and-blanks", "declaration", "comment"],
)
def test_bytes_around_are_a_warning_or_a_strict_failure(body: bytes) -> None:
    """Tolerated, with a warning; the strict setting refuses for the same reason."""
    accepted, reason, (warning,) = v2_verdict(200, body, strict=False)

    assert (accepted, reason) == (True, "")
    assert v2_verdict(200, body, strict=True) == (False, warning, ())


@pytest.mark.parametrize("status", [100, 201, 202, 204, 301, 302, 303, 307, 308, 400, 401, 404, 500, 502])
def test_any_other_status_fails(status: int) -> None:
    """Even with the right body: 201 and redirects were seen to be repeated."""
    accepted, reason, _ = v2_verdict(status, GOOD, strict=False)

    assert not accepted
    assert reason.startswith(f"HTTP {status}: ")
    assert ("redirects are not followed" in reason) == (status in (301, 302, 303, 307, 308))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "an empty body"),
        (b" \n", "an empty body"),
        (b"\xef\xbb\xbf", "an empty body"),
        (b"success", "text that is no XML: 'success'"),
        (b"SUCCESS", "text that is no XML"),
        (b"ok", "text that is no XML"),
        (b'{"return_code":"SUCCESS"}', "text that is no XML"),
        (b"\\n" + GOOD, "text that is no XML"),
        (b"<!DOCTYPE html><html><body>Sign in</body></html>", "an HTML page"),
        (b"<html>SUCCESS</html>", "an HTML page"),
        (b"<HTML></HTML>", "an HTML page"),
        (GOOD[:-3], "no well-formed XML"),
        (GOOD + b"debug", "no well-formed XML"),
        (GOOD + GOOD, "no well-formed XML"),
        ("<xml><return_code>成功</return_code></xml>".encode("gbk"), "no well-formed XML (not UTF-8"),
        (b"<xml><return_code>success</return_code></xml>", "return_code=success"),
        (b"<xml><return_code>Success</return_code></xml>", "return_code=Success"),
        (b"<xml><code>SUCCESS</code></xml>", "return_code=absent"),
        (b"<xml><data><return_code>SUCCESS</return_code></data></xml>", "return_code=absent"),
        ("<xml><return_code>FAIL</return_code><return_msg>签名失败</return_msg></xml>".encode(),
         "return_code=FAIL, return_msg=签名失败"),
        (b"<xml>SUCCESS</xml>", "return_code=absent"),
    ],
)  # fmt: skip
def test_any_other_body_fails(body: bytes, reason: str) -> None:
    """The reason names what came."""
    accepted, said, _ = v2_verdict(200, body, strict=False)

    assert not accepted
    assert said.startswith(reason)


def test_a_bomb_is_no_acknowledgement() -> None:
    """A hostile answer is refused like any other that is no message."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "SUCCESS">]><xml><return_code>&a;</return_code></xml>'

    assert not v2_verdict(200, bomb, strict=False).accepted
    assert not v2_verdict(200, b"<a>" * 5000, strict=False).accepted


def test_a_long_answer_is_shown_short() -> None:
    """The reason stays readable."""
    assert len(v2_verdict(200, b"x" * 60_000, strict=False).reason) < 250
