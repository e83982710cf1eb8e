"""High-value data: said by people of ideas and by answers of all that they serve, taken back, and read everywhere."""

import pytest

from ideas.actions.answers import Reply, answer, withdraw_answer
from ideas.actions.appointments import appoint
from ideas.actions.handled import About
from ideas.actions.handling import route
from ideas.actions.high_value import flag_high_value
from ideas.actions.prepared import prepare_answer, publish_prepared
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.actions.undoing import undo_decision
from ideas.domain.accounts import Operator, Role
from ideas.domain.errors import AlreadyDone, NotAllowed, NotFound, WrongState
from ideas.domain.handling import Handling
from ideas.domain.high_value import HighValue
from ideas.domain.permissions import Subject
from ideas.domain.publication import Verdict
from ideas.store.database import db
from ideas.store.models import Cluster, Decision, Event, Idea, Undo
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, now

MOBILITY, WEATHER = HighValue.MOBILITY, HighValue.METEOROLOGICAL
SAID = Reply(text="Elles viennent.", high_value=WEATHER)


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def given(campaign):
    return {"actor": make_moderator(), "now": now()}


@pytest.fixture
def staff(campaign, visit):
    return visit.sign_in(make_moderator())


def read(idea):
    db.session.expire_all()
    return db.session.get(Idea, idea.id)


# -- The acts


def test_what_is_said_of_ideas_is_a_line_of_the_register_and_is_taken_back_exactly(given):
    first, second = make_idea(high_value=WEATHER), make_idea()
    decision = flag_high_value(About([first.id, second.id]), MOBILITY, **given)
    assert (decision.kind, decision.reason) == ("flag_high_value", "mobility")
    assert [read(one).high_value for one in (first, second)] == [MOBILITY, MOBILITY]
    with pytest.raises(AlreadyDone):
        flag_high_value(About([first.id, second.id]), MOBILITY, **given)
    undo_decision(decision.id, **given)
    assert [read(one).high_value for one in (first, second)] == [WEATHER, None]
    with pytest.raises(AlreadyDone):
        undo_decision(decision.id, **given)
    assert not db.session.query(Event).count(), "nobody is told of a label"


def test_it_is_said_no_more_and_that_is_taken_back_too(given):
    idea = make_idea()
    with pytest.raises(AlreadyDone):
        flag_high_value(About([idea.id]), None, **given)
    flag_high_value(About([idea.id]), MOBILITY, **given)
    decision = flag_high_value(About([idea.id]), None, **given)
    assert decision.kind == "unflag_high_value" and read(idea).high_value is None
    undo_decision(decision.id, **given)
    assert read(idea).high_value is MOBILITY


def test_what_was_said_since_is_not_overruled_and_other_acts_do_not_stand_in_the_way(given):
    idea = make_idea()
    first = flag_high_value(About([idea.id]), MOBILITY, **given)
    route(About([idea.id]), make_producer().id, **given)
    second = flag_high_value(About([idea.id]), WEATHER, **given)
    with pytest.raises(WrongState):
        undo_decision(first.id, **given)
    undo_decision(second.id, **given)
    undo_decision(first.id, **given)
    assert (read(idea).high_value, read(idea).handling) == (None, Handling.ROUTED)


def test_whoever_may_not_answer_says_and_takes_back_nothing(given):
    mine, other = make_producer(), make_producer()
    idea, hidden = make_idea(producer_id=mine.id), make_idea(publication="hidden")
    appoint("lea@example.org", Role.PRODUCER, Subject(None, other.id), actor=Operator(), now=now())
    decision = flag_high_value(About([idea.id]), MOBILITY, **given)
    for actor in (make_person(), db.session.get(type(given["actor"]), given["actor"].id + 1) or make_person()):
        with pytest.raises(NotAllowed):
            flag_high_value(About([idea.id]), WEATHER, actor=actor, now=now())
        with pytest.raises(NotAllowed):
            undo_decision(decision.id, actor=actor, now=now())
    with pytest.raises((NotFound, WrongState)):
        flag_high_value(About([hidden.id]), MOBILITY, **given)
    assert read(idea).high_value is MOBILITY and db.session.query(Undo).count() == 1


# -- An answer says it of all that it serves


def test_an_answer_says_it_of_all_its_ideas_unless_something_else_is_said_of_one(given, visit):
    own, other = make_idea(title="Bus", high_value=MOBILITY), make_idea(title="Pluie")
    answer(About([own.id, other.id]), Handling.OUT_OF_SCOPE, SAID, **given)
    assert (read(own).high_value, read(other).high_value) == (MOBILITY, None)
    assert "Données météorologiques" in visit(f"/idees/{other.id}").text
    assert "Données météorologiques" not in visit(f"/idees/{own.id}").text
    assert "Pluie" in visit("/idees?forte-valeur=meteorological").text
    withdraw_answer(About([own.id, other.id]), **given)
    assert "Données météorologiques" not in visit(f"/idees/{other.id}").text
    assert "Pluie" not in visit("/idees?forte-valeur=meteorological").text


def test_a_prepared_answer_keeps_it(given):
    idea = make_idea()
    row = prepare_answer(About([idea.id]), Handling.OUT_OF_SCOPE, SAID, **given)
    publish_prepared([row.id], **given)
    assert read(idea).answer_id and db.session.get(Idea, idea.id, populate_existing=True).high_value is None
    assert db.session.query(Idea).join(Idea.answer).filter_by(high_value=WEATHER).count() == 1


# -- The list


def test_the_list_is_filtered_and_counted_by_theme_with_the_other_filters(given, visit):
    bus, train, rain = (
        make_idea(title=title, theme=theme) for title, theme in (("Bus", "transport"), ("Train", ""), ("Pluie", ""))
    )
    make_idea(title="Crèches", theme="transport")
    flag_high_value(About([bus.id, train.id]), MOBILITY, **given)
    answer(About([rain.id]), Handling.OUT_OF_SCOPE, SAID, **given)
    page = visit("/idees")
    assert "Données de forte valeur" in page.text
    assert "/idees?forte-valeur=mobility" in page.links() and "/idees?forte-valeur=meteorological" in page.links()
    page = visit("/idees?forte-valeur=mobility")
    assert "2 idées" in page.text and "Bus" in page.text and "Train" in page.text and "Pluie" not in page.text
    assert "Forte valeur : Mobilité" in page.text
    both = visit("/idees?forte-valeur=mobility,meteorological")
    assert "3 idées" in both.text and "Crèches" not in both.text
    narrow = visit("/idees?forte-valeur=mobility&theme=transport")
    assert "Bus" in narrow.text and "Train" not in narrow.text
    assert "4 idées" in visit("/idees?forte-valeur=or").text, "what means nothing is left out"
    feed = visit.client.get("/idees.atom?forte-valeur=mobility").text
    assert "Train" in feed and "Pluie" not in feed


def test_a_list_without_any_says_nothing_of_it(campaign, visit):
    make_idea()
    assert "Données de forte valeur" not in visit("/idees").text


def test_the_filter_costs_no_statement_more(given, visit, count_queries):
    for _ in range(3):
        flag_high_value(About([make_idea().id]), MOBILITY, **given)
    with count_queries() as statements:
        page = visit.client.get("/idees?forte-valeur=mobility")
    assert len(statements) <= 4 and len(page.data) <= 25 * 1024


def test_a_hidden_idea_is_counted_nowhere(given, visit):
    idea = make_idea(title="Bus")
    flag_high_value(About([idea.id]), MOBILITY, **given)
    make_idea(title="Autre")
    decide_idea(idea.id, Verdict.HIDE, reason="other", **given)
    assert "Données de forte valeur" not in visit("/idees").text
    assert visit.client.get(f"/api/v1/ideas/{idea.id}").status_code == 404


# -- The pages, without script


def test_it_is_said_from_the_page_of_a_request_and_leads_to_the_list(staff):
    idea = make_idea(title="Lignes de bus", data_wanted="Les horaires et le réseau de transport")
    path = f"/traitement/{idea.id}"
    page = staff(path)
    assert "Les mots font penser à « Mobilité » : à vous d’en juger." in page.text
    assert read(idea).high_value is None
    page = staff.submit(page, path, status=400, act="flag", high_value="")
    assert "Choisissez un thème de la liste." in page.text
    page = staff.submit(staff(path), path, act="flag", high_value="mobility")
    assert "Données de forte valeur signalées" in page.text and "font penser" not in page.text
    page = staff(f"/idees/{idea.id}")
    assert "Mobilité" in page.text and "/idees?forte-valeur=mobility" in page.links()
    register = staff(f"/registre?idee={idea.id}").text
    assert "Données de forte valeur signalées" in register and "Mobilité" in register
    english = staff(f"/idees/{idea.id}?lang=en").text
    assert "High-value data" in english and "Mobility" in english
    staff("/?lang=fr")
    staff.submit(staff(path), path, act="unflag")
    assert read(idea).high_value is None


def test_an_answer_that_is_corrected_keeps_what_the_form_began_with(staff):
    idea = make_idea()
    path = f"/traitement/{idea.id}"
    staff.submit(staff(path), path, act="out_of_scope", text="Hors du champ.", high_value="mobility")
    page = staff(path)
    assert page.fields(page.find_form(path))["high_value"] == "mobility"
    staff.submit(page, path, act="correct", text="Un peu plus tard.")
    assert "Mobilité" in staff(f"/idees/{idea.id}").text


def test_a_subject_is_flagged_at_once_and_says_it_on_its_page_and_on_the_bench(staff, campaign):
    texts = ["Horaires des bus de la ville", "Horaires de bus en ville", "Les horaires des bus en ville"]
    ideas = [make_idea(title=text, data_wanted=text) for text in texts]
    regroup(campaign.id, now=now())
    subject = db.session.query(Cluster).filter_by(level="subject").one()
    path = f"/traitement/sujets/{subject.id}"
    staff.submit(staff(path), path, act="flag", high_value="mobility", aside=str(ideas[0].id))
    assert [read(idea).high_value for idea in ideas] == [None, MOBILITY, MOBILITY]
    page = staff(f"/sujets/{subject.id}")
    assert "Données de forte valeur : Mobilité (2 idées)" in page.text
    assert f"/idees?sujet={subject.id}&forte-valeur=mobility" in page.links()
    assert "Données de forte valeur signalées" in page.text, "the history of the subject tells it"
    assert "Données de forte valeur : Mobilité (2 idées)" in staff(f"/triage?sujet={subject.id}").text
    assert db.session.query(Decision).filter_by(kind="flag_high_value", cluster_id=subject.id).count() == 1


def test_a_body_sees_it_on_its_page_and_at_its_desk(staff, given):
    body = make_producer()
    ideas = [make_idea(producer_id=body.id) for _ in range(3)]
    page = staff(f"/producteurs/{body.slug}")
    assert "forte valeur" not in page.text and "forte valeur" not in staff("/bureau").text
    flag_high_value(About([one.id for one in ideas[:2]]), MOBILITY, **given)
    page = staff(f"/producteurs/{body.slug}")
    assert "sur des données de forte valeur 2" in page.text and "Forte valeur : Mobilité" in page.text
    assert "2 demandes portent sur des données de forte valeur." in staff("/bureau").text


def test_programs_read_it(given, client):
    idea, plain = make_idea(), make_idea()
    flag_high_value(About([idea.id]), MOBILITY, **given)
    assert client.get(f"/api/v1/ideas/{idea.id}").json["high_value"] == "mobility"
    assert client.get(f"/api/v1/ideas/{plain.id}").json["high_value"] is None
