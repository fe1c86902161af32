"""What the doctor says of a signature that was refused, in words that can be shown."""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from sandbox.doctor import remedies
from sandbox.doctor.masking import masked
from sandbox.doctor.mistake import Finding
from sandbox.doctor.nearest import Difference, differences


class Case(Protocol):
    """A refused signature, and the searches for what was done."""

    def single(self) -> Finding | None:
        """One mistake that explains it: at most a few milliseconds."""

    def pair(self) -> Finding | None:
        """Two mistakes that explain it together: some fifty times as long."""

    def unexplained(self) -> Finding | None:
        """What is known although no mistake fits."""

    def shown(self) -> str:
        """The string that we signed, keys and all."""


class Chart(NamedTuple):
    """A case and what goes with it: keys that must not be shown, and the last message that was right, as fields."""

    case: Case
    keys: tuple[str, ...]
    came: Mapping[str, str]
    good: Mapping[str, str] = {}


class Verdict(NamedTuple):
    """What was found. An empty code: nothing. `pending`: pairs have not been tried."""

    code: str = ""
    summary: str = ""
    summary_zh: str = ""
    fix: str = ""
    fix_zh: str = ""
    docs: str = ""
    string_to_sign: str = ""
    nearest: tuple[Difference, ...] = ()
    pending: bool = False


PENDING = (
    "pending: no single mistake gives this signature, combinations of two are being tried",
    "待定：没有单个错误能得到这个签名，正在尝试两个错误的组合",
)
SHOWN = 4096  # characters of a string to sign
UNKNOWN = (
    "unknown cause: none of the mistakes we know, nor two of them together, gives this signature",
    "原因不明：已知的错误以及其中任意两个的组合都得不到这个签名",
)


def at_once(chart: Chart) -> Verdict:
    """The verdict of single mistakes; pending when there is none."""
    found = chart.case.single()
    if found is None:
        return _written(chart, None)._replace(summary=PENDING[0], summary_zh=PENDING[1], pending=True)
    return _written(chart, found)


def at_leisure(chart: Chart) -> Verdict:
    """The verdict of pairs, or that the cause is unknown, with the nearest message that was right."""
    found = chart.case.pair()
    if found is not None:
        return _written(chart, found)
    known = chart.case.unexplained()
    verdict = _written(chart, known)
    about = f" ({known.text})" if known is not None else ""
    about_zh = f"（{known.text_zh}）" if known is not None else ""
    near = differences(chart.came, chart.good) if chart.good else ()
    keys = chart.keys
    return verdict._replace(
        summary=UNKNOWN[0] + about,
        summary_zh=UNKNOWN[1] + about_zh,
        docs=f"{remedies.PAGE}#unknown",
        nearest=tuple(Difference(one.field, masked(one.came, keys), masked(one.good, keys)) for one in near),
    )


def whole(chart: Chart) -> Verdict:
    """Both, one after the other."""
    verdict = at_once(chart)
    return at_leisure(chart) if verdict.pending else verdict


SHED = Verdict(
    summary="no single mistake gives this signature; combinations of two were not tried, too many requests wait for"
    " that: `wechatpay-sandbox explain` tries them",
    summary_zh="没有单个错误能得到这个签名；排队过多，未尝试两个错误的组合，可用`wechatpay-sandbox explain`诊断",
)
"""In the place of a pending verdict, when nobody has time for pairs."""


def of_finding(found: Finding) -> Verdict:
    """The verdict on something that needed no string to sign."""
    return Verdict(
        code=found.code,
        summary=found.text,
        summary_zh=found.text_zh,
        fix=remedies.fix(found),
        fix_zh=remedies.fix_zh(found),
        docs=remedies.docs(found),
    )


def _written(chart: Chart, found: Finding | None) -> Verdict:
    keys = chart.keys
    verdict = Verdict(docs=f"{remedies.PAGE}#unknown") if found is None else of_finding(found)
    return verdict._replace(
        summary=masked(verdict.summary, keys),
        summary_zh=masked(verdict.summary_zh, keys),
        string_to_sign=shown(chart),
    )


def shown(chart: Chart) -> str:
    """The string that we signed, keys masked, cut when it is very long."""
    text = masked(chart.case.shown(), chart.keys)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}… ({len(text)} characters)"
