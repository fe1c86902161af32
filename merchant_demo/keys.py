"""The merchant's API keys: the newest, and the one before it while the platform still uses that."""

import sqlite3


class KeyRing:
    """A key that was reset in the merchant platform takes minutes to come into force, so two are kept."""

    def __init__(self, db: sqlite3.Connection, configured: str) -> None:
        self._db = db
        self._rehearsal: str | None = None
        if self._db.execute("SELECT 1 FROM api_keys WHERE api_key = ?", (configured,)).fetchone() is None:
            self.enter(configured)

    def enter(self, api_key: str) -> None:
        """Take a new key into use; the one before stays usable."""
        with self._db:
            self._db.execute("DELETE FROM api_keys WHERE api_key = ?", (api_key,))
            self._db.execute("INSERT INTO api_keys (api_key) VALUES (?)", (api_key,))

    def rehearse(self, key: str | None) -> None:
        """From now on the rehearsal's key is the only one, until None ends the rehearsal."""
        self._rehearsal = key

    @property
    def rehearsing(self) -> bool:
        """Whether the platform is to be spoken to at its rehearsal."""
        return self._rehearsal is not None

    def usable(self) -> tuple[str, ...]:
        """One or two keys, newest first."""
        if self._rehearsal is not None:
            return (self._rehearsal,)
        rows = self._db.execute("SELECT api_key FROM api_keys ORDER BY n DESC LIMIT 2")
        return tuple(row["api_key"] for row in rows)


class OneKey(KeyRing):
    """A key that is only configured: nobody enters another."""

    def __init__(self, configured: str) -> None:
        self._configured = configured

    def usable(self) -> tuple[str, ...]:
        return (self._configured,)
