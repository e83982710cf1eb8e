"""Closing a campaign as an act, opening it again, and moving its dates."""

from datetime import timedelta
from types import SimpleNamespace as a

import pytest

from ideas.actions.campaigns import change_dates
from ideas.actions.closing import close_campaign, reopen_campaign
from ideas.actions.jobs import begin
from ideas.actions.news import spread_news
from ideas.actions.voting import cast_vote
from ideas.domain.accounts import Operator, Role
from ideas.domain.campaigns import Season, find_phase
from ideas.domain.errors import AlreadyDone, Closed, NotAllowed, RuleBroken, WrongState
from ideas.domain.jobs import JobState, Kind
from ideas.mail.news import Letterhead
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Job, OutboxMail
from tests.commands import Terminal
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now

HEAD = Letterhead("Données rêvées", "https://idees.example.org")
STAFF = {"actor": Operator()}


def list_mails():
    return db.session.query(OutboxMail).order_by(OutboxMail.id).all()


def test_closing_tells_each_author_once_and_asks_for_the_edition(app):
    campaign, author, other = make_campaign(), make_person("nadia@example.org"), make_person("ali@example.org")
    first = make_idea(campaign=campaign, author=author, title="Crues")
    make_idea(campaign=campaign, author=author, title="Marées")
    make_vote(make_idea(campaign=campaign, author=other), make_person())
    make_idea(campaign=campaign, publication="hidden")
    make_idea(campaign=make_campaign(), title="Ailleurs")
    close_campaign(campaign.id, now=now(), **STAFF)
    job = db.session.query(Job).one()
    assert (job.kind, job.key, job.state) == (Kind.PUBLISH_EDITION, str(campaign.id), JobState.WAITING)
    spread_news(HEAD, now=now())
    assert [mail.to for mail in list_mails()] == ["nadia@example.org", "ali@example.org"]
    assert f"n° {first.id}, « Crues »" in list_mails()[0].subject
    spread_news(HEAD, now=now())
    assert len(list_mails()) == 2


def test_a_campaign_is_not_closed_while_an_edition_is_written(app):
    campaign = make_campaign()
    make_idea(campaign=campaign)
    begin(Kind.PUBLISH_EDITION, campaign.id, now=now(), **STAFF)
    with pytest.raises(WrongState):
        close_campaign(campaign.id, now=now(), **STAFF)
    db.session.rollback()
    assert db.session.get(Campaign, campaign.id).closed_at is None and not db.session.query(Decision).count()


def test_a_closed_campaign_opens_again_for_a_reason_that_the_register_shows(app, visit):
    campaign = make_campaign(ideas_close_at=now() - timedelta(days=1))
    idea = make_idea(campaign=campaign)
    close_campaign(campaign.id, now=now(), **STAFF)
    later = now() + timedelta(days=7)
    reopen_campaign(campaign.id, closes_at=later, reason="Une panne a fermé le site.", now=now(), **STAFF)
    db.session.refresh(campaign)
    assert find_phase(campaign, now()) is Season.OPEN
    assert cast_vote(idea.id, person_id=make_person().id, now=now()) == 1
    page = visit("/registre")
    assert "Campagne rouverte" in page.text and "Une panne a fermé le site." in page.text


def test_a_campaign_whose_date_passed_opens_again_too(app):
    campaign = make_campaign(opens_at=now() - timedelta(days=9), closes_at=now() - timedelta(days=1))
    reopen_campaign(campaign.id, closes_at=now() + timedelta(days=1), reason="Prolongée.", now=now(), **STAFF)
    db.session.refresh(campaign)
    assert find_phase(campaign, now()) is Season.OPEN


@pytest.mark.parametrize(
    "given, refusal",
    [
        ({"reason": " "}, RuleBroken),
        ({"closes_at": now() - timedelta(hours=1)}, RuleBroken),
        ({"actor": a(id=None, role=Role.MODERATOR, appointments=())}, NotAllowed),
    ],
    ids=["no reason", "past", "not the owner"],
)
def test_it_does_not_open_again_when_it_cannot(app, given, refusal):
    campaign = make_campaign()
    close_campaign(campaign.id, now=now(), **STAFF)
    usual = {"closes_at": now() + timedelta(days=1), "reason": "Une panne.", "now": now(), **STAFF}
    with pytest.raises(refusal):
        reopen_campaign(campaign.id, **usual | given)
    db.session.rollback()
    assert db.session.get(Campaign, campaign.id).closed_at is not None


def test_an_open_campaign_does_not_open_again(app):
    with pytest.raises(AlreadyDone):
        reopen_campaign(make_campaign().id, closes_at=now() + timedelta(days=1), reason="x", now=now(), **STAFF)


def move(campaign, **given):
    usual = {name: getattr(campaign, name) for name in ("opens_at", "closes_at", "ideas_close_at")}
    return change_dates(campaign.id, now=now(), **STAFF | usual | given)


def test_moved_dates_are_in_the_register_and_the_same_dates_are_not(app):
    campaign = make_campaign()
    assert move(campaign) is None
    decision = move(campaign, closes_at=campaign.closes_at + timedelta(days=3))
    assert decision.kind == "change_dates" and " → " in decision.note
    db.session.refresh(campaign)
    assert campaign.closes_at > now() + timedelta(days=22)


@pytest.mark.parametrize(
    "given, refusal",
    [
        ({"opens_at": now() - timedelta(days=3)}, RuleBroken),
        ({"closes_at": now() - timedelta(days=1)}, RuleBroken),
        ({"closes_at": now() - timedelta(days=300)}, RuleBroken),
        ({"ideas_close_at": now() + timedelta(days=300)}, RuleBroken),
        ({"actor": make_moderator}, NotAllowed),
    ],
    ids=["opened", "past", "before it opens", "ideas after all", "not the owner"],
)
def test_dates_that_cannot_be_are_refused(app, given, refusal):
    campaign = make_campaign()
    with pytest.raises(refusal):
        move(campaign, **{name: one() if callable(one) else one for name, one in given.items()})
    db.session.rollback()
    assert not db.session.query(Decision).count()


def test_a_closed_campaign_keeps_its_dates(app):
    campaign = make_campaign()
    close_campaign(campaign.id, now=now(), **STAFF)
    with pytest.raises(Closed):
        move(campaign, closes_at=now() + timedelta(days=50))


def test_a_campaign_is_opened_again_from_the_terminal(app):
    campaign = make_campaign()
    close_campaign(campaign.id, now=now(), **STAFF)
    day = (now() + timedelta(days=9)).date().isoformat()
    told = Terminal(app.config["IDEAS"]).read("campaign", "reopen", campaign.slug, "--closes", day, "--reason", "Oui.")
    assert (told["state"], told["closed_at"]) == ("open", None)
