"""What a flaw is."""

import msgspec

from merchant_demo.config import Api


class Flaw(msgspec.Struct, frozen=True):
    """A mistake: its name, one line in English and Chinese, and the classes that make it.

    Each class derives from the part of the shop that it replaces. `only` is for mistakes in what the shop does in one
    API alone.
    """

    name: str
    en: str
    zh: str
    parts: tuple[type, ...]
    only: Api | None = None
