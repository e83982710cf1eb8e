"""What a moderator decides about an idea is taken back exactly, the queue included, or not at all."""

import pytest
import sqlalchemy as sa

from ideas.actions.handled import About
from ideas.actions.handling import route
from ideas.actions.merging import merge_ideas
from ideas.actions.news import spread_news
from ideas.actions.publication import decide_idea, decide_ideas
from ideas.actions.undoing import undo_decision, undo_decisions
from ideas.domain.errors import AlreadyDone, NotAllowed, RefusedAmongSeveral, WrongState
from ideas.domain.publication import Verdict
from ideas.mail.news import Letterhead
from ideas.store.database import db
from ideas.store.models import Idea, OutboxMail
from tests.factories import make_idea, make_moderator, make_person, make_producer, now

BEGUN = {"publish": "awaiting_review", "refuse": "awaiting_review", "hide": "published", "restore": "hidden"}
HEAD = Letterhead("Données rêvées", "https://idees.example")


def make_in(state, **given):
    was_published = state in ("published", "hidden")
    return make_idea(publication=state, published_at=now() if was_published else None, **given)


def decide(idea, verdict, moderator=None):
    return decide_idea(idea.id, Verdict(verdict), actor=moderator or make_moderator(), now=now(), reason="other")


def undo(decision):
    return undo_decision(decision.id, actor=make_moderator(), now=now())


def stand(idea):
    db.session.expire_all()
    return idea.publication.value, idea.published_at, idea.vote_count


@pytest.mark.parametrize("verdict", BEGUN)
def test_each_verdict_is_taken_back_exactly(app, verdict):
    idea = make_in(BEGUN[verdict])
    before = stand(idea)
    decision = decide(idea, verdict)
    assert stand(idea) != before
    undo(decision)
    assert stand(idea) == before
    with pytest.raises(AlreadyDone):
        undo(decision)
    decide(idea, verdict)


def test_what_changed_since_is_not_taken_back(app):
    idea = make_in("awaiting_review")
    published = decide(idea, "publish")
    decide(idea, "hide")
    with pytest.raises(WrongState, match="dépend"):
        undo(published)
    assert stand(idea)[0] == "hidden"


@pytest.mark.parametrize("since", ["merged into it", "asked for"])
def test_what_others_rest_on_does_not_go_back_to_the_queue(app, since):
    idea, moderator = make_in("awaiting_review"), make_moderator()
    published = decide(idea, "publish")
    if since == "asked for":
        route(About([idea.id]), make_producer().id, actor=moderator, now=now())
    else:
        merge_ideas(make_idea().id, idea.id, actor=moderator, now=now())
    with pytest.raises(WrongState, match="dépend"):
        undo(published)
    assert stand(idea)[0] == "published"


def test_several_are_taken_back_together_or_not_at_all(app):
    ideas, moderator = [make_in("awaiting_review") for _ in range(3)], make_moderator()
    decisions = decide_ideas([idea.id for idea in ideas], Verdict.PUBLISH, actor=moderator, now=now())
    numbers = [decision.id for decision in decisions]
    hidden = decide(ideas[1], "hide")
    with pytest.raises(RefusedAmongSeveral):
        undo_decisions(numbers, actor=moderator, now=now())
    assert stand(ideas[0])[0] == "published"
    undo(hidden)
    undo_decisions(numbers, actor=moderator, now=now())
    assert {stand(idea)[0] for idea in ideas} == {"awaiting_review"}


def test_a_contributor_takes_nothing_back(app):
    decision = decide(make_in("awaiting_review"), "publish")
    with pytest.raises(NotAllowed):
        undo_decision(decision.id, actor=make_person(), now=now())


def test_an_author_who_heard_of_nothing_hears_of_no_undo(app):
    idea = make_in("awaiting_review", author=make_person("auteur@example.org"))
    undo(decide(idea, "refuse"))
    spread_news(HEAD, now=now())
    assert not db.session.scalars(sa.select(OutboxMail)).all()


def test_an_author_who_was_told_is_told_of_the_undo(app):
    idea = make_in("awaiting_review", author=make_person("auteur@example.org"))
    decision = decide(idea, "publish")
    spread_news(HEAD, now=now())
    undo(decision)
    spread_news(HEAD, now=now())
    subjects = [mail.subject for mail in db.session.scalars(sa.select(OutboxMail).order_by(OutboxMail.id))]
    assert len(subjects) == 2 and "publiée" in subjects[0] and "relue de nouveau" in subjects[1]
    assert db.session.get(Idea, idea.id).publication == "awaiting_review"
