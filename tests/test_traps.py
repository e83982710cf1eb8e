"""A program that fills in all the fields it finds is sent away; a person whose browser did so is heard again."""

from ideas.store.database import db
from ideas.store.models import Idea, OutboxMail, SignIn
from tests.factories import make_campaign, make_person

TYPED = {
    "title": "Menus des cantines",
    "data_wanted": "Les menus de chaque jour.",
    "planned_use": "Une application.",
    "use_kinds": ["public_service"],
    "profile": "individual",
    "consent": "y",
}


def test_an_idea_sent_by_a_program_is_not_received_and_nothing_typed_is_lost(app, visit):
    make_campaign()
    visit.sign_in(make_person())
    path = "/idees/nouvelle"
    page = visit.submit(visit(path), path, status=400, website="https://spam.example", **TYPED)
    assert "renvoyez-le" in page.text and "Menus des cantines" in page.html
    assert db.session.query(Idea).count() == 0
    visit.submit(page, path)
    assert db.session.query(Idea.title).scalar() == "Menus des cantines"


def test_no_mail_leaves_for_a_program(app, visit):
    path = "/connexion"
    page = visit.submit(visit(path), path, status=429, website="x", email="nadia@example.org")
    assert "programme" in page.text
    assert db.session.query(SignIn).count() == db.session.query(OutboxMail).count() == 0
    visit.submit(page, path, status=400, website="x")
    assert db.session.query(OutboxMail).count() == 0
