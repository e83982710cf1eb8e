"""The product told once: from an idea typed by a citizen to an open-data edition, through the pages alone."""

import json
import re

import pytest
import sqlalchemy as sa

from ideas.actions.editions import publish_edition
from ideas.actions.regrouping import regroup
from ideas.domain.accounts import Role
from ideas.store.database import db
from ideas.store.models import OutboxMail
from tests.factories import make_campaign, make_idea, make_person, now
from tests.pages import Visitor


@pytest.fixture
def browser(app):
    """A new browser, of somebody nobody knows yet."""
    return lambda: Visitor(app.test_client())


def code_of_last_mail():
    body = db.session.scalars(sa.select(OutboxMail.body).order_by(OutboxMail.id.desc())).first()
    return re.search(r"\b(\d{6})\b", body)[1]


def write_idea(nadia, title):
    page = nadia.submit(
        nadia("/idees/nouvelle"),
        "/idees/nouvelle",
        verifier="1",
        title=title,
        data_wanted="Les passages réels des cars, arrêt par arrêt, avec les retards.",
        planned_use="Prévenir les voyageurs et mesurer la desserte des villages.",
        use_kinds=["public_service", "association"],
        profile="association",
        consent="y",
    )
    page = nadia.submit(page, "/idees/nouvelle", use_kinds=["public_service", "association"])
    page = nadia.submit(page, "/idees/nouvelle/identification", email="nadia@example.org")
    return nadia.submit(page, "/connexion/code", code=code_of_last_mail())


def support(somebody, idea_id, email):
    page = somebody(f"/connexion?soutenir={idea_id}")
    page = somebody.submit(page, f"/connexion?soutenir={idea_id}", email=email)
    return somebody.submit(page, "/connexion/code", code=code_of_last_mail())


def number_in(page):
    return int(re.search(r"/idees/(\d+)", page.html)[1])


def test_from_an_idea_to_an_edition(app, browser, var):
    campaign = make_campaign()
    twin = make_idea(campaign=campaign, title="Horaires réels des cars régionaux, arrêt par arrêt")
    for number in range(3):
        make_idea(campaign=campaign, title=f"Qualité de l’eau {number}", data_wanted="Analyses de l’eau potable")

    # Nadia writes first, and says who she is afterwards.
    received = write_idea(browser(), "Horaires des cars régionaux, arrêt par arrêt")
    idea_id = number_in(received)
    assert "Votre idée est reçue" in received.text
    assert browser()(f"/idees/{idea_id}", status=404)

    # A moderator publishes it.
    moderator = browser().sign_in(make_person(role=Role.MODERATOR.value))
    desk = moderator("/moderation")
    assert "Horaires des cars régionaux" in desk.text
    moderator.submit(
        moderator(f"/moderation/{idea_id}"), f"/moderation/{idea_id}", verdict="publish", reason="", note=""
    )
    assert "Horaires des cars régionaux" in browser()("/idees").text

    # Paul and Zoé support it; Paul supports its twin too.
    paul = browser()
    assert "Votre soutien est compté" in support(paul, idea_id, "paul@example.org").text
    support(browser(), idea_id, "zoe@example.org")
    paul.submit(paul(f"/idees/{twin.id}"), f"/idees/{twin.id}/vote")

    # The machine puts the two together and says why; people see it.
    regroup(campaign.id, now=now())
    clusters = browser()("/sujets")
    pages = [browser()(link).text for link in clusters.links() if re.fullmatch(r"/sujets/\d+", link)]
    assert any(twin.title in text and "Horaires des cars régionaux" in text for text in pages)
    assert "Mots partagés" in browser()(f"/idees/{idea_id}").text

    # The moderator merges them: four voices, three people, of whom Nadia wrote it.
    page = moderator(f"/moderation/{twin.id}/reunion?dans={idea_id}")
    assert "1 et 3 soutiens, 3 personnes distinctes" in page.text
    moderator.submit(page, f"/moderation/{twin.id}/reunion")
    assert "3 soutiens" in browser()(f"/idees/{idea_id}").text
    assert "réunie à une autre" in browser()(f"/idees/{twin.id}").text

    # All of it is published, and anyone can recount.
    edition = publish_edition(campaign.id, now=now(), var=str(var / "var"))
    reader = browser()
    assert f"Édition n° {edition.number}" in reader("/donnees").text
    with reader.client.get(f"/donnees/{campaign.slug}/{edition.number}/ideas.jsonl") as answer:
        rows = {row["id"]: row for row in map(json.loads, answer.get_data(as_text=True).splitlines())}
    assert (rows[idea_id]["vote_count"], rows[twin.id]["canonical_id"]) == (3, idea_id)
    assert "nadia" not in json.dumps(rows) and "@" not in json.dumps(rows)
    assert "Idée réunie à une autre" in reader("/registre").text
