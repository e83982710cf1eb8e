"""What staff and bodies do about requests from the pages, and what everybody then reads, in both languages."""

from datetime import timedelta

import pytest

from ideas.actions.answers import Reply, answer
from ideas.actions.handled import About
from ideas.actions.handling import ask_author, reply_to_question, route
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.domain.handling import Handling, ReplyState
from ideas.domain.publication import Verdict
from ideas.store.database import db
from ideas.store.models import Cluster, Event, Idea, Question
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, now

ADDRESS = "https://www.data.gouv.fr/datasets/horaires/"


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def staff(campaign, visit):
    moderator = make_moderator()
    visit.sign_in(moderator)
    return visit


def read(idea):
    db.session.expire_all()
    return db.session.get(Idea, idea.id)


def test_an_answer_is_given_from_a_form_and_read_under_the_title(staff):
    idea, body = make_idea(), make_producer(name="Office des eaux")
    path = f"/traitement/{idea.id}"
    typed = {"act": "opened", "producer_id": str(body.id), "text": "Les horaires sont ouverts.", "dataset_url": ADDRESS}
    page = staff.submit(staff(path), path, **typed)
    assert "Réponse officielle publiée" in page.text and read(idea).handling is Handling.OPENED
    page = staff(f"/idees/{idea.id}")
    text = page.text
    assert text.index("Les horaires sont ouverts.") < text.index("Données souhaitées") and "Office des eaux" in text
    assert "Ouverte" in text and [event.kind for event in db.session.query(Event)] == ["opened"]


def test_what_lacks_is_said_beside_its_field_and_nothing_typed_is_lost(staff):
    idea = make_idea()
    path = f"/traitement/{idea.id}"
    page = staff.submit(staff(path), path, status=400, act="scheduled", text="Bientôt ouvert.")
    assert "Donnez la date promise" in page.text and "Bientôt ouvert." in page.text
    assert read(idea).handling is Handling.RECEIVED
    page = staff.submit(staff(path), path, status=400, act="", text="Bientôt ouvert.")
    assert "Bientôt ouvert." in page.text


def test_a_refusal_says_its_reason_its_article_and_the_ways_on(staff):
    idea = make_idea()
    path = f"/traitement/{idea.id}"
    staff.submit(staff(path), path, act="refused", text="Ces données sont protégées.", reason="commercial_secrecy")
    page = staff(f"/idees/{idea.id}")
    assert "Refusée : Secret des affaires" in page.text and "L. 311-6" in page.text and "CADA" in page.text
    letter = staff(f"/idees/{idea.id}/lettre")
    assert idea.title in letter.text and "L. 342-1" in letter.text


def test_silence_of_a_month_is_told_as_a_refusal(campaign, visit):
    idea = make_idea()
    route(About([idea.id]), make_producer().id, actor=make_moderator(), now=now() - timedelta(days=40))
    page = visit(f"/idees/{idea.id}")
    assert "Sans réponse depuis plus d’un mois" in page.text
    assert "ce qui vaut refus" in visit(f"/idees/{idea.id}/lettre").text


def test_a_promise_that_is_passed_is_said_to_be_late(campaign, visit):
    idea = make_idea()
    promise = Reply(text="Au printemps.", promised_on=now().date() - timedelta(days=3))
    answer(About([idea.id]), Handling.SCHEDULED, promise, actor=make_moderator(), now=now() - timedelta(days=30))
    assert "en retard" in visit(f"/idees/{idea.id}").text and "En retard de 3 jours" in visit("/idees").text
    visit.sign_in(make_moderator())
    assert "En retard de 3 jours" in visit(f"/traitement/{idea.id}").text


def test_the_author_replies_to_a_question_and_nobody_reads_it_before_review(campaign, visit, app):
    author, moderator = make_person(), make_moderator()
    idea = make_idea(author=author)
    ask_author(About([idea.id]), "De quelle année ?", actor=moderator, now=now())
    path = f"/idees/{idea.id}/reponse"
    visit.sign_in(author)
    assert "De quelle année ?" in visit(f"/idees/{idea.id}").text
    page = visit.submit(visit(path), path, status=400, text="")
    assert "Écrivez votre réponse." in page.text
    visit.submit(page, path, text="L’année 2019.")
    reader = type(visit)(app.test_client())
    assert "De quelle année ?" in reader(f"/idees/{idea.id}").text
    assert "L’année 2019." not in reader(f"/idees/{idea.id}").text
    visit.sign_in(moderator)
    page = visit("/moderation/precisions")
    assert "L’année 2019." in page.text
    number = db.session.query(Question.id).scalar()
    visit.submit(page, f"/moderation/precisions/{number}", verdict="publish")
    assert db.session.query(Question.reply_state).scalar() is ReplyState.PUBLISHED
    assert "L’année 2019." in reader(f"/idees/{idea.id}").text


def test_one_answer_serves_a_subject_and_one_idea_is_left_aside(staff, campaign):
    ideas = [make_idea(campaign=campaign, title=f"Horaires des bus de nuit {number}") for number in range(4)]
    regroup(campaign.id, now=now())
    subject = db.session.query(Cluster).filter_by(level="subject").one()
    path = f"/traitement/sujets/{subject.id}"
    page = staff(path)
    assert all(idea.title in page.text for idea in ideas)
    staff.submit(page, path, act="not_held", text="Nous ne les avons pas.", aside=[str(ideas[0].id)])
    assert [read(idea).handling for idea in ideas] == [Handling.RECEIVED, *[Handling.NOT_HELD] * 3]
    assert len({event.act for event in db.session.query(Event)}) == 1


def test_what_changed_meanwhile_is_told_and_nothing_is_done(staff):
    idea = make_idea()
    path = f"/traitement/{idea.id}"
    page = staff(path)
    route(About([idea.id]), make_producer().id, actor=make_moderator(), now=now())
    page = staff.submit(page, path, status=409, act="out_of_scope", text="Hors du champ.")
    assert "a changé entre-temps" in page.text and read(idea).handling is Handling.ROUTED


def test_a_contributor_handles_nothing(campaign, visit):
    idea = make_idea()
    visit.sign_in(make_person())
    assert visit.client.get(f"/traitement/{idea.id}").status_code == 403
    assert "Traiter la demande" not in visit(f"/idees/{idea.id}").text


def test_the_story_tells_each_step_and_those_to_come(campaign, visit):
    idea, body = make_idea(), make_producer(name="Office des eaux")
    assert "Transmission à l’organisme" in visit(f"/idees/{idea.id}").text
    route(About([idea.id]), body.id, actor=make_moderator(), now=now())
    text = visit(f"/idees/{idea.id}").text
    assert "Transmise" in text and "Office des eaux" in text and "Transmission à l’organisme" not in text
    assert "Official answer" in visit(f"/idees/{idea.id}?lang=en").text


def test_the_register_of_an_idea_tells_what_was_decided_of_its_subject(campaign, visit):
    ideas, other = [make_idea(campaign=campaign) for _ in range(2)], make_idea(campaign=campaign)
    not_held = Reply(text="Nous ne les avons pas.")
    answer(About([one.id for one in ideas]), Handling.NOT_HELD, not_held, actor=make_moderator(), now=now())
    for idea in ideas:
        text = visit(f"/registre?idee={idea.id}").text
        assert "1 décision" in text and "Raison : Donnée non détenue" in text
    assert "0 décision" in visit(f"/registre?idee={other.id}").text


def test_a_refusal_to_a_whole_subject_has_its_tone_and_its_ways_on(campaign, visit):
    ideas = [make_idea(campaign=campaign, title=f"Horaires des bus de nuit {number}") for number in range(3)]
    regroup(campaign.id, now=now())
    subject = db.session.query(Cluster).filter_by(level="subject").one()
    about = About([one.id for one in ideas], subject.id)
    refusal = Reply(text="Elles sont protégées.", reason="security")
    answer(about, Handling.REFUSED, refusal, actor=make_moderator(), now=now())
    page = visit(f"/sujets/{subject.id}")
    assert "Réponse officielle pour tout le sujet" in page.text and "CADA" in page.text
    (told,) = [section for section in page.all("section") if section.get("class") == "answer"]
    assert told["data-tone"] == "no"


def test_nothing_of_an_answer_is_read_once_its_idea_is_hidden(campaign, visit):
    idea, moderator = make_idea(), make_moderator()
    said = Reply(text="Mots que seul ce texte contient.")
    answer(About([idea.id]), Handling.NOT_HELD, said, actor=moderator, now=now())
    assert "Mots que seul" in visit(f"/idees/{idea.id}").text
    decide_idea(idea.id, Verdict.HIDE, reason="other", actor=moderator, now=now())
    for path in ("/", "/idees", "/sujets", "/registre", "/fil.atom"):
        assert "Mots que seul" not in visit.client.get(path).get_data(as_text=True)
    for path in ("", "/lettre"):
        assert visit.client.get(f"/idees/{idea.id}{path}").status_code == 404


def test_staff_are_led_to_the_replies_that_wait(campaign, visit):
    author, moderator = make_person(), make_moderator()
    idea = make_idea(author=author)
    ask_author(About([idea.id]), "De quelle année ?", actor=moderator, now=now())
    visit.sign_in(moderator)
    assert "/moderation/precisions" not in visit("/moderation").links()
    reply_to_question(db.session.query(Question.id).scalar(), "2019", author_id=author.id, now=now())
    page = visit("/moderation")
    assert "1 précision d’auteur à relire" in page.text and "/moderation/precisions" in page.links()
