"""What can go wrong, each with the words the shop answers: HTTP status, `error` and `message`."""


class Refusal(Exception):
    """The shop cannot do what was asked; `error` is for programs, the message for people."""

    status = 400

    def __init__(self, error: str, message: str) -> None:
        super().__init__(message)
        self.error = error


class NotLoggedIn(Refusal):
    status = 401


class NotFound(Refusal):
    status = 404


class NotOffered(Refusal):
    """This shop does it over API v2 only."""

    status = 501

    def __init__(self, what: str) -> None:
        super().__init__("not-offered", f"{what}: this shop has it over API v2 only (--api v2)")


class Conflict(Refusal):
    """The order is in a state in which this cannot be done."""

    status = 409


class LoginRefused(Refusal):
    """The platform did not accept the code of `wx.login`."""

    status = 401


class PlatformFailure(Refusal):
    """The platform cannot be reached, cannot be understood, or refuses this merchant."""

    status = 502


class Unreachable(PlatformFailure):
    """No answer: whether the call had an effect is unknown. Repeating it with the same parameters is safe."""


class ReturnFail(PlatformFailure):
    """return_code=FAIL: the platform did not take the request as it was sent. `return_msg` is its own text."""

    def __init__(self, path: str, return_msg: str) -> None:
        super().__init__(return_msg or "FAIL", f"{path}: expected return_code SUCCESS, came FAIL, {return_msg}")
        self.return_msg = return_msg


class ResultFail(Refusal):
    """The platform understood and said no. `err_code` is its own code, in the spelling of its API."""

    status = 409

    def __init__(self, path: str, err_code: str, err_code_des: str) -> None:
        super().__init__(err_code, f"{path}: expected a success, came {err_code} {err_code_des}")
        self.err_code = err_code
        self.err_code_des = err_code_des

    @property
    def paid(self) -> bool:
        """It is paid, so it can neither be ordered again nor closed."""
        return self.err_code == "ORDERPAID"

    @property
    def closed(self) -> bool:
        """It is closed, or its time is over."""
        return self.err_code in ("ORDERCLOSED", "ORDER_CLOSED") or self.err_code_des == "该订单已失效"

    @property
    def unknown(self) -> bool:
        """The platform has never heard of it."""
        return self.err_code in ("ORDERNOTEXIST", "ORDER_NOT_EXIST", "REFUNDNOTEXIST", "RESOURCE_NOT_EXISTS")
