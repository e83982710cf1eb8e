"""Texts that answers begin with, written once, and the words that they leave to be completed."""

import pytest

from ideas.actions.answer_templates import MOST_TEMPLATES, TemplateText, remove_template, save_template
from ideas.actions.answers import Reply, answer
from ideas.actions.appointments import appoint
from ideas.actions.handled import About
from ideas.actions.redacting import redact_passage
from ideas.domain.accounts import Operator, Role
from ideas.domain.errors import Invalid, NotAllowed, NotFound, WrongState
from ideas.domain.handling import Handling
from ideas.domain.marks import find_marks
from ideas.domain.permissions import Subject
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Answer, AnswerTemplate, Identity, Person
from tests.factories import make_campaign, make_idea, make_moderator, make_producer, now

TEXT = "Ces données sont ouvertes depuis le [date]."
ADDRESS = "https://www.data.gouv.fr/datasets/horaires/"


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def staff(campaign):
    return {"actor": make_moderator()}


def save(campaign, staff, title="Déjà ouvertes", **named):
    return save_template(campaign.id, TemplateText(title, "already_open", TEXT), **staff, **named).id


def test_a_template_is_kept_written_anew_and_thrown_away(campaign, staff):
    number = save(campaign, staff)
    save(campaign, staff, "  Déjà   ouvertes ", replacing=number)
    assert [row.title for row in queries.answer_templates.list_of(campaign.id)] == ["Déjà ouvertes"]
    with pytest.raises(Invalid) as refused:
        save(campaign, staff)
    db.session.rollback()
    assert set(refused.value.errors) == {"title"}
    remove_template(number, **staff)
    with pytest.raises(NotFound):
        save(campaign, staff, replacing=number)


def test_what_lacks_is_said_and_they_are_not_too_many(campaign, staff):
    with pytest.raises(Invalid) as refused:
        save_template(campaign.id, TemplateText("", "routed", ""), **staff)
    db.session.rollback()
    assert set(refused.value.errors) == {"title", "outcome", "text"}
    rows = [
        AnswerTemplate(campaign_id=campaign.id, title=f"n{i}", outcome=Handling.OPENED, text="t") for i in range(99)
    ]
    db.session.add_all(rows)
    db.session.commit()
    save(campaign, staff)
    assert len(queries.answer_templates.list_of(campaign.id)) == MOST_TEMPLATES
    with pytest.raises(WrongState):
        save(campaign, staff, "De trop")


def test_they_are_those_of_the_staff_of_the_campaign(campaign, staff, visit):
    number = save(campaign, staff)
    appoint("p@example.org", Role.PRODUCER, Subject(producer_id=make_producer().id), actor=Operator(), now=now())
    person = db.session.query(Person).join(Identity).filter(Identity.subject == "p@example.org").one()
    visit.sign_in(person)
    assert "Nouveau modèle" not in visit("/modeles-de-reponse").text
    visit(f"/modeles-de-reponse/{number}", status=403)
    with pytest.raises(NotAllowed):
        remove_template(number, actor=queries.people.find(make_idea().author_id))


@pytest.mark.parametrize("text", [TEXT, "Voir [nom du service] ou [date]."])
def test_an_answer_that_still_holds_a_mark_is_refused_beside_its_field(campaign, staff, text):
    with pytest.raises(Invalid) as refused:
        answer(About([make_idea().id]), Handling.NOT_HELD, Reply(text=text), **staff, now=now())
    db.session.rollback()
    assert set(refused.value.errors) == {"text"} and find_marks(text)[0] in str(refused.value.errors["text"])
    assert db.session.query(Answer).count() == 0


def test_what_people_do_write_between_brackets_is_no_mark(campaign, staff):
    idea = make_idea()
    answer(About([idea.id]), Handling.NOT_HELD, Reply(text="Voir [1] et [sic], Jean Dupont."), **staff, now=now())
    redact_passage(idea.id, "Jean Dupont", reason="personal_data", **staff, now=now())
    assert find_marks(db.session.query(Answer.text).scalar()) == []


def test_a_template_is_written_picked_and_completed_from_pages(campaign, staff, visit):
    visit.sign_in(staff["actor"])
    page = visit.submit(visit("/modeles-de-reponse"), "/modeles-de-reponse", status=400, title="Déjà ouvertes")
    assert "Écrivez le texte du modèle." in page.text
    typed = {"title": "Déjà ouvertes", "outcome": "already_open", "text": TEXT}
    page = visit.submit(page, "/modeles-de-reponse", **typed)
    assert "Le modèle est enregistré." in page.text and "Déjà ouvertes" in page.text
    number, idea = db.session.query(AnswerTemplate.id).scalar(), make_idea()
    path = f"/traitement/{idea.id}"
    picked = {"template_id": str(number), "montrer": "modele"}
    page = visit.submit(visit(path), path, text="Bonjour.", dataset_url=ADDRESS, **picked)
    fields = page.fields(page.find_form(path))
    assert fields["text"].split() == f"Bonjour. {TEXT}".split() and fields["act"] == "already_open"
    assert fields["dataset_url"] == ADDRESS and db.session.query(Answer).count() == 0
    page = visit.submit(page, path, status=400)
    assert "Il reste « [date] » à compléter." in page.text
    page = visit.submit(page, path, text="Ces données sont ouvertes depuis mardi.")
    assert db.session.query(Answer.text).scalar() == "Ces données sont ouvertes depuis mardi."
    edit = f"/modeles-de-reponse/{number}"
    page = visit.submit(visit(edit), f"{edit}/suppression")
    assert "Le modèle est supprimé." in page.text and "Aucun modèle pour l’instant." in page.text
