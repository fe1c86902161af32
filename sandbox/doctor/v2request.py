"""Why the signature of a v2 request is wrong."""

from collections.abc import Iterable, Mapping
from functools import cached_property

from sandbox.doctor import v2mistakes
from sandbox.doctor.mistake import Finding, Mistake, Search, told
from sandbox.doctor.v2draft import Draft, Signer, Step, right_draft
from sandbox.doctor.v2keys import Candidate
from sandbox.protocol.v2sign import SignType

LOWER = Mistake[Draft](
    "SIGN_LOWER_CASE", Step.CASE, "the signature is right but in lower case", "签名正确，但用了小写，应转为大写",
    lambda draft: draft,
)  # fmt: skip
BESIDES = LOWER._replace(text="the signature is in lower case", text_zh="签名用了小写，应转为大写")


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
        self._lower = self.came != self.came.upper() and not any_case

    @property
    def expected(self) -> str:
        """The signature that should have come."""
        return self._signer.sign(self.right)

    def single(self) -> Finding | None:
        """The one mistake that explains it."""
        if not self.came:
            return None
        if self._signer.fits(self.right):
            return Finding((LOWER,)) if self._lower else self._unlike()
        for where, sign in self._seen.items():
            if sign.upper() == self._signer.came:
                return told(
                    "SIGN_REUSED", f"this is the sign of {where}: every message needs a signature of its own",
                    f"这是{where}里的sign，每次请求都要重新签名",
                )  # fmt: skip
        return self._with_case(self._search.single())

    def pair(self) -> Finding | None:
        """The two mistakes that explain it together."""
        return self._with_case(self._search.pair())

    def unexplained(self) -> Finding | None:
        """Nothing: a digest tells nothing of what it is about."""
        return None

    def shown(self) -> str:
        """The string that we signed, with the key at its end."""
        return self.right.message()

    @cached_property
    def _search(self) -> Search[Draft]:
        made = v2mistakes.mistakes(self.right, self._others, self._known, self._launches)
        return Search(self.right, made, self._signer.fits)

    def _with_case(self, found: Finding | None) -> Finding | None:
        return Finding((*found.mistakes, BESIDES)) if found is not None and self._lower else found

    def _unlike(self) -> Finding | None:
        """The right digest, but not written as upper-case hex."""
        if self.came.upper() == self._signer.came:
            return None
        return told(
            "SIGN_NOT_HEX", "the signature is right but not written as 32 or 64 upper-case hex digits",
            "签名值正确，但没有写成大写十六进制",
        )  # fmt: skip
