"""The owner's side: what is seen, what is done by a form, and what a form says beside a field that is wrong."""

from datetime import timedelta

import pytest

from ideas.actions.appointments import appoint
from ideas.actions.closing import close_campaign
from ideas.actions.editions import publish_edition
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.domain.accounts import Operator, Role
from ideas.domain.campaigns import PARIS, Season, find_phase
from ideas.domain.permissions import Subject
from ideas.domain.publication import Verdict
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Identity, Job, Person
from tests.factories import make_campaign, make_idea, make_person, make_producer, now


@pytest.fixture
def owner(visit):
    """A visitor who owns every campaign."""
    return visit.sign_in(make_person("owner@example.org", role=Role.OWNER.value))


def at(**later):
    """A moment as a browser sends it."""
    return (now() + timedelta(**later)).astimezone(PARIS).strftime("%Y-%m-%dT%H:%M")


def find(slug):
    db.session.expire_all()
    return queries.campaigns.find(slug)


ANNOUNCE = "/gestion/campagnes/nouvelle"
NEW = {"slug": "donnees-2027", "title": "Vos données", "question": "Lesquelles ?"}


def test_a_campaign_is_announced_from_a_form(owner):
    page = owner("/gestion/campagnes/nouvelle")
    dates = {"opens_at": at(days=1), "closes_at": at(days=31)}
    page = owner.submit(page, "/gestion/campagnes/nouvelle", **NEW, **dates)
    assert "La campagne est créée." in page.text and "À venir" in page.text
    campaign = find("donnees-2027")
    assert (campaign.title, find_phase(campaign, now())) == ("Vos données", Season.TO_COME)
    assert campaign.opens_at.astimezone(PARIS).strftime("%Y-%m-%dT%H:%M") == dates["opens_at"]


@pytest.mark.parametrize(
    "given, message",
    [
        ({"slug": "Données"}, "L’identifiant de la campagne s’écrit"),
        ({"slug": "prise"}, "Une autre campagne porte déjà cet identifiant."),
        ({"title": " "}, "Donnez un titre."),
        ({"question": "q" * 301}, "300"),
        ({"opens_at": "demain"}, "Donnez un jour et une heure"),
        ({"opens_at": "0001-01-01T00:00"}, "Donnez un jour et une heure"),
        ({"closes_at": ""}, "Donnez la clôture."),
        ({"closes_at": at(hours=1)}, "La clôture doit venir après l’ouverture."),
        ({"ideas_close_at": at(days=90)}, "Les idées cessent d’être reçues entre"),
    ],
    ids=["slug", "taken", "title", "question", "no moment", "before calendars", "no end", "ends first", "ideas after"],
)
def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(owner, given, message):
    make_campaign(slug="prise")
    usual = NEW | {"opens_at": at(days=1), "closes_at": at(days=31)}
    page = owner.submit(
        owner("/gestion/campagnes/nouvelle"), "/gestion/campagnes/nouvelle", status=400, **usual | given
    )
    (name,) = given
    wrong = [tag for tag in page.all("input") if tag.get("aria-invalid") == "true"]
    assert [tag["name"] for tag in wrong] == [name] and message in page.text
    assert (
        next(tag["value"] for tag in page.all("input") if tag.get("name") == "question") == (usual | given)["question"]
    )
    assert [one.slug for one in queries.campaigns.list_all()] == ["prise"]


def test_texts_are_written_in_both_languages(owner):
    make_campaign(slug="s")
    english, french = "/gestion/campagnes/s/textes/en", "/gestion/campagnes/s/textes/fr"
    owner.submit(owner(english), english, question="Which data?", rules="- Be kind", question_plain="Say!")
    owner.submit(owner(french), french, title="Autre titre", rules="- Soyez aimable")
    assert "Which data?" in owner("/?lang=en").text and "Autre titre" in owner("/").html
    assert find("s").texts == {
        "question.en": "Which data?",
        "rules.en": "- Be kind",
        "question.en.plain": "Say!",
        "rules.fr": "- Soyez aimable",
    }
    page = owner.submit(owner(french), french, status=400, title=" ")
    assert "Une campagne a un titre et une question." in page.text
    owner("/gestion/campagnes/s/textes/de", status=404)


def test_dates_are_moved_and_a_campaign_that_opened_keeps_its_opening(owner):
    make_campaign(slug="s")
    address = "/gestion/campagnes/s/dates"
    page = owner.submit(owner(address), address, closes_at=at(days=40))
    assert "Les dates sont changées." in page.text
    assert find("s").closes_at > now() + timedelta(days=39)
    assert db.session.query(Decision).one().kind == "change_dates"
    page = owner.submit(owner(address), address, status=400, opens_at=at(days=-20))
    assert "son jour d’ouverture ne change plus" in page.text
    owner.submit(owner(address), address)
    assert db.session.query(Decision).count() == 1


def test_closing_says_what_it_does_before_it_is_done(owner):
    campaign = make_campaign(slug="s")
    author = make_person()
    for _ in range(2):
        make_idea(campaign=campaign, author=author)
    make_idea(campaign=campaign, publication="awaiting_review", published_at=None)
    page = owner("/gestion/campagnes/s/cloture")
    assert "1 personne qui a une idée en ligne en est prévenue" in page.text
    assert "avec 2 idées" in page.text and "1 idée attend encore une relecture" in page.text
    page = owner.submit(page, "/gestion/campagnes/s/cloture", note="Merci à tous.")
    assert "La campagne est close." in page.text and "Demandée, pas encore commencée" in page.text
    assert find("s").closed_at and db.session.query(Job).one().key == str(campaign.id)
    page = owner("/gestion/campagnes/s/reouverture")
    page = owner.submit(page, "/gestion/campagnes/s/reouverture", status=400, closes_at=at(days=3), reason="")
    assert "Dites pourquoi." in page.text
    owner.submit(page, "/gestion/campagnes/s/reouverture", closes_at=at(days=3), reason="Une panne.")
    assert find("s").closed_at is None and "Une panne." in owner("/registre").text


def test_an_edition_and_a_proposal_are_asked_for_with_one_press(owner):
    make_campaign(slug="s")
    for name in ("edition", "passage"):
        owner.submit(owner("/gestion/campagnes/s"), f"/gestion/campagnes/s/{name}")
    assert {job.kind for job in db.session.query(Job)} == {"publish_edition", "regroup"}


def test_an_owner_of_one_campaign_sees_and_does_nothing_elsewhere(visit):
    own, other = make_campaign(slug="own"), make_campaign(slug="other")
    appoint("o@example.org", Role.OWNER, Subject(own.id), actor=Operator(), now=now())
    appoint("m@example.org", Role.MODERATOR, Subject(other.id), actor=Operator(), now=now())
    person = db.session.query(Person).join(Identity).filter(Identity.subject == "o@example.org").one()
    visit.sign_in(person)
    page = visit("/gestion")
    assert "/gestion/campagnes/own" in page.links() and "/gestion/campagnes/other" not in page.links()
    for address in ("/gestion/campagnes/other", "/gestion/campagnes/other/cloture", "/gestion/campagnes/nouvelle"):
        visit(address, status=403)
    page = visit("/gestion/roles")
    assert "o@example.org" in page.text and "m@example.org" not in page.text
    page = visit.submit(page, "/gestion/roles", email="n@example.org", role="moderator", campaign=str(own.id))
    assert "n@example.org" in page.text
    visit.submit(page, "/gestion/roles", status=403, email="x@example.org", role="owner", campaign="", producer="")
    visit.submit(page, "/gestion/roles", status=400, email="x@example.org", role="owner", campaign=str(other.id))
    assert not queries.roles.list_appointments([other.id])[1:]


def test_a_role_is_given_for_a_body_and_ended(owner):
    make_campaign(slug="s")
    body = make_producer(name="Office des eaux")
    page = owner("/gestion/roles")
    refused = owner.submit(page, "/gestion/roles", status=400, email="eau@example.org", role="producer")
    assert "Dites pour quel organisme" in refused.text
    page = owner.submit(page, "/gestion/roles", email="Eau@Example.org", role="producer", producer=str(body.id))
    assert "eau@example.org" in page.text.lower() and "Office des eaux" in page.text
    (held,) = queries.roles.list_appointments()
    owner.submit(page, f"/gestion/roles/nominations/{held.id}/fin")
    assert queries.roles.list_appointments() == []


def test_roles_for_the_whole_site_are_for_an_administrator_and_the_last_one_stays(visit, owner):
    make_campaign(slug="s")
    owner.submit(owner("/gestion/roles"), "/gestion/roles", status=403, email="x@example.org", role="owner")
    admin = make_person("admin@example.org", role=Role.ADMINISTRATOR.value)
    visit.sign_in(admin)
    page = visit("/gestion/roles")
    last = visit.submit(page, f"/gestion/roles/personnes/{admin.id}/fin", status=409)
    assert "dernier administrateur" in last.text
    visit.submit(page, "/gestion/roles", email="zoe@example.org", role="administrator")
    db.session.expire_all()
    assert [one.email for one in queries.roles.list_holders() if one.role is Role.ADMINISTRATOR] == [
        "admin@example.org", "zoe@example.org",
    ]  # fmt: skip
    page = visit("/gestion/roles")
    address = f"/gestion/roles/personnes/{admin.id}/fin"
    visit.client.post(address, data=page.fields(page.find_form(address)))
    db.session.expire_all()
    assert db.session.get(Person, admin.id).role is Role.CONTRIBUTOR


def test_a_text_is_taken_out_of_the_register_from_it(owner):
    idea = make_idea(campaign=make_campaign(slug="s"))
    decision = decide_idea(idea.id, Verdict.HIDE, reason="other", note="Paul Zythum.", actor=Operator(), now=now())
    address = f"/gestion/registre/{decision.id}/retrait"
    assert address in owner("/registre").links()
    page = owner.submit(owner(address), address, status=400, reason="")
    owner.submit(page, address, reason="Un nom.")
    assert "Zythum" not in owner("/registre").html and "Un nom." in owner("/registre").text


def test_a_moderator_and_a_reader_find_no_such_door(visit):
    make_campaign(slug="s")
    visit.sign_in(make_person(role=Role.MODERATOR.value))
    visit("/gestion", status=403)
    assert "/gestion" not in visit("/").links()


def test_a_closed_campaign_is_not_closed_twice(owner):
    campaign = make_campaign(slug="s")
    page = owner("/gestion/campagnes/s/cloture")
    close_campaign(campaign.id, actor=Operator(), now=now())
    assert "déjà close" in owner.submit(page, "/gestion/campagnes/s/cloture", status=409).text
    assert db.session.query(Campaign).one().closed_at


def test_the_page_of_a_campaign_shows_where_its_edition_stands(owner, var):
    campaign = make_campaign(slug="s", ideas_close_at=now() + timedelta(days=5))
    regroup(campaign.id, now=now())
    publish_edition(campaign.id, now=now(), var=str(var / "var"))
    page = owner("/gestion/campagnes/s")
    assert "En cours" in page.text and "Fin des idées" in page.text
