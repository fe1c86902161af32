"""Queries on contracts of deduction."""

import msgspec

from sandbox.domain.contract import Contract, Session
from sandbox.store.queries import Queries, pack

_contract = msgspec.msgpack.Decoder(Contract).decode
_session = msgspec.msgpack.Decoder(Session).decode


class Contracts(Queries):
    """Who lets whom deduct."""

    __slots__ = ()

    def put_contract(self, contract: Contract) -> None:
        """Store a contract."""
        key = (self.tenant, contract.mchid, contract.contract_id)
        row = (*key, contract.plan_id, contract.contract_code, pack(contract))
        self._db.execute("INSERT OR REPLACE INTO contracts VALUES (?, ?, ?, ?, ?, ?)", row)

    def contract(self, mchid: str, contract_id: str) -> Contract | None:
        """A contract by the platform's number."""
        return self._contract("contract_id = ?", mchid, contract_id)

    def contract_by_code(self, mchid: str, plan_id: str, contract_code: str) -> Contract | None:
        """A contract by the merchant's number."""
        return self._contract("plan_id = ? AND contract_code = ?", mchid, plan_id, contract_code)

    def put_entrust_session(self, session: Session) -> None:
        """Store a contract that waits for its payer."""
        row = (self.tenant, session.session, pack(session))
        self._db.execute("INSERT OR REPLACE INTO entrust_sessions VALUES (?, ?, ?)", row)

    def entrust_session(self, session: str) -> Session | None:
        """The contract that waits under this number."""
        row = self._one("SELECT data FROM entrust_sessions WHERE tenant = ? AND session = ?", (self.tenant, session))
        return None if row is None else _session(row[0])

    def contracts(self, limit: int = 200) -> list[Contract]:
        """Those with the highest numbers, which begin with their day."""
        rows = self._db.execute(
            "SELECT data FROM contracts WHERE tenant = ? ORDER BY contract_id DESC LIMIT ?", (self.tenant, limit)
        )
        return [_contract(data) for (data,) in rows]

    def _contract(self, where: str, mchid: str, *values: str) -> Contract | None:
        row = self._one(
            f"SELECT data FROM contracts WHERE tenant = ? AND mchid = ? AND {where}", (self.tenant, mchid, *values)
        )
        return None if row is None else _contract(row[0])
