"""What a verdict means."""

from typing import NamedTuple


class Remedy(NamedTuple):
    """What a verdict means, and what to change."""

    title: str
    title_zh: str
    fix: str
    fix_zh: str
