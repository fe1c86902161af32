"""Queries on the self-tests of merchants."""

import msgspec

from sandbox.domain.echo import Echo
from sandbox.store.queries import Queries, pack

_echo = msgspec.msgpack.Decoder(Echo).decode


class Echoes(Queries):
    """What is to be echoed in a notification."""

    __slots__ = ()

    def put_echo(self, echo: Echo) -> None:
        """Store what a merchant said."""
        self._db.execute("INSERT OR REPLACE INTO echoes VALUES (?, ?, ?)", (self.tenant, echo.id, pack(echo)))

    def echo(self, id: str) -> Echo | None:
        """What a merchant said."""
        row = self._one("SELECT data FROM echoes WHERE tenant = ? AND id = ?", (self.tenant, id))
        return None if row is None else _echo(row[0])
