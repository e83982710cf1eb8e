"""A process of its own for each job: its memory goes with it, and the mail does not wait behind it."""

import logging
import os
import subprocess
import sys
from collections.abc import Mapping
from datetime import datetime

from ideas.actions import jobs
from ideas.actions.transaction import abandon_act

PATIENCE = 10  # seconds left to a job that is told to stop: the lease of one that is killed ends by itself
_log = logging.getLogger(__name__)


class JobProcess:
    """Runs the jobs that are due one after the other, none of them here; `look` is to be called again and again."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        self._running: tuple[jobs.Lease, subprocess.Popen[bytes]] | None = None

    def look(self, now: datetime) -> None:
        """Begin the job that is due unless one runs; note the end of one that could not note it itself."""
        if self._running is not None:
            lease, process = self._running
            if process.poll() is None:
                return
            self._running = None
            self._note_end(lease, process.returncode, now)
        lease_taken = jobs.claim_next(now=now)
        if lease_taken is not None:
            self._running = lease_taken, self._start(lease_taken)

    def stop(self) -> None:
        """Tell the job that runs to stop, and wait for it a moment."""
        if self._running is None:
            return
        _lease, process = self._running
        process.terminate()
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def _start(self, lease: jobs.Lease) -> subprocess.Popen[bytes]:
        words = ("job", str(lease.job_id), lease.owner, "--watch", str(os.getpid()))
        # A session of its own: Ctrl-C reaches it through us.
        return subprocess.Popen(  # noqa: S603 - our own command
            [sys.executable, "-m", "ideas.cli", *words],
            env={**os.environ, **self._settings},
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )

    def _note_end(self, lease: jobs.Lease, code: int, now: datetime) -> None:
        if code < 0:
            _log.error("job %s, %s of %s, was killed by signal %s", lease.job_id, lease.kind, lease.key, -code)
        try:
            jobs.find_lease(lease.job_id, lease.owner)
        except jobs.LeaseLost:  # it said itself how it ended
            abandon_act()
        else:
            jobs.give_up(lease, now=now, error=jobs.KILLED, is_final=False)
