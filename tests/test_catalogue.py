"""The catalogue of open data: whole or asked about, as its API and its CSV give it."""

import json

import pytest

from ideas.actions.catalogue import import_catalogue
from ideas.domain.errors import RuleBroken
from ideas.store.database import db
from ideas.store.models import Dataset
from tests.factories import make_idea


@pytest.fixture
def take_in(app, tmp_path, var):
    def take_in(content, name="catalogue.csv", **given):
        (tmp_path / name).write_text(content, encoding="utf-8")
        return import_catalogue(tmp_path / name, var=str(var / "var"), **given)

    return take_in


def table(*keys):
    return "id,title,url\n" + "".join(f"{key},Jeu {key},https://x.example/{key}\n" for key in keys)


def keys():
    return {dataset.key for dataset in db.session.query(Dataset)}


def test_a_file_that_would_forget_more_than_a_tenth_changes_nothing_unless_it_is_asked(take_in):
    take_in(table(*range(20)))
    with pytest.raises(RuleBroken, match=r"17 jeux de données sur 20.*--allow-removals"):
        take_in(table(0, 1, 2, "new"))
    assert len(keys()) == 20 and "new" not in keys()
    report = take_in(table(0, 1, 2, "new"), allow_removals=True)
    assert (report.added, report.changed, report.gone, len(keys())) == (1, 3, 17, 4)


def test_a_tenth_may_go(take_in):
    take_in(table(*range(20)))
    assert (take_in(table(*range(18))).gone, len(keys())) == (2, 18)


def test_what_an_idea_names_is_not_counted_as_forgotten(take_in):
    take_in(table(*range(4)))
    for dataset in db.session.query(Dataset).filter(Dataset.key != "0").all():
        make_idea(dataset_id=dataset.id)
    assert (take_in(table(0)).gone, len(keys())) == (0, 4)


def test_a_bad_row_forgets_nothing(take_in):
    take_in(table(0, 1))
    report = take_in(table(0) + "1,,https://x.example/1\n")
    assert ([place for place, _ in report.bad], report.gone, keys()) == ([3], 0, {"0", "1"})


def test_a_dry_run_tells_and_changes_nothing(take_in):
    take_in(table(*range(5)))
    report = take_in(table(0, "new"), dry_run=True)
    assert (report.added, report.changed, report.gone, len(keys())) == (1, 1, 4, 5)


API = {
    "id": "a1",
    "title": "Arr&ecirc;ts de bus",
    "page": "https://www.data.gouv.fr/datasets/arrets/",
    "organization": {"name": "Ville d’Exemple", "acronym": None, "badges": [], "id": "o1"},
    "description": "<p>Position &amp; horaires</p>",
    "tags": ["bus", "transport"],
    "license": "lov2",
    "resources": [{"title": "arrets.csv", "url": "https://x.example/arrets.csv"}],
    "spatial": {"zones": []},
}


def test_data_sets_are_read_as_the_api_gives_them(take_in):
    rows = [API, {**API, "id": "a2", "organization": None, "tags": None, "license": {"title": "Licence Ouverte"}}]
    rows.append({"id": "a3", "title": "Eau", "url": "https://x.example/eau", "organization": "Agence"})
    rows.append(
        {"identifier": "a4", "titre": "Air", "url": "", "page": "https://x.example/air", "tags": [{"name": "air"}]}
    )
    assert take_in("".join(json.dumps(row) + "\n" for row in rows), "a.jsonl").bad == []
    found = {one.key: one for one in db.session.query(Dataset)}
    first = found["a1"]
    assert (first.title, first.organisation, first.tags) == ("Arrêts de bus", "Ville d’Exemple", "bus, transport")
    assert (first.description, first.licence, first.url) == ("Position & horaires", "lov2", API["page"])
    assert (found["a2"].organisation, found["a2"].licence) == ("", "Licence Ouverte")
    assert (found["a3"].organisation, found["a4"].title, found["a4"].tags) == ("Agence", "Air", "air")


def test_the_cells_of_a_csv_may_hold_what_the_api_nests(take_in):
    take_in('id;title;url;organization.name;tags\na;Bus;https://x.example/a;Ville;"[""bus"", ""tram""]"\n')
    take_in('id;title;url;organization\na;Bus;https://x.example/a;"{""name"": ""Ville""}"\n')
    assert db.session.query(Dataset).one().organisation == "Ville"


@pytest.mark.parametrize(
    "change",
    [{"organization": {"badges": []}}, {"title": {"x": ["y"]}}, {"page": "x" * 600}, {"id": "x" * 101}, {"id": None}],
)
def test_what_gives_no_name_is_told_and_never_written_as_it_is_held(take_in, change):
    report = take_in("".join(json.dumps(row) + "\n" for row in ({**API, **change}, {**API, "id": "good"})), "a.jsonl")
    assert ([place for place, _ in report.bad], keys()) == ([1], {"good"})
