"""The door for programs: what is like a text, told as the description says, and every refusal as a problem document."""

import json
import re

import jsonschema
import pytest

from ideas.actions.answers import Reply, answer
from ideas.actions.catalogue import import_catalogue
from ideas.actions.handled import About
from ideas.actions.publication import decide_idea
from ideas.domain.accounts import Operator
from ideas.domain.handling import Handling
from ideas.domain.publication import Verdict
from ideas.retrieval.open_indexes import open_indexes
from ideas.store.database import db
from ideas.store.models import Comment
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, now
from tests.test_similar import CATALOGUE

ASK = "/api/v1/similar"
PREFIX = "/api/v1"


@pytest.fixture
def campaign(app):
    open_indexes().forget_all()
    campaign = make_campaign(slug="reves")
    make_idea(campaign=campaign, title="Horaires des bus de nuit", data_wanted="Les passages des bus", vote_count=3)
    make_idea(campaign=campaign, title="Qualité de l’eau du robinet", data_wanted="Les analyses par commune")
    return campaign


def check(answer, client, schema):
    """The content of an answer, which the published description must allow."""
    description = client.get(f"{PREFIX}/openapi.json").json
    kind = "application/problem+json" if schema == "Problem" else "application/json"
    assert answer.mimetype == kind and answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    content = json.loads(answer.get_data(as_text=True))
    jsonschema.validate(content, {**description, "$ref": f"#/components/schemas/{schema}"})
    return content


def test_the_most_similar_ideas_and_data_sets_are_told(client, campaign, var, tmp_path):
    file = tmp_path / "catalogue.csv"
    file.write_text(CATALOGUE, encoding="utf-8")
    import_catalogue(file, var=str(var / "var"))
    told = check(client.get(ASK, query_string={"text": "horaires de bus"}), client, "Similar")
    idea, dataset = told["ideas"][0], told["datasets"][0]
    assert (idea["title"], idea["votes"], idea["state"]) == ("Horaires des bus de nuit", 3, "received")
    assert idea["url"] == f"http://127.0.0.1:8000/idees/{idea['id']}-horaires-des-bus-de-nuit"
    assert "bus" in idea["shared_words"] and 0 < idea["likeness"] <= 1
    assert (dataset["title"], dataset["organisation"]) == ("Arrêts de bus", "Ville de Brest")
    assert dataset["url"] == "https://www.data.gouv.fr/fr/datasets/a1/"


@pytest.mark.parametrize(
    "given",
    [
        {"json": {"text": "bus " * 10_000, "limit": 1, "campaign": "reves"}},
        {"data": {"text": "bus " * 10_000, "limit": "1"}},
        {"json": {"text": "b\x00us\ud800\u202e"}},
    ],
    ids=["ten thousand words in JSON", "the same in a form", "characters that nobody sees"],
)
def test_a_long_or_odd_text_is_posted(client, campaign, given):
    told = check(client.post(ASK, **given), client, "Similar")
    assert [idea["title"] for idea in told["ideas"]] == ["Horaires des bus de nuit"]


@pytest.mark.parametrize(
    "query, status",
    [
        ("", 400),
        ("?text=", 400),
        ("?text=%20%0A", 400),
        ("?text=%E2%80%8B%07", 400),
        ("?text=a%00b", 400),
        ("?text=bus&limit=0", 400),
        ("?text=bus&limit=21", 400),
        ("?text=bus&limit=cinq", 400),
        ("?text=bus&limit=%D9%A3", 400),
        ("?text=bus&limit=", 400),
        ("?text=bus&texte=bus", 400),
        ("?text=bus&campaign=ailleurs", 404),
        ("?text=bus&campaign=a%00", 400),
    ],
)
def test_what_cannot_be_answered_is_a_problem(client, campaign, query, status):
    answer = client.get(ASK + query)
    problem = check(answer, client, "Problem")
    assert answer.status_code == problem["status"] == status and problem["detail"]


@pytest.mark.parametrize(
    "given, status",
    [
        ({}, 400),
        ({"json": []}, 400),
        ({"json": {"text": 5}}, 400),
        ({"json": {"text": "bus", "limit": True}}, 400),
        ({"json": {"text": "bus", "limit": 2.5}}, 400),
        ({"json": {"text": "bus", "role": "administrator"}}, 400),
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": "[" * 200_000, "content_type": "application/json"}, 400),
        ({"data": b"\xff", "content_type": "application/json"}, 400),
        ({"data": "bus", "content_type": "text/plain"}, 415),
        ({"data": {"text": "b" * 1_100_000}}, 413),
        ({"json": {"text": "b" * 1_100_000}}, 413),
    ],
)
def test_a_body_that_cannot_be_read_is_a_problem(client, campaign, given, status):
    answer = client.post(ASK, **given)
    assert (answer.status_code, check(answer, client, "Problem")["status"]) == (status, status)


@pytest.mark.parametrize("method, path, status", [("GET", "/nowhere", 404), ("DELETE", "/similar", 405)])
def test_an_address_or_a_method_that_does_not_exist_is_a_problem(client, campaign, method, path, status):
    answer = client.open(PREFIX + path, method=method)
    assert (answer.status_code, check(answer, client, "Problem")["status"]) == (status, status)
    assert status == 404 or "POST" in answer.headers["Allow"]


def test_a_failure_is_a_problem_that_tells_nothing_of_it(app, client, campaign, monkeypatch):
    monkeypatch.setattr("ideas.api.similar.find_similar_ideas", lambda *_, **__: 1 / 0)
    monkeypatch.setattr(app, "testing", False)
    answer = client.get(f"{ASK}?text=bus")
    assert check(answer, client, "Problem")["status"] == 500
    assert "division" not in answer.get_data(as_text=True)


def test_refusals_speak_english_when_asked(client, campaign):
    assert "whole number from 1 to 20" in client.get(f"{ASK}?text=a&limit=0&lang=en").get_json(force=True)["detail"]


def test_what_a_program_has_is_not_sent_again(client, campaign):
    first = client.get(f"{ASK}?text=bus")
    again = client.get(f"{ASK}?text=bus", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])


def test_a_page_of_another_site_may_ask(client, campaign):
    answer = client.options(
        ASK, headers={"Origin": "https://ailleurs.example", "Access-Control-Request-Method": "POST"}
    )
    assert (
        answer.headers["Access-Control-Allow-Origin"] == "*"
        and "Access-Control-Allow-Credentials" not in answer.headers
    )
    assert "POST" in answer.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in answer.headers["Access-Control-Allow-Headers"]


def test_a_moderator_who_is_signed_in_learns_no_more_than_anybody(visit, campaign):
    moderator = make_moderator()
    visit.sign_in(moderator)
    idea = make_idea(campaign=campaign, title="Bus de nuit masqués")
    assert len(visit.client.get(f"{ASK}?text=bus").json["ideas"]) == 2
    decide_idea(idea.id, Verdict.HIDE, actor=moderator, now=now(), reason="other")
    answer = visit.client.get(f"{ASK}?text=bus")
    assert len(answer.json["ideas"]) == 1 and "Set-Cookie" not in answer.headers


def test_a_search_by_post_takes_no_turn_of_a_writer(client, campaign):
    from ideas.store.database import db, writing

    make_idea(campaign=campaign)
    client.post(ASK, json={"text": "bus"})
    with writing(), db.engine.connect() as writer:
        writer.exec_driver_sql("SELECT 1")  # on SQLite nobody else may write from now on
        assert client.post(ASK, json={"text": "bus"}).status_code == 200


def test_the_description_lists_all_that_exists(app, client):
    described = client.get(f"{PREFIX}/openapi.json").json
    assert described["servers"] == [{"url": "http://127.0.0.1:8000/api/v1"}]
    told = {(path, method.upper()) for path, methods in described["paths"].items() for method in methods}
    exist = {
        (re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", rule.rule.removeprefix(PREFIX)), method)
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith(PREFIX)
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert told == exist


def test_an_idea_is_told_with_where_it_stands_and_its_answer(client, campaign):
    body = make_producer()
    idea = make_idea(campaign=campaign, title="Captages", producer_id=body.id)
    told = check(client.get(f"{PREFIX}/ideas/{idea.id}"), client, "Idea")
    assert (told["state"], told["answer"], told["producer"]) == ("received", None, body.slug)
    reply = Reply(text="Pas avant la loi.", reason="security")
    answer(About([idea.id]), Handling.REFUSED, reply, actor=Operator(), now=now())
    told = check(client.get(f"{PREFIX}/ideas/{idea.id}"), client, "Idea")
    assert (told["state"], told["answer"]["text"], told["answer"]["by"]) == ("refused", reply.text, body.slug)
    assert told["answer"]["on"] == now().date().isoformat() and "L. 311-5" in told["answer"]["legal_basis"]


@pytest.mark.parametrize(
    "state", ["draft", "awaiting_confirmation", "awaiting_review", "refused", "hidden", "withdrawn"]
)
def test_what_nobody_reads_is_told_to_no_program(client, campaign, state):
    idea = make_idea(campaign=campaign, publication=state)
    refused = client.get(f"{PREFIX}/ideas/{idea.id}")
    assert refused.status_code == 404
    check(refused, client, "Problem")


def say(idea, text, person=None, **given):
    """A comment on an idea, published unless told otherwise."""
    usual = {"state": "published", "written_at": now()}
    comment = Comment(idea_id=idea.id, person_id=(person or make_person()).id, text=text, **usual | given)
    db.session.add(comment)
    db.session.commit()
    return comment


def test_comments_are_told_a_page_at_a_time_each_once(client, campaign):
    author = make_person()
    idea = make_idea(campaign=campaign, author=author)
    merged = make_idea(campaign=campaign, publication="merged", canonical_id=idea.id)
    said = [say(idea, "Un"), say(merged, "Deux"), say(idea, "Trois", author), say(idea, "Quatre"), say(idea, "Cinq")]
    told = check(client.get(f"{PREFIX}/ideas/{idea.id}/comments?limit=2&lang=en"), client, "Comments")
    assert [one["text"] for one in told["comments"]] == ["Cinq", "Quatre"]
    assert told["next"] == f"http://127.0.0.1:8000{PREFIX}/ideas/{idea.id}/comments?before={said[3].id}&limit=2&lang=en"
    say(idea, "Six")  # one that comes meanwhile moves no page
    told = check(client.get(told["next"]), client, "Comments")
    day = now().date().isoformat()
    assert told["comments"] == [
        {"id": said[2].id, "idea_id": idea.id, "text": "Trois", "by_author": True, "written_on": day},
        {"id": said[1].id, "idea_id": merged.id, "text": "Deux", "by_author": False, "written_on": day},
    ]
    told = check(client.get(told["next"]), client, "Comments")
    assert [one["text"] for one in told["comments"]] == ["Un"] and told["next"] is None
    assert check(client.get(f"{PREFIX}/ideas/{idea.id}"), client, "Idea")["comment_count"] == 6


def test_a_last_page_that_is_full_leads_to_no_other(client, campaign):
    idea = make_idea(campaign=campaign)
    for text in ("Un", "Deux"):
        say(idea, text)
    told = check(client.get(f"{PREFIX}/ideas/{idea.id}/comments?limit=2"), client, "Comments")
    assert len(told["comments"]) == 2 and told["next"] is None


@pytest.mark.parametrize("state", ["waiting", "refused"])
def test_a_comment_that_nobody_reads_is_told_to_no_program_not_even_its_writer_s(visit, campaign, state):
    writer = make_person()
    visit.sign_in(writer)
    idea = make_idea(campaign=campaign)
    say(idea, "Caché", writer, state=state)
    told = check(visit.client.get(f"{PREFIX}/ideas/{idea.id}/comments"), visit.client, "Comments")
    assert told == {"comments": [], "next": None}
    assert visit.client.get(f"{PREFIX}/ideas/{idea.id}").json["comment_count"] == 0


def test_comments_go_with_their_idea(client, campaign):
    idea, other = make_idea(campaign=campaign), make_idea(campaign=campaign)
    say(idea, "Sous une idée masquée")
    decide_idea(idea.id, Verdict.HIDE, actor=make_moderator(), now=now(), reason="other")
    hidden = client.get(f"{PREFIX}/ideas/{idea.id}/comments")
    assert hidden.status_code == check(hidden, client, "Problem")["status"] == 404
    assert client.get(f"{PREFIX}/ideas/{other.id}/comments").json == {"comments": [], "next": None}


@pytest.mark.parametrize("query", ["before=0", "before=deux", "before=2147483648", "limit=101", "limit=0", "page=2"])
def test_a_page_of_comments_that_cannot_be_is_a_problem(client, campaign, query):
    refused = client.get(f"{PREFIX}/ideas/{make_idea(campaign=campaign).id}/comments?{query}")
    assert refused.status_code == check(refused, client, "Problem")["status"] == 400
