"""What a fault is: a value with its arguments, the moments it fits, and one act."""

from typing import ClassVar

import msgspec

from sandbox.platform.moments import Moment, Occasion


class Fault(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One way to go wrong, said in a line. Runs outside any transaction."""

    about: ClassVar[str]
    about_zh: ClassVar[str]
    moments: ClassVar[frozenset[Moment]]

    async def act(self, occasion: Occasion) -> None:
        """Change the occasion, or make it wait."""
        raise NotImplementedError

    def label(self) -> str:
        """For the journal: the fault's name and arguments."""
        arguments = ", ".join(f"{name}={value}" for name, value in msgspec.structs.asdict(self).items())
        name = type(self).__module__.rsplit(".", 1)[-1].replace("_", "-")
        return f"{name}({arguments})"
