"""One form sent twice, one after the other or at the same instant, makes one idea."""

import contextvars
import threading

import pytest

from ideas.store.database import db
from ideas.store.models import Idea
from tests.factories import make_campaign, make_person
from tests.test_writing import IDEA, identify

NEW = "/idees/nouvelle"


@pytest.fixture
def campaign(app):
    return make_campaign()


def sent_by(page):
    return page.fields(page.find_form(NEW)) | IDEA


def test_a_form_sent_twice_makes_one_idea_and_shows_it_twice(campaign, visit):
    sent = sent_by(visit.sign_in(make_person())(NEW))
    first, second = (visit.client.post(NEW, data=sent) for _ in range(2))
    assert first.status_code == 303 and first.headers["Location"] == second.headers["Location"]
    assert db.session.query(Idea).count() == 1


def test_a_form_sent_again_after_the_closing_shows_the_first(campaign, visit):
    sent = sent_by(visit.sign_in(make_person())(NEW))
    visit.client.post(NEW, data=sent)
    campaign.closed_at = campaign.opens_at
    db.session.commit()
    assert visit.client.post(NEW, data=sent).status_code == 303 and db.session.query(Idea).count() == 1


def test_two_forms_of_the_same_words_are_two_ideas(campaign, visit):
    visit.sign_in(make_person())
    for _ in range(2):
        visit.client.post(NEW, data=sent_by(visit(NEW)))
    assert db.session.query(Idea).count() == 2


def test_a_form_pressed_twice_at_the_same_instant_makes_one_idea(app, campaign, visit):
    person = make_person()
    sent = sent_by(visit.sign_in(person)(NEW))
    cookie = visit.client.get_cookie("session").value
    db.session.rollback()
    together, places = threading.Barrier(4), []

    def press():
        client = app.test_client()
        client.set_cookie("session", cookie)
        together.wait()
        places.append(client.post(NEW, data=sent).headers["Location"])

    pressing = [threading.Thread(target=contextvars.Context().run, args=(press,)) for _ in range(4)]
    for one in pressing:
        one.start()
    for one in pressing:
        one.join()
    assert len(places) == 4 and len(set(places)) == 1
    assert db.session.query(Idea).count() == 1


def test_a_form_sent_signed_out_then_signed_in_is_one_idea(campaign, visit):
    page = visit(NEW)
    sent = sent_by(page)
    identify(visit, visit.submit(page, NEW, **IDEA))
    token = visit(NEW)
    sent["csrf_token"] = token.fields(token.find_form(NEW))["csrf_token"]
    assert "Votre idée est reçue" in visit.client.post(NEW, data=sent, follow_redirects=True).text
    assert db.session.query(Idea).count() == 1


def test_a_draft_sent_again_once_signed_in_is_the_idea(campaign, visit):
    sent = sent_by(visit(NEW))
    visit.client.post(NEW, data=sent)
    visit.sign_in(make_person())
    visit.client.post(NEW, data=sent)
    idea = db.session.query(Idea).one()
    assert idea.publication == "awaiting_review" and idea.author_id


def test_a_form_of_somebody_else_shows_nothing_of_theirs(campaign, visit):
    sent = sent_by(visit.sign_in(make_person())(NEW))
    visit.client.post(NEW, data=sent)
    first = db.session.query(Idea).one().id
    other = make_person()
    sent["csrf_token"] = sent_by(visit.sign_in(other)(NEW))["csrf_token"]
    place = visit.client.post(NEW, data=sent).headers["Location"]
    assert f"idea_id={first}" not in place and db.session.query(Idea).filter_by(author_id=other.id).count() == 1


@pytest.mark.parametrize("key", ["", "x", "é" * 30, "a" * 500, "' OR 1=1 --" * 3])
def test_a_key_that_is_none_of_ours_is_replaced(campaign, visit, key):
    sent = sent_by(visit.sign_in(make_person())(NEW)) | {"form_key": key}
    assert visit.client.post(NEW, data=sent).status_code == 303
    assert db.session.query(Idea).one().form_key not in (key, None)
