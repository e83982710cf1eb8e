"""A flood: far more of one kind of sending, from everywhere together, than on any ordinary day."""

from collections import deque
from datetime import datetime, timedelta

WINDOW = timedelta(minutes=10)


class Flood:
    """The last sendings of one kind: past `most` of them in a window, it is a flood. Nothing is asked of a database."""

    def __init__(self, most: int) -> None:
        self._times: deque[datetime] = deque(maxlen=max(most, 1))
        self._most = most

    def rises(self, now: datetime) -> bool:
        """Count one more, and tell whether there are too many; none are when no number was set.

        >>> from datetime import UTC
        >>> flood, noon = Flood(2), datetime(2026, 1, 1, 12, tzinfo=UTC)
        >>> [flood.rises(noon + timedelta(minutes=after)) for after in (0, 1, 2, 11)]
        [False, False, True, False]
        """
        times = self._times
        is_full = 0 < self._most == len(times) and now - times[0] < WINDOW
        times.append(now)
        return is_full
