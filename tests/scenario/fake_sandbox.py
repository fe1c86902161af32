"""A small vocabulary, a sandbox that remembers what it was told, and a shop of a few lines."""

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import msgspec

from sandbox.adapter.control import ControlError
from sandbox.adapter.document import parse
from sandbox.scenario.language import Scenario, Vocabulary
from sandbox.scenario.loader import scenario_of


class Drop(msgspec.Struct):
    """Lost on the way."""

    moments: ClassVar = frozenset({"notify.due"})


class Fail(msgspec.Struct):
    """Answered with a row of the catalogue."""

    problem: str


class Pay(msgspec.Struct):
    """The payer pays."""

    params: dict[str, str]
    action: str = "pay"
    tries: int = 1


class Login(msgspec.Struct):
    """The payer opens the mini program."""

    user: str | None = None


class Advance(msgspec.Struct):
    """Time goes by."""

    by: str


class Merchant(msgspec.Struct):
    """What the platform allows a merchant."""

    mchid: str
    restricted: bool = False


class App(msgspec.Struct):
    """What the platform allows an app."""

    appid: str
    can_pay: bool = True


class Settings(msgspec.Struct):
    """A tenant's choices."""

    format: str = msgspec.field(default="modern", name="v2.format")


class Nothing(msgspec.Struct):
    """No arguments."""


VOCABULARY = Vocabulary(
    faults={"drop": Drop, "fail": Fail},
    verbs={
        "user.request_payment": Pay,
        "user.pay": Nothing,
        "user.login": Login,
        "clock.advance": Advance,
        "clock.drain": Nothing,
        "notify.settle": Nothing,
        "console.merchant": Merchant,
        "console.app": App,
        "console.settings": Settings,
        "tenants.create": Nothing,
    },
)

HEAD = "name: a-story\nsummary: {zh: 故事, en: a story}\n"


def scenario(story: str, head: str = HEAD) -> Scenario:
    """A scenario of these lines; its file is called s.yaml."""
    return scenario_of(parse(f"{head}{story}", "s.yaml"), VOCABULARY)


class FakeSandbox:
    """Answers verbs from a table and keeps a list of who was told what."""

    def __init__(self, answers: dict[str, Any] | None = None) -> None:
        self.said: list[tuple[str, str, dict[str, Any]]] = []
        self.answers: dict[str, Any] = {
            "user.login": {"code": "0code", "openid": "oPayer"},
            "user.request_payment": {"errMsg": "requestPayment:ok", "paid": True},
            "orders.list": {"orders": []},
            "notify.list": {"notifications": []},
            "exchanges.list": {"exchanges": []},
            **(answers or {}),
        }
        self.living: set[str] = set()
        self.made = 0

    def connect(self, tenant: str) -> "FakeControl":
        """The control API of a tenant."""
        return FakeControl(self, tenant)

    def make(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        """A tenant with the credentials asked for, or some."""
        self.made += 1
        id = asked.get("id") or f"t{self.made}"
        self.living.add(id)
        given = {"appid": "wx1", "app_secret": "s" * 32, "mch_id": f"190000000{self.made}", "api_key": "k" * 32}
        keys = {
            "serial_no": "5A",
            "platform_serial": "5B",
            "pub_key_id": "PUB_KEY_ID_1",
            **{name: f"{name} in PEM" for name in ("cert_pem", "key_pem", "platform_cert_pem", "pub_key_pem")},
        }
        lists: dict[str, Any] = {"merchants": [], "apps": [], "users": []}
        return {
            "id": id,
            "url": "http://127.0.0.1:9",
            "apiv3_key": "3",
            **given,
            **keys,
            **asked.get("credentials", {}),
            **lists,
        }


class FakeControl:
    """One tenant of the fake sandbox."""

    def __init__(self, sandbox: FakeSandbox, tenant: str) -> None:
        self._sandbox = sandbox
        self._tenant = tenant

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    async def call(self, verb: str, args: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Note the verb and answer from the table; an exception in the table is raised."""
        arguments = dict(args or {})
        self._sandbox.said.append((self._tenant, verb, arguments))
        if verb == "tenants.create" and verb not in self._sandbox.answers:
            return self._sandbox.make(arguments)
        if verb == "tenants.delete":
            if arguments["id"] not in self._sandbox.living:
                raise ControlError(404, "no-tenant", "no such tenant")
            self._sandbox.living.remove(arguments["id"])
            return {}
        answer: dict[str, Any] = self._sandbox.answers.get(verb, {})
        if isinstance(answer, ControlError):
            raise answer
        return answer
