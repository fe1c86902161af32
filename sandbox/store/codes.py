"""Queries on what is shown as a code: payment codes and short links."""

import msgspec

from sandbox.domain.paycode import PaymentCode
from sandbox.store.queries import Queries, pack

_code = msgspec.msgpack.Decoder(PaymentCode).decode


class ShownCodes(Queries):
    """What phones and posters show."""

    __slots__ = ()

    def put_payment_code(self, code: PaymentCode) -> None:
        """Store a payment code."""
        row = (self.tenant, code.code, code.created, pack(code))
        self._db.execute("INSERT OR REPLACE INTO payment_codes VALUES (?, ?, ?, ?)", row)

    def payment_code(self, code: str) -> PaymentCode | None:
        """A payment code by its digits."""
        row = self._one("SELECT data FROM payment_codes WHERE tenant = ? AND code = ?", (self.tenant, code))
        return None if row is None else _code(row[0])

    def drop_payment_codes(self, before: int) -> None:
        """Forget the codes shown before an instant (ms)."""
        self._db.execute("DELETE FROM payment_codes WHERE tenant = ? AND created < ?", (self.tenant, before))

    def put_short_url(self, short: str, long: str) -> None:
        """Store what a short link stands for."""
        self._db.execute("INSERT OR REPLACE INTO short_urls VALUES (?, ?, ?)", (self.tenant, short, long))

    def long_url(self, short: str) -> str | None:
        """What a short link stands for."""
        row = self._one("SELECT long FROM short_urls WHERE tenant = ? AND short = ?", (self.tenant, short))
        return None if row is None else str(row[0])
