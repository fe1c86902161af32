"""Mutants of a program that signs rightly: one or two of its lines are replaced, each replacement is a known mistake.

The program and its mutants are text, run as they are: nothing here uses the sandbox's own signing or its doctor.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple


class Mutation(NamedTuple):
    """A line of the program, written wrongly. `code`: what the doctor should call it; `mention`: a word it must say."""

    code: str
    step: str
    line: str
    mention: str = ""


class Program(NamedTuple):
    """A function, line by line; each line has a name, by which it can be replaced."""

    head: str
    lines: Mapping[str, str]

    def compiled(self, mutations: Sequence[Mutation] = ()) -> Callable[..., str]:
        """The function, or its mutant."""
        lines = {**self.lines, **{mutation.step: mutation.line for mutation in mutations}}
        text = "\n".join([self.head, *(f"    {line}" for line in lines.values())])
        space: dict[str, Any] = {}
        exec(compile(text, "<merchant>", "exec"), space)
        made: Callable[..., str] = space["sign"]
        return made


class Mutant(NamedTuple):
    """What was done, and the signature that came of it. `accepted`: all sets of codes that explain it equally well."""

    mutations: tuple[Mutation, ...]
    signature: str
    accepted: frozenset[frozenset[str]]


def mutants(
    program: Program,
    mutations: Sequence[Mutation],
    arguments: Mapping[str, Any],
    pairs: int,
    seed: int,
    *,
    cheap: Mapping[str, Any] | None = None,
) -> Iterator[Mutant]:
    """Every mutant with one mistake, and `pairs` of those with two that nobody chose, each with another result.

    A mutant whose signature is right made no mistake with this message and is left out; when the same signature comes
    of different mistakes, nobody can tell which it was. `cheap` are arguments with which results differ just as they do
    with the real ones, where signing is dear.
    """
    compared = {**arguments, **(cheap or {})}
    right = program.compiled()(**compared)
    ones = [(mutation,) for mutation in mutations]
    twos = [two for two in combinations(mutations, 2) if two[0].step != two[1].step]
    chosen = random.Random(seed).sample(twos, min(pairs, len(twos)))
    results = {one: _result(program, one, compared) for one in (*ones, *twos)}
    explained: dict[str, set[frozenset[str]]] = {}
    for made, signature in results.items():
        explained.setdefault(signature, set()).add(frozenset(mutation.code for mutation in made))
    for made in (*ones, *chosen):
        signature = results[made]
        if signature not in ("", right):
            real = _result(program, made, arguments) if cheap else signature
            yield Mutant(made, real, frozenset(explained[signature]))


def _result(program: Program, made: Sequence[Mutation], arguments: Mapping[str, Any]) -> str:
    """Empty where the mutant cannot run on this message."""
    try:
        return program.compiled(made)(**arguments)
    except (UnicodeError, ValueError):
        return ""


class Score:
    """How many mutants were named rightly."""

    def __init__(self) -> None:
        self.cases = 0
        self.wrong: list[str] = []

    def count(self, mutant: Mutant, code: str, text: str) -> None:
        """One mutant and the doctor's first verdict on it."""
        self.cases += 1
        named = frozenset(code.split("+"))
        said = len(mutant.mutations) > 1 or all(mutation.mention in text for mutation in mutant.mutations)
        if named not in mutant.accepted or not said:
            done = " and ".join(f"{mutation.code} ({mutation.line.strip()})" for mutation in mutant.mutations)
            self.wrong.append(f"{done}: {code or 'nothing'}: {text}")

    @property
    def accuracy(self) -> float:
        """The share that was named rightly."""
        return 1 - len(self.wrong) / self.cases
