"""The classic mistakes, each a small replacement for one part of the shop, put in by `--flaw NAME`."""

from collections.abc import Iterable

import msgspec

from merchant_demo.app import CLEAN, Parts
from merchant_demo.config import Api
from merchant_demo.flaws import (
    asking,
    believing,
    billing,
    checking,
    forging,
    launching,
    leaking,
    notifying,
    ordering,
    printing,
    reading,
    refunding,
    selling,
)
from merchant_demo.flaws.catalogue import Flaw

FLAWS: dict[str, Flaw] = {
    flaw.name: flaw
    for module in (
        ordering,
        launching,
        notifying,
        forging,
        checking,
        reading,
        asking,
        believing,
        refunding,
        billing,
        selling,
        printing,
        leaking,
    )
    for flaw in module.FLAWS
}


class NoSuchMistake(Exception):
    """The mistake cannot be made in this API; the message says in which it can."""


def flawed(api: Api, names: Iterable[str]) -> Parts:
    """The shop's parts with the named flaws in them; several flaws of one part are put one upon the other.

    Raises NoSuchMistake.
    """
    wanted = list(names)
    for name in wanted:
        if api not in apis(FLAWS[name]):
            raise NoSuchMistake(f"--flaw {name}: not a mistake of {api}, but of {', '.join(apis(FLAWS[name]))}")
    classes = [made for name in wanted for made in FLAWS[name].parts]
    replaced = {}
    for field, clean in msgspec.structs.asdict(CLEAN[api]).items():
        bases = tuple(made for made in classes if _replaces(made, clean))
        if bases:
            replaced[field] = type(clean.__name__, (*bases, clean), {})
    return msgspec.structs.replace(CLEAN[api], **replaced)


def apis(flaw: Flaw) -> list[Api]:
    """In which APIs the mistake can be made."""
    return [
        api
        for api, parts in CLEAN.items()
        if flaw.only in (None, api) and any(_fits(made, parts) for made in flaw.parts)
    ]


def _fits(made: type, parts: Parts) -> bool:
    return any(_replaces(made, clean) for clean in msgspec.structs.asdict(parts).values())


def _replaces(made: type, clean: type) -> bool:
    """A flaw derives from the part that it is a mistake in, or from what that part has in common in both APIs."""
    return made.__base__ is not None and issubclass(clean, made.__base__)
