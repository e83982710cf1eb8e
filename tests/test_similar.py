"""Similar ideas while typing: what is decided anywhere is seen or gone at the next question, and damage is mended."""

import logging
import os
import shutil
import subprocess
import sys

import pytest

from ideas.actions.catalogue import import_catalogue
from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.publication import decide_idea
from ideas.app import open_database
from ideas.domain.errors import RuleBroken
from ideas.domain.publication import Verdict
from ideas.http.actor import READER
from ideas.operations.maintenance import mend_indexes
from ideas.retrieval import idea_indexes, index_files
from ideas.retrieval.catalogue_index import renew_catalogue
from ideas.retrieval.idea_indexes import reconcile
from ideas.retrieval.kinds import LIKENESS
from ideas.retrieval.open_indexes import open_indexes
from ideas.retrieval.similar import find_similar_datasets, find_similar_ideas
from ideas.store.database import db
from ideas.store.models import Dataset, Idea
from tests.factories import make_campaign, make_idea, make_moderator, now
from tests.test_voting import press_together


@pytest.fixture
def campaign(app):
    open_indexes().forget_all()
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
def test_the_most_similar_idea_comes_first_however_it_is_typed(ask, text):
    assert ask(text)[0] == "Horaires des bus de nuit"


@pytest.mark.parametrize("text", ["", "  ", "xyzzy", "\x00", "🚌", "le la les"])
def test_a_text_like_nothing_finds_nothing(ask, text):
    assert ask(text) == []


def test_threads_that_ask_at_once_share_one_index_and_write_each_news_once(app, ask, campaign, var):
    ask("bus")
    open_indexes().forget_all()
    ask("bus")
    moderator = make_moderator()
    for number in range(5):
        idea = make_idea(campaign=campaign, title=f"Bornes {number}", publication="awaiting_review", published_at=None)
        decide_idea(idea.id, Verdict.PUBLISH, actor=moderator, now=now())
    number, place = campaign.id, str(var / "var")
    folder = LIKENESS.folder(place, number)
    answers, seen = [], set()

    def search():
        answers.append(len(find_similar_ideas("bornes", campaign_id=number, actor=READER, var=place)))
        seen.add(id(open_indexes().find(folder)))

    assert press_together(app, 8, search) == []
    assert (answers, len(seen)) == ([5] * 8, 1)
    journal = "".join(path.read_text(errors="replace") for path in folder.glob("*") if path.name != "index")
    assert journal.count('{"add": ') == 5


def test_threads_that_open_an_index_at_once_open_it_once(app, ask, campaign, var):
    ask("bus")
    open_indexes().forget_all()
    folder = LIKENESS.folder(str(var / "var"), campaign.id)
    found = []
    press_together(app, 8, lambda: found.append(open_indexes().find(folder)))
    assert len(found) == 8 and len(set(map(id, found))) == 1


def test_two_applications_share_no_index(app):
    here = open_indexes()
    with open_database(app.config["IDEAS"]).app_context():
        assert open_indexes() is not here
    assert open_indexes() is here


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
    open_indexes().forget_all()
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
    open_indexes().forget_all()
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
    assert (report.added, [number for number, _ in report.bad]) == (2, [4, 5])
    assert [hit.row.title for hit in find_similar_datasets("horaires de bus", var=folder)] == ["Arrêts de bus"]


def test_a_newer_catalogue_replaces_the_older_but_keeps_what_an_idea_names(campaign, var, tmp_path):
    folder, file = str(var / "var"), tmp_path / "catalogue.csv"
    file.write_text(CATALOGUE, encoding="utf-8")
    import_catalogue(file, var=folder)
    named = db.session.query(Dataset).filter_by(key="a2").one()
    make_idea(campaign=campaign, dataset_id=named.id)
    file.write_text("url,title,id\nhttps://x.example.org/b,Bibliothèques,b1\n", encoding="utf-8")
    report = import_catalogue(file, var=folder, allow_removals=True)
    assert (report.added, report.gone) == (1, 1)
    assert {dataset.key for dataset in db.session.query(Dataset)} == {"a2", "b1"}


@pytest.mark.parametrize(
    "content",
    [b"id;title\n1;x\n", b"id;title;url\n\xe9", b"", b"\x1f\x8b\x08\x00half", b'id;title;url\n"open'],
    ids=["a column short", "no UTF-8", "empty", "packed and cut", "a quote left open"],
)
def test_a_catalogue_that_cannot_be_read_changes_nothing(campaign, var, tmp_path, content):
    file = tmp_path / ("catalogue.csv.gz" if content.startswith(b"\x1f") else "catalogue.csv")
    file.write_bytes(content)
    with pytest.raises(RuleBroken):
        import_catalogue(file, var=str(var / "var"))
    assert db.session.query(Dataset).count() == 0


WORDS = ("écoles", "forêts", "tramways", "musées", "hôpitaux", "rivières", "impôts", "logements")


def test_an_index_that_grew_by_a_fifth_is_built_anew_by_the_worker(ask, campaign, var):
    folder = str(var / "var")
    for word in WORDS:
        make_idea(campaign=campaign, title=f"Carte des {word}", data_wanted="Une carte")
    mend_indexes(var=folder)
    index = index_files.open_index(LIKENESS.folder(folder, campaign.id))
    assert (index.added_count, len(index)) == (0, 10)
    make_idea(campaign=campaign, title="Bornes de recharge")
    mend_indexes(var=folder)
    assert index.added_count == 1 and ask("bornes de recharge")[0] == "Bornes de recharge"
    for number in range(2):
        make_idea(campaign=campaign, title=f"Pistes cyclables {number}")
    assert ask("pistes cyclables") == []
    mend_indexes(var=folder)
    assert (len(index), index.added_count) == (13, 0)
    assert ask("bornes de recharge")[0] == "Bornes de recharge" and len(ask("pistes cyclables")) == 2
    assert ask("horaires de bus")[0] == "Horaires des bus de nuit"


def test_many_ideas_come_in_at_once_rather_than_one_by_one(app, ask, campaign, monkeypatch):
    assert ask("pistes cyclables") == []
    monkeypatch.setattr(idea_indexes, "FEW", 3)
    for number in range(6):
        make_idea(campaign=campaign, title=f"Pistes cyclables {number}")
    var = app.config["IDEAS"].var
    assert reconcile(campaign.id, var=var) == 6 and len(ask("pistes cyclables")) == 5
    assert index_files.open_index(LIKENESS.folder(var, campaign.id)).added_count == 0


OTHER_PROCESS = """
import sys
from ideas.app import create_app
from ideas.config import Config
from ideas.retrieval import index_files, similar
from ideas.retrieval.kinds import LIKENESS
from ideas.http.actor import READER
campaign_id, var = int(sys.argv[1]), sys.argv[2]
app = create_app(Config.from_environment())
for text in sys.stdin:
    with app.app_context():
        hits = similar.find_similar_ideas(text.strip(), campaign_id=campaign_id, actor=READER, var=var)
        added = index_files.open_index(LIKENESS.folder(var, campaign_id)).added_count
        print(added, "|".join(hit.row.title for hit in hits), flush=True)
"""


def test_another_process_turns_to_the_index_built_anew(app, ask, campaign, var):
    config = app.config["IDEAS"]
    ask("bus")
    settings = {"IDEAS_DATABASE_URL": config.database_url, "IDEAS_VAR": config.var, "IDEAS_SECRET_KEY": "x" * 32}
    words = [sys.executable, "-c", OTHER_PROCESS, str(campaign.id), config.var]
    db.session.commit()
    with subprocess.Popen(
        words, env=os.environ | settings, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:

        def there(text):
            print(text, file=process.stdin, flush=True)
            return process.stdout.readline().strip()

        make_idea(campaign=campaign, title="Bornes de recharge")
        reconcile(campaign.id, var=config.var)
        db.session.commit()
        assert there("bornes de recharge") == "1 Bornes de recharge"
        mend_indexes(var=config.var)
        assert there("bornes de recharge") == "0 Bornes de recharge"
        assert there("horaires de bus").startswith("0 Horaires des bus de nuit")
        process.stdin.close()


def test_the_worker_indexes_a_catalogue_that_changed_without_it(campaign, var, tmp_path):
    folder, file = str(var / "var"), tmp_path / "catalogue.csv"
    file.write_text(CATALOGUE, encoding="utf-8")
    import_catalogue(file, var=folder)
    assert not renew_catalogue(var=folder)
    db.session.add(Dataset(key="a9", title="Parcelles du cadastre", url="https://x.example.org/a9"))
    db.session.commit()
    assert find_similar_datasets("cadastre", var=folder) == []
    mend_indexes(var=folder)
    assert [hit.row.title for hit in find_similar_datasets("cadastre", var=folder)] == ["Parcelles du cadastre"]


def middle(path):
    content = bytearray(path.read_bytes())
    half = len(content) // 2
    content[half : half + 200] = bytes(byte ^ 0xFF for byte in content[half : half + 200])
    path.write_bytes(content)


def swap(path, make):
    shutil.rmtree(path)
    make(path)


HARMS = {
    "bytes in the middle": lambda folder: middle(folder / "index"),
    "index cut": lambda folder: os.truncate(folder / "index", 100),
    "index empty": lambda folder: os.truncate(folder / "index", 0),
    "index gone": lambda folder: (folder / "index").unlink(),
    "journal cut": lambda folder: [os.truncate(path, 10) for path in folder.glob("journal.*")],
    "journal empty": lambda folder: [os.truncate(path, 0) for path in folder.glob("journal.*")],
    "journal gone": lambda folder: [path.unlink() for path in folder.glob("journal.*")],
    "journal of noise": lambda folder: [path.write_bytes(b"\xff\n" * 5_000) for path in folder.glob("journal.*")],
    "folder gone": shutil.rmtree,
    "folder unreadable": lambda folder: folder.chmod(0),
    "folder of garbage": lambda folder: [path.write_bytes(b"\xff" * 9_000) for path in folder.iterdir()],
    "files turned to folders": lambda folder: [(path.unlink(), path.mkdir()) for path in [*folder.iterdir()]],
    "a file in its place": lambda folder: swap(folder, lambda path: path.write_text("?")),
    "a loop in its place": lambda folder: swap(folder, lambda path: path.symlink_to(path)),
}


@pytest.mark.parametrize("harm", HARMS)
def test_whatever_happens_to_the_index_the_answers_are_right(client, ask, campaign, var, tmp_path, harm):
    folder, file = str(var / "var"), tmp_path / "catalogue.csv"
    file.write_text(CATALOGUE, encoding="utf-8")
    import_catalogue(file, var=folder)
    make_idea(campaign=campaign, title="Bornes de recharge")
    mend_indexes(var=folder)
    assert {"Bornes de recharge"} == set(ask("bornes de recharge"))
    for index in sorted((var / "var" / "index").iterdir()):
        HARMS[harm](index)
    idea = make_idea(campaign=campaign, title="Pistes cyclables", publication="awaiting_review", published_at=None)
    decide_idea(idea.id, Verdict.PUBLISH, actor=make_moderator(), now=now())
    for text, title in (("pistes cyclables", "Pistes cyclables"), ("bornes de recharge", "Bornes de recharge")):
        fragment = client.get("/idees/similaires", query_string={"texte": text})
        assert fragment.status_code == 200 and title in fragment.get_data(as_text=True)
        told = client.get("/api/v1/similar", query_string={"text": text})
        assert [found["title"] for found in told.json["ideas"]] == [title]
    told = client.get("/api/v1/similar?text=horaires+de+bus").json
    assert (told["ideas"][0]["title"], told["datasets"][0]["title"]) == ("Horaires des bus de nuit", "Arrêts de bus")


@pytest.mark.parametrize("others", [[], ["lock"], ["lock", "new.1"]], ids=["alone", "after another", "with another"])
def test_the_first_index_is_built_without_a_warning(ask, campaign, var, caplog, others):
    caplog.set_level(logging.INFO)
    for name in others:
        file = var / "var" / "index" / f"campaign-{campaign.id}" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert ask("bus") == ["Horaires des bus de nuit"]
    said = [record for record in caplog.records if "index" in record.getMessage()]
    assert [record.levelname for record in said] == ["INFO"] and "for the first time" in said[0].getMessage()


@pytest.mark.parametrize("is_open", [True, False], ids=["in use", "found so"])
@pytest.mark.parametrize("harm", ["folder of garbage", "a file in its place", "a loop in its place"])
def test_a_damaged_index_is_told_to_the_operator(ask, campaign, var, caplog, harm, is_open):
    ask("bus")
    if not is_open:
        open_indexes().forget_all()
    HARMS[harm](var / "var" / "index" / f"campaign-{campaign.id}")
    assert ask("bus") == ["Horaires des bus de nuit"]
    assert "missing or damaged" in caplog.text


def test_an_index_that_disappears_while_in_use_is_told_to_the_operator(ask, campaign, var, caplog):
    ask("bus")
    shutil.rmtree(var / "var" / "index")
    assert ask("bus") == ["Horaires des bus de nuit"]
    assert "missing or damaged" in caplog.text


def test_when_nothing_can_be_written_nothing_is_found_and_the_log_says_why(client, campaign, var, caplog):
    (var / "var" / "index").write_text("a file where a folder should be")
    fragment = client.get("/idees/similaires?texte=bus")
    assert (fragment.status_code, "<li>" in fragment.get_data(as_text=True)) == (200, False)
    told = client.get("/api/v1/similar?text=bus")
    assert (told.status_code, told.json["ideas"], told.json["datasets"]) == (200, [], [])
    assert "cannot be built" in caplog.text and "index" in caplog.text


def test_an_index_that_can_no_longer_be_written_still_answers(ask, campaign, var, caplog):
    assert ask("bus") == ["Horaires des bus de nuit"]
    (lock,) = (var / "var" / "index").glob("campaign-*/lock")
    lock.unlink()
    lock.mkdir()
    idea = make_idea(campaign=campaign, title="Pistes cyclables", publication="awaiting_review", published_at=None)
    decide_idea(idea.id, Verdict.PUBLISH, actor=make_moderator(), now=now())
    assert ask("bus") == ["Horaires des bus de nuit"] and "cannot follow" in caplog.text
    lock.rmdir()
    assert ask("pistes cyclables") == ["Pistes cyclables"]
