"""Who runs the site, where to find help, what is counted: the pages of the house, in both languages."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from ideas.domain.handling import Handling
from ideas.store.queries.outcomes import Delay
from ideas.web.advice import list_hours
from ideas.web.statistics import measure_delays
from tests.factories import make_answer, make_campaign, make_idea, make_vote, now

HOUSE = (
    "/aide",
    "/regles",
    "/contact",
    "/stats",
    "/qualite",
    "/accessibilite",
    "/mentions-legales",
    "/donnees-personnelles",
)


@pytest.fixture
def settings(app, monkeypatch):
    """Changes settings of the site: `settings(organiser="La ville")`."""

    def change(**given):
        monkeypatch.setitem(app.config, "IDEAS", replace(app.config["IDEAS"], **given))
        app.extensions["fragments"]._kept.clear()

    yield change
    app.extensions["fragments"]._kept.clear()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("address", HOUSE)
def test_every_page_of_the_house_is_led_to_from_every_page(visit, address, language):
    make_campaign()
    asked = "" if language == "fr" else f"?lang={language}"
    assert f"{address}{asked}" in visit(f"/idees{asked}").links()
    visit(f"{address}{asked}")


def test_every_page_is_signed_by_the_organiser(visit, settings):
    make_campaign()
    settings(organiser="La <Ville>", organiser_about="Une ville.", feedback_url="https://avis.example.org/x")
    page = visit("/")
    assert "par La &lt;Ville&gt;" in page.html and "une consultation menée par La &lt;Ville&gt;" in page.html
    assert "https://avis.example.org/x" in page.links() and "Une ville." in page.text
    assert "La <Ville>" in visit("/aide").text


def test_an_english_page_says_who_runs_it_in_english_where_that_was_written(visit, settings):
    make_campaign()
    settings(organiser_about="Une ville.", organiser_about_en="A city.")
    assert "A city." in visit("/?lang=en").text
    settings(organiser_about_en="")
    assert '<p lang="fr">Une ville.</p>' in visit("/?lang=en").html


def test_the_contact_page_has_an_address_to_press_and_says_when_it_has_none(visit, settings):
    settings(contact="")
    assert "IDEAS_CONTACT" in visit("/contact").text
    settings(contact="equipe@example.org")
    assert "mailto:equipe@example.org" in visit("/contact").links()


def test_the_statement_of_accessibility_holds_both_plans(visit, settings, tmp_path):
    scheme, plan = tmp_path / "scheme.txt", tmp_path / "plan.txt"
    scheme.write_text("Trois ans.\n\n- un audit\n- des corrections")
    settings(accessibility_state="partiellement", accessibility_scheme=str(scheme), accessibility_plan=str(plan))
    page = visit("/accessibilite")
    assert "Accessibilité : partiellement conforme" in page.text and "<li>un audit</li>" in page.html
    assert "IDEAS_ACCESSIBILITY_PLAN" in page.text
    plan.write_text("Cette année : les formulaires.")
    assert "Cette année : les formulaires." in visit("/accessibilite").text


@pytest.mark.parametrize("address", ["/idees/nouvelle", "idea"])
def test_an_idea_is_said_not_to_be_an_access_request_where_it_is_written_and_read(visit, address):
    page = visit(f"/idees/{make_idea().id}" if address == "idea" else address) if make_campaign() else None
    assert "n’est pas une demande d’accès au sens de la loi" in page.text
    assert any(link.startswith("/aide") and link.endswith("#loi") for link in page.links())
    assert "Commission d’accès aux documents administratifs" in visit("/aide").text


def test_the_closing_hour_is_said_as_clocks_overseas_say_it(app, visit):
    closes = datetime(2026, 12, 2, 23, 0, tzinfo=UTC)
    with app.test_request_context("/"):
        said = dict(list_hours(closes))
    assert said["La Réunion"] == "jeudi 3 décembre à 3 h 00"
    assert said["Guyane"] == "mercredi 2 décembre à 20 h 00"
    make_campaign(closes_at=closes, opens_at=closes - timedelta(days=30))
    assert "jeudi 3 décembre à 3 h 00" in visit("/aide").text


def test_the_home_page_says_what_became_of_the_requests(visit):
    campaign = make_campaign()
    answer = make_answer(text="Publiées ce jour.", answered_on=date(2026, 11, 20), dataset_url="https://example.org/x")
    make_idea(title="Gares", handling=Handling.OPENED, answer_id=answer.id)
    late = make_answer(promised_on=now().date() - timedelta(days=3))
    make_idea(title="Trains", handling=Handling.SCHEDULED, answer_id=late.id)
    make_idea(title="Prix", handling=Handling.REFUSED)
    make_idea(title="Masquée", handling=Handling.OPENED, publication="hidden")
    make_vote(make_idea(campaign=campaign))
    text = visit("/").text
    assert "4 idées publiées" in text and "1 ouverte" in text and "1 promise à une date" in text
    assert "1 refusée ou sans suite" in text and "1 attend une réponse" in text and "1 en retard" in text
    assert "Ouverte le 20 novembre" in text and "Publiées ce jour." in text and "Masquée" not in text
    assert "En retard de 3 jours" in text


def test_public_figures_count_what_is_on_line_and_how_long_it_took(visit):
    make_campaign()
    assert "Aucune idée n’a encore été relue" in visit("/stats").text
    answer = make_answer(answered_on=now().date())
    make_idea(
        handling=Handling.REFUSED,
        answer_id=answer.id,
        submitted_at=now() - timedelta(days=6),
        published_at=now() - timedelta(days=4),
    )
    make_idea(publication="refused")
    text = visit("/stats").text
    assert "1 idée publiée" in text and "Refusée par le producteur 1" in text
    assert "paraissent en 2 jours au plus" in text and "viennent en 4 jours au plus" in text


def test_the_figures_are_asked_for_again_when_somebody_answers(client):
    make_campaign()
    tag = client.get("/stats").headers["ETag"]
    assert client.get("/stats", headers={"If-None-Match": tag}).status_code == 304
    make_idea(handling=Handling.OPENED)
    assert client.get("/stats", headers={"If-None-Match": tag}).status_code == 200


def test_delays_are_the_middle_ones_and_never_negative():
    day = datetime(2026, 11, 10, 12, tzinfo=UTC)
    delays = [Delay(day - timedelta(days=n), day, day.date() + timedelta(days=n)) for n in (1, 2, 30)]
    assert measure_delays(delays) == (2, 2)
    assert measure_delays([Delay(day, day, date(2026, 11, 1))]).answer == 0
    assert measure_delays([Delay(None, None, None)]) == (None, None)
