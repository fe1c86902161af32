"""What a flaw is."""

import msgspec


class Flaw(msgspec.Struct, frozen=True):
    """A mistake: its name, one line in English and Chinese, and the classes that make it.

    Each class derives from the part of the shop that it replaces.
    """

    name: str
    en: str
    zh: str
    parts: tuple[type, ...]
