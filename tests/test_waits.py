"""Long works keep nobody waiting: they read while others write, and write in pieces between which others do."""

import threading
import time
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from ideas.actions import assignment, erasing, run_pieces
from ideas.actions.editions import publish_edition, write_edition_files
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.actions.voting import cast_vote
from ideas.domain import retention
from ideas.domain.errors import WrongState
from ideas.domain.publication import Verdict
from ideas.operations.backups import write_backup
from ideas.operations.purge import purge
from ideas.store.database import db, writing
from ideas.store.models import Cluster, Edition, Idea, Membership, NearPair, RunCluster, SignIn, Vote
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now

SUBJECTS = ("horaires des bus de nuit", "qualité de l’eau du robinet", "arbres plantés dans les rues")
PIECE = 4
LONGEST_WAIT = 5  # seconds, on a machine that may be busy; without pieces a vote would wait for the whole work


@pytest.fixture
def campaign(app, monkeypatch):
    """A campaign of a few dozen ideas, written a few rows at a time."""
    for module in (erasing, run_pieces):
        monkeypatch.setattr(module, "PIECE", PIECE)
    campaign = make_campaign()
    author = make_person()
    for number in range(24):
        words = SUBJECTS[number % len(SUBJECTS)]
        make_idea(campaign=campaign, author=author, title=f"Les {words} {number}", data_wanted=f"Toutes les {words}.")
    return campaign


@pytest.fixture
def vote(app):
    """Votes in a thread of its own, as a page would, and returns the seconds that it took."""

    def cast():
        with app.app_context():
            began = time.monotonic()
            idea = db.session.scalar(sa.select(Idea.id).order_by(Idea.vote_count, Idea.id).limit(1))
            cast_vote(idea, person_id=make_person().id, now=now())
            seconds.append(time.monotonic() - began)

    def vote():
        thread = threading.Thread(target=cast)
        thread.start()
        thread.join(LONGEST_WAIT * 2)
        assert not thread.is_alive()

    seconds = vote.seconds = []
    return vote


def vote_between_pieces(monkeypatch, module, vote):
    monkeypatch.setattr(module, "give_way", vote)


def assert_nobody_waited(vote, least):
    assert len(vote.seconds) >= least and max(vote.seconds) < LONGEST_WAIT
    db.session.rollback()
    assert db.session.scalar(sa.select(sa.func.count(Vote.id))) == len(vote.seconds)


def test_votes_are_cast_between_the_pieces_of_a_run(campaign, vote, monkeypatch):
    vote_between_pieces(monkeypatch, run_pieces, vote)
    run = regroup(campaign.id, now=now())
    assert run.state == "accepted" and run.cluster_count == len(SUBJECTS)
    assert_nobody_waited(vote, least=24 // PIECE)


def test_nothing_of_a_run_is_seen_before_its_end_and_what_it_left_is_swept(campaign, monkeypatch):
    current = regroup(campaign.id, now=now()).id
    turns = iter(range(6))

    def die():
        if next(turns, None) is None:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(run_pieces, "give_way", die)
        with pytest.raises(KeyboardInterrupt):
            regroup(campaign.id, now=now(), subject_cut=0.3)
    db.session.expire_all()
    assert campaign.current_run_id == current
    assert count(Membership, Membership.run_id != current) > 0
    new = regroup(campaign.id, now=now()).id
    kept = (current, new)
    assert [count(table, table.run_id.not_in(kept)) for table in (RunCluster, Membership, NearPair)] == [0, 0, 0]
    assert count(Cluster, Cluster.born_run_id.not_in(kept)) == 0


def count(table, condition):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(condition))


def hold_everything():
    """Write without an end: on SQLite nobody else may write, on PostgreSQL nobody else may touch an idea."""
    with writing():
        other = db.engine.connect()
        other.execute(sa.text("UPDATE campaigns SET title = 'x'"))
        other.execute(sa.text("UPDATE ideas SET title = 'x'"))
    return other


def test_an_export_and_a_backup_wait_for_no_writer(campaign, tmp_path):
    slug_is_kept = campaign.slug
    db.session.rollback()
    with hold_everything():
        files = write_edition_files(campaign, tmp_path / "export")
        rows = write_backup(tmp_path / "backup.zip", var=str(tmp_path), now=now())
    assert files["ideas.csv"]["size"] > 1_000 and rows["ideas"] == 24
    assert campaign.slug == slug_is_kept and campaign.title != "x"


def test_the_files_of_an_edition_are_written_while_others_write(campaign, vote, tmp_path, monkeypatch):
    from ideas.actions import editions

    write = editions.write_edition

    def write_meanwhile(*given):
        vote()
        return write(*given)

    monkeypatch.setattr(editions, "write_edition", write_meanwhile)
    edition = publish_edition(campaign.id, now=now(), var=str(tmp_path))
    assert (edition.number, edition.idea_count) == (1, 24)
    assert_nobody_waited(vote, least=1)


def test_an_idea_that_goes_offline_meanwhile_is_not_in_the_edition(app, campaign, tmp_path, monkeypatch):
    from ideas.actions import editions

    write, moderator = (
        editions.write_edition,
        SimpleNamespace(id=make_moderator().id, role="moderator", appointments=()),
    )
    numbers = [one.id for one in db.session.scalars(sa.select(Idea).where(Idea.campaign_id == campaign.id))]

    def hide(number):
        with app.app_context():
            decide_idea(number, Verdict.HIDE, actor=moderator, now=now(), reason="other")

    def write_while_one_goes(*given):
        files = write(*given)
        if numbers:
            thread = threading.Thread(target=hide, args=(numbers.pop(),))
            thread.start()
            thread.join(LONGEST_WAIT)
        return files

    monkeypatch.setattr(editions, "write_edition", write_while_one_goes)
    with pytest.raises(WrongState):
        publish_edition(campaign.id, now=now(), var=str(tmp_path))
    assert db.session.scalar(sa.select(sa.func.count(Edition.id))) == 0
    del numbers[1:]
    assert publish_edition(campaign.id, now=now(), var=str(tmp_path)).idea_count == 24 - editions.TRIES - 1
    assert [path.name for path in (tmp_path / "editions" / campaign.slug).iterdir()] == ["1"]


def test_votes_are_cast_between_the_pieces_of_a_purge(campaign, vote, monkeypatch):
    old = now() - retention.SIGN_INS - timedelta(days=1)
    for number in range(10):
        hashes = {"token_hash": f"{number}", "code_hash": f"{number}"}
        db.session.add(SignIn(email="camille@example.org", asked_at=old, expires_at=old, **hashes))
    db.session.commit()
    vote_between_pieces(monkeypatch, erasing, vote)
    assert purge(now=now())["sign_ins"] == 10
    assert_nobody_waited(vote, least=3)


def test_votes_are_cast_between_the_pieces_of_a_placement(campaign, vote, tmp_path, monkeypatch):
    regroup(campaign.id, now=now())
    for number in range(6):
        make_idea(campaign=campaign, title=f"Les {SUBJECTS[0]} {number}", data_wanted=f"Toutes les {SUBJECTS[0]}.")
    monkeypatch.setattr(assignment, "PIECE", 2)
    vote_between_pieces(monkeypatch, assignment, vote)
    assert assignment.place_new_ideas(campaign.id, var=str(tmp_path)) == 6
    assert_nobody_waited(vote, least=3)
