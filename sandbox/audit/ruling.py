"""What can be said of a merchant that was probed, in both languages."""

from enum import StrEnum

import msgspec


class Words(msgspec.Struct, frozen=True):
    """The same in English and in Chinese."""

    en: str
    zh: str


class Severity(StrEnum):
    """What a merchant that falls for it may lose."""

    CRITICAL = "critical"  # anybody has goods for nothing
    HIGH = "high"  # money or goods are lost in what happens every day, or to somebody with one more foot in the door
    MEDIUM = "medium"  # a payment is lost or doubled under bad circumstances
    LOW = "low"  # a defence is missing behind another one


class Outcome(StrEnum):
    """What a probe found; `broken`: it could not be put, which says nothing about the merchant."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    NOT_JUDGED = "not-judged"
    BROKEN = "broken"


class Ruling(msgspec.Struct, frozen=True):
    """What came of a probe, and what the merchant did."""

    outcome: Outcome
    did: Words


class NotJudged(Exception):
    """The merchant cannot be asked this."""

    def __init__(self, why: Words) -> None:
        super().__init__(why.en)
        self.why = why
