"""Why what the platform said, an answer or a notification, does not verify: three lines, signed by the platform."""

from collections.abc import Iterator, Mapping, Sequence

from sandbox.doctor.mistake import Finding, Mistake, told
from sandbox.doctor.v3body import body_mistakes
from sandbox.doctor.v3draft import Draft, Signer
from sandbox.doctor.v3request import V3Case
from sandbox.protocol import v3auth

HEADERS = ("Wechatpay-Timestamp", "Wechatpay-Nonce", "Wechatpay-Signature", "Wechatpay-Serial")


def notice_draft(headers: Mapping[str, str], body: bytes) -> Draft:
    """What the platform signed, if nothing was changed on the way; header names are lower case."""
    lines = (headers["wechatpay-timestamp"], headers["wechatpay-nonce"])
    return Draft((*(line.encode("utf-8", "replace") for line in lines), body))


def notice_mistakes(right: Draft) -> Iterator[Mistake[Draft]]:
    """The body was read and written again before it was verified."""
    for mistake in body_mistakes(right.lines[-1]):
        yield mistake._replace(
            code="NOTIFY_BODY_CHANGED",
            text=f"the body is not as it was sent ({mistake.text})",
            text_zh=f"报文主体与平台发送的不同（{mistake.text_zh}）",
        )


class NoticeCase(V3Case):
    """A notice that does not verify; verdicts speak of receiving, not of signing."""

    def __init__(self, right: Draft, came: str, signers: Sequence[Signer]) -> None:
        super().__init__(right, came, signers, notice_mistakes)

    def single(self) -> Finding | None:
        """The one thing that happened on the way."""
        found = super().single()
        return None if found is None else _as_received(found)

    def pair(self) -> Finding | None:
        """The two things that happened on the way."""
        found = super().pair()
        return None if found is None else _as_received(found)

    def unexplained(self) -> Finding:
        """What is known when nothing fits."""
        return _as_received(super().unexplained())


RECEIVED = {
    "V3_UNKNOWN_KEY": (
        "NOTIFY_FORGED", "the platform did not sign this: forged, or the signature was changed on the way",
        "这不是平台的签名：报文是伪造的，或签名在途中被改动",
    ),
    "V3_OTHER_KEY": (
        "NOTIFY_OTHER_SERIAL", "the platform signed this with another of its keys than Wechatpay-Serial names",
        "平台签名所用的密钥与Wechatpay-Serial不符",
    ),
    "V3_OTHER_MESSAGE": (
        "NOTIFY_BODY_CHANGED", "the platform signed another body, timestamp or nonce than came",
        "平台签名的报文主体、时间戳或随机串与收到的不同",
    ),
}  # fmt: skip


def _as_received(found: Finding) -> Finding:
    mistakes = []
    for mistake in found.mistakes:
        code, text, text_zh = RECEIVED.get(mistake.code, (mistake.code, mistake.text, mistake.text_zh))
        mistakes.append(mistake._replace(code=code, text=text, text_zh=text_zh))
    return Finding(tuple(mistakes))


def in_headers(headers: Mapping[str, str]) -> Finding | None:
    """What the headers alone tell: some are lost, or the signature is a probe."""
    lost = [name for name in HEADERS if not headers.get(name.lower())]
    if lost:
        return told(
            "NOTIFY_HEADERS_LOST", f"{', '.join(lost)} missing: the platform sends all four",
            f"缺少{'、'.join(lost)}：平台会发送全部四个头",
        )  # fmt: skip
    if headers["wechatpay-signature"].startswith(v3auth.SIGN_TEST):
        return told(
            "NOTIFY_PROBE", "this is a probe: its signature is wrong on purpose", "这是签名探测流量，签名故意是错的"
        )
    return None
