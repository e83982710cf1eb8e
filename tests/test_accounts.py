"""Signing in by mail: links and codes live short, are used once, and tell nothing of who is known."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ideas.actions.accounts import (
    BadSignIn,
    ask_sign_in,
    change_role,
    check_email,
    find_or_make_person,
    make_link,
    use_code,
    use_link,
)
from ideas.domain.accounts import CODE_MISSES, SIGN_INS_PER_HOUR, Role
from ideas.domain.errors import AlreadyDone, Limited, RuleBroken
from ideas.store.database import db
from ideas.store.models import Idea, OutboxMail, Person, SignIn
from tests.factories import make_idea, make_person, make_vote, now
from tests.test_voting import press_together

NADIA = "nadia@example.org"


def ask(email=NADIA, **given):
    """Ask for a sign-in and return its number, the token and the code of the mail."""
    sign_in = ask_sign_in(email, **{"language": "fr", "now": now(), "origin": "https://idees.example"} | given)
    body = db.session.scalars(sa.select(OutboxMail.body).order_by(OutboxMail.id.desc())).first()
    token, code = re.search(r"lien/([\w-]+)", body)[1], re.search(r"\b(\d{6})\b", body)[1]
    return sign_in.id, token, code


def test_a_link_signs_in_once(app):
    _, token, _ = ask()
    assert use_link(token, now=now()).person.identities[0].subject == NADIA
    with pytest.raises(BadSignIn):
        use_link(token, now=now())


def test_a_code_signs_in_and_uses_up_the_link(app):
    number, token, code = ask()
    assert use_code(number, f" {code[:3]} {code[3:]} ", now=now()).person.id
    with pytest.raises(BadSignIn):
        use_link(token, now=now())


def test_five_misses_kill_a_code(app):
    number, _, code = ask()
    wrong = "000000" if code != "000000" else "000001"
    for _ in range(CODE_MISSES):
        with pytest.raises(BadSignIn):
            use_code(number, wrong, now=now())
    with pytest.raises(BadSignIn):
        use_code(number, code, now=now())


def test_fifteen_minutes_kill_both(app):
    number, token, code = ask()
    later = now() + timedelta(minutes=15, seconds=1)
    for use in (lambda: use_code(number, code, now=later), lambda: use_link(token, now=later)):
        with pytest.raises(BadSignIn):
            use()


def test_a_newer_link_kills_the_older(app):
    _, older, _ = ask()
    _, newer, _ = ask(email="Nadia@EXAMPLE.org ")
    with pytest.raises(BadSignIn):
        use_link(older, now=now())
    assert use_link(newer, now=now()).person


def test_one_of_many_uses_at_once_wins(app):
    _, token, _ = ask()
    refusals = press_together(app, 10, lambda: use_link(token, now=now()))
    assert [type(r) for r in refusals] == [BadSignIn] * 9
    assert db.session.query(Person).count() == 1


def test_neither_token_nor_code_is_kept(app):
    _, token, code = ask()
    kept = db.session.query(SignIn).one()
    assert token not in (kept.token_hash, kept.code_hash) and code not in kept.code_hash


def test_an_address_has_an_hourly_quota(app):
    for _ in range(SIGN_INS_PER_HOUR):
        ask()
    with pytest.raises(Limited):
        ask()
    assert ask(email="paul@example.org")


@pytest.mark.parametrize(
    "email", ["", None, "nadia", "nadia@", "a b@example.org", "x\r\nBcc: y@example.org", "é" * 400]
)
def test_what_is_no_address_is_refused(app, email):
    with pytest.raises(RuleBroken):
        ask(email=email)
    assert db.session.query(OutboxMail).count() == 0


def test_addresses_that_differ_by_case_are_one():
    assert check_email(" Jean.Dupont@Mairie.Example.ORG") == "jean.dupont@mairie.example.org"


def test_signing_in_sends_the_waiting_draft_to_the_moderators(app):
    draft = make_idea(publication="draft", author_id=None, published_at=None, submitted_at=None)
    _, token, _ = ask(draft_id=draft.id)
    db.session.refresh(draft)
    assert draft.publication == "awaiting_confirmation"
    welcome = use_link(token, now=now())
    db.session.refresh(draft)
    assert (draft.publication, draft.author_id) == ("awaiting_review", welcome.person.id)


def test_signing_in_counts_the_waiting_vote_once(app):
    idea = make_idea()
    person = find_or_make_person(NADIA, now=now())
    db.session.commit()
    _, token, _ = ask(vote_idea_id=idea.id)
    assert use_link(token, now=now()).vote_refusal is None
    _, token, _ = ask(vote_idea_id=idea.id)
    welcome = use_link(token, now=now())
    assert isinstance(welcome.vote_refusal, AlreadyDone) and welcome.person.id == person.id
    assert db.session.scalar(sa.select(Idea.vote_count)) == 1


def test_a_suspended_person_cannot_sign_in(app):
    person = make_person(email=NADIA)
    person.suspended_at = now()
    db.session.commit()
    _, token, _ = ask()
    with pytest.raises(BadSignIn):
        use_link(token, now=now())


def test_the_operator_makes_moderators_and_links(app):
    person = change_role(NADIA, Role.MODERATOR, now=now())
    link = make_link(NADIA, origin="http://127.0.0.1:8000", now=now())
    assert use_link(link.rpartition("/")[2], now=now() + timedelta(hours=2)).person.id == person.id
    assert db.session.query(OutboxMail).count() == 0


def test_a_change_of_role_ends_open_sessions(app, visit):
    person = make_person(email=NADIA)
    visit.sign_in(person)
    assert "Mon compte" in visit("/compte").text
    change_role(NADIA, Role.MODERATOR, now=now())
    assert visit.client.get("/compte").location.startswith("/connexion")


def test_making_votes_does_not_disturb_the_person(app):
    idea, person = make_idea(), make_person()
    make_vote(idea, person)
    assert db.session.get(Person, person.id).session_number == 1
