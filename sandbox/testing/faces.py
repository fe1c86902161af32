"""What a test holds: the same verbs in two faces, one to be awaited, one that blocks."""

import asyncio
import functools
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Concatenate, Generic, NoReturn, ParamSpec, Self, TypeVar, overload

from sandbox.control.client import ControlError
from sandbox.testing import assertions, clock, faults, looks, payer
from sandbox.testing.credentials import Credentials
from sandbox.testing.server import Server
from sandbox.testing.world import World

P = ParamSpec("P")
R = TypeVar("R")


class Verb(Generic[P, R]):
    """A method of both faces: a coroutine function on the world, which runs in the server's loop."""

    def __init__(self, run: Callable[Concatenate[World, P], Coroutine[Any, Any, R]]) -> None:
        self.run = self.__wrapped__ = run
        self.__name__, self.__doc__ = run.__name__, run.__doc__

    @overload
    def __get__(self, face: None, owner: type) -> Self: ...
    @overload
    def __get__(self, face: "WeChatPay", owner: type) -> Callable[P, Coroutine[Any, Any, R]]: ...
    @overload
    def __get__(self, face: "WeChatPayServer", owner: type) -> Callable[P, R]: ...
    def __get__(self, face: Any, owner: type) -> Any:
        if face is None:
            return self
        return functools.update_wrapper(functools.partial(face._do, self.run), self.run)


class _Face:
    """A tenant of the test's own; what both faces have."""

    def __init__(self, server: Server, world: World, credentials: Credentials) -> None:
        self._server = server
        self._world = world
        self.credentials = credentials

    @property
    def url(self) -> str:
        """In place of https://api.mch.weixin.qq.com and https://api.weixin.qq.com."""
        return str(self._world.made["url"])

    @property
    def tenant(self) -> str:
        """The tenant's id: what `X-Sandbox-Tenant` says to the control API."""
        return str(self._world.made["id"])

    pay = Verb(payer.pay)
    scan = Verb(payer.scan)
    login_code = Verb(payer.login_code)
    payment_code = Verb(payer.payment_code)
    refund = Verb(payer.refund)

    advance = Verb(clock.advance)
    drain = Verb(clock.drain)
    settle = Verb(clock.settle)

    fail_next = Verb(faults.fail_next)
    rule = Verb(faults.rule)

    expect_notification = Verb(assertions.expect_notification)
    assert_called = Verb(assertions.assert_called)
    assert_no_unverified = Verb(assertions.assert_no_unverified)

    order = Verb(looks.order)
    notifications = Verb(looks.notifications)
    requests = Verb(looks.requests)
    timeline = Verb(looks.timeline_of)
    call = Verb(looks.call)


class WeChatPay(_Face):
    """Every method is awaited; for shops that live in the test's own loop, whichever loop that is."""

    async def _do(self, run: Callable[..., Coroutine[Any, Any, R]], *args: Any, **named: Any) -> R:
        __tracebackhide__ = True
        future = self._server.submit(run(self._world, *args, **named))
        wait: Awaitable[R]
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # trio's loop: whoever runs it has anyio
            from anyio import to_thread

            wait = to_thread.run_sync(future.result, abandon_on_cancel=True)
        else:
            wait = asyncio.wrap_future(future)
        try:
            return await wait
        except (AssertionError, ControlError) as error:
            _raise(error)


class WeChatPayServer(_Face):
    """Every method blocks; for shops that run in threads or processes of their own: Django, Flask, a binary."""

    def _do(self, run: Callable[..., Coroutine[Any, Any, R]], *args: Any, **named: Any) -> R:
        __tracebackhide__ = True
        _ensure_no_loop_waits()
        try:
            return self._server.do(run(self._world, *args, **named))
        except (AssertionError, ControlError) as error:
            _raise(error)


def _raise(error: Exception) -> NoReturn:
    """Again, without the frames of the server's loop: what the test asked is what its traceback shows."""
    __tracebackhide__ = True
    raise error.with_traceback(None) from None


def _ensure_no_loop_waits() -> None:
    """A shop in the loop that runs this test could answer no notification while this call blocks it."""
    __tracebackhide__ = True
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return
    if task is not None:
        raise RuntimeError(
            "wechatpay_server blocks, and this is a coroutine: a shop in the same loop could not answer meanwhile. "
            "Ask for the fixture wechatpay, and await its methods"
        )
