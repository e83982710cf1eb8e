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
from ideas.store.models import Appointment, Campaign, VoteUse
from ideas.web import producers
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, make_vote, now
from tests.test_subject_pages import make_run, make_subject

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


def make_asked(run, body, *titles, votes=0):
    """A subject of ideas that are addressed to a body, each supported as often."""
    ideas = [make_idea(title=title, producer_id=body.id) for title in titles]
    for idea in ideas:
        for _ in range(votes):
            make_vote(idea)
    return make_subject(run, *ideas), ideas


def test_the_desk_tells_what_waits_subject_by_subject_with_support_and_uses(body, visit):
    campaign = db.session.query(Campaign).one()
    run = make_run(campaign)
    few, _ = make_asked(run, body, "Seuils des crues", "Niveaux des crues")
    many, (dams, _) = make_asked(run, body, "Barrages en service", "Barrages en travaux", votes=2)
    answered, (closed,) = make_asked(run, body, "Nappes", votes=3)
    make_idea(title="Une idée seule", producer_id=body.id)
    vote = make_vote(dams)
    db.session.add(VoteUse(vote_id=vote.id, text="Une carte", state="published", written_at=now()))
    db.session.add(VoteUse(vote_id=make_vote(dams).id, text="Attend", state="waiting", written_at=now()))
    db.session.commit()
    answer(About([closed.id]), Handling.NOT_HELD, Reply(text="Non."), actor=make_moderator(), now=now())
    page = visit.sign_in(make_moderator())("/bureau")
    titles = [page.text.index(words) for words in ("Barrages en service", "Seuils des crues", "Sans sujet")]
    assert titles == sorted(titles) and "Nappes" not in page.text and "Attend" not in page.text
    assert "2 idées 6 soutiens 1 usage annoncé" in page.text
    assert {f"/traitement/sujets/{one.id}" for one in (few, many)} <= set(page.links())
    assert f"/traitement/sujets/{answered.id}" not in page.links()


def test_the_desk_has_pages_of_subjects_and_says_when_it_shows_a_part(body, visit, monkeypatch):
    monkeypatch.setattr(producers, "PAGE_SIZE", 1)
    monkeypatch.setattr(producers, "MOST_LINES", 1)
    run = make_run(db.session.query(Campaign).one())
    make_asked(run, body, "Seuils", "Niveaux")
    make_asked(run, body, "Barrages", "Retenues", votes=1)
    visit.sign_in(make_moderator())
    first, second = visit("/bureau"), visit("/bureau?page=2")
    assert "Barrages" in first.text and "Retenues" not in first.text.replace(
        first.text[: first.text.index("soutiens")], ""
    )
    assert "Les 1 plus soutenues." in first.text and "Seuils" not in first.text
    assert "Seuils" in second.text and "Barrages" not in second.text and "/bureau" in second.links()


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
