"""Signing in by mail: links and codes live short, are used once, and tell nothing of who is known."""

import itertools
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from ideas.actions import accounts
from ideas.actions.accounts import ask_sign_in, change_role, check_link, make_link, use_link
from ideas.actions.ideas import hash_answers
from ideas.actions.people import end_sessions, find_or_make_person
from ideas.actions.transaction import transaction
from ideas.domain.accounts import CODE_MISSES, Role
from ideas.domain.errors import AlreadyDone, BadSignIn, Closed, RuleBroken, WrongState
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, OutboxMail, Person, SignIn
from tests.factories import make_idea, make_person, now
from tests.test_voting import press_together

NADIA = "nadia@example.org"
KEY = "a secret of the application"


def ask(email=NADIA, **given):
    """Ask for a sign-in and return its number, the token and the code of the mail."""
    sign_in = ask_sign_in(
        email, **{"language": "fr", "now": now(), "origin": "https://idees.example", "key": KEY} | given
    )
    body = last_mail()
    token, code = re.search(r"lien/([\w-]+)", body)[1], re.search(r"\b(\d{6})\b", body)[1]
    return sign_in.id, token, code


def last_mail():
    return db.session.scalars(sa.select(OutboxMail.body).order_by(OutboxMail.id.desc())).first()


def use_code(number, code, *, key=KEY, at=None):
    return accounts.use_code(number, code, key=key, now=at or now())


def wrong(code):
    return "000000" if code != "000000" else "000001"


def test_a_link_signs_in_once(app):
    _, token, _ = ask()
    assert use_link(token, now=now()).person.identities[0].subject == NADIA
    with pytest.raises(BadSignIn):
        use_link(token, now=now())


def test_a_code_signs_in_and_uses_up_the_link(app):
    number, token, code = ask()
    assert use_code(number, f" {code[:3]} {code[3:]} ").person.id
    with pytest.raises(BadSignIn):
        use_link(token, now=now())


def test_five_misses_kill_a_code_and_leave_the_link(app):
    number, token, code = ask()
    for _ in range(CODE_MISSES):
        with pytest.raises(BadSignIn, match="pas le bon"):
            use_code(number, wrong(code))
    with pytest.raises(BadSignIn, match="plus valable"):
        use_code(number, code)
    assert use_link(token, now=now()).person


def test_many_tries_at_once_are_no_more_than_five(app):
    number, _, code = ask()
    refusals = press_together(app, 20, lambda: use_code(number, wrong(code)))
    compared = [refusal for refusal in refusals if "pas le bon" in str(refusal)]
    assert (len(refusals), len(compared)) == (20, CODE_MISSES)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "12 34"])
def test_what_cannot_be_a_code_is_told_and_not_counted(app, typed):
    number, _, code = ask()
    for _ in range(CODE_MISSES):
        with pytest.raises(BadSignIn):
            use_code(number, typed)
    assert use_code(number, code).person


@pytest.mark.parametrize("number", [None, 987_654])
def test_a_code_needs_the_sign_in_it_was_sent_for(app, number):
    _, _, code = ask()
    with pytest.raises(BadSignIn):
        use_code(number, code)


def test_a_code_is_of_no_use_beside_another_sign_in(app):
    number, _, code = ask()
    _, _, other = ask(email="paul@example.org")
    with pytest.raises(BadSignIn):
        use_code(number, other if other != code else wrong(code))


def test_what_the_database_holds_of_a_code_needs_the_secret_of_the_application(app):
    number, _, code = ask()
    with pytest.raises(BadSignIn):
        use_code(number, code, key="another secret")


def test_fifteen_minutes_kill_both(app):
    number, token, code = ask()
    later = now() + timedelta(minutes=15, seconds=1)
    for use in (lambda: use_code(number, code, at=later), lambda: use_link(token, now=later)):
        with pytest.raises(BadSignIn):
            use()


def test_a_newer_link_kills_the_older_of_the_same_browser(app):
    number, older, _ = ask()
    _, newer, _ = ask(email="Nadia@EXAMPLE.org ", replaces=number)
    with pytest.raises(BadSignIn):
        use_link(older, now=now())
    assert use_link(newer, now=now()).person


def test_one_of_many_uses_at_once_wins(app):
    number, token, code = ask()
    ways = itertools.cycle([lambda: use_link(token, now=now()), lambda: use_code(number, code)])

    def use():
        next(ways)()

    refusals = press_together(app, 10, use)
    assert [type(refusal) for refusal in refusals] == [BadSignIn] * 9
    assert db.session.query(Person).count() == 1


def test_a_stranger_who_asks_for_an_address_leaves_its_owner_s_link_and_code_good(app):
    number, token, code = ask(source="home")
    for _ in range(6):
        stranger, _, _ = ask(source="elsewhere")
        for _ in range(CODE_MISSES):
            with pytest.raises(BadSignIn):
                use_code(stranger, "000000")
    assert check_link(token, now=now())
    assert use_code(number, code).person.id


def test_who_signs_in_ends_all_that_was_asked_for_their_address(app):
    _, owner, _ = ask()
    _, stranger, _ = ask()
    use_link(owner, now=now())
    with pytest.raises(BadSignIn):
        use_link(stranger, now=now())


def test_an_address_met_many_times_at_once_is_one_person(app):
    refusals = press_together(app, 10, lambda: change_role(NADIA, Role.MODERATOR, now=now()))
    assert (refusals, db.session.query(Person).count()) == ([], 1)


def test_neither_token_nor_code_is_kept(app):
    _, token, code = ask()
    kept = db.session.query(SignIn).one()
    assert token not in (kept.token_hash, kept.code_hash) and code not in kept.code_hash


@pytest.mark.parametrize(
    "email", ["", None, "nadia", "nadia@", "a b@example.org", "x\r\nBcc: y@example.org", "x@a\x00.org", "é" * 400]
)
def test_what_is_no_address_is_refused(app, email):
    with pytest.raises(RuleBroken):
        ask(email=email)
    assert db.session.query(OutboxMail).count() == 0


def test_signing_in_sends_the_waiting_draft_to_the_moderators(app):
    draft = make_idea(publication="draft", author_id=None, published_at=None, submitted_at=None)
    _, token, _ = ask(draft_id=draft.id)
    db.session.refresh(draft)
    assert draft.publication == "awaiting_confirmation"
    welcome = use_link(token, now=now())
    db.session.refresh(draft)
    assert (draft.publication, draft.author_id) == ("awaiting_review", welcome.person.id)


def test_an_idea_first_sent_to_a_mistyped_address_does_not_go_to_whoever_reads_it(app):
    draft = make_idea(publication="draft", author_id=None, published_at=None, submitted_at=None)
    _, mistyped, _ = ask(email="nadai@example.org", draft_id=draft.id)
    _, right, _ = ask(draft_id=draft.id)
    assert use_link(mistyped, now=now()).idea is None
    assert use_link(right, now=now()).idea.id == draft.id


def test_a_draft_that_was_written_over_since_the_mail_is_not_sent(app):
    draft = make_idea(publication="draft", author_id=None, published_at=None, submitted_at=None)
    _, token, _ = ask(draft_id=draft.id)
    draft.title = "Un tout autre texte"
    db.session.commit()
    welcome = use_link(token, now=now())
    assert welcome.has_draft_changed and welcome.idea is None
    db.session.refresh(draft)
    assert (draft.publication, draft.author_id) == ("awaiting_confirmation", None)


@pytest.mark.parametrize("column, value", [("organisation", "Une autre"), ("dataset_id", 1), ("territory_code", "75")])
def test_any_answer_that_changes_is_a_change(app, column, value):
    idea = make_idea()
    before = hash_answers(idea)
    with db.session.no_autoflush:
        setattr(idea, column, value)
        assert hash_answers(idea) != before
    db.session.rollback()


def test_a_mail_says_what_its_link_will_do(app):
    idea, draft = make_idea(title="Cartes des crues"), make_idea(title="Horaires des bus", publication="draft")
    draft.author_id = None
    db.session.commit()
    ask()
    assert "va aussi" not in last_mail()
    ask(vote_idea_id=idea.id)
    assert f"soutenir l’idée n° {idea.id} : « Cartes des crues »" in last_mail()
    ask(draft_id=draft.id)
    assert "envoyer votre idée « Horaires des bus »" in last_mail()
    ask(draft_id=draft.id, language="en")
    assert "send your idea “Horaires des bus”" in last_mail()


def test_a_draft_mailed_to_somebody_carries_no_link_of_its_writer(app):
    draft = make_idea(title="Gagnez https://evil.example/x ou evil.example", publication="draft", author_id=None)
    ask(draft_id=draft.id)
    assert "evil" not in last_mail()


def test_signing_in_counts_the_waiting_vote_once(app):
    idea = make_idea()
    with transaction():
        person = find_or_make_person(NADIA, now=now())
    _, token, _ = ask(vote_idea_id=idea.id)
    assert use_link(token, now=now()).vote_refusal is None
    _, token, _ = ask(vote_idea_id=idea.id)
    welcome = use_link(token, now=now())
    assert isinstance(welcome.vote_refusal, AlreadyDone) and welcome.person.id == person.id
    assert db.session.scalar(sa.select(Idea.vote_count)) == 1


def test_signing_in_after_the_closing_succeeds_and_says_why_the_vote_does_not_count(app):
    idea = make_idea()
    _, token, _ = ask(vote_idea_id=idea.id)
    db.session.query(Campaign).update({"closed_at": now()})
    db.session.commit()
    welcome = use_link(token, now=now())
    assert welcome.person.id and isinstance(welcome.vote_refusal, Closed)
    assert db.session.scalar(sa.select(Idea.vote_count)) == 0


def test_a_suspended_person_cannot_sign_in(app):
    person = make_person(email=NADIA)
    person.suspended_at = now()
    db.session.commit()
    _, token, _ = ask()
    with pytest.raises(BadSignIn, match="suspendu"):
        use_link(token, now=now())
    with pytest.raises(BadSignIn, match="plus valable"):
        check_link(token, now=now())


def test_the_operator_makes_moderators_and_links(app):
    person = change_role(NADIA, Role.MODERATOR, now=now())
    link = make_link(NADIA, origin="http://127.0.0.1:8000", now=now())
    assert use_link(link.rpartition("/")[2], now=now() + timedelta(hours=2)).person.id == person.id
    assert db.session.query(OutboxMail).count() == 0


def test_an_administrator_who_is_suspended_does_not_count_as_one(app):
    last = make_person(email=NADIA, role=Role.ADMINISTRATOR.value)
    other = make_person(email="paul@example.org", role=Role.ADMINISTRATOR.value, suspended_at=now())
    with pytest.raises(WrongState, match="dernier administrateur"):
        change_role(NADIA, Role.OWNER, now=now())
    assert db.session.get(Person, last.id).role is Role.ADMINISTRATOR
    assert change_role("paul@example.org", Role.OWNER, now=now()).id == other.id
    change_role("lea@example.org", Role.ADMINISTRATOR, now=now())
    assert change_role(NADIA, Role.OWNER, now=now()).role is Role.OWNER


def test_two_administrators_cannot_take_each_other_away_at_once(app):
    for email in (NADIA, "paul@example.org"):
        make_person(email=email, role=Role.ADMINISTRATOR.value)
    emails = iter((NADIA, "paul@example.org"))
    refusals = press_together(app, 2, lambda: change_role(next(emails), Role.CONTRIBUTOR, now=now()))
    assert len(refusals) == 1
    assert db.session.query(Person).filter_by(role=Role.ADMINISTRATOR).count() == 1


def test_a_change_of_role_ends_open_sessions(app, visit):
    person = make_person(email=NADIA)
    visit.sign_in(person)
    assert "Mon compte" in visit("/compte").text
    change_role(NADIA, Role.MODERATOR, now=now())
    assert visit.client.get("/compte").location.startswith("/connexion")


def test_a_cookie_kept_aside_ends_with_the_sessions(app, visit):
    person = make_person()
    visit.sign_in(person)
    end_sessions(person.id)
    assert visit.client.get("/compte").status_code == 303
