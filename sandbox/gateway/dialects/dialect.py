"""What a dialect does at each step of the pipeline."""

from typing import Protocol

from sandbox.errors import Refusal, Row
from sandbox.gateway.spec import Reply
from sandbox.gateway.visit import Visit
from sandbox.gateway.wire import Wire, WireReply
from sandbox.platform.tenants import Tenants


class Dialect(Protocol):
    """A wire language of the platform."""

    @property
    def name(self) -> str:
        """As endpoints and rules call it."""

    @property
    def common(self) -> tuple[Row, ...]:
        """What any endpoint may answer."""

    def owns(self, path: str) -> bool:
        """Whether an unknown path is refused in this language."""

    def unknown(self, visit: Visit, tenants: Tenants) -> tuple[WireReply, Refusal | None]:
        """The answer to a path where nothing is; fill what is known of the caller."""

    def wrong_method(self) -> WireReply | None:
        """The answer where a path is known and the method is not; None: the endpoint hears it and refuses."""

    def masked(self, wire: Wire, reply: WireReply) -> tuple[str, bytes, bytes]:
        """For the journal: target, request body and reply body without secrets."""

    def decode(self, visit: Visit) -> None:
        """The envelope: fill `fields`. Raises Refusal."""

    def identify(self, visit: Visit, tenants: Tenants) -> None:
        """Whose request it is: fill `tenant` and what is known of the caller. Never refuses."""

    def admit(self, visit: Visit) -> None:
        """Check form and caller in the dialect's order: fill `form`. Raises Refusal."""

    def encode(self, visit: Visit, reply: Reply) -> WireReply:
        """Frame and sign a handler's answer."""

    def refuse(self, visit: Visit, refusal: Refusal) -> WireReply:
        """Spell a refusal; fill `said`."""
