"""One spelling of an address: compared, stored and mailed alike, so that a link goes where it was asked for."""

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ideas.actions.accounts import ask_sign_in, use_link
from ideas.actions.people import find_or_make_person
from ideas.domain.errors import RuleBroken
from ideas.mail.addresses import spell_address, write_for_servers
from ideas.mail.delivery import make_message
from ideas.store.database import db
from ideas.store.models import Identity, OutboxMail, Person
from tests.factories import make_person, now

# What the rule of 2003 makes of these is the domain of somebody else.
TWO_RULES = {
    "a@straße.de": "a@xn--strae-oqa.de",
    "a@faß.example.org": "a@xn--fa-hia.example.org",
    "a@βόλος.com": "a@xn--nxasmm1c.com",
    "a@mairie-évry.fr": "a@xn--mairie-vry-h7a.fr",
    "a@example.org": "a@example.org",
}


def test_addresses_that_differ_by_case_are_one():
    assert spell_address(" Jean.Dupont@Mairie.Example.ORG") == "jean.dupont@mairie.example.org"


@pytest.mark.parametrize("typed, mailed", TWO_RULES.items())
def test_a_mail_goes_to_the_domain_that_was_typed(app, typed, mailed):
    ask_sign_in(typed, language="fr", now=now(), origin="https://x.example", key="k" * 32)
    waiting = db.session.query(OutboxMail).one()
    assert make_message(waiting, "site@example.org")["To"] == mailed


@pytest.mark.parametrize("typed, mailed", TWO_RULES.items())
def test_both_writings_of_an_address_are_one_person(app, typed, mailed):
    assert spell_address(typed) == spell_address(mailed) == typed


@pytest.mark.parametrize("known", TWO_RULES)
def test_who_is_known_already_stays_the_same_person(app, known):
    person = make_person(email=known)
    assert find_or_make_person(spell_address(known), now=now()).id == person.id


def test_who_has_one_domain_does_not_enter_the_account_of_the_other(app):
    theirs = make_person(email="a@strasse.de")
    sign_in = ask_sign_in("a@straße.de", language="fr", now=now(), origin="https://x.example", key="k" * 32)
    assert sign_in.email == "a@straße.de"
    body = db.session.query(OutboxMail).one().body
    token = next(word for word in body.split() if "/connexion/lien/" in word).rsplit("/", 1)[-1]
    assert use_link(token, now=now()).person.id != theirs.id
    assert db.session.query(Identity).count() == db.session.query(Person).count() == 2


@given(st.text(st.characters(categories=["L", "M", "N"], exclude_characters="@"), min_size=1, max_size=12))
def test_whatever_is_typed_is_refused_or_mailed_as_it_is_compared(label):
    try:
        spelled = spell_address(f"a@{label}.example.org")
    except RuleBroken:
        return
    mailed = write_for_servers(spelled)
    assert mailed.isascii() and spell_address(mailed) == spelled
    assert idna.decode(mailed.rpartition("@")[2]) == spelled.rpartition("@")[2]


@pytest.mark.parametrize("typed", ["a@x\u200d.fr", "a@☃.net", "a@-x.fr", "a@x_y.fr", "a@xn--a.fr"])
def test_what_cannot_be_mailed_as_written_is_refused(typed):
    with pytest.raises(RuleBroken):
        spell_address(typed)
