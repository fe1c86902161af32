"""The settings of a tenant: defaults, other values, and what they change."""

from collections.abc import Iterator
from typing import Any

import msgspec

from sandbox.cli.reference.markdown import code, default, kind, table
from sandbox.domain.fidelity import RULES
from sandbox.domain.settings import TenantSettings

INTRODUCTION = """# Settings

Where the platform has more than one face, a tenant chooses. The default is what a merchant meets today. Spans of time
are seconds.

```console
$ curl -X PATCH http://127.0.0.1:8686/_sandbox/settings -H 'Content-Type: application/json' \\
    -d '{"login.codes": "any"}'
```

A scenario sets them under `tenant.settings`, a new tenant under `settings` of `POST /_sandbox/tenants`.
"""


def page() -> str:
    """All settings, in the order of their groups."""
    return INTRODUCTION + "\n" + table(("setting", "default", "values", "with the default"), _rows())


def names() -> list[str]:
    """Every setting by its dotted name."""
    return [name for name, _ in _fields()]


def _rows() -> Iterator[tuple[str, ...]]:
    for name, field in _fields():
        about = "; ".join(rule.what for rule in RULES if name in rule.settings)
        yield code(name), default(field) or "–", kind(field.type), about.replace("<", "&lt;").replace("*", "\\*")


def _fields() -> Iterator[tuple[str, Any]]:
    for group in msgspec.structs.fields(TenantSettings):
        for field in msgspec.structs.fields(group.type):
            yield f"{group.name}.{field.name}", field
