"""Beside the text being written: what is alike is supported in place, and nothing typed is lost."""

import re

import pytest

from ideas.retrieval.open_indexes import open_indexes
from ideas.store.database import db
from ideas.store.models import Dataset, Idea, Vote
from tests.factories import make_campaign, make_idea, make_person
from tests.test_writing import IDEA


@pytest.fixture
def campaign(app):
    open_indexes().forget_all()
    return make_campaign()


@pytest.fixture
def alike(campaign):
    return make_idea(
        title="Horaires réels des cars régionaux", data_wanted="Les passages", planned_use="Attendre moins"
    )


def compare(visit, **changed):
    return visit.submit(visit("/idees/nouvelle"), "/idees/nouvelle", **IDEA | {"compare": "1"} | changed)


def buttons(page):
    return [one for one in page.all("button") if one.get("name") == "soutenir"]


def test_support_is_given_beside_the_text_which_stays(alike, visit):
    person = make_person()
    visit.sign_in(person)
    page = compare(visit)
    assert [button["value"] for button in buttons(page)] == [str(alike.id)]
    page = visit.submit(page, "/idees/nouvelle", **IDEA | {"soutenir": str(alike.id)})
    assert "Votre soutien est compté" in page.text and "Soutenue" in page.text and not buttons(page)
    for name in ("title", "data_wanted", "planned_use"):
        assert IDEA[name] in page.html
    assert [(vote.idea_id, vote.person_id) for vote in db.session.query(Vote)] == [(alike.id, person.id)]
    assert db.session.query(Idea).count() == 1
    again = visit.submit(page, "/idees/nouvelle", **IDEA | {"soutenir": str(alike.id)})
    assert IDEA["title"] in again.html and db.session.query(Vote).count() == 1


@pytest.mark.parametrize("number", ["0", "x", "999999", "-1"])
def test_a_support_that_cannot_be_keeps_the_text(alike, visit, number):
    visit.sign_in(make_person())
    page = visit.submit(compare(visit), "/idees/nouvelle", **IDEA | {"soutenir": number, "compare": "1"})
    assert IDEA["title"] in page.html and db.session.query(Vote).count() == 0


def test_a_reader_is_led_to_sign_in_and_keeps_the_text(alike, visit):
    page = compare(visit)
    assert not buttons(page)
    assert [a for a in page.all("a") if a.get("href") == f"/connexion?soutenir={alike.id}"]
    page = visit.submit(page, "/idees/nouvelle", **IDEA | {"soutenir": str(alike.id)})
    assert "Identifiez-vous" in page.text and IDEA["data_wanted"] in page.html
    assert db.session.query(Vote).count() == 0


def test_a_closed_campaign_offers_no_support(app, client):
    campaign = make_campaign()
    idea = make_idea(title="Horaires des cars")
    assert "Soutenir" in client.get("/idees/similaires?texte=horaires des cars").text
    campaign.closed_at = idea.created_at
    db.session.commit()
    fragment = client.get("/idees/similaires?texte=horaires des cars").text
    assert "Horaires des cars" in fragment and "Soutenir" not in fragment


def test_the_need_and_the_use_are_read_too(campaign, visit):
    make_idea(title="Ascenseurs du métro", data_wanted="Les pannes", planned_use="Une poussette")
    page = compare(visit, title="Accessibilité", data_wanted="Les pannes d’ascenseurs", planned_use="Circuler")
    assert "Ascenseurs du métro" in page.text
    page = compare(visit, title="Accessibilité", data_wanted="x", planned_use="Prendre le métro en poussette")
    assert "Ascenseurs du métro" in page.text
    (region,) = [one for one in visit("/idees/nouvelle").all("div") if "data-similar-of" in one]
    assert region["data-similar-of"].split() == ["title", "data_wanted", "planned_use"]


def test_only_a_data_set_near_enough_is_said_to_be_open(campaign, client):
    for key, title in (("a", "Ascenseurs des gares"), ("b", "Liste des gares de péage et des communes voisines")):
        db.session.add(Dataset(key=key, title=title, url=f"https://x.example.org/{key}"))
    db.session.commit()
    fragment = client.get("/idees/similaires?texte=Pannes des ascenseurs dans les gares de ma région").text
    assert "Ascenseurs des gares" in fragment and "péage" not in fragment


def test_enter_sends_the_form_rather_than_a_button_of_the_panel(alike, visit):
    visit.sign_in(make_person())
    page = compare(visit)
    form = page.html[page.html.index('data-draft="idea"') :]
    assert 'name="verifier"' in re.search(r"<button(?![^>]*type=.button)[^>]*>", form)[0]
