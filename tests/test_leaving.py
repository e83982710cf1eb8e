"""Closing an account: said before, done as said, and nothing of the person stays."""

import pytest
import sqlalchemy as sa

from ideas.actions.accounts import ask_sign_in
from ideas.actions.following import follow_idea
from ideas.actions.leaving import close_account
from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.moving import ask_new_address
from ideas.actions.news import spread_news, write_digests
from ideas.actions.telling import tell
from ideas.actions.transaction import transaction
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.accounts import Role
from ideas.domain.errors import NotFound, WrongState
from ideas.domain.events import EventKind
from ideas.mail.news import Letterhead
from ideas.store.database import Base, db
from ideas.store.models import Idea, Vote
from tests.factories import make_idea, make_moderator, make_person, make_vote, now
from tests.test_news import SOON

ADDRESS, ORGANISATION = "nadia.zythum@example.org", "Atelier Zythum"


def make_nadia():
    """Somebody who did all that a contributor can do."""
    nadia, moderator = make_person(ADDRESS), make_moderator()
    published = make_idea(author=nadia, organisation=ORGANISATION, show_organisation=True)
    make_idea(author=nadia, publication="awaiting_review", published_at=None, title="Pas encore relue")
    gone = make_idea(author=nadia)
    withdraw_idea(gone.id, author_id=nadia.id, now=now())
    kept, merged = make_idea(), make_idea()
    for idea in (kept, merged):
        make_vote(idea, nadia)
        make_vote(idea)
    merge_ideas(merged.id, kept.id, actor=moderator, now=now())
    follow_idea(kept.id, person_id=nadia.id, now=now())
    with transaction():
        tell(EventKind.ANSWERED, [kept.id, published.id], by=None, now=now())
    spread_news(Letterhead("Site", "https://x.example"), now=now())
    write_digests(Letterhead("Site", "https://x.example"), now=now() + SOON)
    given = {"language": "fr", "now": now(), "origin": "https://x.example", "key": "k" * 40, "source": "s"}
    ask_sign_in(ADDRESS, replaces=None, **given)
    ask_new_address(nadia.id, f"new.{ADDRESS}", language="fr", now=now(), origin="https://x.example", key="k" * 40)
    db.session.commit()
    return nadia.id, published.id, kept.id, merged.id, moderator


def everything():
    db.session.expire_all()
    return {
        name: [dict(row) for row in db.session.execute(table.select()).mappings()] for name, table in TABLES.items()
    }


TABLES = Base.metadata.tables
NAMING = [
    column
    for table in TABLES.values()
    for column in table.c
    if any(key.target_fullname == "people.id" for key in column.foreign_keys)
]


def test_nothing_of_the_person_stays_in_any_table(app):
    nadia, published, *_ = make_nadia()
    assert ADDRESS in str(everything()) and ORGANISATION in str(everything())
    close_account(nadia, now=now())
    left = everything()
    assert ADDRESS not in str(left) and ORGANISATION not in str(left)
    assert not [row for row in left["people"] if row["id"] == nadia]
    for column in NAMING:
        assert nadia not in [row[column.name] for row in left[column.table.name]], column
    assert db.session.get(Idea, published).publication == "published"


def test_votes_are_taken_back_and_counts_are_those_of_the_people_left(app):
    nadia, _published, kept, merged, moderator = make_nadia()
    assert db.session.get(Idea, kept).vote_count == 3
    close_account(nadia, now=now())
    db.session.expire_all()
    assert db.session.get(Idea, kept).vote_count == 2
    undo_merge(merged, actor=moderator, now=now())
    db.session.expire_all()
    counts = [(db.session.get(Idea, number).vote_count, _count(number)) for number in (kept, merged)]
    assert counts == [(1, 1), (1, 1)]


def _count(idea_id):
    return db.session.scalar(sa.select(sa.func.count()).where(Vote.idea_id == idea_id))


def test_what_waits_for_review_is_withdrawn(app):
    nadia, *_ = make_nadia()
    close_account(nadia, now=now())
    states = db.session.scalars(sa.select(Idea.publication).where(Idea.title == "Pas encore relue")).all()
    assert states == ["withdrawn"]


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CONTRIBUTOR])
def test_who_has_a_role_gives_it_back_first(app, role):
    person = make_person(role=role.value)
    with pytest.raises(WrongState):
        close_account(person.id, now=now())


def test_an_account_is_closed_once(app):
    person = make_person()
    number = person.id
    close_account(number, now=now())
    with pytest.raises(NotFound):
        close_account(number, now=now())


def test_the_page_says_what_is_done_then_does_it_and_ends_the_session(app, visit):
    person = make_person(ADDRESS)
    idea = make_idea(author=person, title="Cartes des crues")
    make_vote(make_idea(), person)
    visit.sign_in(person)
    assert "/compte/fermeture" in visit("/compte").html
    page = visit("/compte/fermeture")
    assert "Votre soutien est retiré" in page.text and "sans aucun lien avec vous" in page.text
    page = visit.submit(page, "/compte/fermeture")
    assert "Votre compte est fermé" in page.text
    assert visit.client.get("/compte").status_code == 303
    assert "Cartes des crues" in visit(f"/idees/{idea.id}").text


def test_the_mails_of_whoever_has_the_address_that_was_asked_for_stay(app):
    nadia, given = (
        make_person(ADDRESS),
        {"language": "fr", "now": now(), "origin": "https://x.example", "key": "k" * 40},
    )
    ask_new_address(nadia.id, "other@example.org", **given)
    ask_sign_in("other@example.org", replaces=None, source="s", **given)
    close_account(nadia.id, now=now())
    assert [mail["subject"] for mail in everything()["outbox"]] == ["x.example : votre code de connexion"]
