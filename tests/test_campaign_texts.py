"""What a campaign says, in two languages and in plain words, and what it says of its own dates."""

from datetime import timedelta

import pytest

from ideas.actions.campaigns import write_campaign_text
from ideas.actions.ideas import submit_idea
from ideas.actions.voting import cast_vote
from ideas.domain.campaign_texts import TextKind
from ideas.domain.errors import Closed, Limited, NotFound, RuleBroken
from ideas.store.database import db
from tests.factories import make_campaign, make_idea, make_person, now

VALUES = {
    "title": "Horaires des bus",
    "data_wanted": "Les horaires réels de passage à chaque arrêt.",
    "planned_use": "Un panneau d’affichage.",
    "use_kinds": ["public_service"],
    "profile": "individual",
    "consent": True,
}


def write(campaign, kind, language, text, **given):
    return write_campaign_text(campaign.id, TextKind(kind), language, text, **given)


def test_an_english_page_shows_the_english_question_and_a_french_one_the_french(visit):
    campaign = make_campaign(question="Quelles données ?")
    write(campaign, "question", "en", "Which data?")
    assert "Which data?" in visit("/?lang=en").text and "Quelles" not in visit("/idees?lang=en").text
    assert "Quelles données" in visit("/").text and "Which data?" not in visit("/").text


def test_what_is_said_in_french_alone_is_shown_as_french_on_an_english_page(visit):
    make_campaign(question="Quelles données ?")
    assert '<h1 lang="fr">' in visit("/?lang=en").html


def test_rules_and_help_are_in_plain_words_first_then_as_the_campaign_wrote_them(visit):
    campaign = make_campaign()
    assert "Parlez de données, pas de personnes" in visit("/regles").text
    write(campaign, "rules", "fr", "Un paragraphe.\n\n- une ligne\n- <b>deux</b>")
    write(campaign, "rules", "fr", "Une règle courte.", is_plain=True)
    page = visit("/regles")
    assert "<li>une ligne</li><li>&lt;b&gt;deux&lt;/b&gt;</li>" in page.html
    assert page.text.index("Une règle courte.") < page.text.index("Un paragraphe.")
    assert "Parlez de données" not in page.text
    write(campaign, "help", "fr", "Téléphonez-nous.")
    assert "Téléphonez-nous." in visit("/aide").text


def test_readers_are_asked_to_look_again_when_a_text_changes(client):
    campaign = make_campaign()
    tag = client.get("/").headers["ETag"]
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 304
    write(campaign, "question", "fr", "Une autre ?")
    assert client.get("/", headers={"If-None-Match": tag}).status_code == 200


def test_an_empty_text_takes_it_away_but_never_the_question(app):
    campaign = make_campaign()
    write(campaign, "title", "en", "Your data")
    assert write(campaign, "title", "en", "").texts == {}
    with pytest.raises(RuleBroken):
        write(campaign, "question", "fr", " ")
    with pytest.raises(Limited):
        write(campaign, "question", "en", "q" * 301)
    with pytest.raises(NotFound):
        write_campaign_text(999_999, TextKind.RULES, "fr", "Non")


def test_the_last_days_may_be_for_support_alone(visit):
    campaign = make_campaign(ideas_close_at=now() - timedelta(hours=1))
    idea, person = make_idea(campaign=campaign), make_person()
    with pytest.raises(Closed, match="ne sont plus reçues"):
        submit_idea(VALUES, campaign=campaign, author_id=person.id, now=now())
    cast_vote(idea.id, person_id=person.id, now=now())
    db.session.refresh(idea)
    assert idea.vote_count == 1
    page = visit("/")
    assert "Soutiens seulement" in page.text and "Soutenir" in page.text
    assert "Proposer une idée" not in page.text


@pytest.mark.parametrize(
    "given, words",
    [
        ({}, "En cours jusqu’au"),
        ({"ideas_close_at": now() + timedelta(days=2)}, "En cours idées jusqu’au"),
        ({"opens_at": now() + timedelta(days=2)}, "Bientôt ouverte"),
        ({"closed_at": now() - timedelta(days=1)}, "Close depuis le"),
    ],
    ids=["open", "last days for support", "to come", "closed"],
)
def test_every_page_of_a_campaign_says_where_it_stands(visit, given, words):
    make_campaign(**given)
    assert words in visit("/idees").text
