"""Telling one story: its steps in order, until one does not come out as written."""

import asyncio
from collections.abc import Mapping
from typing import Any

from sandbox.adapter import placeholders
from sandbox.adapter.stage import Stage
from sandbox.adapter.waiting import Deadline
from sandbox.scenario import duration
from sandbox.scenario.chronicle import Chronicle
from sandbox.scenario.comparison import Difference, differences
from sandbox.scenario.language import SENTENCES, SPOKEN, STAND_INS, Step
from sandbox.scenario.observation import Observer

GRACE_SECONDS = 1.0
"""What a shop may still need in real time when the virtual time of an `eventually` is over."""


class Unmet(Exception):
    """A step did not come out as the story says."""

    def __init__(self, step: Step, found: list[Difference]) -> None:
        super().__init__(f"{step.verb}: not as expected")
        self.step = step
        self.differences = tuple(found)


class Story:
    """The told part of a story: what it remembers, and a line for everything that was done.

    `step` is the one that was begun last. `patience` bounds how many seconds of real time an `expect` waits.
    """

    def __init__(self, stage: Stage, chronicle: Chronicle, patience: float | None = None) -> None:
        self._stage = stage
        self._control = stage.world.control
        self._memory = stage.memory
        self._driver = stage.driver
        self._observer = Observer(self._control, self._memory, self._status)
        self._chronicle = chronicle
        self._patience = patience
        self.step: Step | None = None

    async def begin(self) -> None:
        """Time is counted from here."""
        await self._chronicle.begin()
        await self._observer.begin()

    async def tell(self, step: Step) -> None:
        """Perform one step. Raises Unmet, placeholders.Unknown, or what the sandbox, the shop or the driver raise."""
        if step.verb not in ("parallel", "repeat", "branch"):
            self.step = step
        if step.verb in SENTENCES or step.verb == "branch":
            await getattr(self, f"_{step.verb}")(step)
            return
        actor, _, name = step.verb.partition(".")
        arguments = placeholders.fill(step.arguments, {}, self._memory)
        expected = placeholders.fill(step.expect, {}, self._memory)
        if actor != "merchant":
            answer = await self._act(step.verb, arguments)
        elif name in ("kill", "start"):
            answer = await self._process(name)
        else:
            answer = await self._ask(name, arguments)
            if expected is None and not answer["ok"]:
                raise Unmet(step, [Difference(step.verb, "a 2xx answer", self._chronicle.last())])
        if expected is not None and (found := differences(expected, answer, step.verb)):
            raise Unmet(step, found)
        self._save(step, answer)

    async def _branch(self, step: Step) -> None:
        for inner in step.steps:
            await self.tell(inner)

    async def _repeat(self, step: Step) -> None:
        times = int(placeholders.fill(step.arguments["times"], {}, self._memory))
        for round in range(1, times + 1):
            self._memory[step.arguments["as"]] = round
            await self._branch(step)

    async def _parallel(self, step: Step) -> None:
        """All branches at once; when several go wrong, the first that is written counts."""
        ended = await asyncio.gather(*(self._branch(inner) for inner in step.steps), return_exceptions=True)
        for error in ended:
            if error is not None:
                raise error

    async def _ask(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        answer = await self._driver.ask(name, arguments)
        await self._chronicle.note(f"merchant.{name}", f"{answer.request} -> {answer.short()}", "merchant")
        return answer.facts()

    async def _process(self, name: str) -> dict[str, Any]:
        shop = self._stage.shop
        await (shop.kill() if name == "kill" else shop.start(self._stage.session))
        await self._chronicle.note(
            f"merchant.{name}", "the shop's process is gone" if name == "kill" else "the shop is up"
        )
        return {}

    async def _act(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        for (owner, argument), stand_in in STAND_INS.items():
            if owner == verb and argument not in arguments:
                arguments = {argument: placeholders.fill(f"{{{stand_in}}}", {}, self._memory), **arguments}
        answer = await self._control.call(SPOKEN.get(verb, verb), arguments)
        await self._chronicle.note(verb, _short(answer))
        if verb.startswith("user."):
            self._memory.update(answer)
            if "errMsg" in answer:
                self._observer.phone = answer
        return answer

    async def _expect(self, step: Step) -> None:
        expected = placeholders.fill(step.arguments, {}, self._memory)
        within = expected.get("within")
        seconds = duration.parse(within) / 1000 if within else 0
        await self._look(step, expected, seconds if self._patience is None else min(seconds, self._patience))

    async def _look(self, step: Step, expected: Mapping[str, Any], seconds: float) -> None:
        """Look again until it is as expected, for so long in real time. Raises Unmet."""
        deadline = Deadline(seconds)
        while found := await self._observer.compare(expected):
            if deadline.over:
                raise Unmet(step, found)
            await deadline.pause()

    async def _eventually(self, step: Step) -> None:
        """Go from one thing that is due to the next, until it is as expected; on a real clock, wait."""
        expected = placeholders.fill(step.arguments, {}, self._memory)
        left = duration.parse(expected["within"])
        clock = await self._control.call("clock.read", {})
        if clock["kind"] != "virtual":
            await self._look(step, expected, left / 1000)
            return
        while await self._observer.compare(expected) and left > 0:
            hop = max(1, min(left, (clock["next_due"] or clock["now"] + left) - clock["now"]))
            await self._control.call("clock.advance", {"by": hop / 1000})
            await self._control.call("notify.settle", {})
            await self._chronicle.note("eventually", f"{duration.show(hop)} later")
            left -= hop
            clock = await self._control.call("clock.read", {})
        await self._look(step, expected, GRACE_SECONDS)

    async def _status(self) -> dict[str, Any]:
        return (await self._driver.ask("status", {})).facts()

    def _save(self, step: Step, answer: Mapping[str, Any]) -> None:
        """Of a shop's answer, the names that its adapter gave to parts of it come before the answer's own."""
        known = {**answer, **self._memory} if step.verb.startswith("merchant.") else answer
        for name, path in step.save.items():
            value = placeholders.dig(known, path)
            if value is placeholders.ABSENT:
                raise placeholders.Unknown(path, known)
            self._memory[name] = value


def _short(answer: Mapping[str, Any]) -> str:
    """An answer's plain values, and why the phone refused, if it did."""
    text = ", ".join(
        f"{name}={value}" for name, value in answer.items() if value and not isinstance(value, dict | list)
    )
    why = placeholders.dig(answer, "explanation.summary")
    return f"{text[:240]}" if why is placeholders.ABSENT else f"{text[:240]} · {why}"
