"""The map of départements: each square leads to its ideas, and the table says the same."""

import csv

import pytest

from ideas.config import ROOT
from ideas.web.territories import PLACES
from tests.factories import make_campaign, make_idea, make_territory


@pytest.fixture
def campaign(app):
    return make_campaign()


def test_the_drawing_has_every_department_once_and_no_other():
    with (ROOT / "ideas" / "demo" / "territories.csv").open(encoding="utf-8") as file:
        codes = {row["insee"] for row in csv.DictReader(file) if row["kind"] == "department"}
    assert PLACES.keys() == codes and len(codes) == 101
    assert len(set(PLACES.values())) == len(PLACES)


def test_a_square_tells_how_many_ideas_and_leads_to_them(campaign, visit):
    place = make_territory(code="D33", insee="33", kind="department", name="Gironde")
    make_territory(code="D2A", insee="2A", kind="department", name="Corse-du-Sud")
    country = make_territory(code="FR", insee="", kind="country", name="France")
    for _ in range(3):
        make_idea(territory_code=place.code)
    make_idea(territory_code=country.code)
    make_idea(territory_code=place.code, publication="hidden")
    make_idea(territory_code=place.code, publication="awaiting_review")
    make_idea()
    page = visit("/territoires")
    squares = {link["aria-label"]: link["href"] for link in page.all("a") if link.get("aria-label")}
    assert squares["33, Gironde : 3 idées"] == "/idees?territoire=D33"
    assert not [label for label in squares if "Corse" in label]
    assert "Un département est cité, sur 2" in page.text and "1 idée ne nomme aucun territoire" in page.text
    assert "3 idées" in visit(squares["33, Gironde : 3 idées"]).text
    english = visit("/territoires?lang=en")
    assert "One département is named, out of 2" in english.text and "33, Gironde: 3 ideas" in english.html


def test_without_territories_the_page_says_so(campaign, visit):
    assert "Aucune idée ne nomme encore de territoire" in visit("/territoires").text
