"""Runs what is due, again and again: mail, jobs, the live index, and the purge of what is kept no longer.

Each lane is a thread: mail waits neither for the index nor for whoever looks after the jobs, which run elsewhere.
"""

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from flask import Flask

from ideas.actions.file_imports import forget_old_files
from ideas.actions.lateness import tell_late
from ideas.actions.news import spread_news, write_digests
from ideas.actions.outbox import deliver_due
from ideas.actions.transaction import abandon_act
from ideas.mail.news import Letterhead
from ideas.operations.job_process import JobProcess
from ideas.operations.maintenance import ask_where_due, compare_everywhere, mend_indexes, place_everywhere
from ideas.operations.purge import purge

BEAT = timedelta(seconds=1)  # between two looks at what is due
REST = timedelta(seconds=10)  # before a duty that failed is tried again: a database that is away fills no log
_log = logging.getLogger(__name__)


class Duty(NamedTuple):
    """Something done again and again: its name, how often, the work, which is given the time, and its lane."""

    name: str
    every: timedelta
    work: Callable[[datetime], Any]
    lane: str = "upkeep"


def run(app: Flask, *, watched: int | None = None) -> None:
    """Work until a signal says stop, or until the process `watched` (a parent) is gone.

    What was begun when the signal came is finished: one mail, not the fifty behind it. A job is told to stop; the
    next worker does it.
    """
    stop, processes = threading.Event(), JobProcess(app.config["IDEAS"].to_environment())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    todo = duties(app, processes, stop.is_set)
    lanes = [
        threading.Thread(target=_work, args=(app, [duty for duty in todo if duty.lane == lane], stop), name=lane)
        for lane in sorted({duty.lane for duty in todo})
    ]
    for lane in lanes:
        lane.start()
    while not stop.wait(BEAT.total_seconds()) and (watched is None or os.getppid() == watched):
        pass
    stop.set()
    for lane in lanes:
        lane.join()
    processes.stop()


def _work(app: Flask, todo: list[Duty], stop: threading.Event) -> None:
    due = dict[str, datetime]()
    while not stop.is_set():
        with app.app_context():
            work_once(todo, due, now=datetime.now(UTC))
        stop.wait(BEAT.total_seconds())


def work_once(todo: list[Duty], due: dict[str, datetime], *, now: datetime) -> None:
    """Run each duty whose time has come, and note in `due` when its next turn is; one that fails stops no other."""
    for duty in todo:
        if now < due.get(duty.name, now):
            continue
        due[duty.name] = now + duty.every
        try:
            duty.work(now)
        except Exception:  # noqa: BLE001 - one duty must not end the others
            _log.exception("the duty %r failed", duty.name)
            due[duty.name] = now + max(duty.every, REST)
            with contextlib.suppress(Exception):
                abandon_act()


def duties(app: Flask, processes: JobProcess, stop: Callable[[], bool] = lambda: False) -> list[Duty]:
    """List what the worker does: add a line for what else is to be done again and again."""
    config = app.config["IDEAS"]
    smtp_url, var = config.smtp_url, config.var
    head = Letterhead(config.site_name, config.public_origin, config.answers_to)

    def send(now: datetime) -> int:
        given = {"sender": config.sender, "reply_to": config.answers_to, "var": var}
        return deliver_due(smtp_url=smtp_url, now=now, stop=stop, **given)

    return [
        Duty("mail", BEAT, send, "mail"),
        Duty("news", BEAT, lambda now: spread_news(head, now=now), "news"),
        Duty("lateness", timedelta(hours=1), lambda now: tell_late(now=now)),
        Duty("digests", timedelta(minutes=5), lambda now: write_digests(head, now=now)),
        Duty("jobs", BEAT, processes.look, "jobs"),
        Duty("index", timedelta(minutes=1), lambda _now: mend_indexes(var=var)),
        Duty("places", timedelta(seconds=5), lambda _now: place_everywhere(var=var)),
        Duty("resemblances", timedelta(seconds=5), lambda _now: compare_everywhere(var=var)),
        Duty("proposals", timedelta(minutes=1), lambda now: ask_where_due(now=now)),
        Duty("purge", timedelta(hours=1), lambda now: purge(now=now)),
        Duty("files", timedelta(hours=1), lambda now: forget_old_files(var=var, now=now)),
    ]
