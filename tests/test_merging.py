"""Merging moves no vote, counts distinct people, and is undone exactly."""

import pytest
import sqlalchemy as sa

from ideas.actions.merging import merge_ideas, undo_merge
from ideas.domain.accounts import Role
from ideas.domain.errors import NotAllowed, NotFound, WrongState
from ideas.store.database import db
from ideas.store.models import Idea, Vote
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now
from tests.test_voting import press_together


@pytest.fixture
def merge(app):
    moderator = make_moderator()
    return lambda idea, into: merge_ideas(idea.id, into.id, actor=moderator, now=now())


@pytest.fixture
def undo(app):
    moderator = make_moderator()
    return lambda idea: undo_merge(idea.id, actor=moderator, now=now())


def picture():
    """All that a merge may touch, to compare before and after."""
    db.session.expire_all()
    ideas = db.session.execute(
        sa.select(Idea.id, Idea.publication, Idea.canonical_id, Idea.vote_count).order_by(Idea.id)
    )
    votes = db.session.execute(sa.select(Vote.id, Vote.idea_id, Vote.person_id).order_by(Vote.id))
    return ideas.all(), votes.all()


def make_supported(*people):
    idea = make_idea()
    for person in people:
        make_vote(idea, person)
    return idea


def test_the_kept_idea_counts_distinct_people(merge):
    ada, bob, eve = make_person(), make_person(), make_person()
    kept, duplicate = make_supported(ada, bob), make_supported(bob, eve)
    merge(duplicate, kept)
    db.session.expire_all()
    assert (kept.vote_count, duplicate.publication, duplicate.canonical_id) == (3, "merged", kept.id)
    assert db.session.scalar(sa.select(sa.func.count(Vote.id)).where(Vote.idea_id == duplicate.id)) == 2


def test_undoing_restores_the_exact_state_before(merge, undo):
    people = [make_person() for _ in range(4)]
    kept, duplicate = make_supported(*people[:3]), make_supported(*people[2:])
    before = picture()
    merge(duplicate, kept)
    undo(duplicate)
    assert picture() == before


def test_a_chain_has_one_root_and_comes_apart_in_any_order(merge, undo):
    people = [make_person() for _ in range(3)]
    first, second, third = (make_supported(person) for person in people)
    before = picture()
    merge(first, second)
    middle = picture()
    merge(second, third)
    db.session.expire_all()
    assert (first.canonical_id, second.canonical_id, third.vote_count) == (third.id, third.id, 3)
    undo(second)
    assert picture() == middle
    undo(first)
    assert picture() == before


def test_the_bottom_of_a_chain_can_leave_first(merge, undo):
    first, second, third = (make_supported(make_person()) for _ in range(3))
    merge(first, second)
    merge(second, third)
    undo(first)
    db.session.expire_all()
    assert (first.canonical_id, second.canonical_id, third.vote_count, first.vote_count) == (None, third.id, 2, 1)


def test_what_followed_an_idea_follows_it_out(merge, undo):
    leaf, middle, root = (make_supported(make_person()) for _ in range(3))
    merge(leaf, middle)
    merge(middle, root)
    undo(middle)
    db.session.expire_all()
    assert (leaf.canonical_id, middle.vote_count, root.vote_count) == (middle.id, 2, 1)


def test_an_idea_merged_from_the_queue_goes_back_to_the_queue(merge, undo):
    kept, waiting = make_idea(), make_idea(publication="awaiting_review")
    merge(waiting, kept)
    undo(waiting)
    db.session.expire_all()
    assert waiting.publication == "awaiting_review"


def test_merging_an_idea_from_the_queue_publishes_nothing(merge, visit):
    kept, waiting = make_idea(), make_idea(publication="awaiting_review", published_at=None, title="Rien que pour vous")
    merge(waiting, kept)
    assert visit(f"/idees/{waiting.id}", status=404)
    assert "Rien que pour vous" not in visit(f"/idees/{kept.id}").text


def test_no_circle_can_be_made(merge):
    first, second = make_idea(), make_idea()
    merge(first, second)
    with pytest.raises(WrongState):
        merge(second, first)
    with pytest.raises(WrongState):
        merge(second, second)


def test_an_idea_is_merged_once_at_a_time(merge):
    kept, other, duplicate = make_idea(), make_idea(), make_idea()
    merge(duplicate, kept)
    with pytest.raises(WrongState):
        merge(duplicate, other)


@pytest.mark.parametrize("publication", ["hidden", "refused", "awaiting_review"])
def test_only_an_idea_in_line_can_be_kept(merge, publication):
    with pytest.raises(WrongState):
        merge(make_idea(), make_idea(publication=publication))


def test_ideas_of_two_campaigns_stay_apart(merge):
    with pytest.raises(WrongState):
        merge(make_idea(campaign=make_campaign()), make_idea(campaign=make_campaign()))


def test_a_contributor_cannot_merge_and_a_moderator_cannot_merge_what_does_not_exist(app, merge):
    first, second = make_idea(), make_idea()
    with pytest.raises(NotAllowed):
        merge_ideas(first.id, second.id, actor=make_person(role=Role.CONTRIBUTOR.value), now=now())
    with pytest.raises(NotFound):
        merge_ideas(first.id, 987_654, actor=make_moderator(), now=now())


def test_undoing_what_is_not_merged_is_refused(undo):
    with pytest.raises(WrongState):
        undo(make_idea())


def test_two_moderators_merging_at_once_make_one_merge(app):
    first, second = make_supported(make_person()).id, make_supported(make_person()).id
    moderator_id = make_moderator().id
    orders = [(first, second), (second, first)] * 4

    def act():
        from ideas.store.models import Person

        idea_id, into_id = orders.pop()
        merge_ideas(idea_id, into_id, actor=db.session.get(Person, moderator_id), now=now())

    refusals = press_together(app, 8, act)
    assert [type(r) for r in refusals] == [WrongState] * 7
    merged = db.session.query(Idea).filter_by(publication="merged").one()
    assert db.session.get(Idea, merged.canonical_id).vote_count == 2
