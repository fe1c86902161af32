"""A merchant's back end that calls api.weixin.qq.com, and the pieces of a good call to each endpoint."""

import json
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from sandbox.app import Sandbox
from sandbox.domain.user import Code, User
from sandbox.gateway.spec import Endpoint
from sandbox.gateway.wire import Wire, WireReply
from sandbox.platform.rules import RuleSpec
from sandbox.platform.tenants import Tenant


class Backend:
    """Calls the pipeline as a server would; `reply` is the last answer as it stood on the wire."""

    def __init__(self, box: Sandbox, tenant: Tenant) -> None:
        self.box = box
        self.tenant = tenant
        self.app, self.other_app = list(tenant.apps.values())[:2]
        self.reply = WireReply()
        self.remote = "203.0.113.7"
        self._codes = 0

    async def call(self, method: str, path: str, query: dict[str, Any], body: Any = None) -> Any:
        """Send; the JSON that came back, or None when it was no JSON."""
        target = f"{path}?{urlencode(query)}" if query else path
        data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        wire = Wire(method=method, path=path, target=target, body=data, base_url="http://x", remote=self.remote)
        self.reply = await self.box.pipeline.serve(wire)
        try:
            return json.loads(self.reply.body)
        except ValueError:
            return None

    async def get(self, path: str, **query: Any) -> Any:
        """A GET."""
        return await self.call("GET", path, query)

    async def login(self, code: str, **changes: Any) -> Any:
        """jscode2session with this code; a change to None leaves the parameter out."""
        query = {**self.owner(), "js_code": code, "grant_type": "authorization_code", **changes}
        return await self.get("/sns/jscode2session", **{name: v for name, v in query.items() if v is not None})

    async def token(self) -> str:
        """A new access_token."""
        got = await self.get("/cgi-bin/token", **self.owner(), grant_type="client_credential")
        return str(got["access_token"])

    def owner(self) -> dict[str, str]:
        """appid and secret."""
        return {"appid": self.app.appid, "secret": self.app.secret}

    def code(self, kind: Any = "login", *, user: str = "xiaoming", scope: str = "", appid: str = "") -> str:
        """A fresh one-time code, as the phone makes it."""
        self._codes += 1
        text = f"0{kind}{self._codes}"
        code = Code(
            code=text,
            kind=kind,
            appid=appid or self.app.appid,
            user=user,
            created=self.tenant.clock.now(),
            scope=scope,
        )
        with self.tenant.transaction() as tx:
            tx.put_code(code)
        return text

    def user(self, id: str = "xiaoming") -> User:
        """A payer."""
        with self.tenant.transaction() as tx:
            user = tx.user(id)
        assert user is not None
        return user

    @property
    def openid(self) -> str:
        """The first payer's openid."""
        return self.user().openid(self.app.appid)

    def change_user(self, **changes: Any) -> None:
        """The first payer in another state."""
        user = msgspec.structs.replace(self.user(), **changes)
        with self.tenant.transaction() as tx:
            tx.put_user(user)

    def change_app(self, **changes: Any) -> None:
        """The app in another state."""
        self.tenant.change_app(msgspec.structs.replace(self.app, **changes))
        self.app = self.tenant.apps[self.app.appid]

    async def wait(self, span: int) -> None:
        """Let `span` ms pass on the tenant's clock."""
        await self.box.timers.advance(self.tenant, span)

    def fails(self, endpoint: Endpoint, problem: str) -> None:
        """A rule that answers once with this row or wire code."""
        spec = {"when": "request.verified", "only": {"endpoint": endpoint.name}, "times": 1}
        self.tenant.rules.add(msgspec.convert({**spec, "do": {"fail": {"problem": problem}}}, RuleSpec))


@pytest.fixture
def backend(box: Sandbox, tenant: Tenant) -> Backend:
    """The back end of the tenant's first app."""
    return Backend(box, tenant)
