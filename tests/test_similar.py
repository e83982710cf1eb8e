"""Similar ideas while typing: what is decided anywhere is seen or gone at the next question, and damage is mended."""

import shutil

import pytest

from ideas.actions import similar
from ideas.actions.catalogue import import_catalogue
from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.publication import decide_idea
from ideas.actions.similar import find_similar_datasets, find_similar_ideas, reconcile
from ideas.domain.errors import RuleBroken
from ideas.domain.publication import Verdict
from ideas.store.database import db
from ideas.store.models import Dataset, Idea
from ideas.web.actor import READER
from tests.factories import make_campaign, make_idea, make_moderator, now


@pytest.fixture
def campaign(app):
    similar._opened.clear()
    similar._seen.clear()
    campaign = make_campaign()
    make_idea(campaign=campaign, title="Horaires des bus de nuit", data_wanted="Les passages des bus, arrêt par arrêt")
    make_idea(campaign=campaign, title="Qualité de l’eau du robinet", data_wanted="Les analyses par commune")
    return campaign


@pytest.fixture
def ask(campaign, var):
    folder = str(var / "var")
    return lambda text: [
        hit.row.title for hit in find_similar_ideas(text, campaign_id=campaign.id, actor=READER, var=folder)
    ]


@pytest.mark.parametrize(
    "text",
    ["bus", "les horaires de bus", "HORRAIRES de buss", "horaire du bus la nuit", "l'arrêt", "bus " * 10_000],
    ids=["one word", "plural", "typos", "singular", "elision", "ten thousand words"],
)
def test_the_likest_idea_comes_first_however_it_is_typed(ask, text):
    assert ask(text)[0] == "Horaires des bus de nuit"


@pytest.mark.parametrize("text", ["", "  ", "xyzzy", "\x00", "🚌", "le la les"])
def test_a_text_like_nothing_finds_nothing(ask, text):
    assert ask(text) == []


def test_what_is_published_or_hidden_is_seen_or_gone_at_the_next_question(ask, campaign):
    moderator = make_moderator()
    idea = make_idea(campaign=campaign, title="Bornes de recharge", publication="awaiting_review", published_at=None)
    assert ask("bornes de recharge") == []
    decide_idea(idea.id, Verdict.PUBLISH, actor=moderator, now=now())
    assert ask("bornes de recharge") == ["Bornes de recharge"]
    decide_idea(idea.id, Verdict.HIDE, actor=moderator, now=now(), reason="other")
    assert ask("bornes de recharge") == []
    decide_idea(idea.id, Verdict.RESTORE, actor=moderator, now=now())
    assert ask("bornes de recharge") == ["Bornes de recharge"]


def test_a_merged_idea_gives_way_and_comes_back(ask, campaign):
    moderator = make_moderator()
    double = make_idea(campaign=campaign, title="Bus de nuit, horaires")
    ask("bus")
    kept = db.session.query(Idea).filter_by(title="Horaires des bus de nuit").one()
    merge_ideas(double.id, kept.id, actor=moderator, now=now())
    assert ask("bus de nuit") == ["Horaires des bus de nuit"]
    undo_merge(double.id, actor=moderator, now=now())
    assert len(ask("bus de nuit")) == 2


def test_a_process_that_just_started_finds_what_it_missed(ask, campaign):
    ask("bus")
    make_idea(campaign=campaign, title="Cadastre des parcelles")
    similar._opened.clear()
    similar._seen.clear()
    assert ask("cadastre") == ["Cadastre des parcelles"]


@pytest.mark.parametrize("harm", ["cut", "noise", "gone"])
def test_a_damaged_index_is_built_anew_at_the_next_question(ask, campaign, var, harm):
    ask("bus")
    folder = var / "var" / "index"
    for path in [path for path in folder.rglob("*") if path.is_file()]:
        content = path.read_bytes()
        path.write_bytes(content[: len(content) // 2] if harm == "cut" else b"\xff" * len(content))
    if harm == "gone":
        shutil.rmtree(folder)
    similar._opened.clear()
    similar._seen.clear()
    assert ask("bus") == ["Horaires des bus de nuit"]


def test_reconciling_counts_what_it_mends(campaign, ask, var):
    ask("bus")
    make_idea(campaign=campaign, title="Venue autrement")
    assert reconcile(campaign.id, var=str(var / "var")) == 1
    assert reconcile(campaign.id, var=str(var / "var")) == 0


CATALOGUE = """id;title;slug;url;organization;description;tags;license
a1;Arrêts de bus;x;https://www.data.gouv.fr/fr/datasets/a1/;Ville de Brest;Arrêts et horaires;bus,transport;lov2
a2;Budget "primitif";y;https://www.data.gouv.fr/fr/datasets/a2/;Ville de Brest;Comptes;budget;lov2
;Sans numéro;z;https://www.data.gouv.fr/fr/datasets/a3/;;;;
a4;Mauvaise adresse;z;javascript:alert(1);;;;
"""


def test_the_catalogue_is_taken_in_and_asked(campaign, var, tmp_path):
    folder, file = str(var / "var"), tmp_path / "catalogue.csv"
    assert find_similar_datasets("bus", var=folder) == []
    file.write_text(CATALOGUE, encoding="utf-8")
    report = import_catalogue(file, var=folder)
    assert (report.added, [line for line, _ in report.bad]) == (2, [4, 5])
    assert [hit.row.title for hit in find_similar_datasets("horaires de bus", var=folder)] == ["Arrêts de bus"]


def test_a_newer_catalogue_replaces_the_older_but_keeps_what_an_idea_names(campaign, var, tmp_path):
    folder, file = str(var / "var"), tmp_path / "catalogue.csv"
    file.write_text(CATALOGUE, encoding="utf-8")
    import_catalogue(file, var=folder)
    named = db.session.query(Dataset).filter_by(key="a2").one()
    make_idea(campaign=campaign, dataset_id=named.id)
    file.write_text("url,title,id\nhttps://x.example.org/b,Bibliothèques,b1\n", encoding="utf-8")
    report = import_catalogue(file, var=folder)
    assert (report.added, report.gone) == (1, 1)
    assert {dataset.key for dataset in db.session.query(Dataset)} == {"a2", "b1"}


@pytest.mark.parametrize(
    "content", [b"id;title\n1;x\n", b"\xff\xfe\x00", b""], ids=["a column short", "no UTF-8", "empty"]
)
def test_a_catalogue_that_cannot_be_read_changes_nothing(campaign, var, tmp_path, content):
    file = tmp_path / "catalogue.csv"
    file.write_bytes(content)
    with pytest.raises(RuleBroken):
        import_catalogue(file, var=str(var / "var"))
    assert db.session.query(Dataset).count() == 0
