"""The tenant's settings: look at them, change some."""

from typing import Any

import msgspec

from sandbox.actions.verb import Desk, NoArguments, VerbError, verb
from sandbox.domain.settings import TenantSettings


def _changes() -> list[tuple[str, Any, Any]]:
    """Each group as a mapping, and each setting by its dotted name with the type it has."""
    fields: list[tuple[str, Any, Any]] = []
    for group in msgspec.structs.fields(TenantSettings):
        fields.append((group.name, dict[str, Any] | msgspec.UnsetType, msgspec.UNSET))
        for one in msgspec.structs.fields(group.type):
            named = msgspec.field(default=msgspec.UNSET, name=f"{group.name}.{one.name}")
            fields.append((f"{group.name}_{one.name}", one.type | msgspec.UnsetType, named))
    return fields


ChangeSettings: type[msgspec.Struct] = msgspec.defstruct(
    "ChangeSettings",
    _changes(),
    module=__name__,
    frozen=True,
    kw_only=True,
    forbid_unknown_fields=True,
    namespace={"__doc__": 'What changes; the rest stays. {"v2.format": …} and {"v2": {"format": …}} mean the same.'},
)


@verb(
    "settings.get",
    "GET /settings",
    NoArguments,
    TenantSettings,
    summary="The tenant's settings",
    summary_zh="查看租户设置",
)
async def get(desk: Desk, args: NoArguments) -> TenantSettings:
    """All of them."""
    return desk.tenant.settings


@verb(
    "console.settings",
    "PATCH /settings",
    ChangeSettings,
    TenantSettings,
    summary="Change some of the tenant's settings, by dotted name or by group",
    summary_zh="修改租户设置，可用带点的名称或按组给出",
)
async def change(desk: Desk, args: msgspec.Struct) -> TenantSettings:
    """In force at once, for whatever is asked from now on."""
    try:
        desk.tenant.change_settings(msgspec.to_builtins(args))
    except msgspec.ValidationError as error:
        raise VerbError(str(error)) from None
    return desk.tenant.settings
