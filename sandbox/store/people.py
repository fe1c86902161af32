"""Queries on payers, their openids and session keys, codes and tokens."""

from collections.abc import Iterator

import msgspec

from sandbox.domain.user import Code, Token, User
from sandbox.store.queries import Queries, pack

_user = msgspec.msgpack.Decoder(User).decode
_code = msgspec.msgpack.Decoder(Code).decode
_token = msgspec.msgpack.Decoder(Token).decode


class People(Queries):
    """Payers and what was handed out in their name."""

    __slots__ = ()

    def put_user(self, user: User) -> None:
        """Store a payer; their openids become known."""
        self._db.execute("INSERT OR REPLACE INTO users VALUES (?, ?, ?)", (self.tenant, user.id, pack(user)))
        self._db.executemany(
            "INSERT OR REPLACE INTO openids VALUES (?, ?, ?, ?)",
            [(self.tenant, openid, appid, user.id) for appid, openid in user.openids.items()],
        )

    def user(self, id: str) -> User | None:
        """A payer by id."""
        row = self._one("SELECT data FROM users WHERE tenant = ? AND id = ?", (self.tenant, id))
        return None if row is None else _user(row[0])

    def users(self) -> list[User]:
        """All payers, in the order of their ids."""
        return [_user(data) for (data,) in self._db.execute("SELECT data FROM users WHERE tenant = ?", (self.tenant,))]

    def openid(self, openid: str) -> tuple[str, str] | None:
        """Whose openid this is: (appid, user id), or None when the tenant never handed it out."""
        row = self._one("SELECT appid, user FROM openids WHERE tenant = ? AND openid = ?", (self.tenant, openid))
        return None if row is None else (row[0], row[1])

    def session_key(self, openid: str) -> str | None:
        """The session_key in force for an openid."""
        row = self._one("SELECT session_key FROM session_keys WHERE tenant = ? AND openid = ?", (self.tenant, openid))
        return None if row is None else str(row[0])

    def put_session_key(self, openid: str, session_key: str) -> None:
        """Give an openid its session_key; the one before is void."""
        self._db.execute("INSERT OR REPLACE INTO session_keys VALUES (?, ?, ?)", (self.tenant, openid, session_key))

    def put_code(self, code: Code) -> None:
        """Store a one-time code."""
        self._db.execute("INSERT OR REPLACE INTO codes VALUES (?, ?, ?)", (self.tenant, code.code, pack(code)))

    def code(self, code: str) -> Code | None:
        """A one-time code."""
        row = self._one("SELECT data FROM codes WHERE tenant = ? AND code = ?", (self.tenant, code))
        return None if row is None else _code(row[0])

    def put_token(self, token: Token) -> None:
        """Store a token."""
        row = (token.token, self.tenant, token.appid, token.kind, token.created, pack(token))
        self._db.execute("INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?, ?, ?)", row)

    def token(self, token: str) -> Token | None:
        """A token by its text."""
        row = self._one("SELECT data FROM tokens WHERE token = ? AND tenant = ?", (token, self.tenant))
        return None if row is None else _token(row[0])

    def latest_tokens(self, appid: str, kind: str) -> Iterator[Token]:
        """An app's tokens of one kind, newest first."""
        rows = self._db.execute(
            "SELECT data FROM tokens WHERE tenant = ? AND appid = ? AND kind = ? ORDER BY created DESC, token",
            (self.tenant, appid, kind),
        )
        return (_token(data) for (data,) in rows)

    def tenant_of_token(self, token: str) -> str | None:
        """Which tenant minted a token, whosever it is."""
        row = self._one("SELECT tenant FROM tokens WHERE token = ?", (token,))
        return None if row is None else str(row[0])

    def tenant_of_prepay(self, prepay_id: str) -> str | None:
        """Which tenant minted a prepay_id, whosever it is."""
        row = self._one("SELECT tenant FROM prepays WHERE prepay_id = ?", (prepay_id,))
        return None if row is None else str(row[0])
