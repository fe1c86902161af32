"""A merchant's self-test of its signatures and encryption: what it said, kept for the notification."""

import msgspec


class Echo(msgspec.Struct, frozen=True, kw_only=True):
    """One call. `sealed` is the encrypted message, encrypted anew to the merchant's certificate."""

    id: str
    created: int
    message: str
    sealed: str = ""
