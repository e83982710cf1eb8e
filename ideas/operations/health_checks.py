"""Looking an installation over: each check returns what it found, in a sentence for the operator."""

import os
import shutil
import smtplib
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import sqlalchemy as sa

from ideas.actions.families import lock_families, recount
from ideas.actions.transaction import transaction
from ideas.config import BadSetting
from ideas.domain.errors import ProviderFailed
from ideas.domain.jobs import JobState
from ideas.domain.publication import Publication
from ideas.operations.private_files import OTHERS, list_open_to_others
from ideas.retrieval.kinds import find_engine
from ideas.store import queries
from ideas.store.database import db, reading
from ideas.store.models import Idea, Job, OutboxMail, Vote
from ideas.store.revisions import is_migrated

PATIENCE = 10  # seconds left to the mail server to greet
NEGLECT = timedelta(minutes=2)  # twice what a job that lost its process waits for another
RECENT = timedelta(days=1)
LONG = timedelta(hours=6)  # a run over a million ideas is shorter
LEAST_SPACE = 500_000_000  # bytes: an edition and its copy


@dataclass(frozen=True)
class Finding:
    """What a check looked at, whether all is well, and what was seen or is to be done."""

    subject: str
    is_well: bool
    sentence: str


def look_over(*, var: str, smtp_url: str, openid: str, now: datetime) -> Iterator[Finding]:
    """Look at disk, files, database, counts, mail, jobs, index and providers of identities, in this order.

    What needs the database is not looked at while it is away or of another version.
    """
    yield _look("disk", lambda: _check_disk(Path(var)))
    yield _look("files", lambda: _check_files(var))
    database = _look("database", _check_database)
    yield database
    if database.is_well:
        yield _look("counts", _check_counts)
        yield _look("outbox", _check_outbox)
        yield _look("jobs", lambda: _check_jobs(now))
        yield _look("index", lambda: _check_indexes(Path(var)))
    yield _look("mail server", lambda: _check_mail(smtp_url))
    if openid:
        yield _look("openid", lambda: _check_providers(Path(openid)))


class Fault(Exception):
    """Something is not well; the message says what to do."""


def _look(subject: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(subject, True, check())
    except (Fault, OSError, smtplib.SMTPException, sa.exc.SQLAlchemyError) as error:
        db.session.rollback()
        cause = getattr(error, "orig", None) or error
        return Finding(subject, False, (str(cause).strip().splitlines() or [type(cause).__name__])[0])


def _check_disk(var: Path) -> str:
    if not os.access(var, os.W_OK | os.X_OK):
        raise Fault(f"{var} cannot be written: give it to the user that runs the platform.")
    free = shutil.disk_usage(var).free
    if free < LEAST_SPACE:
        raise Fault(f"only {free // 1_000_000} MB are left on the disk of {var}.")
    return f"{var} can be written, {free // 1_000_000_000} GB are left."


def _check_files(var: str) -> str:
    found = list_open_to_others(var)
    if found:
        raise Fault(
            f"{len(found)} files or folders can be looked into by other users of this machine ({found[0]}…): "
            "`ideas serve` and `ideas worker` close those of their user when they start, as does `chmod -R go= …`."
        )
    return f"nothing under {var} is open to other users."


def _check_database() -> str:
    if not is_migrated(db.engine):
        raise Fault("is not at this version: run `ideas migrate`.")
    return f"{db.engine.dialect.name} answers and is at this version."


def _check_counts() -> str:
    """Recount the distinct people over the family of each idea that is not merged."""
    numbers = list_miscounted()
    if numbers:
        shown = ", ".join(str(number) for number in numbers[:5])
        raise Fault(
            f"{len(numbers)} ideas show another count than that of their votes (number {shown}…): "
            "`ideas doctor --repair` counts them again."
        )
    return f"the {db.session.scalar(sa.select(sa.func.count(Vote.id)))} votes are those that the ideas show."


def list_miscounted() -> list[int]:
    """Return the numbers of the canonical ideas whose count is not that of the distinct people of their family."""
    root = sa.func.coalesce(Idea.canonical_id, Idea.id).label("root")
    counted = (
        sa.select(root, sa.func.count(sa.distinct(Vote.person_id)).label("people"))
        .join(Vote, Vote.idea_id == Idea.id)
        .group_by(root)
        .subquery()
    )
    wrong = (
        sa.select(Idea.id)
        .outerjoin(counted, counted.c.root == Idea.id)
        .where(Idea.publication != Publication.MERGED)
        .where(Idea.vote_count != sa.func.coalesce(counted.c.people, 0))
        .order_by(Idea.id)
    )
    return list(db.session.scalars(wrong))


def repair_counts() -> list[int]:
    """Count again what is miscounted, each family in an act of its own; return the numbers of these ideas."""
    with reading():
        numbers = list_miscounted()
    for number in numbers:
        _recount(number)
    return numbers


@transaction()
def _recount(number: int) -> None:
    recount(lock_families(number)[number])


def _check_outbox() -> str:
    failed = db.session.scalar(sa.select(sa.func.count()).where(OutboxMail.failed_at.is_not(None)))
    waiting = sa.select(sa.func.count()).where(OutboxMail.failed_at.is_(None), OutboxMail.sent_at.is_(None))
    if failed:
        raise Fault(f"{failed} mails were given up after several attempts: see the log of the worker.")
    return f"{db.session.scalar(waiting)} mails wait to be sent, none was given up."


def _check_jobs(now: datetime) -> str:
    neglected = queries.jobs.list_neglected(now=now, since=NEGLECT)
    if neglected:
        raise Fault(f"{_name(neglected)}: nobody works on it. Does `ideas worker` run?")
    failed = queries.jobs.list_failed(now=now, since=RECENT)
    if failed:
        raise Fault(f"{_name(failed)}: failed ({failed[-1].error}). See the log of the worker.")
    stuck = queries.jobs.list_long(now=now, since=LONG)
    if stuck:
        raise Fault(f"{_name(stuck)}: has run for more than {LONG.seconds // 3600} hours.")
    live = queries.jobs.count_live()
    return f"{live[JobState.WAITING]} wait and {live[JobState.RUNNING]} run, none failed today."


def _name(found: list[Job]) -> str:
    last = found[-1]
    return f"job {last.id} ({last.kind} {last.key})" + (f" and {len(found) - 1} others" if len(found) > 1 else "")


def _check_indexes(var: Path) -> str:
    """Open every index there is; one that is missing is built at the first search, so is one that is damaged."""
    from ideas.similarity import index

    folders = sorted(path for path in (var / "index").glob("*") if path.is_dir())
    for folder in folders:
        try:
            getattr(index, find_engine(folder)).open(folder)
        except index.IndexDamaged:
            raise Fault(f"{folder} is damaged: it is built again at the next search.") from None
    return f"{len(folders)} indexes open."


def _check_mail(smtp_url: str) -> str:
    if not smtp_url:
        return "none is set: mails are written under IDEAS_VAR/mail and printed by the worker."
    parts = urlsplit(smtp_url)
    host = parts.hostname or "localhost"
    if parts.scheme == "smtps":
        tls = ssl.create_default_context()
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, parts.port or 465, timeout=PATIENCE, context=tls)
    else:
        server = smtplib.SMTP(host, parts.port or 25, timeout=PATIENCE)
    with server:
        server.noop()
    return f"{host} answers."


def _check_providers(path: Path) -> str:
    from ideas.openid.metadata import find_keys
    from ideas.openid.providers import read_providers

    if path.stat().st_mode & OTHERS:
        raise Fault(f"{path} holds secrets that other users of the machine can read: chmod 600 {path}.")
    try:
        providers = read_providers(str(path))
    except BadSetting as failure:
        raise Fault(str(failure)) from None
    try:
        for provider in providers.values():
            find_keys(provider)
    except ProviderFailed as failure:
        raise Fault(f"{provider.name}: {failure.why}.") from None
    return f"{', '.join(providers) or 'nobody'} can be reached."
