"""The demonstration is a campaign in its last week, with everything a real one would hold by then."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from ideas.actions.merging import undo_merge
from ideas.actions.regrouping import regroup
from ideas.demo.files import read_demonstration
from ideas.demo.finishing import finish
from ideas.demo.loading import find_demonstration, keep_demonstration_open, load_demonstration
from ideas.domain.accounts import Role
from ideas.domain.campaigns import is_open
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import WrongState
from ideas.domain.handling import OUTCOMES, Handling, ReplyState
from ideas.domain.high_value import HighValue
from ideas.domain.lines import LineState
from ideas.domain.publication import Publication
from ideas.domain.waves import WaveLabel
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import (
    Answer,
    AnswerOpinion,
    Assignee,
    Comment,
    Decision,
    Event,
    HandlingStep,
    Idea,
    InternalNote,
    Merge,
    Person,
    PreparedAnswer,
    Question,
    Report,
    Revision,
    SecondPair,
    Vote,
    VoteUse,
    Wave,
)
from tests.factories import make_campaign, now
from tests.schedules import find_breaks

CONTENT = read_demonstration()
K = DecisionKind
# They undo or correct what came before, rule the whole campaign, or are those of a reviewer at the bench.
LEFT_OUT = {
    *(K.RESTORE, K.UNDO_MERGE, K.UNDO, K.REOPEN, K.CORRECT, K.CORRECT_ANSWER, K.WITHDRAW_ANSWER, K.WITHDRAW_EDITION),
    *(K.HIDE_COMMENT, K.SEAL_NOTE, K.WITHDRAW, K.IMPORT_HANDLING, K.PUBLISH_UNREAD, K.APPROVE, K.PUBLISH_EDITION),
    *(K.CLOSE_CAMPAIGN, K.REOPEN_CAMPAIGN, K.CHANGE_DATES, K.CHANGE_GRAIN, K.REVIEW_AFTER, K.REVIEW_BEFORE),
    *(K.STOP_COMMENTS, K.UNFLAG_HIGH_VALUE),
    *(K.KEEP_TOGETHER, K.KEEP_APART, K.MARK_DISTINCT, K.MOVE, K.PIN, K.LIFT, K.RENAME, K.SPLIT, K.GATHER, K.JOIN),
    *(K.DISSOLVE, K.TAKE_OUT, K.ACCEPT_SUBJECT, K.DROP_RUN),
}


@pytest.fixture
def campaign(app):
    return load_demonstration(CONTENT, now=now())


def count(table, *conditions):
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).where(*conditions))


def own_count(idea_id):
    return count(Vote, Vote.idea_id == idea_id)


def family_count(idea):
    family = sa.select(Idea.id).where(sa.or_(Idea.id == idea.id, Idea.canonical_id == idea.id))
    return db.session.scalar(sa.select(sa.func.count(sa.distinct(Vote.person_id))).where(Vote.idea_id.in_(family)))


def test_every_idea_of_the_files_is_there_in_its_state(campaign):
    told = sorted((idea["number"], idea["title"], idea["publication"]) for idea in CONTENT.all_ideas)
    rows = db.session.query(Idea).order_by(Idea.id)
    assert [(row.id - rows[0].id + 1, row.title, row.publication) for row in rows] == told
    assert {row.handling for row in rows} == set(Handling)


@pytest.mark.parametrize("hour", [0, 23])
def test_nothing_is_later_than_the_loading_nor_earlier_than_the_opening(app, hour):
    moment = datetime(2026, 3, 29, hour, 59, tzinfo=UTC)
    campaign = load_demonstration(CONTENT, now=moment)
    moments = (Idea.submitted_at, Idea.published_at, Vote.cast_at, Decision.decided_at, Merge.merged_at)
    assert all(db.session.scalar(sa.select(sa.func.max(column))) <= moment for column in moments)
    assert db.session.scalar(sa.select(sa.func.min(Idea.submitted_at))) >= campaign.opens_at
    assert (campaign.closes_at - moment).days == 6


def test_each_count_is_that_of_the_distinct_people_of_the_family(campaign):
    kept = db.session.query(Idea).filter(Idea.canonical_id.is_(None))
    assert [idea.vote_count for idea in kept] == [family_count(idea) for idea in kept]
    assert max(idea.vote_count for idea in kept) >= 40


def test_authors_support_what_they_sent_and_others_what_is_on_line(campaign):
    own = sa.select(Vote.idea_id).join(Idea, Idea.id == Vote.idea_id).where(Idea.author_id == Vote.person_id)
    sent = db.session.scalars(sa.select(Idea.id).where(Idea.author_id.is_not(None)))
    assert sorted(db.session.scalars(own)) == sorted(sent)
    early = sa.select(Vote.id).join(Idea, Idea.id == Vote.idea_id).where(Idea.author_id != Vote.person_id)
    early = early.where(sa.or_(Idea.published_at.is_(None), Vote.cast_at < Idea.published_at))
    assert db.session.scalars(early).all() == []


def test_every_idea_once_on_line_was_published_by_a_decision(campaign):
    published = set(db.session.scalars(sa.select(Idea.id).where(Idea.published_at.is_not(None))))
    assert published == set(db.session.scalars(sa.select(Decision.idea_id).where(Decision.kind == "publish")))
    motivated = db.session.query(Decision).filter(Decision.kind.in_(("refuse", "hide")))
    assert motivated.count() == 8
    assert all(decision.reason and decision.note for decision in motivated)


def test_the_register_is_in_the_order_of_time(campaign):
    moments = db.session.scalars(sa.select(Decision.decided_at).order_by(Decision.id)).all()
    assert moments == sorted(moments) and not find_breaks(campaign)


def test_a_merge_of_the_demonstration_can_be_undone(campaign):
    merge = db.session.query(Merge).first()
    moderator = db.session.query(Person).filter_by(role=Role.MODERATOR.value).one()
    undo_merge(merge.idea_id, actor=moderator, now=now())
    idea, into = db.session.get(Idea, merge.idea_id), db.session.get(Idea, merge.into_id)
    assert (idea.publication, idea.canonical_id) == (Publication.PUBLISHED, None)
    assert idea.vote_count == own_count(idea.id)
    assert into.vote_count == own_count(into.id)


def test_drafts_belong_to_nobody_yet(campaign):
    waiting = db.session.query(Idea).filter(Idea.publication.in_(("draft", "awaiting_confirmation")))
    assert waiting.count() == 4
    assert {(idea.author_id, idea.submitted_at) for idea in waiting} == {(None, None)}


def test_the_demonstration_is_not_loaded_beside_a_real_campaign(app):
    make_campaign()
    with pytest.raises(WrongState):
        load_demonstration(CONTENT, now=now())
    assert find_demonstration(CONTENT) is None
    assert count(Idea) == count(Person) == 0


def test_a_demonstration_found_over_is_given_days_but_a_closed_one_stays_closed(campaign):
    later = now() + timedelta(days=40)
    keep_demonstration_open(campaign, CONTENT, now=later)
    assert is_open(campaign, later)
    campaign.closed_at = later
    closes_at = campaign.closes_at
    keep_demonstration_open(campaign, CONTENT, now=later + timedelta(days=40))
    assert campaign.closes_at == closes_at


def test_every_step_of_a_request_is_in_the_register_and_leads_where_the_idea_stands(campaign):
    steps = db.session.scalars(sa.select(HandlingStep).order_by(HandlingStep.taken_at)).all()
    last = {step.idea_id: step for step in steps}
    for idea in db.session.scalars(sa.select(Idea).where(Idea.handling.in_(OUTCOMES))):
        assert (last[idea.id].handling, last[idea.id].answer_id) == (idea.handling, idea.answer_id)
    assert all(step.taken_at == db.session.get(Decision, step.decision_id).decided_at <= now() for step in steps)
    assert all(idea.routed_at for idea in db.session.scalars(sa.select(Idea).where(Idea.routed_to_id.is_not(None))))


def test_one_promise_is_late(campaign):
    promises = db.session.execute(
        sa.select(Answer.promised_on, Answer.answered_on).where(Answer.promised_on.is_not(None))
    )
    rows = promises.all()
    assert sum(row.promised_on < now().date() for row in rows) == 1
    assert all(row.answered_on < row.promised_on for row in rows)


def test_comments_are_on_line_waiting_refused_and_reported(campaign):
    states = Counter(db.session.scalars(sa.select(Comment.state)))
    assert states == {LineState.PUBLISHED: 8, LineState.WAITING: 1, LineState.REFUSED: 1}
    about = sa.select(sa.func.count(sa.distinct(Comment.idea_id))).where(Comment.state == LineState.PUBLISHED)
    assert (campaign.takes_comments, db.session.scalar(about)) == (True, 4)
    reported = db.session.scalars(sa.select(Report.comment_id).where(Report.comment_id.is_not(None))).one()
    assert queries.comments.list_to_review(campaign)[0].comment_id == reported


def test_an_idea_that_was_changed_reads_as_its_file_and_tells_what_it_was(campaign):
    (edit,) = [one for one in CONTENT.edits if one["state"] == LineState.PUBLISHED]
    told = next(one for one in CONTENT.ideas if one["number"] == edit["idea"])
    idea = db.session.scalars(sa.select(Idea).where(Idea.title == told["title"])).one()
    assert {name: getattr(idea, name) for name in edit["was"]} == {name: told[name] for name in edit["was"]}
    (revision,) = queries.edits.list_published(idea.id)
    assert {one.field: one.before for one in revision.changes} == edit["was"]
    assert len(queries.edits.list_waiting(campaign)) == 1


@pytest.fixture
def finished(campaign):
    """The demonstration once the run has found subjects, and the team has done its part."""
    regroup(campaign.id, now=now())
    finish(campaign, CONTENT, now=now())
    return campaign


def test_the_run_finds_a_call_that_is_named_so_and_a_wave_that_nobody_read_yet(finished):
    waves = {wave.label: wave for wave in queries.waves.list_page(finished)}
    assert waves.keys() == {WaveLabel.CALL, WaveLabel.UNREAD}
    assert {waves[one["label"]].idea_count for one in CONTENT.waves} == {len(one["ideas"]) for one in CONTENT.waves}
    assert waves[WaveLabel.UNREAD].young_count == len(CONTENT.newcomers)


# What each column may hold, and what of it the demonstration leaves out: a new word must be shown, or be put here.
SHOWN = (
    (Idea.publication, Publication, set()),
    (Idea.handling, Handling, set()),
    (Idea.high_value, (*HighValue, None), {HighValue.COMPANIES}),
    (Question.reply_state, ReplyState, set()),
    (Answer.outcome, OUTCOMES, set()),
    (Comment.state, LineState, set()),
    (VoteUse.state, LineState, set()),
    (Revision.state, LineState, set()),
    (Person.role, Role, {Role.PRODUCER, Role.ADMINISTRATOR}),
    (Wave.label, WaveLabel, {WaveLabel.COORDINATED, WaveLabel.UNRELATED}),
    (AnswerOpinion.is_useful, (True, False), set()),
    (InternalNote.cluster_id.is_(None), (True, False), set()),
    (PreparedAnswer.due_at.is_(None), (True, False), set()),
    (Report.comment_id.is_(None), (True, False), set()),
    (SecondPair.second_says.is_(None), (True, False), set()),
    (SecondPair.second_says == SecondPair.first_says, (True, False, None), set()),
    (Decision.kind, DecisionKind, LEFT_OUT),
)


def test_each_state_that_somebody_may_meet_is_there(finished):
    for column, words, left_out in SHOWN:
        assert set(db.session.scalars(sa.select(column).distinct())) == set(words) - left_out, str(column)


def test_readers_are_told_how_far_two_readings_agree_while_a_third_goes_on(finished):
    draw, read = queries.second_readings.find_draw(finished), queries.second_readings.find_finished(finished)
    assert read.id < draw.id and queries.second_readings.count_left(finished.id) > 0
    assert [one.slug for one in queries.opinions.list_shares(finished)] == ["dgfip"]
    assert len(db.session.scalars(sa.select(Assignee.person_id).distinct()).all()) == 2
    together = sa.select(Event.act).where(Event.act != "").group_by(Event.act)
    answered = together.where(Event.decision_id.is_not(None)).having(sa.func.count(sa.distinct(Event.decision_id)) > 1)
    assert len(db.session.scalars(answered).all()) == 1, "two answers were published in one act"


def test_an_answer_is_given_to_whole_subjects(finished):
    shared = sa.select(Idea.answer_id).where(Idea.answer_id.is_not(None)).group_by(Idea.answer_id)
    assert len(db.session.scalars(shared.having(sa.func.count() > 1)).all()) >= 2
    untold = sa.select(sa.func.count()).select_from(Event).where(Event.told_at.is_(None))
    assert db.session.scalar(untold) == 0, "a first start prints no mail but those that somebody causes"
