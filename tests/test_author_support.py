"""Whoever sends an idea counts as its first supporter: once, wherever it goes, until they take it back."""

import pytest
import sqlalchemy as sa

from ideas.actions.correcting import correct_idea
from ideas.actions.ideas import submit_idea
from ideas.actions.leaving import close_account
from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.publication import decide_idea
from ideas.actions.voting import cast_vote, withdraw_vote
from ideas.domain.errors import AlreadyDone
from ideas.domain.publication import Verdict
from ideas.store.database import db
from ideas.store.models import Idea, Vote
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now
from tests.test_versions import FORM
from tests.test_writing import identify, only_idea, write


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def author(campaign):
    return make_person()


@pytest.fixture
def idea(campaign, author):
    return submit_idea(FORM, campaign=campaign, author_id=author.id, now=now())


def decide(idea, verdict, **given):
    decide_idea(idea.id, verdict, actor=make_moderator(), now=now(), **given)


def counts(*ideas):
    db.session.expire_all()
    return tuple(one.vote_count for one in ideas)


def test_an_author_counts_once_and_is_told_so(idea, author, visit):
    page = visit.sign_in(author)(f"/idees/recue?idea_id={idea.id}")
    assert "vous comptez comme son premier soutien" in page.text
    decide(idea, Verdict.PUBLISH)
    page = visit(f"/idees/{idea.id}")
    assert (
        "1 soutien" in page.text and "Soutenue" in page.text and "vous comptez comme son premier soutien" in page.text
    )
    with pytest.raises(AlreadyDone):
        cast_vote(idea.id, person_id=author.id, now=now())
    db.session.rollback()
    assert counts(idea) == (1,)


def test_an_idea_confirmed_by_mail_has_its_author_s_support(campaign, visit):
    page = write(visit)
    assert (only_idea().vote_count, db.session.query(Vote).count()) == (0, 0)
    identify(visit, page)
    assert (only_idea().vote_count, db.session.query(Vote.person_id).scalar()) == (1, only_idea().author_id)


def test_nobody_sees_the_support_of_what_is_not_published(idea, author, visit):
    assert "Idées soutenues 0" in visit.sign_in(author)("/compte").text
    decide(idea, Verdict.PUBLISH)
    assert "Idées soutenues 1" in visit("/compte").text


def test_an_author_takes_their_support_back_and_no_later_act_gives_it_again(idea, author):
    decide(idea, Verdict.PUBLISH)
    assert withdraw_vote(idea.id, person_id=author.id, now=now()) == 0
    decide(idea, Verdict.HIDE, reason="other")
    decide(idea, Verdict.RESTORE)
    assert counts(idea) == (0,)


def test_a_correction_counts_nobody_twice(idea, author):
    decide(idea, Verdict.REFUSE, reason="unintelligible")
    correct_idea(idea.id, FORM, author_id=author.id, now=now())
    decide(idea, Verdict.PUBLISH)
    assert counts(idea) == (1,) and db.session.query(Vote).count() == 1


@pytest.mark.parametrize("is_published", [True, False])
def test_an_author_counts_in_what_their_idea_is_merged_into(idea, author, is_published):
    kept = make_idea()
    make_vote(kept)
    if is_published:
        decide(idea, Verdict.PUBLISH)
    merge_ideas(idea.id, kept.id, actor=make_moderator(), now=now())
    assert counts(kept) == (2,)
    undo_merge(idea.id, actor=make_moderator(), now=now())
    assert counts(kept, idea) == (1, 1)


def test_an_author_of_two_ideas_made_one_counts_once(idea, author, campaign):
    other = submit_idea(FORM, campaign=campaign, author_id=author.id, now=now())
    for one in (idea, other):
        decide(one, Verdict.PUBLISH)
    merge_ideas(other.id, idea.id, actor=make_moderator(), now=now())
    assert counts(idea) == (1,)


def test_the_support_goes_with_the_account(idea, author):
    decide(idea, Verdict.PUBLISH)
    close_account(author.id, now=now())
    assert counts(idea) == (0,) and db.session.scalar(sa.select(sa.func.count(Vote.id))) == 0
    assert db.session.get(Idea, idea.id).author_id is None
