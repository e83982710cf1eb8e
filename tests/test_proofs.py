"""A proof of work: asked for by a signal alone, met or waited for, spent once, refused in words that lose nothing."""

import dataclasses
import json
import logging
from base64 import b64decode, b64encode
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from altcha import Challenge, solve_challenge

from ideas.actions.accounts import ask_sign_in
from ideas.actions.limiting import count_hit
from ideas.domain import proofs
from ideas.domain.errors import BadProof, ProofWanted, TooOften
from ideas.domain.limits import (
    DRAFTS_FROM_SOURCE,
    MAILS_FROM_SOURCE_TO_ADDRESS,
    REPORTS_FROM_SOURCE,
)
from ideas.domain.proofs import Proof, Unproven
from ideas.operations.purge import purge
from ideas.store.database import db
from ideas.store.models import Idea, OutboxMail, Report, SpentProof
from tests.factories import make_campaign, make_idea, make_person, now
from tests.test_sign_in_pages import find_here
from tests.test_traps import TYPED
from tests.test_voting import press_together

SIGN_IN, NADIA = "/connexion", "nadia@example.org"
TRAPPED = {"website": "https://spam.example", "email": NADIA}


def challenge_of(page):
    """What the page asks for, or nothing."""
    return next((tag["value"] for tag in page.all("input") if tag.get("name") == "altcha"), "")


def read(brought):
    return json.loads(b64decode(brought))


def write(told):
    return b64encode(json.dumps(told).encode()).decode()


def solve(brought):
    """Do what a browser does, by the library of those who wrote the protocol."""
    challenge = read(brought)["challenge"]
    return write({"challenge": challenge, "solution": solve_challenge(Challenge.from_dict(challenge)).to_dict()})


def count_mails():
    return db.session.query(OutboxMail).count()


@pytest.fixture
def doubted(app, visit):
    """The page of signing in once a program seems to have sent it: it asks for a proof."""
    page = visit.submit(visit(SIGN_IN), SIGN_IN, status=429, **TRAPPED)
    assert page.response.headers["Retry-After"] == "30"
    assert count_mails() == 0 and page.fields(page.find_form(SIGN_IN))["email"] == NADIA
    return page


@pytest.fixture
def flooded(app):
    """Sets how many sendings make a flood."""
    usual = app.config["IDEAS"]

    def flooded(**most):
        app.config["IDEAS"] = dataclasses.replace(usual, **most)

    yield flooded
    app.config["IDEAS"] = usual


def fill(app, limit):
    """Do a thing from here as often as is done freely."""
    for _ in range(limit.freely):
        count_hit(limit, find_here(app), now=now())
    db.session.commit()


def test_nobody_is_asked_on_an_ordinary_day(app, visit):
    page = visit(SIGN_IN)
    assert "proof.js" not in page.html and not challenge_of(page)
    visit.submit(page, SIGN_IN, email=NADIA)
    assert count_mails() == 1 and db.session.query(SpentProof).count() == 0


@pytest.mark.parametrize(
    "path, sent, hits",
    [
        (SIGN_IN, {"email": NADIA}, 4),
        ("/idees/nouvelle", TYPED, 1),
        ("/idees/{id}/signalement", {"reason": "advertising"}, 1),
    ],
)
def test_an_ordinary_sending_pays_no_statement_for_it(app, visit, count_queries, path, sent, hits):
    path = path.format(id=make_idea(campaign=make_campaign()).id)
    page = visit(path)
    with count_queries() as statements:
        visit.submit(page, path, **sent)
    assert not [one for one in statements if "spent_proofs" in one]
    assert len([one for one in statements if "hits" in one]) == hits, "one for each limit, as ever"


def test_a_form_is_received_once_the_work_is_done(visit, doubted):
    assert "proof.js" in doubted.html and "Une vérification avant l’envoi" in doubted.text
    visit.submit(doubted, SIGN_IN, altcha=solve(challenge_of(doubted)))
    assert count_mails() == db.session.query(SpentProof).count() == 1


def test_without_scripts_one_waits(visit, doubted):
    assert "Attendez 30 secondes" in doubted.text
    early = visit.submit(doubted, SIGN_IN, status=400)
    assert challenge_of(early) == challenge_of(doubted), "the wait does not begin anew"
    assert "envoyez de nouveau dans" in early.text and count_mails() == 0
    with time_machine.travel(now() + proofs.WAIT + timedelta(seconds=1), tick=False):
        visit.submit(early, SIGN_IN)
    assert count_mails() == 1


def change(brought, **parameters):
    told = read(brought)
    told["challenge"]["parameters"] |= parameters
    return write(told)


def miscount(brought):
    told = read(brought)
    told["solution"]["counter"] += 1
    return write(told)


def invent(brought):
    told = read(brought)
    return write({**told, "solution": {"counter": 3, "derivedKey": "00" * 32}})


REFUSED = {
    "a wrong number": (lambda one: miscount(solve(one)), proofs.WRONG),
    "a number that was made up": (invent, proofs.WRONG),
    "less work": (lambda one: solve(change(one, cost=1, keyPrefix="00")), proofs.NOT_OURS),
    "a longer life": (lambda one: solve(change(one, expiresAt=2**40)), proofs.NOT_OURS),
    "no wait": (lambda one: change(one, data={"form": "sign-in", "waits_until": 0}), proofs.NOT_OURS),
    "another form": (lambda one: change(one, data={"form": "idea", "waits_until": 0}), proofs.NOT_OURS),
    "no words": (lambda _: "x", proofs.NOT_OURS),
    "no challenge": (lambda _: write({"challenge": {}}), proofs.NOT_OURS),
    "a list": (lambda _: write([1]), proofs.NOT_OURS),
    "a life without end": (lambda one: change(one, expiresAt=None), proofs.EXPIRED),
    "too long to be ours": (lambda one: solve(one) + "A" * 9_000, proofs.NOT_OURS),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_the_proof_asked_for_is_refused_and_a_new_one_is_ready(visit, doubted, name):
    spoil, words = REFUSED[name]
    page = visit.submit(doubted, SIGN_IN, status=400, altcha=spoil(challenge_of(doubted)))
    assert words in page.text and page.fields(page.find_form(SIGN_IN))["email"] == NADIA
    assert count_mails() == 0 and challenge_of(page) != challenge_of(doubted)
    visit.submit(page, SIGN_IN, altcha=solve(challenge_of(page)))
    assert count_mails() == 1


def test_a_proof_that_is_too_old_is_refused(visit, doubted):
    solved = solve(challenge_of(doubted))
    with time_machine.travel(now() + proofs.LIFETIME + timedelta(seconds=2), tick=False):
        page = visit.submit(doubted, SIGN_IN, status=400, altcha=solved)
        assert proofs.EXPIRED in page.text and count_mails() == 0
        visit.submit(page, SIGN_IN, altcha=solve(challenge_of(page)))
    assert count_mails() == 1


def test_a_proof_of_another_form_is_refused(app, visit, doubted):
    report = f"/idees/{make_idea().id}/signalement"
    solved = solve(challenge_of(doubted))
    page = visit.submit(visit(report), report, status=400, reason="advertising", altcha=solved)
    assert proofs.OF_ANOTHER_FORM in page.text and db.session.query(Report).count() == 0
    visit.submit(page, report, altcha=solve(challenge_of(page)))
    assert db.session.query(Report).count() == 1


def test_a_proof_serves_once(app, visit, doubted):
    solved = solve(challenge_of(doubted))
    visit.submit(doubted, SIGN_IN, altcha=solved)
    page = visit.submit(visit(SIGN_IN), SIGN_IN, status=400, email="other@example.org", altcha=solved)
    assert proofs.USED in page.text and count_mails() == 1
    visit.submit(page, SIGN_IN, altcha=solve(challenge_of(page)))
    assert count_mails() == 2


def test_a_form_that_is_refused_for_something_else_keeps_its_proof(visit, doubted):
    solved = solve(challenge_of(doubted))
    page = visit.submit(doubted, SIGN_IN, status=400, email="no address", altcha=solved)
    assert challenge_of(page) == solved and db.session.query(SpentProof).count() == 0
    visit.submit(page, SIGN_IN, email=NADIA)
    assert count_mails() == 1


def test_a_page_that_is_led_to_the_other_language_keeps_its_proof(visit, doubted):
    solved = solve(challenge_of(doubted))
    page = visit.submit(doubted, SIGN_IN, altcha=solved, montrer="1")
    assert challenge_of(page) == solved and count_mails() == 0
    visit.submit(page, SIGN_IN)
    assert count_mails() == 1


def test_of_many_connections_that_bring_one_proof_exactly_one_is_heard(app):
    proof = Proof("a" * 64, now() + proofs.LIFETIME)

    def ask(email):
        ask_sign_in(email, language="fr", now=now(), origin="https://idees.example", key="k", brought=proof)

    addresses = [f"person{number}@example.org" for number in range(8)]
    refusals = press_together(app, 8, lambda: ask(addresses.pop()))
    assert [(type(one), one.message) for one in refusals] == [(BadProof, proofs.USED)] * 7
    assert count_mails() == db.session.query(SpentProof).count() == 1


def test_an_act_that_is_refused_spends_nothing(app):
    limit = MAILS_FROM_SOURCE_TO_ADDRESS
    given = {"language": "fr", "now": now(), "origin": "https://idees.example", "key": "k", "source": "here"}
    for _ in range(limit.most):
        ask_sign_in(NADIA, **given)
    with pytest.raises(TooOften):
        ask_sign_in(NADIA, **given, brought=Proof("a" * 64, now() + proofs.LIFETIME))
    assert db.session.query(SpentProof).count() == 0


def test_what_was_spent_is_kept_until_it_could_serve_no_more(app):
    ends_at = now() + proofs.LIFETIME
    db.session.add(SpentProof(mark="a" * 64, ends_at=ends_at))
    db.session.commit()
    assert purge(now=ends_at)["spent_proofs"] == 0
    assert purge(now=ends_at + timedelta(seconds=1))["spent_proofs"] == 1


# The signals.


def test_past_half_of_a_limit_a_proof_is_asked_for_and_the_limit_stands(app):
    limit = MAILS_FROM_SOURCE_TO_ADDRESS
    given = {"language": "fr", "now": now(), "origin": "https://idees.example", "key": "k", "source": "here"}
    for _ in range(limit.freely):
        ask_sign_in(NADIA, **given, brought=Unproven())
    with pytest.raises(ProofWanted):
        ask_sign_in(NADIA, **given, brought=Unproven())
    for number in range(limit.most - limit.freely):
        ask_sign_in(NADIA, **given, brought=Proof(f"{number:064}", now() + proofs.LIFETIME))
    with pytest.raises(TooOften) as refused:
        ask_sign_in(NADIA, **given, brought=Proof("b" * 64, now() + proofs.LIFETIME))
    assert not isinstance(refused.value, ProofWanted)


def test_many_reports_of_one_network_are_proven(app, visit):
    report = f"/idees/{make_idea().id}/signalement"
    fill(app, REPORTS_FROM_SOURCE)
    page = visit.submit(visit(report), report, status=429, reason="advertising", note="Des injures.")
    assert "viennent de votre réseau" in page.text and db.session.query(Report).count() == 0
    visit.submit(page, report, altcha=solve(challenge_of(page)))
    assert db.session.query(Report.note).scalar() == "Des injures."


def test_somebody_signed_in_is_never_asked(app, visit):
    report = f"/idees/{make_idea().id}/signalement"
    fill(app, REPORTS_FROM_SOURCE)
    visit.sign_in(make_person())
    visit.submit(visit(report), report, reason="advertising")
    assert db.session.query(Report).count() == 1


@pytest.mark.parametrize("direct", [True, False])
def test_many_ideas_of_one_network_are_proven_on_the_page_that_shows_them(app, visit, direct):
    make_campaign()
    fill(app, DRAFTS_FROM_SOURCE)
    path = "/idees/nouvelle"
    page = visit(path)
    if not direct:
        page = visit.submit(page, path, verifier="1", **TYPED)
    page = visit.submit(page, path, status=429, **(TYPED if direct else {}))
    assert "Vérifiez avant d’envoyer" in page.text and db.session.query(Idea).count() == 0
    page = visit.submit(page, path, altcha=solve(challenge_of(page)))
    assert "votre adresse" in page.text and db.session.query(Idea.title).scalar() == TYPED["title"]


def test_a_doubtful_idea_with_a_fault_is_shown_with_its_fault(app, visit, flooded):
    make_campaign()
    flooded(flood_ideas=1)
    path = "/idees/nouvelle"
    for _ in range(2):
        page = visit.submit(visit(path), path, status=400, **{**TYPED, "title": ""})
    assert "point est à revoir" in page.text or "points sont à revoir" in page.text
    page = visit.submit(page, path, title="Menus", altcha=solve(challenge_of(page)))
    assert db.session.query(Idea.title).scalar() == "Menus"


def test_a_trap_filled_in_before_an_idea_is_checked_asks_for_a_proof_on_the_next_page(app, visit):
    make_campaign()
    path = "/idees/nouvelle"
    page = visit.submit(visit(path), path, status=429, verifier="1", website="x", **TYPED)
    assert "Vérifiez avant d’envoyer" in page.text and proofs.LIKE_PROGRAM in page.text
    visit.submit(page, path, altcha=solve(challenge_of(page)))
    assert db.session.query(Idea.title).scalar() == TYPED["title"]


def test_a_flood_from_everywhere_is_proven_until_it_is_over(app, visit, flooded):
    flooded(flood_sign_ins=2)
    for number in range(2):
        visit.submit(visit(SIGN_IN), SIGN_IN, email=f"person{number}@example.org")
    client = visit.client
    page = visit.submit(visit(SIGN_IN), SIGN_IN, status=429, email=NADIA)
    assert proofs.MANY_ALL in page.text and client is visit.client
    visit.submit(page, SIGN_IN, altcha=solve(challenge_of(page)))
    assert count_mails() == 3
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        visit.submit(visit(SIGN_IN), SIGN_IN, email="later@example.org")
    assert count_mails() == 4


def test_no_number_is_no_flood(app, visit, flooded):
    flooded(flood_sign_ins=0)
    for number in range(3):
        visit.submit(visit(SIGN_IN), SIGN_IN, email=f"person{number}@example.org")
    assert count_mails() == 3


def test_it_is_said_in_english_and_security_is_told(app, visit, caplog):
    caplog.set_level(logging.INFO, "ideas.security")
    path = f"{SIGN_IN}?lang=en"
    page = visit.submit(visit(path), path, status=429, **TRAPPED)
    assert "A check before sending" in page.text and "Wait 30 seconds" in page.text
    visit.submit(page, path, status=400, altcha="x")
    events = [json.loads(one.getMessage())["event"] for one in caplog.records if one.name == "ideas.security"]
    assert events == ["trap", "proof_asked", "bad_proof"]
    assert NADIA not in caplog.text and db.session.scalar(sa.select(sa.func.count()).select_from(SpentProof)) == 0
