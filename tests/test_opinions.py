"""Was the answer useful? Those who asked are asked; a share is public per body, from ten opinions on."""

import pytest

from ideas.actions.answers import Reply, answer, correct_answer
from ideas.actions.handled import About
from ideas.actions.leaving import close_account
from ideas.actions.news import spread_news
from ideas.actions.opinions import give_opinion
from ideas.domain.errors import NotFound
from ideas.domain.handling import Handling
from ideas.domain.opinions import find_share
from ideas.mail.news import Letterhead
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Answer, AnswerOpinion, Campaign, Idea, OutboxMail, Person
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, make_vote, now

HEAD = Letterhead("Vos données rêvées", "https://idees.example.org", "")


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def answered(campaign):
    """An idea that the body `eaux` answered; its author is a person of their own."""
    body = make_producer(name="Office des eaux", slug="eaux")
    idea = make_idea(producer_id=body.id)
    answer(About([idea.id]), Handling.NOT_HELD, Reply(text="Non détenues."), actor=make_moderator(), now=now())
    return idea


def number_of(idea):
    return db.session.query(Idea.answer_id).filter_by(id=idea.id).scalar()


def say(idea, *opinions):
    """Have as many supporters say that."""
    for is_useful in opinions:
        person = make_person()
        make_vote(idea, person=person)
        give_opinion(number_of(idea), is_useful=is_useful, person_id=person.id, now=now())


def shares(campaign):
    return [(one.slug, one.share, one.opinion_count) for one in queries.opinions.list_shares(campaign)]


def version():
    db.session.expire_all()
    return db.session.query(Campaign.version).scalar()


def test_one_opinion_a_person_and_an_answer_which_may_change(answered):
    author = answered.author_id
    for is_useful in (True, False, False):
        give_opinion(number_of(answered), is_useful=is_useful, person_id=author, now=now())
    assert [row.is_useful for row in db.session.query(AnswerOpinion)] == [False]


def test_whoever_did_not_ask_is_not_asked(campaign, answered):
    stranger, author_of_merged, voter_of_merged = make_person(), make_person(), make_person()
    merged = make_idea(author=author_of_merged, publication="merged", canonical_id=answered.id)
    make_vote(merged, person=voter_of_merged)
    with pytest.raises(NotFound):
        give_opinion(number_of(answered), is_useful=True, person_id=stranger.id, now=now())
    db.session.rollback()
    for person in (author_of_merged, voter_of_merged):
        give_opinion(number_of(answered), is_useful=True, person_id=person.id, now=now())
    assert db.session.query(AnswerOpinion).count() == 2


def test_a_share_is_public_from_ten_and_rounded(campaign, answered):
    say(answered, *[True] * 7, False, False)
    assert shares(campaign) == []
    say(answered, True)
    assert shares(campaign) == [("eaux", 80, 10)]
    say(answered, True)
    assert shares(campaign) == [("eaux", 80, 10)]


def test_readers_get_a_new_page_when_the_share_that_they_see_changes_and_not_before(campaign, answered, visit):
    say(answered, *[True] * 9)
    pages = ("/producteurs/eaux", "/stats")
    before, known = version(), {page: visit.client.get(page).headers["ETag"] for page in pages}
    author = answered.author_id
    give_opinion(number_of(answered), is_useful=True, person_id=author, now=now())
    assert version() != before
    for page in pages:
        again = visit.client.get(page, headers={"If-None-Match": known[page]})
        assert again.status_code == 200 and "100" in again.text
    before = version()
    give_opinion(number_of(answered), is_useful=True, person_id=author, now=now())
    assert version() == before


def test_no_opinion_moves_what_readers_keep_before_the_tenth(campaign, answered):
    people, number = [make_person() for _ in range(9)], number_of(answered)
    for person in people:
        make_vote(answered, person=person)
    before = version()
    for person in people:
        give_opinion(number, is_useful=True, person_id=person.id, now=now())
    assert version() == before


def test_the_opinion_on_an_answer_that_was_corrected_is_counted_no_more(campaign, answered):
    say(answered, *[False] * 10)
    correct_answer(About([answered.id]), Reply(text="Détenues."), actor=make_moderator(), now=now())
    assert shares(campaign) == [] and db.session.query(Answer).count() == 2


def test_it_goes_with_the_account_and_the_share_with_it(campaign, answered):
    say(answered, *[True] * 10)
    person = db.session.query(AnswerOpinion.person_id).order_by(AnswerOpinion.person_id).first()[0]
    assert len(queries.personal.gather(person)["answer_opinions"]) == 1
    before = version()
    close_account(person, now=now())
    assert db.session.query(AnswerOpinion).count() == 9 and shares(campaign) == [] and version() != before


def test_it_is_asked_on_the_idea_in_the_account_and_on_a_page_that_a_mail_leads_to(answered, visit):
    path, number = f"/idees/{answered.id}", number_of(answered)
    question = "Cette réponse vous a-t-elle été utile ?"
    assert question not in visit(path).text
    visit.sign_in(make_person())
    assert question not in visit(path).text
    visit(f"/reponses/{number}/avis", status=404)
    visit.sign_in(db.session.get_one(Person, answered.author_id))
    assert question in visit(path).text and "Vous a-t-elle été utile ?" in visit("/compte").text
    page = visit(f"/reponses/{number}/avis?choix=non")
    assert db.session.query(AnswerOpinion).count() == 0
    page = visit.submit(page, f"/reponses/{number}/avis", utile="non")
    assert "Merci, votre avis est noté." in page.text and "Vous avez dit non." in page.text
    page = visit.submit(page, f"/reponses/{number}/avis", utile="oui")
    assert "Vous avez dit oui." in page.text and "Utile : oui" in visit("/compte").text


def test_the_mail_of_an_answer_asks_and_that_of_a_question_does_not(answered):
    while spread_news(HEAD, now=now()):
        pass
    mail = db.session.query(OutboxMail).one()
    address = f"https://idees.example.org/reponses/{number_of(answered)}/avis?choix="
    assert all(f"{address}{choice}" in body for choice in ("oui", "non") for body in (mail.body, mail.html))


@pytest.mark.parametrize(("useful", "count", "share"), [(9, 9, None), (0, 10, 0), (1, 40, 5), (13, 20, 65)])
def test_the_share(useful, count, share):
    assert find_share(useful, count) == share
