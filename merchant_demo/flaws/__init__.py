"""The classic mistakes, each a small replacement for one part of the shop, put in by `--flaw NAME`."""

from collections.abc import Iterable

import msgspec

from merchant_demo.app import Parts
from merchant_demo.flaws import asking, launching, notifying, ordering
from merchant_demo.flaws.catalogue import Flaw

FLAWS: dict[str, Flaw] = {
    flaw.name: flaw for module in (ordering, launching, notifying, asking) for flaw in module.FLAWS
}


def flawed(parts: Parts, names: Iterable[str]) -> Parts:
    """The parts with the named flaws in them; several flaws of one part are put one upon the other."""
    classes = [made for name in names for made in FLAWS[name].parts]
    replaced = {}
    for field, clean in msgspec.structs.asdict(parts).items():
        bases = tuple(made for made in classes if issubclass(made, clean))
        if bases:
            replaced[field] = type(clean.__name__, bases, {})
    return msgspec.structs.replace(parts, **replaced)
