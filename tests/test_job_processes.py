"""Jobs in processes that are started and killed for real: nothing is in the way for long, and mail goes on."""

import os
import signal
import time
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from ideas.actions.editions import ask_edition
from ideas.actions.regrouping import ask_regroup
from ideas.domain.accounts import Operator
from ideas.domain.jobs import LEASE, JobState
from ideas.store.database import db
from ideas.store.models import Edition, Job, OutboxMail, Run
from tests.commands import start
from tests.factories import make_campaign, make_idea, now
from tests.test_accounts import ask as ask_mail

PATIENCE = 60  # seconds: the first run compiles its kernels, on machines that may be busy


@pytest.fixture
def campaign(app):
    campaign = make_campaign()
    for number in range(6):
        make_idea(campaign=campaign, title=f"Horaires des bus {number * 'bis '}")
    return campaign


@pytest.fixture
def working(app):
    """Starts workers on the database of the test."""
    config = app.config["IDEAS"]

    @contextmanager
    def worker():
        db.session.rollback()  # SQLite has one writer
        process = start("worker", IDEAS_DATABASE_URL=config.database_url, IDEAS_VAR=config.var)
        try:
            yield process
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)

    return worker


def wait_for(condition, seconds=PATIENCE):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        db.session.rollback()
        found = condition()
        db.session.rollback()
        if found:
            return found
        time.sleep(0.05)
    raise AssertionError(f"{condition} did not come true in {seconds} seconds")


def job_is(state):
    return lambda: db.session.query(Job).filter_by(state=state).first() is not None


def runner_of(worker):
    """The process of the job that a worker runs."""

    def find():
        children = Path(f"/proc/{worker.pid}/task").glob("*/children")
        return next((int(number) for path in children for number in path.read_text().split()), None)

    return wait_for(find)


def is_alive(number):
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def pass_time(gone):
    """Let the lease be as it will when so much time has gone."""
    job = db.session.query(Job).one()
    job.lease_until -= gone
    db.session.commit()


def test_the_worker_does_what_was_asked_for(campaign, working):
    ask_regroup(campaign.id, actor=Operator(), now=now())
    ask_edition(campaign.id, actor=Operator(), now=now())
    with working():
        wait_for(lambda: db.session.query(Job).filter_by(state="done").count() == 2)
    assert [run.state for run in db.session.query(Run)] == ["accepted"] and db.session.query(Edition).count() == 1


def test_a_killed_worker_is_replaced_within_a_minute(campaign, working):
    ask_regroup(campaign.id, actor=Operator(), now=now())
    with working() as killed:
        wait_for(job_is(JobState.RUNNING))
        runner = runner_of(killed)
        os.kill(runner, signal.SIGSTOP)  # whatever it would have time for
        killed.kill()
        killed.wait()
        assert db.session.query(Job).one().lease_until <= now() + LEASE
        assert timedelta(seconds=60) - LEASE >= timedelta(seconds=20), "time to notice it, and to start"
        pass_time(LEASE - timedelta(seconds=3))
        with working():
            wait_for(job_is(JobState.DONE))
            os.kill(runner, signal.SIGCONT)
            wait_for(lambda: not is_alive(runner))  # it follows its worker, and shows nothing
    job = db.session.query(Job).one()
    assert (job.state, job.attempt_count) == ("done", 2)
    assert db.session.query(Run).filter_by(state="accepted").count() == 1


def test_a_killed_job_is_tried_again_by_its_worker(campaign, working):
    ask_edition(campaign.id, actor=Operator(), now=now())
    with working() as worker:
        os.kill(runner_of(worker), signal.SIGKILL)
        wait_for(job_is(JobState.WAITING))
        assert db.session.query(Job).one().error == "killed"
        job = db.session.query(Job).one()
        job.due_at = now()
        db.session.commit()
        wait_for(job_is(JobState.DONE))


def test_a_worker_that_is_told_to_stop_leaves_its_job_to_the_next(campaign, working):
    ask_regroup(campaign.id, actor=Operator(), now=now())
    with working() as worker:
        runner = runner_of(worker)
        time.sleep(0.5)
    assert worker.returncode == 0 and not is_alive(runner)
    job = db.session.query(Job).one()
    if job.state == JobState.RUNNING:  # it was told before it could hear
        pass_time(LEASE)
    with working():
        wait_for(job_is(JobState.DONE))


def test_mail_does_not_wait_behind_a_job(campaign, working):
    ask_edition(campaign.id, actor=Operator(), now=now())
    with working() as worker:
        runner = runner_of(worker)
        os.kill(runner, signal.SIGSTOP)
        ask_mail()
        wait_for(lambda: db.session.query(OutboxMail).filter(OutboxMail.sent_at.is_not(None)).count(), seconds=20)
        assert job_is(JobState.RUNNING)()
        os.kill(runner, signal.SIGCONT)
        wait_for(job_is(JobState.DONE))
