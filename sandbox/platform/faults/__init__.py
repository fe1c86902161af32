"""Faults: one file each. The file's name is the fault's, its fields are the arguments on the wire."""

import difflib
import importlib
import pkgutil
from functools import cache
from typing import Any

import msgspec

from sandbox.platform.faults.fault import Fault
from sandbox.platform.moments import Moment

__all__ = ["Fault", "fault_of", "faults"]


@cache
def faults() -> dict[str, type[Fault]]:
    """Every fault by name."""
    found: dict[str, type[Fault]] = {}
    for info in pkgutil.iter_modules(__path__):
        if info.name == "fault":
            continue
        module = importlib.import_module(f"{__name__}.{info.name}")
        (kind,) = [
            value
            for value in vars(module).values()
            if isinstance(value, type) and issubclass(value, Fault) and value.__module__ == module.__name__
        ]
        found[info.name.replace("_", "-")] = kind
    return found


def fault_of(do: dict[str, dict[str, Any] | None], when: Moment) -> Fault:
    """The fault that `{name: {arguments}}` describes.

    Raises ValueError: no such fault (with the nearest name), wrong arguments, or a moment at which it cannot act.
    """
    if len(do) != 1:
        raise ValueError(f"do: expected exactly one fault, came {', '.join(do) or 'none'}")
    ((name, arguments),) = do.items()
    kind = faults().get(name)
    if kind is None:
        near = difflib.get_close_matches(name, faults(), n=1)
        hint = f" — did you mean {near[0]!r}?" if near else f"; there are {', '.join(faults())}"
        raise ValueError(f"no fault called {name!r}{hint}")
    if when not in kind.moments:
        raise ValueError(f"the fault {name!r} cannot act at {when}; it acts at {', '.join(sorted(kind.moments))}")
    try:
        return msgspec.convert(arguments or {}, kind, strict=False)
    except msgspec.ValidationError as error:
        raise ValueError(f"fault {name!r}: {error}") from None
