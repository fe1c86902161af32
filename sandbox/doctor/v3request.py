"""Why the signature of an APIv3 request, or of the launch of its payment, is wrong."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from sandbox.doctor.mistake import Finding, Mistake, Search, told
from sandbox.doctor.v3draft import Draft, Line, Signed, Signer, opened, written
from sandbox.doctor.v3mistakes import milliseconds

WRITTEN = {
    "percent": ("URL-encoded", "做了URL编码"),
    "base64url": ("in the URL-safe alphabet of base64 (- and _)", "用了base64url（-和_）"),
    "twice": ("in base64 twice", "做了两次base64"),
    "hex": ("in hex", "用了十六进制"),
    "bare": ("over a bare digest, without naming SHA-256", "缺少SHA-256的DigestInfo"),
}

MS_AT_MOST = 4 << 10  # bytes of a message for which the thousand milliseconds of a second are tried


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
        stamp: int | None = None,
    ) -> None:
        self.right = right
        self.came = came
        self._signers = signers
        self._mistakes = mistakes
        self._stamp = stamp

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
        found = self._search.pair() or self._milliseconds(signed)
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

    def _milliseconds(self, signed: Signed) -> Finding | None:
        """A timestamp in milliseconds, of which only the seconds were sent; alone, or with another mistake."""
        if self._stamp is None or signed.algorithm != "sha256" or signed.salt is not None or self._size > MS_AT_MOST:
            return None
        seconds = self.right.lines[self._stamp]
        base = self.right.with_line(self._stamp, seconds + b"000")
        for besides in ((), *((mistake,) for mistake in self._mistakes(self.right))):
            draft = besides[0].make(base) if besides else base
            before, found, after = draft.message().partition(seconds + b"000")
            if found and not draft.hashed and (text := _ends_in(before + seconds, after, signed.digest)):
                stamp = milliseconds((seconds + text).decode("utf-8", "replace"), self._stamp)
                return Finding((stamp, *besides))
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


def _ends_in(begin: bytes, end: bytes, digest: bytes) -> bytes:
    """The three digits between `begin` and `end` that give this SHA-256; empty when none do."""
    begun = hashlib.sha256(begin)
    for number in range(1000):
        text = b"%03d" % number
        tried = begun.copy()
        tried.update(text + end)
        if tried.digest() == digest:
            return text
    return b""
