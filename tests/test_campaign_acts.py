"""Opening a campaign, and closing it for good."""

from datetime import timedelta
from types import SimpleNamespace as a

import pytest

from ideas.actions.campaigns import create_campaign
from ideas.actions.closing import close_campaign
from ideas.actions.voting import cast_vote
from ideas.domain.accounts import Role
from ideas.domain.errors import AlreadyDone, Closed, Limited, NotAllowed, NotFound, RuleBroken
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Decision
from tests.factories import make_campaign, make_idea, make_person, now

OWNER = a(id=None, role=Role.OWNER, appointments=())
MODERATOR = a(id=None, role=Role.MODERATOR, appointments=())


def create(**given):
    usual = {
        "slug": "donnees-2026",
        "title": "Vos données",
        "question": "Lesquelles ?",
        "opens_at": now() - timedelta(days=1),
        "closes_at": now() + timedelta(days=30),
        "now": now(),
    }
    return create_campaign(**usual | given)


def test_a_campaign_is_found_by_its_name(app):
    create(title=" Vos  données ")
    assert queries.campaigns.find("donnees-2026").title == "Vos données"


@pytest.mark.parametrize(
    "given, refusal",
    [
        ({"slug": "Données"}, RuleBroken),
        ({"slug": "a--b"}, RuleBroken),
        ({"title": " "}, RuleBroken),
        ({"title": "t" * 201}, Limited),
        ({"question": "q" * 301}, Limited),
        ({"title": "Vos \u202edonnées"}, RuleBroken),
        ({"closes_at": now() - timedelta(days=2)}, RuleBroken),
    ],
    ids=["capitals", "two dashes", "no title", "long title", "long question", "overridden direction", "closes first"],
)
def test_a_campaign_that_cannot_be_is_refused(app, given, refusal):
    with pytest.raises(refusal):
        create(**given)
    assert queries.campaigns.list_all() == []


def test_two_campaigns_never_share_a_name(app):
    create()
    with pytest.raises(AlreadyDone):
        create(title="Une autre")
    assert [campaign.title for campaign in queries.campaigns.list_all()] == ["Vos données"]


def test_closing_ends_the_votes_before_the_date_and_leaves_a_decision(app):
    idea, person = make_idea(campaign=make_campaign()), make_person()
    close_campaign(idea.campaign_id, actor=OWNER, now=now(), note="Fin de l’appel.")
    with pytest.raises(Closed):
        cast_vote(idea.id, person_id=person.id, now=now())
    decision = db.session.query(Decision).one()
    assert (decision.kind, decision.role, decision.note) == ("close_campaign", "owner", "Fin de l’appel.")


def test_a_campaign_is_closed_once(app):
    campaign = make_campaign()
    close_campaign(campaign.id, actor=OWNER, now=now())
    closed_at = db.session.get(Campaign, campaign.id).closed_at
    with pytest.raises(AlreadyDone):
        close_campaign(campaign.id, actor=OWNER, now=now() + timedelta(hours=1))
    assert db.session.get(Campaign, campaign.id).closed_at == closed_at
    assert db.session.query(Decision).count() == 1


def test_a_moderator_does_not_close_a_campaign(app):
    campaign = make_campaign()
    with pytest.raises(NotAllowed):
        close_campaign(campaign.id, actor=MODERATOR, now=now())
    assert db.session.get(Campaign, campaign.id).closed_at is None


def test_what_does_not_exist_is_not_closed(app):
    with pytest.raises(NotFound):
        close_campaign(12, actor=OWNER, now=now())
