"""The public register: everything staff decided, by role and never by name, leaking nothing hidden."""

import pytest

from ideas.actions.merging import merge_ideas
from ideas.actions.publication import decide_idea
from ideas.domain.accounts import Role
from ideas.domain.publication import Verdict
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now


def hide(idea, **given):
    actor = given.pop("actor", None) or make_moderator()
    return decide_idea(idea.id, Verdict.HIDE, actor=actor, now=now(), **{"reason": "off_topic"} | given)


def test_a_decision_says_what_why_when_and_by_which_role(visit):
    idea = make_idea(title="Arrêts de bus", publication="awaiting_review", published_at=None)
    owner = make_person("claude@example.org", role=Role.OWNER.value)
    decide_idea(idea.id, Verdict.PUBLISH, actor=owner, now=now(), note="Merci <b>bien</b>")
    page = visit("/registre")
    for words in (
        "1 décision",
        "Idée publiée",
        "Responsable de la campagne",
        "Arrêts de bus",
        "Note : Merci <b>bien</b>",
    ):
        assert words in page.text
    assert "claude" not in page.html and f"personne{owner.id}" not in page.html


def test_the_title_of_a_hidden_idea_is_shown_to_staff_only(visit):
    idea = make_idea(title="Titre caché")
    hide(idea, note="Hors sujet")
    page = visit("/registre")
    assert "Titre caché" not in page.html and f"idée n° {idea.id}" in page.text
    assert "Ne porte pas sur des données publiques" in page.text and "Note : Hors sujet" in page.text
    assert "Titre caché" in visit.sign_in(make_moderator())("/registre").text


def test_a_merge_leads_to_both_ideas(visit):
    kept, double = make_idea(title="Gardée"), make_idea(title="Doublon")
    merge_ideas(double.id, kept.id, actor=make_moderator(), now=now())
    page = visit("/registre")
    assert {f"/idees/{kept.id}-gardee", f"/idees/{double.id}-doublon"} <= set(page.links())


def test_the_register_is_filtered_by_kind_and_by_idea(visit):
    first, second = make_idea(title="Première"), make_idea(title="Seconde")
    hide(first)
    merge_ideas(second.id, make_idea(title="Gardée").id, actor=make_moderator(), now=now())
    assert "Idée masquée" not in words_of_list(visit("/registre?genre=merge"))
    assert "1 décision" in visit(f"/registre?idee={first.id}").text
    assert "Aucune décision" in visit("/registre?idee=99999999999999999999").text


def words_of_list(page):
    return page.html.partition('<ol class="line">')[2]


@pytest.mark.parametrize("query", ["genre=nothing", "idee=-3", "page=0", "page=99999999999999999999", "page=x"])
def test_an_odd_question_gets_the_whole_list(visit, query):
    hide(make_idea())
    assert "1 décision" in visit(f"/registre?{query}").text


def test_the_register_has_pages_and_costs_the_same_however_long(visit, client, count_queries):
    moderator = make_moderator()
    hide(make_idea(), actor=moderator)
    with count_queries() as few:
        client.get("/registre")
    for _ in range(30):
        hide(make_idea(), actor=moderator)
    with count_queries() as many:
        client.get("/registre")
    assert len(many) == len(few) <= 5
    assert "Page 2 sur 2" in visit("/registre?page=2").text


def test_a_reader_gets_no_cookie_and_keeps_the_page(client):
    hide(make_idea())
    answer = client.get("/registre")
    assert "Set-Cookie" not in answer.headers and "no-store" not in answer.headers["Cache-Control"]
    again = client.get("/registre", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_a_register_without_decisions_says_what_will_be_there(visit):
    make_campaign()
    assert "Aucune décision" in visit("/registre").text
