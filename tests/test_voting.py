"""One person, one voice: cast, taken back, counted over a family, never twice."""

import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ideas.actions.merging import merge_ideas
from ideas.actions.voting import cast_vote, withdraw_vote
from ideas.domain.errors import AlreadyDone, Closed, NotFound, WrongState
from ideas.store.database import db
from ideas.store.models import Idea, Vote
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now


def count_of(idea):
    return db.session.scalar(sa.select(Idea.vote_count).where(Idea.id == idea.id))


def test_a_vote_is_counted_once(app):
    idea, person = make_idea(), make_person()
    assert cast_vote(idea.id, person_id=person.id, now=now()) == 1
    with pytest.raises(AlreadyDone):
        cast_vote(idea.id, person_id=person.id, now=now())
    db.session.rollback()
    assert count_of(idea) == 1


def test_a_vote_can_be_taken_back_and_given_again(app):
    idea, person = make_idea(), make_person()
    cast_vote(idea.id, person_id=person.id, now=now())
    assert withdraw_vote(idea.id, person_id=person.id, now=now()) == 0
    assert withdraw_vote(idea.id, person_id=person.id, now=now()) is None
    assert cast_vote(idea.id, person_id=person.id, now=now()) == 1


@pytest.mark.parametrize("publication", ["hidden", "refused", "awaiting_review", "withdrawn", "draft"])
def test_an_idea_out_of_sight_takes_no_vote_and_says_no_more_than_nothing(app, publication):
    idea = make_idea(publication=publication)
    with pytest.raises(NotFound):
        cast_vote(idea.id, person_id=make_person().id, now=now())
    with pytest.raises(NotFound):
        cast_vote(987_654, person_id=make_person().id, now=now())


@pytest.mark.parametrize(
    "opens, closes, is_taken",
    [(-5, -1, False), (-5, 0, False), (0, 5, True), (1, 5, False)],
    ids=["closed", "closing this second", "opening this second", "not yet open"],
)
def test_the_dates_are_obeyed_to_the_second(app, opens, closes, is_taken):
    moment = now()
    dates = {"opens_at": moment + timedelta(seconds=opens), "closes_at": moment + timedelta(seconds=closes)}
    idea, person = make_idea(campaign=make_campaign(**dates)), make_person()
    if is_taken:
        assert cast_vote(idea.id, person_id=person.id, now=moment) == 1
        return
    for act in (cast_vote, withdraw_vote):
        with pytest.raises(Closed):
            act(idea.id, person_id=person.id, now=moment)
    assert count_of(idea) == 0


def test_a_person_counts_once_over_a_family(app):
    moderator, person = make_moderator(), make_person()
    kept, duplicate = make_idea(), make_idea()
    make_vote(duplicate, person)
    merge_ideas(duplicate.id, kept.id, actor=moderator, now=now())
    assert cast_vote(kept.id, person_id=person.id, now=now()) == 1
    assert withdraw_vote(duplicate.id, person_id=person.id, now=now()) == 1
    assert withdraw_vote(kept.id, person_id=person.id, now=now()) == 0


def test_a_person_counted_through_a_merged_idea_takes_that_back_from_the_canonical_one(app):
    moderator, person, other = make_moderator(), make_person(), make_person()
    kept, duplicate = make_idea(), make_idea()
    make_vote(duplicate, person)
    make_vote(kept, other)
    merge_ideas(duplicate.id, kept.id, actor=moderator, now=now())
    assert withdraw_vote(kept.id, person_id=person.id, now=now()) == 1
    assert withdraw_vote(kept.id, person_id=person.id, now=now()) is None


def test_a_merged_idea_sends_voters_to_the_canonical_one(app):
    kept, duplicate = make_idea(), make_idea()
    merge_ideas(duplicate.id, kept.id, actor=make_moderator(), now=now())
    with pytest.raises(WrongState, match="réunie"):
        cast_vote(duplicate.id, person_id=make_person().id, now=now())


def test_a_vote_costs_two_statements(app, count_queries):
    idea_id, person_id = make_idea().id, make_person().id
    with count_queries() as statements:
        cast_vote(idea_id, person_id=person_id, now=now())
    assert len([s for s in statements if "SAVEPOINT" not in s]) == 2


def test_fifty_presses_at_once_count_once(app):
    idea_id, person_id = make_idea().id, make_person().id
    refusals = press_together(app, 50, lambda: cast_vote(idea_id, person_id=person_id, now=now()))
    assert [type(r) for r in refusals] == [AlreadyDone] * 49
    assert db.session.scalar(sa.select(sa.func.count(Vote.id))) == count_of(db.session.get(Idea, idea_id)) == 1


def test_twenty_people_at_once_all_count(app):
    idea_id, people = make_idea().id, [make_person().id for _ in range(20)]
    assert press_together(app, 20, lambda: cast_vote(idea_id, person_id=people.pop(), now=now())) == []
    assert count_of(db.session.get(Idea, idea_id)) == 20


def press_together(app, times, act):
    """Run `act` in many threads at once and return what they raised."""
    raised, start = [], threading.Barrier(times)
    db.session.commit()

    def press():
        start.wait()
        with app.app_context():
            try:
                act()
            except Exception as error:  # noqa: BLE001 - told to the test, which expects one kind
                db.session.rollback()
                raised.append(error)

    threads = [threading.Thread(target=press) for _ in range(times)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return raised


def test_taking_a_vote_back_says_nothing_of_a_hidden_idea(app):
    idea, person = make_idea(), make_person()
    make_vote(idea, person)
    idea.publication = "hidden"
    db.session.commit()
    with pytest.raises(NotFound):
        withdraw_vote(idea.id, person_id=person.id, now=now())
    assert count_of(idea) == 1
