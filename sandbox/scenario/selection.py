"""Which of many stories are told: by an expression over their names, and a machine's share of them."""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
Test = Callable[[str], bool]

_TOKEN = re.compile(r"\s*(\(|\)|[^\s()]+)")


class BadExpression(ValueError):
    """An expression that cannot be read; the message says what was expected."""


def chosen_by(expression: str) -> Test:
    """`refund and not (v3 or till)`: words stand somewhere in a story's folder, name, case or API, whatever their case.

    Raises BadExpression.
    """
    return _Parser(expression).parse()


def share(items: Sequence[T], text: str) -> list[T]:
    """The part that `2/5` means: the second of five, all of about the same size. Raises BadExpression."""
    found = re.fullmatch(r"(\d+)/(\d+)", text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise BadExpression(f"expected a share such as 2/5, came {text!r}")
    return list(items[int(found[1]) - 1 :: int(found[2])])


class _Parser:
    """or, and, not, brackets, in the order they bind."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = _TOKEN.findall(text)

    def parse(self) -> Test:
        test = self._either()
        if self._tokens:
            raise BadExpression(f"expected and, or, or the end at {self._tokens[0]!r} in {self._text!r}")
        return test

    def _either(self) -> Test:
        tests = [self._both()]
        while self._take("or"):
            tests.append(self._both())
        return lambda name: any(test(name) for test in tests)

    def _both(self) -> Test:
        tests = [self._one()]
        while self._take("and"):
            tests.append(self._one())
        return lambda name: all(test(name) for test in tests)

    def _one(self) -> Test:
        if self._take("not"):
            inner = self._one()
            return lambda name: not inner(name)
        if self._take("("):
            inner = self._either()
            if not self._take(")"):
                raise BadExpression(f"expected ) in {self._text!r}")
            return inner
        if not self._tokens or self._tokens[0] in ("and", "or", ")"):
            came = repr(self._tokens[0]) if self._tokens else "the end"
            raise BadExpression(f"expected a word, not or (, came {came} in {self._text!r}")
        word = self._tokens.pop(0).lower()
        return lambda name: word in name.lower()

    def _take(self, token: str) -> bool:
        if self._tokens and self._tokens[0] == token:
            del self._tokens[0]
            return True
        return False
