"""Keys are never shown: of each, the first four characters and how many there are."""

from collections.abc import Iterable

SHOWN = 4


def masked_key(key: str) -> str:
    """`sand…(32 characters)`."""
    return f"{key[:SHOWN]}…({len(key)} characters)"


def masked(text: str, keys: Iterable[str]) -> str:
    """`text` with every key in it masked, the longest first."""
    for key in sorted(set(keys), key=len, reverse=True):
        if len(key) > SHOWN:
            text = text.replace(key, masked_key(key))
    return text
