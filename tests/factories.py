"""Rows for tests: a test names only what matters to it, the rest is usual."""

from datetime import UTC, datetime, timedelta
from itertools import count

import sqlalchemy as sa

from ideas.domain.accounts import Role
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Answer, Campaign, Idea, Identity, Person, Producer, Territory, Vote

_numbers = count(1)


def now():
    """The present, since campaigns open and close by the server's clock."""
    return datetime.now(UTC)


def make_campaign(**given):
    """A campaign that is open, unless told otherwise."""
    number = next(_numbers)
    usual = {
        "slug": f"campagne-{number}",
        "title": "Vos données rêvées",
        "question": "À quelles données publiques rêvez-vous d’avoir accès ?",
        "opens_at": now() - timedelta(days=10),
        "closes_at": now() + timedelta(days=20),
        "created_at": now() - timedelta(days=11),
    }
    return _save(Campaign(**usual | given))


def make_person(email=None, **given):
    """A contributor with a verified address."""
    usual = {"role": Role.CONTRIBUTOR.value, "created_at": now()}
    person = _save(Person(**usual | given))
    subject = email or f"personne{person.id}@example.org"
    _save(Identity(person_id=person.id, kind="email", subject=subject, verified_at=now()))
    return person


def make_moderator(**given):
    """A person who may moderate."""
    return make_person(role=Role.MODERATOR.value, **given)


def make_producer(**given):
    """A body that holds data."""
    number = next(_numbers)
    return _save(Producer(**{"slug": f"producteur-{number}", "name": f"Office national no {number}"} | given))


def make_territory(**given):
    """A place of the official geographic code."""
    return _save(Territory(**{"code": "D2A", "kind": "departement", "insee": "2A", "name": "Corse-du-Sud"} | given))


def make_idea(**given):
    """A published idea by someone else, in the campaign that opened last (made if there is none)."""
    return _save(_draw_idea(given))


def make_ideas(each, **given):
    """Published ideas of one author, each with what is said of it alone, kept by one commit."""
    shared = {"author": given.pop("author", None) or make_person()} | given
    ideas = [_draw_idea(shared | one) for one in each]
    db.session.add_all(ideas)
    db.session.commit()
    return ideas


def _draw_idea(given):
    number = next(_numbers)
    if "campaign_id" not in given:
        campaign = given.pop("campaign", None) or db.session.query(Campaign).order_by(Campaign.opens_at.desc()).first()
        given["campaign_id"] = (campaign or make_campaign()).id
    if "author_id" not in given:
        given["author_id"] = (given.pop("author", None) or make_person()).id
    usual = {
        "title": f"Horaires des bus, ligne {number}",
        "data_wanted": "Les horaires réels de passage à chaque arrêt.",
        "planned_use": "Un panneau d’affichage à la bibliothèque.",
        "use_kinds": ["public_service"],
        "profile": "individual",
        "publication": Publication.PUBLISHED.value,
        "created_at": now(),
        "submitted_at": now(),
        "published_at": now(),
    }
    return Idea(**usual | given)


def make_answer(**given):
    """An official answer, in the campaign that opened last."""
    if "campaign_id" not in given:
        given["campaign_id"] = db.session.scalar(sa.select(Campaign.id).order_by(Campaign.opens_at.desc()).limit(1))
    return _save(Answer(**given))


def make_vote(idea, person=None, **given):
    """A vote, counted on the idea as the action does."""
    person = person or make_person()
    vote = _save(Vote(idea_id=idea.id, person_id=person.id, **{"cast_at": now()} | given))
    idea.vote_count = Idea.vote_count + 1
    db.session.commit()
    return vote


def _save(row):
    db.session.add(row)
    db.session.commit()
    return row
