"""The fidelity ledger: every rule that a merchant can observe, how sure it is, and what holds us to it."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from sandbox.app import catalogue as endpoints
from sandbox.cli.reference.markdown import code, table
from sandbox.domain.fidelity import RULES
from sandbox.errors import Confidence, Row, Spelling, catalogue
from sandbox.errors.problem import families

MEANINGS = {
    Confidence.OBSERVED: "a real answer or request of the platform was seen",
    Confidence.DOCUMENTED: "an official page or a copy of one says so",
    Confidence.INFERRED: "it follows from those, or a widely used SDK depends on it",
    Confidence.UNCONFIRMED: "a choice where the sources are silent or disagree",
    Confidence.OURS: "the real platform does otherwise, or has nothing like it",
}
PROVEN = {
    "v2": "tests/gateway/test_v2_errors.py",
    "login": "tests/gateway/login/test_login_errors.py",
    "phone": "tests/phone/test_phone_rows.py",
    "v3": "tests/gateway/test_v3_errors.py",
}
"""The test that produces every row of a dialect; tests/errors/ compares the rows with the documented tables."""
FIELDS = {
    "v2": "tests/gateway/test_v2_fields.py",
    "login": "tests/gateway/login/test_login_errors.py",
    "v3": "tests/gateway/test_v3_fields.py",
}

INTRODUCTION = """# Fidelity ledger

What this sandbox claims about the platform, how sure each claim is, and the test that holds us to it. If you know
better (a real answer, a page we have not read), an issue with that fact is the best contribution there is.
"""


def page() -> str:
    """The whole ledger."""
    rows = catalogue()
    counted = Counter(rule.confidence for rule in RULES)
    counted.update(spelling.confidence for row in rows.values() for spelling in row.spellings)
    legend = [(code(one.value), meaning, counted[one]) for one, meaning in MEANINGS.items()]
    parts = [
        INTRODUCTION,
        table(("confidence", "means", "claims"), legend),
        "\n## Rules\n",
        "A setting in the last column chooses another behaviour; [settings.md](settings.md) lists its values.\n",
        table(("id", "what", "confidence", "source", "test", "setting"), _rules()),
        "\n## Errors\n",
        "Each row is a condition with all the ways the platform spells it. *By rule* marks what is documented but "
        "never seen by nature: only a rule speaks it.\n",
        *_errors(rows),
        "\n## Fields\n",
        "Every endpoint's fields in the order in which the platform complains. Lengths are bytes of UTF-8. Titles and "
        "limits are those of the page named.\n",
        *_endpoints(),
    ]
    return "\n".join(parts)


def _rules() -> Iterator[tuple[str, ...]]:
    for rule in RULES:
        settings = ", ".join(code(name) for name in rule.settings)
        yield code(rule.id), _text(rule.what), rule.confidence.value, rule.source, code(rule.test), settings


def _errors(rows: dict[str, Row]) -> Iterator[str]:
    family_of = families()
    heads = ("id", "where", "code", "text", "confidence", "source", "test")
    for family in dict.fromkeys(family_of.values()):
        cells = [
            (
                code(name),
                _where(s),
                code(s.code),
                _text(s.text),
                s.confidence.value,
                s.source,
                code(PROVEN.get(s.dialect, "")),
            )
            for name, row in rows.items()
            if family_of[name] == family
            for s in row.spellings
        ]
        yield f"### {family}\n\n{table(heads, cells)}\n"


def _endpoints() -> Iterator[str]:
    heads = ("field", "required", "limits", "title", "test")
    for endpoint in endpoints():
        test = code(FIELDS.get(endpoint.dialect, ""))
        cells = [
            (code(name), "yes" if field.required else "", _limits(field), _text(field.title), test)
            for name, field in _fields(endpoint.form)
        ]
        title = f"### {endpoint.name} · {endpoint.title}\n\n`{endpoint.method} {endpoint.path}`"
        source = f" · <{endpoint.source}>" if endpoint.source else ""
        yield f"{title}{source}\n\n{table(heads, cells) if cells else 'No fields of its own.'}\n"


def _fields(form: Any, within: str = "") -> Iterator[tuple[str, Any]]:
    """A form's fields, those of its parts behind them by dotted name."""
    for field in form.fields:
        yield f"{within}{field.name}", field
        if field.shape is not None:
            yield from _fields(field.shape, f"{within}{field.name}{'[]' if field.kind == 'parts' else ''}.")


def _limits(field: Any) -> str:
    """What fits into a form's field."""
    if field.kind == "integer":
        ends = [f"{word} {end}" for word, end in (("from", field.minimum), ("to", field.maximum)) if end is not None]
        return " ".join(["whole number", *ends])
    if field.kind != "text":
        return {"flag": "true or false", "part": "object", "parts": "list of objects"}[field.kind]
    least = "" if field.least is None else f"{field.least} to "
    size = [] if field.limit is None else [f"{least}{field.limit} bytes"]
    return " ".join([*size, *([code(field.pattern)] if field.pattern else [])])


def _where(spelling: Spelling) -> str:
    parts = [spelling.dialect, spelling.layer.value, spelling.endpoint, spelling.generation]
    return " · ".join([part for part in parts if part] + (["by rule"] if spelling.only_by_rule else []))


def _text(text: str) -> str:
    return text.replace("<", "&lt;").replace("*", "\\*")
