"""The holder and the territory are typed: what the directory knows is found, a slip is told, nothing is lost."""

import pytest

from tests.factories import make_campaign, make_idea, make_person, make_producer, make_territory, now
from tests.test_refused_forms import typed_in
from tests.test_review import CHECK, NEW, review
from tests.test_writing import IDEA, only_idea, write


@pytest.fixture(autouse=True)
def directories(app):
    make_campaign()
    make_producer(name="Institut national de l’information géographique (IGN)", slug="ign")
    make_territory(code="D35", name="Ille-et-Vilaine", insee="35")
    make_territory(code="FR", kind="country", name="France", insee="")


@pytest.mark.parametrize("typed", ["IGN", "institut national de l'information geographique", "ign"])
def test_a_holder_is_found_without_its_accents(visit, typed):
    page = review(visit, producer_id=typed)
    assert "Institut national de l’information géographique" in page.text
    visit.submit(page, NEW)
    assert only_idea().producer_id and not only_idea().holder_text


def test_a_body_that_nobody_knows_is_kept_as_it_was_written(visit):
    visit.submit(review(visit, producer_id="Régie des bacs"), NEW)
    assert (only_idea().producer_id, only_idea().holder_text) == (None, "Régie des bacs")
    assert typed_in(visit(NEW))["producer_id"] == "Régie des bacs"


def test_not_knowing_the_holder_is_an_answer(visit):
    visit.submit(review(visit, producer_id="Je ne sais pas"), NEW)
    assert (only_idea().producer_id, only_idea().holder_text) == (None, "")


def test_programs_send_the_old_field_too(visit):
    write(visit, holder_text="Régie des bacs")
    assert only_idea().holder_text == "Régie des bacs"


@pytest.mark.parametrize("typed", ["D35", "35", "ille et vilaine", "Ille-et-Vilaine (35)"])
def test_a_territory_is_found_by_its_name_or_its_number(visit, typed):
    visit.submit(review(visit, territory_code=typed), NEW)
    assert only_idea().territory_code == "D35"
    assert typed_in(visit(NEW))["territory_code"] == "Ille-et-Vilaine (35)"


def test_a_slip_is_told_beside_the_field_with_what_was_meant_and_nothing_is_lost(visit):
    page = review(visit, status=400, territory_code="Ile et Villaine", producer_id="IGN")
    (error,) = [one["words"] for one in page.all("p") if one.get("id") == "territory_code-error"]
    assert "Peut-être : Ille-et-Vilaine (35)" in error.replace("\u202f", " ").replace("\xa0", " ")
    kept = typed_in(page)
    assert (kept["territory_code"], kept["producer_id"]) == ("Ile et Villaine", "IGN")
    assert (kept["title"], kept["data_wanted"]) == (IDEA["title"], IDEA["data_wanted"])
    visit.submit(visit.submit(page, NEW, **CHECK, **IDEA | {"territory_code": "Ille et Vilaine"}), NEW)
    assert only_idea().territory_code == "D35"


def test_names_are_offered_by_the_browser(visit):
    page = visit(NEW)
    lists = {one["id"] for one in page.all("datalist")}
    assert (
        {one["list"] for one in page.all("input") if one.get("list")}
        == lists
        == {"producer_id-list", "territory_code-list"}
    )
    assert {"Ille-et-Vilaine (35)", "France"} <= {one.get("value") for one in page.all("option")}


def test_a_correction_shows_names_and_keeps_them(visit, app):
    author = make_person()
    idea = make_idea(author=author, publication="refused", published_at=None, consented_at=now(), territory_code="D35")
    path = f"/idees/{idea.id}/corriger"
    page = visit.sign_in(author)(path)
    assert typed_in(page, path)["territory_code"] == "Ille-et-Vilaine (35)"
    visit.submit(page, path, use_kinds=["personal"])
    assert (only_idea().territory_code, only_idea().publication) == ("D35", "awaiting_review")
