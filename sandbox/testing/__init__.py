"""The pytest plugin: a tenant of its own for every test, and what a test asks of it."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sandbox.testing.faces import WeChatPay, WeChatPayServer

__all__ = ["WeChatPay", "WeChatPayServer"]


def __getattr__(name: str) -> Any:
    # pytest loads this package in every run; what a run does not use is not imported.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sandbox.testing import faces

    return getattr(faces, name)
