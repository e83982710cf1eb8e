"""Spending a proof of work, within the transaction of the act that it opens: an act that is refused spends nothing."""

from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite

from ideas.domain.errors import BadProof
from ideas.domain.proofs import EXPIRED, USED, Brought, Proof
from ideas.store.database import db
from ideas.store.models import SpentProof

_INSERT = {
    dialect.__name__.rpartition(".")[2]: dialect.insert(SpentProof).on_conflict_do_nothing().returning(SpentProof.mark)
    for dialect in (sqlite, postgresql)
}


def spend_proof(brought: Brought, *, now: datetime) -> None:
    """Spend the proof that came, if one did; raises `BadProof` when it is too old or has served.

    Of many at once one wins, by the unique key. An act spends before it locks anything, so that whoever waits here for
    another keeps nobody waiting.
    """
    if not isinstance(brought, Proof):
        return
    if brought.ends_at < now:
        raise BadProof(EXPIRED)
    insert = _INSERT[db.session.get_bind().dialect.name]
    if db.session.scalar(insert, {"mark": brought.mark, "ends_at": brought.ends_at}) is None:
        raise BadProof(USED)
