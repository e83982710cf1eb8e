"""Erasing many rows a piece at a time: whoever writes meanwhile waits for one piece at most."""

from typing import Any

import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.store.database import db, give_way, reading

PIECE = 250  # rows in a transaction


def erase(table: Any, condition: sa.ColumnElement[bool]) -> int:
    """Erase the rows of a table that meet a condition; return how many they were."""
    columns = table.__table__.primary_key.columns
    look, count = sa.select(*columns).where(condition).limit(PIECE), 0
    while True:
        with reading():
            keys = [tuple(row) for row in db.session.execute(look)]
        if not keys:
            return count
        count += _delete(table, sa.and_(sa.tuple_(*columns).in_(keys), condition))
        give_way()


@transaction(is_public=False)  # what readers may see is not erased here
def _delete(table: Any, condition: sa.ColumnElement[bool]) -> int:
    erased = sa.delete(table).where(condition).returning(*table.__table__.primary_key.columns)
    return len(db.session.execute(erased.execution_options(synchronize_session=False)).all())
