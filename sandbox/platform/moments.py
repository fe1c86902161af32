"""The moments at which a rule may act, and the occasion it acts upon."""

from enum import StrEnum

from sandbox.errors import Row
from sandbox.platform.clock import Wall

TAGS = (
    "endpoint",
    "dialect",
    "mchid",
    "appid",
    "out_trade_no",
    "out_refund_no",
    "event",
    "subject",
    "openid",
    "attach",
    "amount",
)
"""What a rule's `only` may compare."""


class Moment(StrEnum):
    """A point on the way of a call or a notification; each is fired in exactly one place."""

    REQUEST_RECEIVED = "request.received"  # before anything
    REQUEST_VERIFIED = "request.verified"  # before the transaction: a fault here means nothing happened
    REPLY_READY = "reply.ready"  # after commit, before encoding: it happened, the merchant does not know
    REPLY_SIGNED = "reply.signed"  # the bytes are ready
    NOTIFY_DUE = "notify.due"  # an attempt is about to be made
    NOTIFY_READY = "notify.ready"  # its bytes are ready
    NOTIFY_ANSWERED = "notify.answered"  # the merchant has answered
    CLOCK_ADVANCED = "clock.advanced"


NOBODY: frozenset[str] = frozenset()


class Occasion:
    """What a fault may look at and change at one moment.

    `tags` are what a rule's `only` compares (`TAGS`). The rest is filled by whoever fires the moment, and read back
    by them afterwards.
    """

    __slots__ = (
        "behind",
        "body",
        "called",
        "copies",
        "dropped",
        "fields",
        "headers",
        "merchant",
        "moment",
        "notes",
        "one_by_one",
        "problem",
        "problem_code",
        "replayed",
        "reset",
        "signed_fields",
        "stale",
        "status",
        "tags",
        "trickle",
        "wall",
        "without",
    )

    def __init__(self, moment: Moment, tags: dict[str, str], wall: Wall, called: frozenset[str] = NOBODY) -> None:
        self.moment = moment
        self.tags = tags
        self.wall = wall
        self.called = called  # the names of rules, and of errors, that the request itself asks for
        self.problem: Row | None = None  # answer with this row instead
        self.problem_code = False  # the row was named by its wire code: spell it as documented, not as observed
        self.dropped = False  # no answer at all; or the notification never arrives
        self.status: int | None = None  # answer with this HTTP status instead
        self.reset: int | None = None  # the connection is torn down after so many bytes of the body
        self.copies = 1  # how many times the notification is sent
        self.one_by_one = False  # each copy after the answer to the one before, instead of all at once
        self.behind = ""  # the event that the notification is held back for; "*" is any other
        self.replayed = ""  # the event of which an old notification takes this one's place; "*" is any
        self.merchant = ""  # the mchid of another merchant, whose notification this becomes
        self.fields: dict[str, str] = {}  # overrides, laid over the message after it was signed
        self.signed_fields: dict[str, str] = {}  # overrides before it is signed
        self.headers: dict[str, str] = {}
        self.without: set[str] = set()  # headers that are left out
        self.body: bytes | None = None  # the wire bytes, at reply.signed and notify.ready
        self.stale: float = 0.0  # by how many seconds the signature is dated back
        self.trickle: float = 0.0  # seconds over which the body is sent
        self.notes: list[str] = []  # for the journal: which rule did what
