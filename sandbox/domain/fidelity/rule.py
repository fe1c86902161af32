"""A rule of the fidelity table, and the pages that many of them come from."""

from collections.abc import Callable

import msgspec

from sandbox.errors import Confidence

PAY = "https://pay.weixin.qq.com"
WIKI = f"{PAY}/wiki/doc/api/jsapi.php?chapter="
DEVELOPERS = "https://developers.weixin.qq.com"
SKILLS = "https://github.com/wechatpay-apiv3/wechatpay-skills"
AXIOS = "https://github.com/TheNorthMemory/wechatpay-axios-plugin"


class Rule(msgspec.Struct, frozen=True, kw_only=True):
    """One rule. `settings` are the dotted names that change it; `test` holds us to it, empty while nothing does.

    `what_zh` is there for what a setting changes.
    """

    id: str
    what: str
    confidence: Confidence
    test: str
    source: str = ""
    settings: tuple[str, ...] = ()
    what_zh: str = ""


def _sure(confidence: Confidence) -> Callable[..., Rule]:
    def rule(id: str, test: str, what: str, *, source: str = "", settings: tuple[str, ...] = (), zh: str = "") -> Rule:
        held = f"tests/{test}.py" if test else ""
        return Rule(
            id=id, what=what, confidence=confidence, test=held, source=source, settings=settings, what_zh=zh
        )  # fmt: skip

    return rule


observed, documented, inferred = map(_sure, (Confidence.OBSERVED, Confidence.DOCUMENTED, Confidence.INFERRED))
unconfirmed, ours = map(_sure, (Confidence.UNCONFIRMED, Confidence.OURS))
