"""Where the library `limits` counts: a table of the database, which every process of an installation sees.

What is counted belongs to the act that is under way: an act that is refused costs nothing.
"""

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from limits.storage.base import Storage
from sqlalchemy.dialects import postgresql, sqlite

from ideas.store.database import db
from ideas.store.models import Hit

AT, END = (sa.bindparam(name, type_=Hit.__table__.c.ends_at.type) for name in ("at", "end"))
AMOUNT = sa.bindparam("amount", type_=sa.Integer())


def _count_with(dialect: Any) -> Any:
    """One statement, so that of many at once none is forgotten: a window that is over begins anew."""
    hits = Hit.__table__
    is_over = hits.c.ends_at <= AT
    insert = dialect.insert(hits).values(key=sa.bindparam("name"), count=AMOUNT, ends_at=END)
    return insert.on_conflict_do_update(
        index_elements=["key"],
        set_={
            "count": sa.case((is_over, AMOUNT), else_=hits.c.count + AMOUNT),
            "ends_at": sa.case((is_over, END), else_=hits.c.ends_at),
        },
    ).returning(hits.c.count)


_COUNT = {"sqlite": _count_with(sqlite), "postgresql": _count_with(postgresql)}


class HitStorage(Storage):
    """Counts at the time of one act; `secret` keeps what is counted from being guessed in the table."""

    STORAGE_SCHEME = None

    def __init__(self, *, now: datetime, secret: str) -> None:
        super().__init__()
        self.now, self.secret = now, secret.encode()
        self.counted = 0

    @property
    def base_exceptions(self) -> type[Exception]:
        """What the database may raise; it is not wrapped, since an act is tried again by what it says."""
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count one more and return how many there are in this window, which `counted` keeps."""
        given = {"name": self._hash(key), "at": self.now, "end": self.now + timedelta(seconds=expiry), "amount": amount}
        self.counted = int(db.session.scalar(_COUNT[db.session.get_bind().dialect.name], given) or 0)
        return self.counted

    def get(self, key: str) -> int:
        """Return how many there are in this window."""
        return self._read(key, Hit.count) or 0

    def get_expiry(self, key: str) -> float:
        """Return when this window ends, in seconds since 1970."""
        ends_at = self._read(key, Hit.ends_at)
        return (ends_at or self.now).timestamp()

    def check(self) -> bool:
        """Tell whether the table answers."""
        return db.session.scalar(sa.select(sa.func.count()).select_from(Hit)) is not None

    def reset(self) -> int | None:
        """Forget all that was counted, and return how many counts there were."""
        return len(db.session.scalars(sa.delete(Hit).returning(Hit.key)).all())

    def clear(self, key: str) -> None:
        """Forget what was counted under a key."""
        db.session.execute(sa.delete(Hit).where(Hit.key == self._hash(key)))

    def _read(self, key: str, column: Any) -> Any:
        return db.session.scalar(sa.select(column).where(Hit.key == self._hash(key), Hit.ends_at > self.now))

    def _hash(self, key: str) -> str:
        return hmac.new(self.secret, f"hit {key}".encode(), hashlib.sha256).hexdigest()
