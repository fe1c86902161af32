"""Why the signature of a v2 request is wrong."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from sandbox.doctor import v2mistakes
from sandbox.doctor.mistake import Finding, Mistake, Search, told
from sandbox.doctor.v2draft import Draft, Signer, Step, right_draft
from sandbox.doctor.v2keys import Candidate
from sandbox.protocol.v2sign import SignType


def about_writing(came: str, signer: Signer, *, any_case: bool = False) -> tuple[Mistake[Draft], ...]:
    """What is wrong with how a signature is written, whatever it is of."""
    if came.upper() != signer.came:
        return (
            _writing(
                "SIGN_NOT_HEX", "the signature is not written as upper-case hex digits", "签名没有写成大写十六进制"
            ),
        )
    if came != signer.came and not any_case:
        return (_writing("SIGN_LOWER_CASE", "the signature is in lower case", "签名用了小写，应转为大写"),)
    return ()


def _writing(code: str, text: str, text_zh: str) -> Mistake[Draft]:
    return Mistake(code, Step.CASE, text, text_zh, lambda draft: draft)


class V2Case:
    """A v2 request whose signature was refused.

    `seen` are signatures of earlier messages, by where they stood; `known` other values of fields; `launches`
    what a second signature of this order would be about; `any_case`: lower case is accepted.
    """

    def __init__(
        self,
        fields: Mapping[str, str],
        right: Candidate,
        others: Iterable[Candidate],
        sign_type: SignType,
        *,
        seen: Mapping[str, str] | None = None,
        known: Iterable[tuple[str, str]] = (),
        launches: Iterable[Mapping[str, str]] = (),
        any_case: bool = False,
    ) -> None:
        self.came = fields.get("sign", "")
        self.right = right_draft(fields, right.key, sign_type)
        self._signer = Signer(self.came)
        self._seen = seen or {}
        self._known = tuple(known)
        self._others = tuple(others)
        self._launches = tuple(launches)
        self._besides = about_writing(self.came, self._signer, any_case=any_case)

    @property
    def expected(self) -> str:
        """The signature that should have come."""
        return self._signer.sign(self.right)

    def single(self) -> Finding | None:
        """The one mistake that explains it."""
        if not self.came:
            return None
        if self._signer.fits(self.right):
            return Finding(self._besides) if self._besides else None
        for where, sign in self._seen.items():
            if sign.upper() == self._signer.came:
                return told(
                    "SIGN_REUSED", f"this is the sign of {where}: every message needs a signature of its own",
                    f"这是{where}里的sign，每次请求都要重新签名",
                )  # fmt: skip
        return self._with_writing(self._search.single())

    def pair(self) -> Finding | None:
        """The two mistakes that explain it together."""
        return self._with_writing(self._search.pair())

    def unexplained(self) -> Finding | None:
        """Nothing: a digest tells nothing of what it is about."""
        return None

    def shown(self) -> str:
        """The string that we signed, with the key at its end."""
        return self.right.message()

    @cached_property
    def _search(self) -> Search[Draft]:
        made = v2mistakes.mistakes(self.right, self._others, self._known, self._launches)
        return Search(self.right, made, self._signer.fits, len(self.shown()))

    def _with_writing(self, found: Finding | None) -> Finding | None:
        return None if found is None else Finding((*found.mistakes, *self._besides))
