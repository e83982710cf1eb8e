"""The doctor looks an installation over: all is well, or what is wrong is named."""

from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from ideas.actions import jobs
from ideas.actions.merging import merge_ideas
from ideas.domain.accounts import Operator
from ideas.domain.jobs import Kind, Phase
from ideas.retrieval.idea_indexes import reconcile
from ideas.store.database import db
from ideas.store.models import Idea, OutboxMail
from tests.commands import Terminal
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now

KEY = {"IDEAS_SECRET_KEY": "only for tests " * 3}


@pytest.fixture
def terminal(app):
    return Terminal(app.config["IDEAS"])


def wrong(terminal, **settings):
    """What the doctor finds wrong."""
    result = terminal.type("doctor", **KEY | settings)
    assert result.exit_code == (1 if result.stderr else 0)
    return [line.split()[1].strip(":") for line in result.stdout.splitlines() if line.startswith("WRONG")]


def test_a_new_installation_is_well(terminal):
    make_vote(make_idea(campaign=make_campaign()))
    assert wrong(terminal) == []


def test_a_merge_does_not_disturb_the_counts(terminal):
    kept = make_idea(campaign=make_campaign())
    voter = make_person()
    merged = make_idea(publication="merged", canonical_id=kept.id)
    for idea in (kept, merged):
        make_vote(idea, voter)
    kept.vote_count = 1
    db.session.commit()
    assert wrong(terminal) == []


def test_a_count_that_is_not_that_of_the_votes_is_told(terminal):
    idea = make_idea(campaign=make_campaign(), vote_count=3)
    assert wrong(terminal) == ["counts"]
    assert f"(number {idea.id}…)" in terminal.type("doctor", **KEY).stdout


@pytest.mark.parametrize(
    "settings, subject",
    [
        ({"IDEAS_SECRET_KEY": ""}, ["settings"]),
        ({"IDEAS_SMTP_URL": "smtp://127.0.0.1:1"}, ["mail"]),
        ({"IDEAS_DATABASE_URL": "postgresql://a@127.0.0.1:1/b"}, ["database"]),
        ({"IDEAS_DATABASE_URL": "sqlite://"}, ["database"]),
    ],
    ids=["no secret", "mail server away", "database away", "not migrated"],
)
def test_a_fault_is_named(terminal, settings, subject):
    assert wrong(terminal, **settings) == subject


def test_counts_that_an_earlier_version_got_wrong_are_mended(terminal):
    kept, duplicate, person = make_idea(), make_idea(), make_person()
    make_vote(duplicate, person)
    make_vote(kept, person)
    merge_ideas(duplicate.id, kept.id, actor=make_moderator(), now=now())
    db.session.execute(sa.update(Idea).where(Idea.id == kept.id).values(vote_count=7))
    db.session.commit()
    assert wrong(terminal) == ["counts"]
    assert "1 ideas counted again" in terminal.type("doctor", "--repair").output
    assert wrong(terminal) == []
    db.session.expire_all()
    assert kept.vote_count == 1


def test_a_mail_that_was_given_up_is_told(terminal):
    times = {"written_at": now(), "due_at": now(), "failed_at": now()}
    db.session.add(OutboxMail(message_id="<1@example.org>", to="nadia@example.org", subject="s", body="b", **times))
    db.session.commit()
    assert wrong(terminal) == ["outbox"]


@pytest.mark.parametrize(
    "ago, taken, sentence",
    [
        (timedelta(minutes=3), False, "nobody works on it"),
        (timedelta(minutes=3), True, "nobody works on it"),
        (timedelta(minutes=1), False, "1 wait and 0 run"),
        (timedelta(seconds=20), True, "0 wait and 1 run"),
    ],
    ids=["without a worker", "left by a dead one", "just asked", "under way"],
)
def test_a_job_that_nobody_works_on_is_told(terminal, ago, taken, sentence):
    jobs.ask(Kind.REGROUP, 1, actor=Operator(), now=now() - ago)
    if taken:
        jobs.claim_next(now=now() - ago)
    assert wrong(terminal) == (["jobs"] if "nobody" in sentence else [])
    assert sentence in terminal.type("doctor", **KEY).stdout


def test_a_job_that_runs_for_ever_is_told(terminal):
    jobs.ask(Kind.REGROUP, 1, actor=Operator(), now=now() - timedelta(hours=8))
    lease = jobs.claim_next(now=now() - timedelta(hours=7))
    jobs.renew(db.engine, lease, now=now(), progress=0.5, phase=Phase.GROUPING)
    assert wrong(terminal) == ["jobs"]


def test_a_job_that_failed_is_told_until_it_is_done(terminal):
    jobs.ask(Kind.REGROUP, 1, actor=Operator(), now=now())
    jobs.give_up(jobs.claim_next(now=now()), now=now(), error="MemoryError", is_final=True)
    assert wrong(terminal) == ["jobs"]
    jobs.finish(jobs.begin(Kind.REGROUP, 1, actor=Operator(), now=now()), now=now(), outcome={})
    db.session.commit()
    assert wrong(terminal) == []


def test_both_indexes_of_a_campaign_open(terminal):
    idea = make_idea()
    reconcile(idea.campaign_id, var=terminal.settings["IDEAS_VAR"])
    assert wrong(terminal) == []
    assert "2 indexes open." in terminal.type("doctor", **KEY).stdout


def test_a_damaged_index_is_told(terminal):
    campaign = make_campaign()
    folder = Path(terminal.settings["IDEAS_VAR"]) / "index" / f"campaign-{campaign.id}"
    folder.mkdir(parents=True)
    (folder / "index").write_text("nonsense")
    assert wrong(terminal) == ["index"]


def test_the_demonstration_needs_no_secret_to_be_well(terminal):
    (Path(terminal.settings["IDEAS_VAR"]) / "secret-key").write_text("x" * 64)
    assert wrong(terminal, IDEAS_SECRET_KEY="") == []
