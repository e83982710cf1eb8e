"""What moderators decide about an idea, and what is left of it."""

import pytest

from ideas.actions.publication import decide_idea
from ideas.domain.errors import NotAllowed, NotFound, WrongState
from ideas.domain.publication import Publication, Verdict
from ideas.store.database import db
from ideas.store.models import Decision
from tests.factories import make_idea, make_moderator, make_person, now

P, V = Publication, Verdict


@pytest.mark.parametrize(
    "before, verdict, reason, after",
    [
        ("awaiting_review", V.PUBLISH, "", "published"),
        ("awaiting_review", V.REFUSE, "advertising", "refused"),
        ("refused", V.PUBLISH, "", "published"),
        ("published", V.HIDE, "personal_data", "hidden"),
        ("hidden", V.RESTORE, "", "published"),
    ],
)
def test_a_verdict_changes_the_idea_and_leaves_a_line(app, before, verdict, reason, after):
    idea, moderator = make_idea(publication=before, published_at=None), make_moderator()
    decide_idea(idea.id, verdict, actor=moderator, now=now(), reason=reason, note="Vu en équipe.")
    db.session.refresh(idea)
    decision = db.session.query(Decision).one()
    assert (idea.publication, idea.published_at is not None) == (after, after == "published")
    assert (decision.kind, decision.role, decision.reason, decision.note) == (
        verdict.value,
        "moderator",
        reason,
        "Vu en équipe.",
    )


def test_the_second_of_two_moderators_is_told(app):
    idea = make_idea(publication="awaiting_review")
    act = {"actor": make_moderator(), "now": now(), "expected": P.AWAITING_REVIEW}
    decide_idea(idea.id, V.PUBLISH, **act)
    with pytest.raises(WrongState):
        decide_idea(idea.id, V.REFUSE, reason="other", **act)
    db.session.rollback()
    assert db.session.query(Decision).count() == 1


def test_restoring_keeps_the_day_of_first_publication(app):
    idea, moderator = make_idea(), make_moderator()
    first = idea.published_at
    decide_idea(idea.id, V.HIDE, actor=moderator, now=now(), reason="other")
    decide_idea(idea.id, V.RESTORE, actor=moderator, now=now())
    db.session.refresh(idea)
    assert idea.published_at == first


def test_a_contributor_decides_nothing(app):
    with pytest.raises(NotAllowed):
        decide_idea(make_idea().id, V.HIDE, actor=make_person(), now=now(), reason="other")


@pytest.mark.parametrize("publication", ["draft", "awaiting_confirmation"])
def test_what_its_author_has_not_sent_is_not_for_moderators(app, publication):
    idea = make_idea(publication=publication)
    with pytest.raises(NotFound):
        decide_idea(idea.id, V.PUBLISH, actor=make_moderator(), now=now())
