"""Before it is sent, an idea is shown as it will be read: nothing typed is lost, and it is sent once."""

import re

import pytest

from ideas.actions.publication import decide_idea
from ideas.domain.publication import Verdict
from ideas.retrieval.open_indexes import open_indexes
from ideas.store.database import db
from ideas.store.models import Idea, Vote
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, make_territory, now
from tests.pages import Visitor
from tests.test_refused_forms import lose_session, typed_in
from tests.test_repeated_forms import sent_by
from tests.test_writing import IDEA, PERSONAL, identify, only_idea

NEW = "/idees/nouvelle"
CHECK = {"verifier": "1"}


@pytest.fixture
def campaign(app):
    open_indexes().forget_all()
    return make_campaign()


def review(visit, status=200, **changed):
    return visit.submit(visit(NEW), NEW, status=status, **IDEA | CHECK | changed)


def buttons(page):
    return [one["words"] for one in page.all("button") if one.get("aria-hidden") != "true"]


def test_the_page_of_the_form_leads_to_a_check_and_says_that_nothing_is_sent(campaign, visit):
    page = visit(NEW)
    assert "Vérifier avant d’envoyer" in buttons(page) and "Envoyer mon idée" not in buttons(page)
    assert "Rien n’est encore envoyé" in page.text


def test_all_that_is_to_be_published_is_read_before_it_is_sent(campaign, visit):
    producer, territory = make_producer(name="Office des cars"), make_territory()
    more = {
        "producer_id": producer.id,
        "territory_code": territory.code,
        "theme": "transport",
        "freshness": "chaque jour",
    }
    page = review(visit, **more)
    told = (IDEA["title"], IDEA["data_wanted"], IDEA["planned_use"], "Usage personnel", "Particulier", "Transports")
    assert all(words in page.text for words in (*told, "chaque jour", "Office des cars", "Corse-du-Sud"))
    assert "Ce que personne ne verra Votre adresse électronique" in page.text
    assert db.session.query(Idea).count() == 0
    identify(visit, visit.submit(page, NEW))
    idea = only_idea()
    assert (idea.publication, idea.title, idea.freshness) == ("awaiting_review", IDEA["title"], "chaque jour")
    assert (idea.producer_id, idea.territory_code, idea.use_kinds) == (producer.id, "D2A", ["personal"])


@pytest.mark.parametrize("is_shown", [True, False])
def test_the_name_of_an_organisation_is_said_to_be_public_or_for_the_team(campaign, visit, is_shown):
    page = review(visit, organisation="Rue libre", show_organisation="y" if is_shown else "")
    public = page.text[: page.text.index("Ce que seule l’équipe verra")]
    assert ("Rue libre" in public) == is_shown and page.text.count("Rue libre") == 1


def test_readers_see_what_the_check_said_and_nothing_more(campaign, visit, client, app):
    page = review(visit, organisation="Rue libre", freshness="chaque jour")
    identify(visit, visit.submit(page, NEW))
    decide_idea(only_idea().id, Verdict.PUBLISH, actor=make_moderator(), now=now())
    reader, moderator = Visitor(app.test_client()), Visitor(app.test_client()).sign_in(make_moderator())
    public, staff = (
        one(f"{place}/{only_idea().id}") for one, place in ((reader, "/idees"), (moderator, "/moderation"))
    )
    assert all(words in public.text for words in (IDEA["title"], IDEA["data_wanted"], "chaque jour"))
    assert "Rue libre" not in public.html and "Rue libre" in staff.text
    assert "nadia@example.org" not in public.html + staff.html


def test_going_back_to_the_text_finds_all_of_it(campaign, visit):
    several = {
        "use_kinds": ["research", "other"],
        "obstacles": ["charge", "licence"],
        "data_wanted": "Ligne 1\nLigne « 2 »",
    }
    page = visit.submit(review(visit, **several), NEW, montrer="1", **several)
    assert "Erreur" not in page.text and db.session.query(Idea).count() == 0
    kept = typed_in(page)
    assert (kept["title"], kept["data_wanted"].replace("\r", "")) == (IDEA["title"], several["data_wanted"])
    ticked = {one["value"] for one in page.all("input") if "checked" in one}
    assert ticked >= {"research", "other", "charge", "licence", "y"}


def test_several_answers_are_sent_from_the_check(campaign, visit):
    page = review(visit, use_kinds=["research", "other"])
    form = page.html[page.html.index('id="envoi"') :]
    assert re.findall('name="use_kinds" value="(.*?)"', form) == ["research", "other"]


def test_what_is_wrong_is_told_beside_the_field_and_not_checked_further(campaign, visit):
    page = review(visit, status=400, title="")
    assert "Donnez un titre" in page.text and typed_in(page)["data_wanted"] == IDEA["data_wanted"]


def test_what_looks_personal_is_shown_once_on_the_check(campaign, visit):
    page = review(visit, **PERSONAL)
    assert "ressemble à des coordonnées" in page.text and "Mme Durand" in page.text
    visit.submit(page, NEW)
    assert only_idea().data_wanted == PERSONAL["data_wanted"]


def test_what_would_help_is_said_beside_the_field_and_stops_nobody(campaign, visit):
    page = review(visit, title="Horaires des cars", data_wanted="Les horaires", planned_use="Savoir")
    assert "Pour quel territoire ?" in page.text and "Que feriez-vous de ces données" in page.text
    assert "Votre adresse électronique" in visit.submit(page, NEW).text
    assert "Conseil " not in review(visit, data_wanted="Les passages en Bretagne, arrêt par arrêt").text


def test_advice_comes_while_one_types_once_a_field_is_filled_in(campaign, client):
    address = "/idees/similaires?title=Des+horaires&data_wanted={}&planned_use={}"
    assert "mieux compris" not in client.get(address.format("Les", "")).text
    text = client.get(address.format("Les+horaires+des+cars", "")).text
    assert "Pour quel territoire" in text and "Que feriez-vous" not in text
    text = client.get(address.format("Les+horaires+des+cars", "Je+ne+sais") + "&territory_code=FR&freshness=x").text
    assert "Pour quel territoire" not in text and "Que feriez-vous" in text
    assert "mieux compris" not in client.get("/idees/similaires?texte=Les horaires des cars").text


def test_what_is_alike_is_shown_and_supported_from_the_check(campaign, visit):
    alike = make_idea(title="Horaires réels des cars")
    visit.sign_in(make_person())
    page = review(visit)
    assert "Horaires réels des cars" in page.text
    page = visit.submit(page, NEW, soutenir=alike.id)
    assert typed_in(page)["title"] == IDEA["title"] and "Votre soutien est compté" in page.text
    assert db.session.query(Vote.idea_id).scalar() == alike.id and db.session.query(Idea).count() == 1


def test_a_check_sent_twice_makes_one_idea(campaign, visit):
    page = visit.sign_in(make_person())(NEW)
    sent = typed_in(visit.submit(page, NEW, **IDEA | CHECK))
    first, second = (visit.client.post(NEW, data=sent) for _ in range(2))
    assert first.status_code == 303 and first.headers["Location"] == second.headers["Location"]
    assert db.session.query(Idea).count() == 1


def test_a_form_without_the_name_of_the_button_is_sent_at_once(campaign, visit):
    sent = sent_by(visit.sign_in(make_person())(NEW))
    assert visit.client.post(NEW, data=sent).headers["Location"].startswith("/idees/recue")


@pytest.mark.parametrize("button", [{}, CHECK], ids=["sent", "checked"])
def test_a_check_outlives_its_session(campaign, visit, button):
    page = review(visit)
    lose_session(visit)
    page = visit.submit(page, NEW, status=400, **button)
    assert "Votre session a changé" in page.text and typed_in(page)["planned_use"] == IDEA["planned_use"]
    visit.submit(visit.submit(page, NEW, **CHECK, **IDEA), NEW)
    assert only_idea().title == IDEA["title"]


@pytest.mark.parametrize("button", [{}, CHECK], ids=["sent", "checked"])
def test_a_campaign_that_closes_during_the_check_gives_the_text_back(campaign, visit, button):
    page = review(visit)
    campaign.closed_at = now()
    db.session.commit()
    page = visit.submit(page, NEW, status=409, **button)
    assert "La campagne est close" in page.text and typed_in(page)["data_wanted"] == IDEA["data_wanted"]


def test_the_check_is_left_and_found_again(campaign, visit):
    review(visit)
    assert typed_in(visit(NEW))["title"] == IDEA["title"]


def test_the_language_changes_on_the_check(campaign, visit):
    page = review(visit)
    page = visit.submit(page, f"{NEW}?lang=en", montrer="1")
    assert page.all("html")[0]["lang"] == "en" and IDEA["title"] in page.text and "Check before you send" in page.text


def test_a_program_is_asked_for_a_proof_at_the_check_too(campaign, visit):
    page = review(visit, status=429, website="https://spam.example")
    assert "Vérifiez avant d’envoyer" in page.text and typed_in(page)["altcha"]
    page = visit.submit(page, NEW, status=429, altcha="", website="https://spam.example")
    assert typed_in(page)["altcha"] and db.session.query(Idea).count() == 0


@pytest.fixture
def refused(campaign, visit):
    author = make_person()
    visit.sign_in(author)
    return make_idea(author=author, publication="refused", published_at=None, consented_at=now())


def correct(visit, idea, status=200, **changed):
    path = f"/idees/{idea.id}/corriger"
    return visit.submit(visit(path), path, status=status, **{"use_kinds": ["personal"]} | changed)


def test_a_correction_is_checked_before_it_is_sent_again(refused, visit):
    page = correct(visit, refused, title="Mieux dit", **CHECK)
    assert "Vérifiez avant d’envoyer" in page.text and "Mieux dit" in page.text
    path = f"/idees/{refused.id}/corriger"
    back = visit.submit(page, path, montrer="1")
    assert typed_in(back, path)["title"] == "Mieux dit"
    assert "Votre idée est reçue" in visit.submit(page, path).text
    assert (only_idea().title, only_idea().publication) == ("Mieux dit", "awaiting_review")


def test_a_correction_by_a_program_changes_nothing(refused, visit):
    page = correct(visit, refused, status=400, title="Spam", website="https://spam.example")
    assert "renvoyez-le" in page.text and "Spam" in page.html
    assert only_idea().publication == "refused" and only_idea().title != "Spam"


def test_support_given_beside_a_correction_does_not_send_it(refused, visit):
    alike = make_idea(title="Horaires réels des bus")
    page = correct(visit, refused, title="Horaires des bus", compare="1")
    assert "Horaires réels des bus" in page.text
    page = visit.submit(page, f"/idees/{refused.id}/corriger", use_kinds=["personal"], soutenir=alike.id)
    assert "Votre soutien est compté" in page.text
    assert db.session.query(Vote.idea_id).scalar() == alike.id
    assert db.session.get(Idea, refused.id, populate_existing=True).publication == "refused"
