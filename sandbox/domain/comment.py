"""What a payer says of a purchase."""

import msgspec


class Comment(msgspec.Struct, frozen=True, kw_only=True):
    """One comment; `number` counts a merchant's from 1."""

    mchid: str
    number: int
    time: int
    transaction_id: str
    stars: int
    text: str
