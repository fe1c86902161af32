"""How a v2 signature comes about, step by step, so that each step can be done wrong."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable, Mapping
from enum import IntEnum
from typing import NamedTuple

from sandbox.protocol.v2sign import SignType

Pair = tuple[str, str]
Pairs = tuple[Pair, ...]


class Step(IntEnum):
    """The steps of signing, in their order."""

    FIELDS = 0  # which fields
    NAMES = 1  # under which names
    VALUES = 2  # with which values
    ORDER = 3  # in which order
    JOIN = 4  # joined how
    KEY = 5
    TAIL = 6  # the key appended how
    CHARSET = 7
    HASH = 8
    AGAIN = 9  # signing what is signed already
    CASE = 10


class Text(NamedTuple):
    """What is joined before the key comes to it."""

    pairs: Pairs
    empties: bool = False  # values that are empty stay in
    order: Callable[[Pairs], Pairs] = tuple
    joint: str = "&"

    def joined(self) -> str:
        """name=value&name=value…"""
        kept = self.pairs if self.empties else tuple(pair for pair in self.pairs if pair[1])
        return self.joint.join([f"{name}={value}" for name, value in self.order(kept)])


class Draft(NamedTuple):
    """Everything that decides a v2 signature."""

    text: Text
    key: str
    algorithm: str
    tail: str = "&key={key}"
    charset: str = "utf-8"
    lead: str = ""

    def message(self, joined: str | None = None) -> str:
        """The string that is hashed."""
        text = self.text.joined() if joined is None else joined
        return f"{self.lead}{text}{self.tail.format(key=self.key)}"


Change = Callable[[Draft], Draft]


def with_key(key: str) -> Change:
    """Another key."""
    return lambda draft: draft._replace(key=key)


def with_tail(tail: str) -> Change:
    """The key appended in another way."""
    return lambda draft: draft._replace(tail=tail)


def with_algorithm(algorithm: str) -> Change:
    """Another hash."""
    return lambda draft: draft._replace(algorithm=algorithm)


def with_text(change: Callable[[Text], Text]) -> Change:
    """Another text before the key."""
    return lambda draft: draft._replace(text=change(draft.text))


def ordered(pairs: Pairs) -> Pairs:
    """By byte order of the names, as the platform sorts."""
    return tuple(sorted(pairs))


def right_draft(fields: Mapping[str, str], key: str, sign_type: SignType) -> Draft:
    """As it should be done; `fields` as they came, in their order, `sign` among them or not."""
    pairs = tuple((name, _sayable(value)) for name, value in fields.items() if name != "sign")
    return Draft(Text(pairs, order=ordered), key, str(sign_type))


def _sayable(value: str) -> str:
    """What JSON can hold and UTF-8 cannot is put out of the way."""
    return value.encode("utf-8", "replace").decode()


def digest(algorithm: str, key: str, message: str, charset: str) -> str:
    """Upper-case hex. Raises UnicodeEncodeError for text that `charset` cannot say."""
    data = message.encode(charset)
    if algorithm == "MD5":
        return hashlib.md5(data, usedforsecurity=False).hexdigest().upper()
    name = algorithm.removeprefix("HMAC-").replace("-", "").lower()
    if algorithm.startswith("HMAC-"):
        return hmac.digest(key.encode(charset), data, name).hex().upper()
    return hashlib.new(name, data, usedforsecurity=False).hexdigest().upper()


class Signer:
    """Signs drafts; a text that was joined once is not joined again."""

    def __init__(self, came: str) -> None:
        self.came = hexadecimal(came).upper()
        self._joined: dict[Text, str] = {}

    def sign(self, draft: Draft) -> str:
        """The signature of this draft, upper-case hex; empty where its charset cannot say the text."""
        joined = self._joined.get(draft.text)
        if joined is None:
            joined = self._joined[draft.text] = draft.text.joined()
        try:
            return digest(draft.algorithm, draft.key, draft.message(joined), draft.charset)
        except UnicodeEncodeError:
            return ""

    def fits(self, draft: Draft) -> bool:
        """Whether this draft gives the signature that came, in either case."""
        return self.sign(draft) == self.came


def hexadecimal(came: str) -> str:
    """What came as hex digits: blanks around it are dropped, base64 of a digest is read."""
    bare = came.strip()
    if len(bare) in (24, 44):
        try:
            return base64.b64decode(bare, validate=True).hex()
        except (binascii.Error, ValueError):
            return bare
    return bare
