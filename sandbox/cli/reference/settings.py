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

A scenario sets them under `tenant.settings`, a new tenant under `settings` of `POST /_sandbox/tenants`; in the
console they are on the page Merchant. In Chinese: [settings.zh-CN.md](settings.zh-CN.md).
"""
INTRODUCTION_ZH = """# 设置

平台有不止一种行为的地方，由租户选择。默认值即商户今天会遇到的行为。时间单位为秒。English: [settings.md](settings.md).

```console
$ curl -X PATCH http://127.0.0.1:8686/_sandbox/settings -H 'Content-Type: application/json' \\
    -d '{"login.codes": "any"}'
```

场景里写在 `tenant.settings` 下，新建租户时写在 `POST /_sandbox/tenants` 的 `settings` 里；控制台里在“商户”页。
"""
KINDS_ZH = {
    "true or false": "true 或 false", "whole number": "整数", "number": "数字", "object of text": "文字到文字的对象",
    "list of ": "列表：", "text": "文字", " or ": " 或 ",
}  # fmt: skip


def page() -> str:
    """All settings, in the order of their groups."""
    rows = ((name, value, kind(hint), about) for name, value, hint, about in _rows("what"))
    return INTRODUCTION + "\n" + table(("setting", "default", "values", "with the default"), rows)


def page_zh() -> str:
    """The same in Chinese."""
    rows = ((name, value, _kind_zh(hint), about) for name, value, hint, about in _rows("what_zh"))
    return INTRODUCTION_ZH + "\n" + table(("设置", "默认", "取值", "默认时"), rows)


def names() -> list[str]:
    """Every setting by its dotted name."""
    return [name for name, _ in _fields()]


def _rows(said: str) -> Iterator[tuple[str, str, Any, str]]:
    """Name, default, type, and what the rules say in the attribute `said`."""
    for name, field in _fields():
        about = "; ".join(getattr(rule, said) for rule in RULES if name in rule.settings)
        yield code(name), default(field) or "–", field.type, about.replace("<", "&lt;").replace("*", "\\*")


def _kind_zh(hint: Any) -> str:
    words = kind(hint)
    for english, chinese in KINDS_ZH.items():
        words = words.replace(english, chinese)
    return words


def _fields() -> Iterator[tuple[str, Any]]:
    for group in msgspec.structs.fields(TenantSettings):
        for field in msgspec.structs.fields(group.type):
            yield f"{group.name}.{field.name}", field
