"""Bounding how often an act is done, within the transaction of that act."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ideas.domain.errors import TooOften
from ideas.domain.limits import Limit
from ideas.domain.proofs import Brought, check_proven

if TYPE_CHECKING:
    from limits import RateLimitItem


def count_hit(limit: Limit, *who: object, now: datetime, secret: str = "", brought: Brought = None) -> None:
    """Count one more by `who`, or raise `TooOften` with how long to wait, `ProofWanted` past half of the limit.

    An unknown source, a command of the operator for instance, is not bounded.
    """
    if not all(who):
        return
    from limits.strategies import FixedWindowRateLimiter

    from ideas.actions.hit_storage import HitStorage

    storage, item, named = HitStorage(now=now, secret=secret), _item(limit), list(map(str, who))
    limiter = FixedWindowRateLimiter(storage)
    if limiter.hit(item, *named):
        if storage.counted > limit.freely:
            check_proven(brought)
        return
    left = limiter.get_window_stats(item, *named).reset_time - now.timestamp()
    raise TooOften(limit.message, wait=timedelta(seconds=max(1, round(left))))


def give_back(limit: Limit, *who: object, now: datetime, secret: str = "") -> None:
    """Count one less by `who`, never under none."""
    if not all(who):
        return
    from ideas.actions.hit_storage import HitStorage

    storage, key = HitStorage(now=now, secret=secret), _item(limit).key_for(*map(str, who))
    if storage.get(key) > 0:
        storage.incr(key, int(limit.every.total_seconds()), -1)


def clear_hits(limit: Limit, *who: object, now: datetime, secret: str = "") -> None:
    """Forget what was counted by `who`."""
    if not all(who):
        return
    from ideas.actions.hit_storage import HitStorage

    HitStorage(now=now, secret=secret).clear(_item(limit).key_for(*map(str, who)))


def _item(limit: Limit) -> "RateLimitItem":
    from limits import RateLimitItemPerSecond

    return RateLimitItemPerSecond(limit.most, int(limit.every.total_seconds()), limit.name)
