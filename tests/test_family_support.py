"""Whoever supported an idea that was merged is counted, is told so, and can take it back, where it is counted."""

import re

import pytest

from ideas.actions.merging import merge_ideas
from ideas.store.database import db
from ideas.store.models import Idea, Vote
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now


@pytest.fixture
def family(app):
    """A person who supports an idea that was then merged into another."""
    make_campaign()
    kept, merged, person = make_idea(title="Gardée"), make_idea(title="Réunie"), make_person()
    make_vote(merged, person)
    merge_ideas(merged.id, kept.id, actor=make_moderator(), now=now())
    return kept, merged, person


def button(page, idea):
    (found,) = [one for one in page.all("button") if one.get("id") == f"b{idea.id}"]
    return found["aria-pressed"], found["words"]


def test_the_canonical_idea_says_by_which_one_a_person_is_counted(family, visit):
    kept, merged, person = family
    page = visit.sign_in(person)(f"/idees/{kept.id}")
    assert button(page, kept) == ("true", "Soutenue")
    assert f"compté ici par l’idée n° {merged.id}" in page.text
    page = visit.submit(page, f"/idees/{kept.id}/vote/retrait")
    assert button(page, kept) == ("false", "Soutenir") and "compté ici" not in page.text
    assert db.session.query(Vote).count() == 0 and db.session.get(Idea, kept.id, populate_existing=True).vote_count == 0


@pytest.mark.parametrize("path", ["/", "/idees"])
def test_a_list_says_so_too(family, visit, path):
    kept, _merged, person = family
    page = visit.sign_in(person)(path)
    assert button(page, kept) == ("true", "Soutenue")
    visit.submit(page, f"/idees/{kept.id}/vote/retrait?liste=1")
    assert db.session.query(Vote).count() == 0


def test_a_vote_of_ones_own_is_not_said_to_be_counted_by_another(family, visit):
    kept, _merged, person = family
    make_vote(kept, person)
    assert "compté ici" not in visit.sign_in(person)(f"/idees/{kept.id}").text


def test_others_are_not_counted_through_the_family(family, visit):
    kept, _merged, _person = family
    assert button(visit.sign_in(make_person())(f"/idees/{kept.id}"), kept)[0] == "false"


def test_a_closed_campaign_says_so_before_asking_for_an_address(family, visit):
    kept, _merged, _person = family
    page = visit(f"/connexion?soutenir={kept.id}")
    campaign_closes(kept)
    address = f"/connexion?soutenir={kept.id}"
    closed = visit(address)
    assert "La campagne est close" in closed.text and not [one for one in closed.all("input") if one["name"] == "email"]
    assert "La campagne est close" in visit.submit(page, address, status=409, email="nadia@example.org").text
    assert not re.search("courriel|code", closed.text)


def campaign_closes(idea):
    from ideas.store.models import Campaign

    db.session.get(Campaign, idea.campaign_id).closed_at = now()
    db.session.commit()
