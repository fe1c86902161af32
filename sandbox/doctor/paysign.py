"""Why a second signature (paySign, the App's sign) of a v2 order does not fit: the usual mistakes of launching."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import combinations

import msgspec

from sandbox.doctor import v2mistakes
from sandbox.doctor.mistake import Finding, Mistake, Search, told
from sandbox.doctor.v2draft import Draft, Signer, Step, right_draft, with_algorithm
from sandbox.doctor.v2keys import Candidate
from sandbox.doctor.v2mistakes import renamed, without
from sandbox.doctor.v2request import about_writing
from sandbox.doctor.v2values import always, one_value
from sandbox.protocol.v2sign import SignType

Spellings = Mapping[str, tuple[str, ...]]

JSAPI_SPELLINGS: Spellings = {
    "appId": ("appid", "app_id"),
    "timeStamp": ("timestamp", "time_stamp"),
    "nonceStr": ("noncestr", "nonce_str"),
    "package": ("Package", "prepay_id"),
    "signType": ("signtype", "sign_type"),
}
APP_SPELLINGS: Spellings = {
    "appid": ("appId", "app_id"),
    "partnerid": ("partnerId", "partner_id", "mch_id"),
    "prepayid": ("prepayId", "prepay_id"),
    "package": ("packageValue",),
    "noncestr": ("nonceStr", "nonce_str"),
    "timestamp": ("timeStamp", "time_stamp"),
}
"""How names are misspelt when they are signed."""


class Launched(msgspec.Struct, frozen=True, kw_only=True):
    """A second signature and what is known about its order.

    `fields` carry the names that belong in the signature; `values` are other values that might have been signed, by
    name; `order_signs` the signatures seen when the order was placed, by where they stood.
    """

    came: str
    fields: Mapping[str, str]
    spellings: Spellings
    sign_type: SignType  # the order's
    said_type: str = ""  # what signType says; empty where the call has none
    values: Iterable[tuple[str, str]] = ()
    order_signs: Mapping[str, str] = {}


class LaunchCase:
    """A second signature that was refused."""

    def __init__(self, launched: Launched, right: Candidate, others: Iterable[Candidate]) -> None:
        self.launched = launched
        self.right = right_draft(launched.fields, right.key, launched.sign_type)
        self._others = tuple(others)
        self._signer = Signer(launched.came)
        self._besides = about_writing(launched.came, self._signer)

    def single(self) -> Finding | None:
        """The one mistake that explains it; a wrong signType is one even by itself."""
        launched, signer = self.launched, self._signer
        for place, sign in launched.order_signs.items():
            if signer.came == sign.upper():
                return told(
                    "PAY_SIGN_REUSED", f"paySign is the sign of {place}: the launch needs a signature of its own",
                    f"paySign用的是{place}里的sign，调起支付需要重新签名",
                )  # fmt: skip
        wrong_type = self._wrong_type()
        if wrong_type is not None and (signer.fits(self.right) or signer.fits(wrong_type.make(self.right))):
            return Finding((wrong_type,))
        if signer.fits(self.right):
            return Finding(self._besides) if self._besides else None
        return self._with_writing(self._search.single())

    def pair(self) -> Finding | None:
        """The two mistakes that explain it together."""
        return self._with_writing(self._search.pair())

    def unexplained(self) -> Finding | None:
        """A signType that is not the order's, whatever else is wrong."""
        wrong_type = self._wrong_type()
        return None if wrong_type is None else Finding((wrong_type,))

    def shown(self) -> str:
        """The string that we signed, with the key at its end."""
        return self.right.message()

    def _with_writing(self, found: Finding | None) -> Finding | None:
        return None if found is None else Finding((*found.mistakes, *self._besides))

    @cached_property
    def _search(self) -> Search[Draft]:
        return Search(self.right, self._mistakes(), self._signer.fits, len(self.shown()))

    def _mistakes(self) -> Iterator[Mistake[Draft]]:
        wrong_type = self._wrong_type()
        if wrong_type is not None:
            yield wrong_type
        yield from self._names()
        yield from self._values()
        for mistake in v2mistakes.mistakes(self.right, self._others):
            if mistake.code not in _OF_REQUESTS:
                yield mistake

    def _wrong_type(self) -> Mistake[Draft] | None:
        """signType says something else than the order, and it was signed so."""
        said, right = self.launched.said_type, self.launched.sign_type
        if said in ("", right):
            return None
        return Mistake(
            "PAY_SIGN_TYPE", Step.HASH,
            f"signType says {said}, the order was placed with sign_type={right}: both must be the same",
            f"signType为{said}，而下单的sign_type为{right}，两者必须一致",
            with_algorithm(said) if said in tuple(SignType) else _same,
        )  # fmt: skip

    def _names(self) -> Iterator[Mistake[Draft]]:
        """One name misspelt or left out; all that can be, in one style; any number of them."""
        spellings = self.launched.spellings
        for name in self.launched.fields:
            for other in spellings.get(name, ()):
                yield _misspelt({name: other})
            yield Mistake(
                "PAY_SIGN_NAMES", Step.FIELDS, f"signed without {name}", f"签名时漏了{name}",
                without(name),
            )  # fmt: skip
        for style in range(max(map(len, spellings.values()))):
            styled = {name: others[style] for name, others in spellings.items() if style < len(others)}
            for count in range(len(styled), 1, -1):
                for names in combinations(styled, count):
                    yield _misspelt({name: styled[name] for name in names})

    def _values(self) -> Iterator[Mistake[Draft]]:
        for name, value in self.launched.values:
            now = self.launched.fields[name]
            yield Mistake(
                "PAY_SIGN_VALUES", Step.VALUES,
                f"{name} was signed as {value!r} but passed as {now!r}: pass what was signed",
                f"签名时{name}为{value}，调起时却传了{now}，应原样传入签名时的值",
                one_value(name, always(value)),
            )  # fmt: skip


_OF_REQUESTS = frozenset({"SIGN_TYPE_NOT_SENT", "SIGN_FIELD_LEFT_OUT", "SIGN_NAME_CASE", "SIGN_FIELD_NOT_SENT"})
"""Verdicts that make no sense of a launch, or have a better name there."""


def _misspelt(names: Mapping[str, str]) -> Mistake[Draft]:
    return Mistake(
        "PAY_SIGN_NAMES", Step.NAMES, f"signed as {', '.join(names.values())}; the names are {', '.join(names)}",
        f"签名时用了{'、'.join(names.values())}，应为{'、'.join(names)}", renamed(names),
    )  # fmt: skip


def _same(draft: Draft) -> Draft:
    return draft
