"""The probes, one file a family, found by walking this package: a probe has exactly one place to be added."""

import importlib
import pkgutil
from functools import cache
from types import ModuleType

import msgspec

from sandbox.audit.probe import Probe
from sandbox.audit.ruling import Words

ORDER = (
    "authenticity", "integrity", "replay", "identity", "amount", "state", "concurrency", "parser", "abuse", "transport",
    "time", "v2keys", "v3keys", "login", "responses",
)  # fmt: skip
"""How families are told; one that is not named comes last."""


class Family(msgspec.Struct, frozen=True):
    """What its probes have in common."""

    name: str
    title: Words
    probes: tuple[Probe, ...]


@cache
def families() -> tuple[Family, ...]:
    """Every family with its probes in the order of its file. Two probes of one name stop the program."""
    names = sorted(
        (info.name for info in pkgutil.iter_modules(__path__)),
        key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name),
    )
    found = tuple(_family(importlib.import_module(f"{__name__}.{name}")) for name in names)
    seen: set[str] = set()
    for one in (probe for family in found for probe in family.probes):
        if one.name in seen:
            raise ValueError(f"two probes are called {one.name}")
        seen.add(one.name)
    return found


def probes() -> list[Probe]:
    """All of them."""
    return [probe for family in families() for probe in family.probes]


def _family(module: ModuleType) -> Family:
    name = module.__name__.rsplit(".", 1)[-1]
    return Family(name, module.TITLE, tuple(one for one in vars(module).values() if isinstance(one, Probe)))
