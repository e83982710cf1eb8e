"""Everybody may take away all that is kept of them, and nothing of anybody else."""

import json

import pytest
import sqlalchemy as sa

from ideas.actions.accounts import ask_sign_in
from ideas.actions.following import follow_idea
from ideas.actions.news import draw_key
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.domain.events import EventKind
from ideas.store.database import Base, db
from ideas.store.models import Person, SignIn
from ideas.store.queries.personal import PARTS
from tests.factories import make_idea, make_moderator, make_person, make_vote, now


def test_every_column_that_names_a_person_is_in_the_file():
    """A table that will name people must say here that its rows are theirs to take."""
    naming = {
        column.table.name
        for table in Base.metadata.tables.values()
        for column in table.c
        if any(key.target_fullname == "people.id" for key in column.foreign_keys)
    }
    assert naming - {table.__tablename__ for table, _about in PARTS.values()} == set()
    addresses = {table.name for table in Base.metadata.tables.values() if {"email", "to"} & set(table.c.keys())}
    assert addresses == {"address_changes", "sign_ins", "outbox"}


@pytest.fixture
def nadia(app):
    person, others = make_person("nadia@example.org"), make_idea(title="Idée d’un autre")
    own = make_idea(author=person, title="Cartes des crues", organisation="Zythum")
    make_vote(others, person)
    make_vote(own)
    follow_idea(others.id, person_id=person.id, now=now())
    with transaction():
        tell(EventKind.ANSWERED, [own.id], by=person.id, now=now())
    draw_key(person.id)
    given = {"language": "fr", "now": now(), "origin": "https://x.example", "key": "k" * 40, "source": "s"}
    ask_sign_in("nadia@example.org", replaces=None, **given)
    db.session.commit()
    return person


def test_the_file_holds_all_that_is_kept(nadia, visit):
    visit.sign_in(nadia)
    response = visit.client.get("/compte/donnees.json")
    assert response.headers["Content-Disposition"] == 'attachment; filename="mes-donnees.json"'
    assert response.headers["Cache-Control"] == "no-store"
    kept = json.loads(response.get_data())
    assert [row["subject"] for row in kept["identities"]] == ["nadia@example.org"]
    assert [(row["title"], row["organisation"]) for row in kept["ideas"]] == [("Cartes des crues", "Zythum")]
    counts = {name: len(kept[name]) for name in ("person", "votes", "follows", "events", "sign_ins", "mails")}
    assert counts == {"person": 1, "votes": 1, "follows": 1, "events": 1, "sign_ins": 1, "mails": 1}
    assert kept["person"][0]["mail_rhythm"] == "weekly"


def test_the_file_holds_nothing_of_others_and_no_secret(nadia, visit):
    other = make_person("paul@example.org")
    make_idea(author=other, title="Secret de Paul")
    visit.sign_in(nadia)
    text = visit.client.get("/compte/donnees.json").get_data(as_text=True)
    assert "paul@example.org" not in text and "Secret de Paul" not in text
    key = db.session.scalar(sa.select(Person.news_key).where(Person.id == nadia.id))
    hashes = db.session.scalars(sa.select(SignIn.token_hash)).all()
    assert key and not [secret for secret in (key, *hashes) if secret in text]
    assert "connexion/lien" not in text


def test_a_reader_is_asked_who_they_are(app, client):
    assert client.get("/compte/donnees.json").status_code == 303


def test_the_page_leads_to_it(app, visit):
    visit.sign_in(make_moderator())
    assert [a["href"] for tag, a in visit("/compte").tags if tag == "a" and "download" in a] == ["/compte/donnees.json"]
