"""Telling one story: its steps in order, until one does not come out as written."""

from collections.abc import Mapping
from typing import Any

from sandbox.adapter import placeholders
from sandbox.adapter.stage import Stage
from sandbox.adapter.waiting import Deadline
from sandbox.scenario import duration
from sandbox.scenario.comparison import Difference, differences
from sandbox.scenario.language import SPOKEN, STAND_INS, Step
from sandbox.scenario.observation import Observer
from sandbox.scenario.verdict import Event


class Unmet(Exception):
    """A step did not come out as the story says."""

    def __init__(self, step: Step, found: list[Difference]) -> None:
        super().__init__(f"{step.verb}: not as expected")
        self.step = step
        self.differences = tuple(found)


class Story:
    """The told part of a story: what it remembers, and a line for everything that was done."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._control = stage.world.control
        self._memory = stage.memory
        self._driver = stage.driver
        self._observer = Observer(self._control, self._memory, self._status)
        self.told: list[Event] = []

    async def tell(self, step: Step) -> None:
        """Perform one step. Raises Unmet, placeholders.Unknown, or what the sandbox, the shop or the driver raise."""
        if step.verb == "expect":
            await self._expect(step)
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
                raise Unmet(step, [Difference(step.verb, "a 2xx answer", self.told[-1].text)])
        if expected is not None and (found := differences(expected, answer, step.verb)):
            raise Unmet(step, found)
        self._save(step, answer)

    async def _ask(self, name: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        answer = await self._driver.ask(name, arguments)
        self.told.append(Event(f"merchant.{name}", f"{answer.request} -> {answer.short()}"))
        return answer.facts()

    async def _process(self, name: str) -> dict[str, Any]:
        shop = self._stage.shop
        await (shop.kill() if name == "kill" else shop.start(self._stage.session))
        self.told.append(
            Event(f"merchant.{name}", "the shop's process is gone" if name == "kill" else "the shop is up")
        )
        return {}

    async def _act(self, verb: str, arguments: dict[str, Any]) -> dict[str, Any]:
        for (owner, argument), stand_in in STAND_INS.items():
            if owner == verb and argument not in arguments:
                arguments = {argument: placeholders.fill(f"{{{stand_in}}}", {}, self._memory), **arguments}
        answer = await self._control.call(SPOKEN.get(verb, verb), arguments)
        self.told.append(Event(verb, _short(answer)))
        if verb.startswith("user."):
            self._memory.update(answer)
            if "errMsg" in answer:
                self._observer.phone = answer
        return answer

    async def _expect(self, step: Step) -> None:
        expected = placeholders.fill(step.arguments, {}, self._memory)
        within = expected.get("within")
        deadline = Deadline(duration.parse(within) / 1000 if within else 0)
        while found := await self._observer.compare(expected):
            if deadline.over:
                raise Unmet(step, found)
            await deadline.pause()

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
