"""What is asked of each body and what it answered, for everybody; the desk of those who speak for it."""

import pytest

from ideas.actions.answers import Reply, answer
from ideas.actions.appointments import appoint, end_appointment
from ideas.actions.handled import About
from ideas.actions.handling import route
from ideas.domain.accounts import Operator, Role
from ideas.domain.errors import NotAllowed, NotFound, WrongState
from ideas.domain.handling import Handling
from ideas.domain.permissions import Subject
from ideas.store.database import db
from ideas.store.models import Appointment
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, now

GIVEN = {"actor": Operator()}


@pytest.fixture
def body(app):
    make_campaign()
    return make_producer(name="Office des eaux")


def test_everybody_reads_what_is_asked_of_a_body_and_what_it_answered(body, visit):
    asked, answered, elsewhere = (make_idea(title=title) for title in ("Crues", "Rivières", "Bus"))
    moderator = make_moderator()
    for idea in (asked, answered):
        route(About([idea.id]), body.id, actor=moderator, now=now())
    answer(About([answered.id]), Handling.NOT_HELD, Reply(text="Non détenue."), actor=moderator, now=now())
    make_idea(title="Cachée", publication="hidden", producer_id=body.id)
    page = visit(f"/producteurs/{body.slug}")
    assert "2 idées lui sont adressées" in page.text and "Crues" in page.text and "Rivières" in page.text
    assert "Cachée" not in page.text and elsewhere.title not in page.text
    assert "Office des eaux" in visit("/producteurs").text
    feed = visit.client.get(f"/idees.atom?producteur={body.slug}")
    assert feed.status_code == 200 and f"/idees.atom?producteur={body.slug}" in page.html
    assert "2 ideas are addressed to it" in visit(f"/producteurs/{body.slug}?lang=en").text
    assert visit.client.get("/producteurs/inconnu").status_code == 404
    assert "Rien ne lui est encore demandé" in visit(f"/producteurs/{make_producer().slug}").text


def test_whoever_speaks_for_a_body_finds_what_waits_for_it_alone(body, visit):
    mine, other = make_idea(title="Crues", producer_id=body.id), make_idea(title="Bus", producer_id=make_producer().id)
    appoint("lea@example.org", Role.PRODUCER, Subject(None, body.id), now=now(), **GIVEN)
    appoint("lea@example.org", Role.PRODUCER, Subject(None, body.id), now=now(), **GIVEN)
    assert db.session.query(Appointment).count() == 1
    lea = db.session.query(Appointment).one()
    visit.sign_in(make_person_of(lea))
    page = visit("/bureau")
    assert mine.title in page.text and other.title not in page.text
    path = f"/traitement/{mine.id}"
    assert "Réponse officielle publiée" in visit.submit(visit(path), path, act="not_held", text="Non détenue.").text
    assert "Rien n’attend de réponse" in visit("/bureau").text
    assert visit.client.get("/moderation").status_code == 403


def make_person_of(appointment):
    from ideas.store.models import Person

    return db.session.get(Person, appointment.person_id, populate_existing=True)


def test_an_appointment_ends_and_is_given_by_owners_alone(body):
    about = Subject(None, body.id)
    appoint("lea@example.org", Role.PRODUCER, about, now=now(), **GIVEN)
    end_appointment("lea@example.org", Role.PRODUCER, about, now=now(), **GIVEN)
    with pytest.raises(NotFound):
        end_appointment("lea@example.org", Role.PRODUCER, about, now=now(), **GIVEN)
    with pytest.raises(NotAllowed):
        appoint("lea@example.org", Role.PRODUCER, about, actor=make_moderator(), now=now())
    with pytest.raises(WrongState):
        appoint("lea@example.org", Role.PRODUCER, Subject(), now=now(), **GIVEN)


def test_a_reader_has_no_desk(body, visit):
    visit.sign_in(make_person())
    assert visit.client.get("/bureau").status_code == 403
