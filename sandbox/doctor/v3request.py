"""Why the signature of an APIv3 request, or of the launch of its payment, is wrong."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from sandbox.doctor.mistake import Finding, Mistake, Search, told
from sandbox.doctor.v3draft import Draft, Line, Signed, Signer, opened, written

WRITTEN = {
    "percent": ("URL-encoded", "做了URL编码"),
    "base64url": ("in the URL-safe alphabet of base64 (- and _)", "用了base64url（-和_）"),
    "twice": ("in base64 twice", "做了两次base64"),
    "hex": ("in hex", "用了十六进制"),
    "bare": ("over a bare digest, without naming SHA-256", "缺少SHA-256的DigestInfo"),
}

RARE_AT_MOST = 32 << 10  # bytes of a message for which rare mistakes are tried


class V3Case:
    """A message whose RSA signature was refused.

    `signers`: the one who should have signed, then everybody else whose key might have been used. `mistakes` are made
    when they are needed; `rare` ones are tried later, alone.
    """

    def __init__(
        self,
        right: Draft,
        came: str,
        signers: Sequence[Signer],
        mistakes: Callable[[Draft], Iterable[Mistake[Draft]]],
        rare: Callable[[Draft], Iterable[Mistake[Draft]]] = lambda draft: (),
    ) -> None:
        self.right = right
        self.came = came
        self._signers = signers
        self._mistakes = mistakes
        self._rare = rare

    def single(self) -> Finding | None:
        """The one mistake that explains it; that no key of ours signed is one."""
        signed = self._signed
        if signed is None:
            return self._foreign()
        besides = tuple(self._besides(signed))
        if besides and signed.fits(self.right):
            return Finding(besides)
        found = self._search.single()
        return None if found is None else Finding((*besides, *found.mistakes))

    def pair(self) -> Finding | None:
        """The rare mistake that explains it, or the two that do together."""
        signed = self._signed
        if signed is None:
            return None
        found = self._rarely(signed) or self._search.pair()
        return None if found is None else Finding((*self._besides(signed), *found.mistakes))

    def shown(self) -> str:
        """The message that we verified."""
        return self.right.message().decode("utf-8", "replace")

    def unexplained(self) -> Finding:
        """What is known when no mistake fits: the key, and that it was another message."""
        signed = self._signed
        if signed is None:
            return self._foreign()
        besides = tuple(self._besides(signed))
        other = told(
            "V3_OTHER_MESSAGE", f"{self._signers[signed.signer].owner} signed, but another message than was sent",
            f"签名私钥属于{self._signers[signed.signer].owner_zh}，但签名的内容与发送的不同",
        )  # fmt: skip
        return Finding((*besides, *other.mistakes))

    @cached_property
    def _signed(self) -> Signed | None:
        return opened(self.came, self._signers)

    def _rarely(self, signed: Signed) -> Finding | None:
        for mistake in self._rare(self.right) if self._size < RARE_AT_MOST else ():
            if signed.fits(mistake.make(self.right)):
                return Finding((mistake,))
        return None

    @cached_property
    def _search(self) -> Search[Draft]:
        assert self._signed is not None
        return Search(self.right, self._mistakes(self.right), self._signed.fits, self._size)

    @property
    def _size(self) -> int:
        return sum(map(len, self.right.lines))

    def _besides(self, signed: Signed) -> Iterator[Mistake[Draft]]:
        """What is wrong about the signature, whatever the message."""
        if signed.signer:
            right, used = self._signers[0], self._signers[signed.signer]
            yield _about(
                "V3_OTHER_KEY", f"signed with {used.owner}, not with {right.owner}",
                f"签名用的是{used.owner_zh}，而不是{right.owner_zh}",
            )  # fmt: skip
        if signed.algorithm != "sha256":
            name = signed.algorithm.upper()
            yield _about(
                "V3_OTHER_HASH", f"signed with {name}withRSA: APIv3 takes SHA256withRSA",
                f"签名算法是{name}withRSA，应为SHA256withRSA",
            )  # fmt: skip
        if signed.salt is not None:
            yield _about(
                "V3_PSS",
                "padded with PSS: APIv3 takes RSA with PKCS#1 v1.5 padding",
                "填充方式是PSS，应为PKCS#1 v1.5",
            )
        yield from _about_writing(signed.written)

    def _foreign(self) -> Finding:
        right = self._signers[0]
        if len(self.came) in (32, 64) and all(digit in "0123456789abcdefABCDEF" for digit in self.came):
            return told(
                "V3_NOT_RSA", "this is an MD5 or HMAC-SHA256 signature: APIv3 needs RSA by the merchant's private key",
                "这是MD5或HMAC-SHA256签名；APIv3要用商户私钥做RSA签名",
            )  # fmt: skip
        foreign = _about(
            "V3_UNKNOWN_KEY", f"not made with {right.owner}, nor with any other key here",
            f"签名不是用{right.owner_zh}做的，也不是这里的任何其他私钥",
        )  # fmt: skip
        return Finding((foreign, *_about_writing(written(self.came, right))))


def _about_writing(way: str) -> Iterator[Mistake[Draft]]:
    if way:
        how, how_zh = WRITTEN[way]
        yield _about(
            "V3_SIGNATURE_WRITTEN", f"the signature is written {how}: plain base64 is expected",
            f"签名{how_zh}，应为标准base64",
        )  # fmt: skip


def _about(code: str, text: str, text_zh: str) -> Mistake[Draft]:
    return Mistake(code, Line.KEY, text, text_zh, lambda draft: draft)
