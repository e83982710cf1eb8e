"""`ideas job`: what the worker starts to run a job in a process of its own; people never type it."""

import os
import signal
import sys
import threading
import time
from datetime import UTC, datetime

import click

from ideas.cli.base import opened


@click.command(hidden=True)
@click.argument("job_id", type=click.IntRange(1))
@click.argument("owner")
@click.option("--watch", type=int, required=True, help="Stop when the parent is no longer the process of this number.")
def job(job_id: int, owner: str, watch: int) -> None:
    """Run the job JOB_ID that OWNER has taken."""
    from ideas.actions.jobs import find_lease
    from ideas.cli.running import log_to_stderr
    from ideas.domain.errors import RuleBroken
    from ideas.operations.jobs import Means, run_job

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    threading.Thread(target=_end_with, args=(watch,), daemon=True).start()
    log_to_stderr()
    with opened() as app:
        config = app.config["IDEAS"]
        means = Means(clock=lambda: datetime.now(UTC), var=config.var, dask=config.dask or None)
        try:
            run_job(find_lease(job_id, owner), means)
        except RuleBroken as refusal:  # noted where whoever asked will look: nothing is wrong here
            click.echo(str(refusal), err=True)


def _end_with(parent: int) -> None:
    """End at once when the worker is gone: another one takes the job over, and two would do it twice."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
