"""What rules can be made of: the moments, the tags, and the faults with their arguments."""

from typing import Any

import msgspec

from sandbox.actions.verb import Desk, NoArguments, verb
from sandbox.platform.faults import Fault, faults
from sandbox.platform.moments import MEANING, TAGS, Moment


class MomentView(msgspec.Struct, frozen=True, kw_only=True):
    """A point on the way of a call or a notification."""

    name: str
    about: str
    about_zh: str


class FaultView(msgspec.Struct, frozen=True, kw_only=True):
    """What may go wrong, and when. `arguments` is a JSON schema."""

    name: str
    about: str
    about_zh: str
    moments: list[str]
    arguments: dict[str, Any]


class FaultList(msgspec.Struct, frozen=True, kw_only=True):
    """Everything a rule may say. `tags` are what `only` compares."""

    moments: list[MomentView]
    tags: list[str]
    faults: list[FaultView]


@verb(
    "rules.faults",
    "GET /faults",
    NoArguments,
    FaultList,
    summary="What rules can be made of: moments, tags, faults with their arguments",
    summary_zh="故障规则的组成：时机、标签、故障及其参数",
)
async def list_faults(desk: Desk, args: NoArguments) -> FaultList:
    """Found by walking their package."""
    return FaultList(
        moments=[MomentView(name=one.value, about=en, about_zh=zh) for one, (en, zh) in MEANING.items()],
        tags=list(TAGS),
        faults=[_view(name, kind) for name, kind in faults().items()],
    )


def _view(name: str, kind: type[Fault]) -> FaultView:
    (reference,), components = msgspec.json.schema_components([kind])
    arguments = components[reference["$ref"].rsplit("/", 1)[-1]]
    moments = [moment.value for moment in Moment if moment in kind.moments]
    return FaultView(name=name, about=kind.about, about_zh=kind.about_zh, moments=moments, arguments=arguments)
