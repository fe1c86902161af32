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

FRESH = 300  # seconds by which a signature of APIv3 may be old


class Moment(StrEnum):
    """A point on the way of a call or a notification; each is fired in exactly one place."""

    REQUEST_RECEIVED = "request.received"
    REQUEST_VERIFIED = "request.verified"
    REPLY_READY = "reply.ready"
    REPLY_SIGNED = "reply.signed"
    NOTIFY_DUE = "notify.due"
    NOTIFY_READY = "notify.ready"
    NOTIFY_ANSWERED = "notify.answered"
    CLOCK_ADVANCED = "clock.advanced"


NOBODY: frozenset[str] = frozenset()

MEANING: dict[Moment, tuple[str, str]] = {
    Moment.REQUEST_RECEIVED: ("a request has come, before anything", "收到请求，尚未处理"),
    Moment.REQUEST_VERIFIED: ("the request is in order, nothing has happened yet", "请求校验通过，尚未执行"),
    Moment.REPLY_READY: ("it has happened, the merchant does not know yet", "已经执行，商户还不知道"),
    Moment.REPLY_SIGNED: ("the bytes of the answer are ready", "应答报文已生成"),
    Moment.NOTIFY_DUE: ("an attempt to notify is about to be made", "即将发送一次通知"),
    Moment.NOTIFY_READY: ("the bytes of the notification are ready", "通知报文已生成"),
    Moment.NOTIFY_ANSWERED: ("the merchant has answered the notification", "商户已应答通知"),
    Moment.CLOCK_ADVANCED: ("a virtual clock was advanced", "虚拟时钟推进之后"),
}


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
        "forged",
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
        self.forged = False  # APIv3: signed by the merchant's key instead of the platform's
        self.trickle: float = 0.0  # seconds over which the body is sent
        self.notes: list[str] = []  # for the journal: which rule did what

    def spoils(self, dialect: str) -> bool:
        """Whether who verifies must refuse the message: it was changed once it was signed, dated back, or another's."""
        if self.fields or self.merchant:
            return True
        touched = any(name.lower().startswith("wechatpay-") for name in (*self.headers, *self.without))
        return dialect == "v3" and (touched or self.stale > FRESH)
