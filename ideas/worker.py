"""Runs what is due, again and again: mail, the live index, and the purge of what is kept no longer."""

import contextlib
import logging
import os
import signal
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from flask import Flask

from ideas.actions.placing import place_new_ideas
from ideas.actions.purge import purge
from ideas.actions.similar import reconcile
from ideas.mail.delivery import deliver_due
from ideas.store import queries

BEAT = 1.0  # seconds between two looks at what is due
_log = logging.getLogger(__name__)


def run(app: Flask, *, watched: int | None = None) -> None:
    """Work until a signal says stop, or until the process `watched` (a parent) is gone."""
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    due: dict[str, datetime] = {}
    while not stop.is_set() and (watched is None or os.getppid() == watched):
        with app.app_context():
            work_once(app, due, now=datetime.now(UTC))
        stop.wait(BEAT)


def work_once(app: Flask, due: dict[str, datetime], *, now: datetime) -> None:
    """Run each duty whose time has come; one that fails is logged and tried again at its next turn."""
    for name, every, duty in duties(app):
        if now < due.get(name, now):
            continue
        due[name] = now + every
        try:
            duty(now)
        except Exception:  # noqa: BLE001 - one duty must not end the others
            _log.exception("the duty %r failed", name)
            with contextlib.suppress(Exception):
                from ideas.actions.abandon import abandon_act

                abandon_act()


def duties(app: Flask) -> list[tuple[str, timedelta, Callable[[datetime], Any]]]:
    """List what the worker does: a name, how often, and the work."""
    config = app.config["IDEAS"]
    return [
        (
            "mail",
            timedelta(seconds=BEAT),
            lambda now: deliver_due(smtp_url=config.smtp_url, sender=config.mail_from, var=config.var, now=now),
        ),
        ("index", timedelta(minutes=1), lambda _now: _reconcile_all(config.var)),
        ("places", timedelta(seconds=5), lambda _now: _place_all(config.var)),
        ("purge", timedelta(hours=1), lambda now: purge(now=now)),
    ]


def _reconcile_all(var: str) -> None:
    for campaign in queries.list_campaigns():
        reconcile(campaign.id, var=var)


def _place_all(var: str) -> None:
    for campaign in queries.list_campaigns():
        place_new_ideas(campaign.id, var=var)
