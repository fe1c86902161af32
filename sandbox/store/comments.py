"""Queries on payers' comments."""

import msgspec

from sandbox.domain.comment import Comment
from sandbox.store.queries import Queries, pack

_comment = msgspec.msgpack.Decoder(Comment).decode


class Comments(Queries):
    """What payers said."""

    __slots__ = ()

    def add_comment(self, comment: Comment) -> None:
        """Store a comment."""
        row = (self.tenant, comment.mchid, comment.number, comment.time, pack(comment))
        self._db.execute("INSERT INTO comments VALUES (?, ?, ?, ?, ?)", row)

    def comments(self, mchid: str, since: int, until: int, *, after: int, limit: int) -> list[Comment]:
        """A merchant's comments of a time (ms), from the number behind `after` on, oldest first."""
        rows = self._db.execute(
            "SELECT data FROM comments WHERE tenant = ? AND mchid = ? AND number > ? AND time BETWEEN ? AND ? "
            "ORDER BY number LIMIT ?",
            (self.tenant, mchid, after, since, until, limit),
        )
        return [_comment(data) for (data,) in rows]
