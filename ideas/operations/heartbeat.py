"""Renewing the lease of a job while its work goes on, from a thread of its own."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from ideas.actions.jobs import Lease, renew
from ideas.domain.jobs import RENEWAL, Phase

_log = logging.getLogger(__name__)


class Heartbeat:
    """Keeps a lease alive inside a `with` block, and notes how far the work is.

    A database that is busy or away is asked again at the next beat: a lease outlives several of them. Whoever lost
    theirs is not interrupted: what they would write at the end is refused.
    """

    def __init__(self, engine: sa.Engine, lease: Lease, clock: Callable[[], datetime]) -> None:
        self._engine, self._lease, self._clock = engine, lease, clock
        self._told: tuple[float, Phase] = (0.0, Phase.BEGINNING)
        self._wake, self._is_over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"heartbeat of job {lease.job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        self._wake.set()
        self._thread.join()

    def tell(self, share: float, phase: Phase) -> None:
        """Note how far the work is (0 to 1) and what it does, for whoever looks at the page."""
        self._told = (share, phase)
        self._wake.set()

    def _beat(self) -> None:
        while not self._is_over.is_set():
            try:
                progress, phase = self._told
                if not renew(self._engine, self._lease, now=self._clock(), progress=progress, phase=phase):
                    return
            except Exception as error:  # noqa: BLE001 - whatever it was, the next beat tries again
                _log.warning("job %s could not be renewed: %s", self._lease.job_id, type(error).__name__)
            self._wake.wait(RENEWAL.total_seconds())
            self._wake.clear()
