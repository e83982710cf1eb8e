"""Changing one's address: the new one proves itself, the old one is told, and no link of it signs anybody in."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine

from ideas.domain.accounts import SIGN_IN_LIFETIME
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import AddressChange, OutboxMail
from tests.factories import make_campaign, make_moderator, make_person, now
from tests.pages import Visitor

OLD, NEW = "nadia@example.org", "nadia@nouvelle.example"


@pytest.fixture
def nadia(app):
    make_campaign()
    return make_person(OLD)


def mails():
    db.session.rollback()
    return db.session.execute(sa.select(OutboxMail.to, OutboxMail.body).order_by(OutboxMail.id)).all()


def ask(visit, email=NEW, status=200):
    return visit.submit(visit("/compte/adresse"), "/compte/adresse", status=status, email=email)


def link():
    return re.search(r"(/compte/adresse/\S+)", mails()[-1].body)[1]


def test_the_new_address_proves_itself_and_the_old_one_is_told(app, nadia, visit):
    number = nadia.id
    assert NEW in ask(visit.sign_in(nadia)).text and queries.people.find_email(number) == OLD
    elsewhere, address = Visitor(app.test_client()), link()
    page = elsewhere.submit(elsewhere(address), address)
    assert page.response.request.path == "/connexion" and queries.people.find_email(number) == NEW
    assert [to for to, _ in mails()] == [NEW, OLD] and NEW not in mails()[-1].body
    assert visit.client.get("/compte").status_code == 303 == elsewhere.client.get("/compte").status_code
    elsewhere(address, status=410)


def test_a_link_that_is_opened_changes_nothing_and_ends_in_time(nadia, visit):
    number = nadia.id
    ask(visit.sign_in(nadia))
    visit(link())
    assert queries.people.find_email(number) == OLD
    with time_machine.travel(now() + SIGN_IN_LIFETIME + timedelta(seconds=1)):
        assert "plus valable" in visit(link(), status=410).text


def test_somebody_else_s_address_is_told_to_its_owner_alone(nadia, visit):
    number = nadia.id
    make_person(NEW)
    assert "Un lien est parti" in ask(visit.sign_in(nadia)).text
    assert "autre compte" in visit.submit(visit(link()), link(), status=409).text
    assert queries.people.find_email(number) == OLD


def test_a_newer_demand_replaces_the_one_before(nadia, visit):
    ask(visit.sign_in(nadia))
    first = link()
    ask(visit, "autre@example.org")
    visit(first, status=410)
    assert db.session.scalars(sa.select(AddressChange.email)).all() == ["autre@example.org"]


def test_a_role_does_not_move_with_a_session(app, visit):
    make_campaign()
    assert "Vous avez un rôle" in ask(visit.sign_in(make_moderator()), status=409).text
    assert mails() == []


def test_one_s_own_address_is_no_change(nadia, visit):
    assert "déjà votre adresse" in ask(visit.sign_in(nadia), OLD, status=409).text
