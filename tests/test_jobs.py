"""Jobs: asked for once, taken by one, taken over from the dead, given up in the end."""

import threading
import time
from datetime import timedelta

import pytest

from ideas.actions import jobs
from ideas.actions.editions import ask_edition
from ideas.domain.accounts import Operator
from ideas.domain.errors import NotAllowed, RuleBroken, WrongState
from ideas.domain.jobs import ATTEMPTS, LEASE, RENEWAL, WAITS, JobState, Kind, Phase
from ideas.operations.heartbeat import Heartbeat
from ideas.operations.jobs import Means, run_job, run_now
from ideas.operations.purge import purge
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Edition, Job, Run
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now
from tests.test_voting import press_together


@pytest.fixture
def campaign(app):
    campaign = make_campaign()
    make_idea(campaign=campaign)
    return campaign


def ask(key=1, **given):
    return jobs.ask(Kind.REGROUP, key, **{"actor": Operator(), "now": now()} | given)


def only_job():
    db.session.expire_all()
    return db.session.query(Job).one()


def test_asked_again_it_is_the_same_job_until_it_is_done(app):
    first, other, again = ask(1).id, ask(2).id, ask(1).id
    assert (first == again, first == other) == (True, False)
    jobs.finish(jobs.claim_next(now=now()), now=now(), outcome={})
    assert ask(1).id not in {first, other}


def test_asked_by_many_at_once_it_is_one_job(app):
    press_together(app, 8, ask)
    assert db.session.query(Job).count() == 1


def test_who_may_not_do_it_may_not_ask_for_it(app):
    for actor, kind in ((make_person(), Kind.REGROUP), (make_moderator(), Kind.PUBLISH_EDITION)):
        with pytest.raises(NotAllowed):
            jobs.ask(kind, 1, actor=actor, now=now())
    assert db.session.query(Job).count() == 0


def test_many_workers_take_each_job_once(app):
    numbers = [ask(key).id for key in range(4)]
    taken = []

    def take():
        lease = jobs.claim_next(now=now())
        if lease:
            taken.append(lease.job_id)

    press_together(app, 8, take)
    for _ in numbers:  # whoever lost the race for one looks again at the next beat
        take()
    assert sorted(taken) == numbers


def test_what_is_due_later_waits_for_its_time(app):
    at = now()
    ask(due_at=at + timedelta(hours=1))
    assert jobs.claim_next(now=at) is None
    assert jobs.claim_next(now=at + timedelta(hours=1))


def test_nobody_takes_what_somebody_alive_holds(app):
    at = now()
    ask(now=at)
    lease = jobs.claim_next(now=at)
    for later in (timedelta(0), RENEWAL, LEASE - timedelta(seconds=1)):
        assert jobs.claim_next(now=at + later) is None
    jobs.renew(db.engine, lease, now=at + LEASE, progress=0.5, phase=Phase.GROUPING)
    assert jobs.claim_next(now=at + LEASE) is None


def test_a_dead_holder_is_replaced_and_can_say_nothing_more(app):
    at = now()
    ask(now=at)
    dead = jobs.claim_next(now=at)
    alive = jobs.claim_next(now=at + LEASE)
    assert alive.job_id == dead.job_id
    assert not jobs.renew(db.engine, dead, now=at, progress=1, phase=Phase.WRITING)
    with pytest.raises(jobs.LeaseLost):
        jobs.finish(dead, now=at, outcome={})
    jobs.give_up(dead, now=at, error="late", is_final=True)
    jobs.release(dead, now=at)
    assert (only_job().state, only_job().lease_owner) == (JobState.RUNNING, alive.owner)


@pytest.mark.parametrize("back", [timedelta(minutes=10), timedelta(days=400)], ids=["minutes", "a year"])
def test_a_clock_that_went_back_holds_nothing_up(app, back):
    ask(1, now=now())
    assert jobs.claim_next(now=now() - back)  # asked for in what is the future now
    at = now() - back
    assert jobs.claim_next(now=at + LEASE), "a holder that died"
    jobs.give_up(jobs.begin(Kind.REGROUP, 2, actor=Operator(), now=now()), now=now(), error="x", is_final=False)
    assert jobs.claim_next(now=at), "an attempt put off"


def test_a_lease_of_the_future_holds_nothing_up(app):
    ask()
    jobs.claim_next(now=now() + timedelta(days=1))
    assert jobs.claim_next(now=now())
    with pytest.raises(WrongState):
        jobs.begin(Kind.REGROUP, 1, actor=Operator(), now=now())


def test_what_kills_its_process_again_and_again_is_given_up(app):
    at = now()
    ask(now=at)
    for _ in range(ATTEMPTS):
        assert jobs.claim_next(now=at)
        at += LEASE
    assert jobs.claim_next(now=at) is None
    job = only_job()
    assert (job.state, job.error, job.finished_at) == (JobState.FAILED, jobs.KILLED, at)


def test_what_fails_waits_longer_and_longer_then_is_given_up(app):
    at = now()
    ask(now=at)
    for wait in (*WAITS, None):
        jobs.give_up(jobs.claim_next(now=at), now=at, error="OSError", is_final=False)
        if wait is not None:
            assert jobs.claim_next(now=at + wait - timedelta(seconds=1)) is None
            at += wait
    assert only_job().state == JobState.FAILED


def test_a_process_that_is_told_to_stop_leaves_the_job_as_it_was(app):
    ask()
    jobs.release(jobs.claim_next(now=now()), now=now())
    assert (only_job().state, only_job().attempt_count) == (JobState.WAITING, 0)
    assert jobs.claim_next(now=now())


def test_a_terminal_takes_what_waits_and_not_what_runs(app):
    number = ask(parameters={"resolution": 2.0}).id
    lease = jobs.begin(Kind.REGROUP, 1, actor=Operator(), now=now(), parameters={"resolution": 3.0})
    assert (lease.job_id, only_job().parameters) == (number, {"resolution": 3.0})
    with pytest.raises(WrongState):
        jobs.begin(Kind.REGROUP, 1, actor=Operator(), now=now())


def test_of_many_terminals_one_begins(app):
    began = []

    def begin():
        try:
            began.append(jobs.begin(Kind.REGROUP, 1, actor=Operator(), now=now()))
        except WrongState:
            db.session.rollback()

    press_together(app, 6, begin)
    assert len(began) == db.session.query(Job).count() == 1


def test_a_lease_is_kept_alive_while_the_work_goes_on(app, monkeypatch):
    monkeypatch.setattr("ideas.operations.heartbeat.RENEWAL", timedelta(seconds=0.05))
    ask(now=now() - LEASE)
    lease = jobs.claim_next(now=now() - LEASE + timedelta(seconds=0.5))
    with Heartbeat(db.engine, lease, now) as heartbeat:
        heartbeat.tell(0.4, Phase.COMPARING)
        time.sleep(0.7)
        assert jobs.claim_next(now=now()) is None
    job = only_job()
    assert (job.progress, job.phase) == (0.4, "comparing") and job.lease_until > now() + LEASE / 2
    assert not [one for one in threading.enumerate() if one.name.startswith("heartbeat")]


def test_a_database_that_is_busy_costs_a_beat_and_no_lease(app, monkeypatch, caplog):
    monkeypatch.setattr("ideas.operations.heartbeat.RENEWAL", timedelta(seconds=0.05))
    ask()
    lease = jobs.claim_next(now=now())
    engine, away = db.engine, [True]

    def clock():
        if away:
            away.clear()
            raise jobs.sa.exc.OperationalError("", {}, Exception())
        return now()

    with Heartbeat(engine, lease, clock):
        time.sleep(0.3)
    assert "could not be renewed" in caplog.text and only_job().lease_until > now() + LEASE / 2


def means(var):
    return Means(clock=now, var=str(var))


def test_a_run_is_made_for_whoever_asked(campaign, tmp_path):
    ask(campaign.id, parameters={"subject_cut": 0.3})
    run_job(jobs.claim_next(now=now()), means(tmp_path))
    job, run = only_job(), db.session.query(Run).one()
    assert (job.state, job.progress, job.outcome, job.lease_until) == (JobState.DONE, 1.0, {"run": run.id}, None)
    assert run.parameters["subjects"] == 0.3


def test_an_edition_is_published_by_whoever_asked(campaign, tmp_path):
    owner = make_person(role="owner")
    ask_edition(campaign.id, actor=owner, now=now())
    run_job(jobs.claim_next(now=now()), means(tmp_path))
    assert only_job().outcome == {"number": db.session.query(Edition).one().number}
    (decision,) = queries.decisions.list_page(campaign)
    assert (decision.role, decision.person_id) == ("owner", owner.id)


def test_who_lost_their_role_since_publishes_nothing(campaign, tmp_path):
    owner = make_person(role="owner")
    ask_edition(campaign.id, actor=owner, now=now())
    owner.role = "contributor"
    db.session.commit()
    with pytest.raises(NotAllowed):
        run_job(jobs.claim_next(now=now()), means(tmp_path))
    assert (only_job().state, db.session.query(Edition).count()) == (JobState.FAILED, 0)


def test_a_fault_is_logged_and_tried_again(campaign, tmp_path, caplog):
    file = tmp_path / "file"
    file.touch()
    ask_edition(campaign.id, actor=Operator(), now=now())
    with pytest.raises(OSError, match="Not a directory"):
        run_job(jobs.claim_next(now=now()), means(file))
    assert (only_job().state, only_job().error) == (JobState.WAITING, "NotADirectoryError")
    assert "Traceback" in caplog.text


def test_what_a_terminal_could_not_do_is_not_tried_behind_its_back(campaign, tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(OSError, match="Not a directory"):
        run_now(Kind.PUBLISH_EDITION, campaign.id, means(file), actor=Operator())
    assert only_job().state == JobState.FAILED


def test_an_edition_whose_lease_was_lost_is_not_published(campaign, tmp_path):
    ask_edition(campaign.id, actor=Operator(), now=now() - LEASE)
    late = jobs.claim_next(now=now() - LEASE)
    jobs.claim_next(now=now())
    with pytest.raises(RuleBroken):
        run_job(late, means(tmp_path))
    assert (only_job().state, db.session.query(Edition).count()) == (JobState.RUNNING, 0)


def test_old_jobs_are_erased_and_live_ones_are_not(app):
    ask(1)
    jobs.finish(jobs.claim_next(now=now()), now=now() - timedelta(days=91), outcome={})
    ask(2, now=now() - timedelta(days=100))
    assert purge(now=now())["jobs"] == 1
    assert only_job().state == JobState.WAITING
