"""A drafted adapter: the file that a survey of a shop leads to, and the purchase that proves it."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from sandbox.adapter.document import parse
from sandbox.scenario.language import Scenario, Vocabulary
from sandbox.scenario.loader import scenario_of

_PURCHASE = """\
name: one-purchase
summary: {zh: 一次真实的购买, en: one real purchase}
story:
  - user.login:
  - merchant.login:
  - merchant.order:
  - user.pay: {expect: {paid: true}}
  - notify.settle:
"""
_OUTCOME = "  - expect: {within: 10s, notifications: {acked: 1}%s}\n"
_PAID = ", merchant: {status: paid}"


class _Writer(yaml.SafeDumper):
    """Innermost mappings on one line, all others over several."""

    def represent_mapping(self, tag: str, mapping: Any, flow_style: bool | None = None) -> yaml.MappingNode:
        """As PyYAML, with the style that reads best."""
        flat = not any(isinstance(value, dict | list) and value for value in dict(mapping).values())
        return super().represent_mapping(tag, mapping, flow_style=flat and bool(mapping))


def written(place: Mapping[str, Any], steps: Mapping[str, Any], missing: Iterable[str]) -> str:
    """The file's text. `place` are the adapter's keys but for the steps; what is missing stands above as comments."""
    lines = ["# How scenarios drive this shop: each merchant.<step> of a story is one HTTP call."]
    lines += [f"# Not found: {one}" for one in missing]
    kept = {name: value for name, value in place.items() if value not in (None, "", (), [], {}, False)}
    body = yaml.dump({**kept, "steps": dict(steps)}, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=110)
    return "\n".join(lines) + "\n" + body


def purchase(vocabulary: Vocabulary, *, tells_status: bool) -> Scenario:
    """The story of one purchase; `tells_status`: the shop can be asked whether the order is paid."""
    text = _PURCHASE + _OUTCOME % (_PAID if tells_status else "")
    return scenario_of(parse(text, "one-purchase.yaml"), vocabulary)
