"""How often a thing may be done: a crowd behind one address works on, a flood stops, nobody is shut out of theirs."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import g

from ideas.actions.accounts import ask_sign_in, check_link, use_code, use_link
from ideas.actions.ideas import save_draft, submit_idea
from ideas.actions.limiting import count_hit
from ideas.domain import limits, retention
from ideas.domain.errors import BadSignIn, TooOften
from ideas.domain.limits import Limit
from ideas.http.sources import find_source
from ideas.operations.purge import purge
from ideas.store.database import db
from ideas.store.models import Hit, Idea, OutboxMail, Person, SignIn
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now
from tests.test_voting import press_together

KEY = "a secret of the application"
NADIA = "nadia@example.org"
ANSWERS = {
    "title": "Horaires des bus",
    "data_wanted": "Les horaires réels.",
    "planned_use": "Un panneau.",
    "use_kinds": ["personal"],
    "profile": "individual",
    "consent": True,
}
ALL = [one for one in vars(limits).values() if isinstance(one, Limit)]
START = now()


def ask(email=NADIA, *, source="here", at=START):
    """Ask for a sign-in and return its number, the token and the code of the mail."""
    sign_in = ask_sign_in(email, language="fr", now=at, origin="https://idees.example", key=KEY, source=source)
    body = db.session.scalars(sa.select(OutboxMail.body).order_by(OutboxMail.id.desc())).first()
    return sign_in.id, re.search(r"lien/([\w-]+)", body)[1], re.search(r"\b(\d{6})\b", body)[1]


def count_until_refused(act, most=400):
    for done in range(most):
        try:
            act(done)
        except TooOften as refusal:
            return done, refusal
    return most, None


def test_eighty_mails_to_eighty_addresses_do_not_leave_from_one_source(app):
    done, refusal = count_until_refused(lambda n: ask(f"victim{n}@example.org"), 80)
    assert done == 60 and timedelta(0) < refusal.wait <= timedelta(minutes=1)
    assert db.session.query(OutboxMail).count() == 60
    assert ask("other@example.org", source="elsewhere")


def test_mails_that_nobody_answers_stop_within_the_hour(app):
    done, _ = count_until_refused(lambda n: ask(f"victim{n}@example.org", at=START + n * timedelta(seconds=4)))
    assert done == limits.UNANSWERED_MAILS.most


def test_three_hundred_people_of_one_ministry_sign_in_within_ten_minutes(app):
    for number in range(300):
        at = START + number * timedelta(seconds=2)
        _, token, _ = ask(f"agent{number}@ministere.example", at=at)
        assert use_link(token, now=at, source="here", key=KEY).person
    assert db.session.query(Person).count() == 300


def test_a_hundred_and_twenty_new_accounts_of_one_source_are_not_made_in_seconds(app):
    tokens = [ask(f"a{n}@example.org", source=f"proxy {n}")[1] for n in range(70)]
    done, _ = count_until_refused(lambda n: use_link(tokens[n], now=START, source="here", key=KEY), 70)
    assert done == limits.NEW_PEOPLE_FROM_SOURCE.most == db.session.query(Person).count()
    later = START + timedelta(minutes=1)
    assert use_link(tokens[done], now=later, source="here", key=KEY).person, "the link was not used up by the refusal"


def test_people_who_are_known_are_never_too_many(app):
    make_person(email=NADIA)
    for second in range(70):
        _, token, _ = ask(source=f"proxy {second}")
        use_link(token, now=START, source="here", key=KEY)


@pytest.mark.parametrize("sources", [1, 40])
def test_whenever_a_mail_is_refused_one_that_works_lies_in_the_mailbox(app, sources):
    tokens, refused = [], 0
    for minute in range(60):
        at = START + timedelta(minutes=minute)
        for turn in range(3):
            try:
                tokens.append(ask(source=f"stranger {(3 * minute + turn) % sources}", at=at)[1])
            except TooOften:
                refused += 1
                assert check_link(tokens[-1], now=at)
    assert refused
    assert use_link(tokens[-1], now=at, source="owner", key=KEY).person


def test_who_answers_may_ask_again_however_often_others_asked(app):
    for number in range(limits.MAILS_TO_ADDRESS.most):
        _, token, _ = ask(source=f"stranger {number}")
    with pytest.raises(TooOften):
        ask(source="owner")
    use_link(token, now=START, source="owner", key=KEY)
    assert ask(source="owner")


def test_codes_are_not_guessed_by_asking_again_and_again(app):
    def guess(number):
        at = START + number * timedelta(minutes=3)
        sign_in, _, code = ask(source=f"stranger {number}", at=at)
        with pytest.raises(BadSignIn):
            use_code(sign_in, "000000" if code != "000000" else "000001", key=KEY, now=at)

    done, refusal = count_until_refused(guess)
    assert done == limits.TRIES_AT_ADDRESS.most and "lien" in refusal.message
    at = START + done * timedelta(minutes=3)
    _, token, _ = ask(source="owner", at=at)
    assert use_link(token, now=at, source="owner", key=KEY).person


def test_one_person_does_not_send_sixty_ideas(app):
    campaign, person = make_campaign(), make_person()
    done, refusal = count_until_refused(
        lambda _: submit_idea(ANSWERS, campaign=campaign, author_id=person.id, now=START), 60
    )
    assert done == limits.IDEAS_OF_PERSON.most == db.session.query(Idea).count() and refusal.wait <= limits.HOUR
    assert submit_idea(ANSWERS, campaign=campaign, author_id=make_person().id, now=START)


def test_one_source_does_not_fill_the_table_with_drafts(app):
    campaign = make_campaign()
    done, _ = count_until_refused(lambda _: save_draft(ANSWERS, campaign=campaign, now=START, source="here"), 80)
    assert done == limits.DRAFTS_FROM_SOURCE.most
    draft = db.session.query(Idea).first()
    assert save_draft(ANSWERS, campaign=campaign, now=START, source="here", draft_id=draft.id), "the same one again"


def test_of_many_at_once_no_more_than_the_limit_pass(app):
    limit = Limit("tests", 5, timedelta(minutes=1))

    def act():
        from ideas.actions.transaction import transaction

        with transaction():
            count_hit(limit, "who", now=START)

    refusals = press_together(app, 20, act)
    assert [type(refusal) for refusal in refusals] == [TooOften] * 15


def test_a_window_that_is_over_begins_anew(app):
    limit = Limit("tests", 2, timedelta(minutes=1))
    for seconds in (0, 59, 60, 61):
        count_hit(limit, "who", now=START + timedelta(seconds=seconds))
    with pytest.raises(TooOften) as refused:
        count_hit(limit, "who", now=START + timedelta(seconds=90))
    assert refused.value.wait == timedelta(seconds=30)


def test_neither_address_nor_source_can_be_read_and_none_is_kept_longer_than_is_said(app):
    ask(source="hash of a source")
    kept = [hit.key for hit in db.session.query(Hit)]
    assert len(kept) == 4 and all(re.fullmatch("[0-9a-f]{64}", key) for key in kept)
    assert max(one.every for one in ALL) <= retention.HITS
    assert purge(now=START + retention.HITS)["hits"] == 4
    assert db.session.query(SignIn).count() == 1


# What the pages do with it.


def test_the_page_keeps_what_was_typed_and_says_when_in_the_reader_s_language(app, visit):
    make_campaign()
    person = make_person()
    for _ in range(limits.IDEAS_OF_PERSON.most):
        count_hit(limits.IDEAS_OF_PERSON, person.id, now=now())
    db.session.commit()
    visit.sign_in(person)
    for language, words in (("", "renvoyez-le dans"), ("?lang=en", "send it again in")):
        address = f"/idees/nouvelle{language}"
        page = visit.submit(visit(address), address, status=429, **{**ANSWERS, "consent": "y", "title": "Gardée"})
        assert words in page.text and 0 < int(page.response.headers["Retry-After"]) <= 3600
        assert page.fields(page.find_form(address))["title"] == "Gardée"


@pytest.mark.parametrize(
    "address, same",
    [("203.0.113.7", True), ("203.0.113.8", False), ("::ffff:203.0.113.7", True), ("2001:db8::1", False)],
)
def test_a_source_is_the_address_of_the_client_and_no_header_changes_it(app, address, same):
    def source_of(address, **headers):
        g.pop("source", None)
        with app.test_request_context(environ_base={"REMOTE_ADDR": address}, headers=headers):
            return find_source()

    first = source_of("203.0.113.7")
    assert (source_of(address, Forwarded="for=203.0.113.7") == first) == same and len(first) == 64
    assert source_of("203.0.113.7", **{"X-Forwarded-For": "198.51.100.1"}) == first


@pytest.mark.parametrize("people, shown", [(120, True), (39, False)])
def test_a_rush_of_new_accounts_is_shown_to_moderators(visit, people, shown):
    campaign = make_campaign()
    ideas = [make_idea(campaign=campaign), make_idea(campaign=campaign)]
    for number in range(people):
        voter = make_person()
        for idea in ideas[: 1 + number % 2]:
            make_vote(idea, voter)
    for _ in range(60):
        make_vote(ideas[0], make_person(created_at=now() - timedelta(days=3)))
    visit.sign_in(make_moderator())
    assert (f"{people} nouveaux comptes ont voté depuis" in visit("/moderation").text) == shown
    assert ("120 new accounts have voted since" in visit("/moderation?lang=en").text) == shown
