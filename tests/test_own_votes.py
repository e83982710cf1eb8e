"""One's own support: every idea listed for its voter alone, and taken back where it is read."""

import pytest

from ideas.store.database import db
from ideas.store.models import Idea
from ideas.web.accounts import LATEST_VOTES
from tests.factories import make_campaign, make_idea, make_person, make_vote, now


@pytest.fixture
def nadia(app):
    return make_person("nadia@example.org")


def test_a_support_is_taken_back_from_one_s_own_page(nadia, visit):
    kept, left = make_idea(title="Cartes des crues"), make_idea(title="Horaires des bacs")
    for idea in (kept, left):
        make_vote(idea, nadia)
        make_vote(idea)
    page = visit.sign_in(nadia)("/compte")
    page = visit.submit(page, f"/idees/{left.id}/vote/retrait")
    assert "Votre soutien est retiré" in page.text
    rest = visit("/compte").text
    assert "Cartes des crues" in rest and "Horaires des bacs" not in rest
    db.session.expire_all()
    assert db.session.get(Idea, left.id).vote_count == 1 and db.session.get(Idea, kept.id).vote_count == 2


def test_all_of_them_are_on_a_page_of_their_own(nadia, visit):
    titles = [f"Jeu de données {number:02}" for number in range(LATEST_VOTES + 2)]
    for title in titles:
        make_vote(make_idea(title=title), nadia)
    page = visit.sign_in(nadia)("/compte")
    assert sum(title in page.text for title in titles) == LATEST_VOTES and "/compte/soutiens" in page.links()
    assert all(title in visit("/compte/soutiens").text for title in titles)


def test_others_votes_and_hidden_ideas_are_not_shown(nadia, visit):
    make_vote(make_idea(title="Soutenue par un autre"))
    make_vote(make_idea(title="Cachée depuis", publication="hidden"), nadia)
    page = visit.sign_in(nadia)("/compte/soutiens")
    assert "Soutenue par un autre" not in page.text and "Cachée depuis" not in page.text


def test_a_closed_campaign_has_no_button_and_says_so(nadia, visit):
    campaign = make_campaign()
    idea = make_idea(campaign_id=campaign.id)
    make_vote(idea, nadia)
    campaign.closed_at = now()
    db.session.commit()
    page = visit.sign_in(nadia)("/compte/soutiens")
    assert "Le vote est clos" in page.text
    assert f"/idees/{idea.id}/vote/retrait" not in [form.get("action") for form in page.all("form")]
