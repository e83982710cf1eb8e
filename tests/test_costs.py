"""How many statements a page costs: as many for a long list as for a short one, and none to read what was written."""

import pytest
from sqlalchemy.sql.selectable import Select

from ideas.actions.regrouping import regroup
from ideas.store.database import db
from ideas.store.models import Campaign, Idea, TypedIdea
from ideas.web.ideas.sending import REVIEW
from tests.factories import make_campaign, make_idea, make_person, make_vote, now
from tests.test_versions import FORM


@pytest.fixture
def known(app, visit):
    """Somebody signed in, in a campaign."""
    make_campaign()
    visit.sign_in(make_person())
    return visit


@pytest.fixture
def cost(count_queries):
    """Asks for something, and returns how many statements it took and the answer."""

    def cost(ask, address, **given):
        with count_queries() as statements:
            answer = ask(address, **given)
        assert answer.status_code < 400
        return len(statements), answer

    return cost


def token_of(page, name="csrf_token"):
    return next(tag["value"] for tag in page.all("input") if tag.get("name") == name)


def test_a_list_asked_again_costs_three_statements(app, client, cost):
    make_vote(make_idea())
    tag = {"If-None-Match": client.get("/idees").headers["ETag"]}
    statements, answer = cost(client.get, "/idees", headers=tag)
    assert answer.status_code == 304 and statements <= 3


def test_an_idea_costs_at_most_five_statements_to_somebody_known(known, cost):
    assert cost(known.client.get, f"/idees/{make_idea().id}")[0] <= 5


@pytest.mark.parametrize("headers", [{}, {"X-Fragment": "v{}"}], ids=["form", "script"])
def test_a_vote_costs_at_most_three_statements_and_tells_the_new_count(known, cost, headers):
    idea = make_idea()
    make_vote(idea)
    send = {
        "data": {"csrf_token": token_of(known("/idees"))},
        "headers": {name: value.format(idea.id) for name, value in headers.items()},
    }
    statements, given = cost(known.client.post, f"/idees/{idea.id}/vote?liste=1", **send)
    _, taken = cost(known.client.post, f"/idees/{idea.id}/vote/retrait?liste=1", **send)
    assert statements <= 3
    if headers:
        assert "<b>2</b>" in given.text and "<b>1</b>" in taken.text


def sent_from(page):
    return {**FORM, "consent": "y", "csrf_token": token_of(page), "form_key": token_of(page, "form_key")}


def test_an_idea_asked_again_reads_nothing_of_what_is_drawn(app, client, cost):
    idea = make_idea(handling="routed")
    drawn, page = cost(client.get, f"/idees/{idea.id}")
    again, kept = cost(client.get, f"/idees/{idea.id}", headers={"If-None-Match": page.headers["ETag"]})
    assert kept.status_code == 304 and again <= drawn - 3, "neither its steps, its questions, nor what it took in"


def test_sending_an_idea_costs_at_most_five_statements(known, cost):
    # One counts what they send, one counts the author as a supporter, one notes that they are told.
    assert cost(known.client.post, "/idees/nouvelle", data=sent_from(known("/idees/nouvelle")))[0] <= 5
    assert db.session.query(Idea).one().title == FORM["title"]


def test_sending_an_idea_from_its_review_forgets_what_was_kept_in_one_more(known, cost):
    sent = sent_from(known("/idees/nouvelle"))
    assert known.client.post("/idees/nouvelle", data={**sent, REVIEW: "1"}).status_code == 200
    assert db.session.query(TypedIdea).count() == 1
    assert cost(known.client.post, "/idees/nouvelle", data=sent)[0] <= 6
    assert db.session.query(TypedIdea).count() == 0 and db.session.query(Idea).count() == 1


def test_a_form_sent_again_costs_little_more_than_one_sent_once(known, cost):
    sent = sent_from(known("/idees/nouvelle"))
    known.client.post("/idees/nouvelle", data=sent)
    assert cost(known.client.post, "/idees/nouvelle", data=sent)[0] <= 7


@pytest.fixture
def count_built(monkeypatch):
    """Lists the statements that are put together while a block runs."""
    built, begin = [], Select.__init__

    def note(select, *given, **named):
        built.append(select)
        begin(select, *given, **named)

    monkeypatch.setattr(Select, "__init__", note)
    return built


def test_pages_that_many_ask_for_put_no_statement_together(known, count_built):
    """It costs more than the database does: each is written once, with parameters."""
    campaign = db.session.query(Campaign).one()
    ideas = [make_idea(campaign=campaign, title=f"Horaires des bus de nuit {number}").id for number in range(6)]
    regroup(campaign.id, now=now())
    send = {"data": {"csrf_token": token_of(known("/idees"))}}
    asked = [lambda: known.client.get("/idees"), lambda: known.client.get(f"/idees/{ideas[0]}")]
    asked.append(lambda: known.client.post(f"/idees/{ideas.pop()}/vote?liste=1", **send))
    [ask() for ask in asked]
    count_built.clear()
    answers = [ask() for ask in asked]
    assert [answer.status_code for answer in answers] == [200, 200, 303]
    assert [str(select)[:80] for select in count_built] == []
