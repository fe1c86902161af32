"""A row of the error catalogue: one condition and the ways the platform spells it.

A family module (`pay`, `protocol`, `login`, `phone` …) holds rows as module-level constants; code raises
`Refusal(pay.ORDER_PAID)` and a dialect picks the spelling. Nothing else in the package writes an error code.
"""

import difflib
import importlib
import pkgutil
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Any

import msgspec


class Layer(StrEnum):
    """Where on the wire a spelling shows itself."""

    RETURN_MSG = "return_msg"  # v2: return_code=FAIL and nothing but this text
    ERR_CODE = "err_code"  # v2: return_code=SUCCESS, result_code=FAIL, signed
    ERROR_CODE = "error_code"  # v2 bills: return_code=FAIL, a text, error_code where there is one; unsigned
    ERRCODE = "errcode"  # api.weixin.qq.com: {"errcode": …, "errmsg": …}
    DIALOG = "dialog"  # the phone: what the payer reads
    ERR_MSG = "errMsg"  # the phone: what JavaScript hears
    PAGE = "page"  # an HTML page (authorize, H5)
    CODE = "code"  # v3: an HTTP status with {"code": …, "message": …}


class Confidence(StrEnum):
    """How sure the fidelity ledger is of a rule."""

    OBSERVED = "observed"
    DOCUMENTED = "documented"
    INFERRED = "inferred"
    UNCONFIRMED = "unconfirmed"
    OURS = "ours"


class Spelling(msgspec.Struct, frozen=True, kw_only=True):
    """One way of saying it. `text` is a `str.format` template over the refusal's facts (`{field}`, `{title}`, …)."""

    dialect: str  # "v2", "v3", "login", "phone"
    layer: Layer
    text: str
    code: str = ""  # err_code, v3's code, or the errcode's digits; empty where the layer has none
    status: int = 200  # the HTTP status
    generation: str = ""  # "modern" or "legacy"; empty: both
    endpoint: str = ""  # a name such as "v2.orderquery", or a family's such as "v3.combine"; empty: every one
    aside: str = ""  # v2: what return_msg says where the back end does not repeat the text
    only_by_rule: bool = False  # documented, but never seen by nature: spoken only when a rule names it
    source: str = ""  # a documentation page or repository
    confidence: Confidence = Confidence.UNCONFIRMED

    def speaks_at(self, endpoint: str) -> bool:
        """Whether the endpoint of this name says it so."""
        return self.endpoint in ("", endpoint) or endpoint.startswith(f"{self.endpoint}.")


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A condition: its name, why it happens, what to do about it, and its spellings (first match wins)."""

    name: str
    cause: str
    fix: str
    spellings: tuple[Spelling, ...]
    cause_zh: str = ""
    fix_zh: str = ""
    retryable: bool = False
    number: int = 268435461  # v3: what stands behind the hyphen of Request-ID (the platform's troubleshooting manual)

    def spelling(
        self,
        dialect: str,
        *,
        layer: Layer | None = None,
        endpoint: str = "",
        generation: str = "modern",
        by_rule: bool = False,
    ) -> Spelling | None:
        """The spelling for this place, the most specific first; one that is `only_by_rule` needs `by_rule`.

        `layer` chooses where one condition shows itself twice at once: the phone's dialog and what JavaScript hears.
        """
        best: Spelling | None = None
        best_rank = -1
        for candidate in self.spellings:
            if candidate.dialect != dialect or (candidate.only_by_rule and not by_rule):
                continue
            if layer is not None and candidate.layer is not layer:
                continue
            if not candidate.speaks_at(endpoint) or candidate.generation not in ("", generation):
                continue
            rank = 8 * (by_rule and candidate.only_by_rule) + 2 * bool(candidate.endpoint) + bool(candidate.generation)
            if rank > best_rank:
                best, best_rank = candidate, rank
        return best


class Refusal(Exception):
    """The platform says no: a row and the facts of this case.

    `facts` fill the spelling's template; `field`, `came` and `expected` among them also make the diagnosis.
    """

    def __init__(self, row: Row, *, by_rule: bool = False, **facts: Any) -> None:
        super().__init__(row.name)
        self.row = row
        self.facts = facts
        self.by_rule = by_rule


@cache
def catalogue() -> dict[str, Row]:
    """Every row of every family by name, in the order written. Two rows of one name stop the program."""
    rows: dict[str, Row] = {}
    for _, row in _members():
        if row.name in rows:
            raise ValueError(f"two rows are called {row.name}: give one another name")
        rows[row.name] = row
    return rows


def families() -> dict[str, str]:
    """Row name -> family module name, for listings."""
    return {row.name: family for family, row in _members()}


def find(name: str, dialect: str, endpoint: str = "") -> Row:
    """The row of this name, or the one that spells this wire code in `dialect`, at `endpoint` before elsewhere.

    Raises LookupError with the nearest names.
    """
    rows = catalogue()
    if name in rows:
        return rows[name]
    spelled = [(row, s) for row in rows.values() for s in row.spellings if (s.code, s.dialect) == (name, dialect)]
    if spelled:
        return max(spelled, key=lambda one: (bool(one[1].endpoint) + 1) * one[1].speaks_at(endpoint))[0]
    codes = {s.code for row in rows.values() for s in row.spellings if s.code and s.dialect == dialect}
    near = difflib.get_close_matches(name, [*rows, *codes], n=3)
    hint = f" — did you mean {' or '.join(near)}?" if near else ""
    raise LookupError(f"no error called {name!r} in dialect {dialect}{hint}")


def _members() -> Iterator[tuple[str, Row]]:
    package = importlib.import_module("sandbox.errors")
    for info in pkgutil.iter_modules(package.__path__):
        module = importlib.import_module(f"sandbox.errors.{info.name}")
        for value in vars(module).values():
            if isinstance(value, Row):
                yield info.name, value
