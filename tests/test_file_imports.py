"""An owner brings a file of ideas: columns are proposed, faults are told before anything, and it is imported once."""

import csv
import io
import os
import stat
import time
from datetime import timedelta

import pytest

from ideas.actions import jobs
from ideas.actions.file_imports import check_file, find_folder, forget_old_files, launch_import, receive_file
from ideas.domain import retention
from ideas.domain.errors import NotAllowed, UnreadableFile, WrongState
from ideas.operations.jobs import Means, run_job
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import FileImport, Idea, Job, SavedMapping
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now

ADDRESS = "/gestion/campagnes/s/import"
ROWS = (
    ("N°", "Titre", "Données souhaitées", "Thème", "Divers"),
    ("1", "Bus", "Les horaires des bus", "transport", "x"),
    ("2", "Eau", "Les analyses de l’eau", "inconnu", ""),
    ("3", "Vide", "", "", ""),
)


def write(*rows):
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


@pytest.fixture
def campaign(app):
    return make_campaign(slug="s")


@pytest.fixture
def owner(visit, campaign):
    return visit.sign_in(make_person(role="owner"))


@pytest.fixture
def place(app):
    """Where the application writes."""
    return app.config["IDEAS"].var


@pytest.fixture
def work(app, place):
    """Do the job that waits, as the worker does."""

    def do():
        lease = jobs.claim_next(now=now())
        assert lease is not None
        run_job(lease, Means(clock=now, var=place))
        db.session.expire_all()

    return do


def bring(owner, content=None, name="recueil.csv", status=200):
    file = (io.BytesIO(write(*ROWS) if content is None else content), name)
    return owner.submit(owner(ADDRESS), ADDRESS, status=status, file=file)


def only(table):
    db.session.expire_all()
    return db.session.query(table).one()


def titles():
    return sorted(one.title for one in db.session.query(Idea))


def list_files(place):
    folder = find_folder(place)
    return sorted(folder.iterdir()) if folder.is_dir() else []


def test_from_a_file_to_ideas(owner, work, place):
    page = bring(owner)
    assert "Par exemple : Les horaires des bus" in page.text
    url = f"{ADDRESS}/{only(FileImport).id}"
    fields = page.fields(page.find_form(url))
    assert [fields[f"column{place}"] for place in range(5)] == ["id", "title", "data_wanted", "theme", ""]
    assert fields["source"] == "recueil"
    page = owner.submit(page, url, save_as="Ateliers")
    assert "Vérification en cours" in page.text and titles() == []
    work()
    page = owner(url)
    assert "Ce que l’import ferait" in page.text and "Les analyses de l’eau" in page.text
    assert page.text.count("Données souhaitées : Dites quelles données vous souhaitez.") == 2
    assert "Thème, 1 fois" in page.text and "Lignes fautives" in page.text
    faults = owner.client.get(f"{url}/fautes.csv").get_data(as_text=True)
    assert "4,Données souhaitées : Dites quelles données vous souhaitez." in faults
    page = owner.submit(page, f"{url}/lancement")
    assert "Import en cours" in page.text
    work()
    page = owner(url)
    assert "Ce que l’import a fait" in page.text and titles() == ["Bus", "Eau"]
    assert {one.publication for one in db.session.query(Idea)} == {"awaiting_review"}
    assert list_files(place) == [] and "Importé" in owner(ADDRESS).text
    assert only(SavedMapping).mapping["data_wanted"] == "Données souhaitées"


def test_what_was_saved_serves_the_next_file(owner, work):
    rows = [("A", "B"), ("Bus", "Les horaires des bus")]
    page = bring(owner, write(*rows))
    url = f"{ADDRESS}/{only(FileImport).id}"
    page = owner.submit(page, url, status=400)
    assert "Dites quelle colonne contient les données souhaitées." in page.text
    page = owner.submit(page, url, status=400, column0="data_wanted", column1="data_wanted")
    assert "Deux colonnes pour un même champ : Données souhaitées." in page.text
    owner.submit(page, url, column0="title", column1="data_wanted", save_as="Deux colonnes")
    page = bring(owner, write(*rows))
    page = owner(page.response.request.path + f"?correspondance={only(SavedMapping).id}")
    fields = page.fields(page.find_form(page.response.request.path))
    assert (fields["column0"], fields["column1"]) == ("title", "data_wanted")


def test_it_is_imported_once_however_often_it_is_asked(campaign, work, place):
    given = {"actor": make_person(role="owner"), "now": now()}
    brought = receive_file(campaign.id, "a.csv", io.BytesIO(write(*ROWS)), var=place, **given)
    with pytest.raises(WrongState, match="vérifié"):
        launch_import(brought.id, **given)
    mapping = {"id": "N°", "title": "Titre", "data_wanted": "Données souhaitées"}
    check_file(brought.id, mapping, {"source": "a", "publish": True}, **given)
    with pytest.raises(WrongState, match="déjà en cours"):
        check_file(brought.id, mapping, {"source": "a"}, **given)
    work()
    launch_import(brought.id, **given)
    with pytest.raises(WrongState, match="déjà en cours"):
        launch_import(brought.id, **given)
    work()
    with pytest.raises(WrongState, match="n’est plus là"):
        launch_import(brought.id, **given)
    assert titles() == ["Bus", "Eau"] and {one.publication for one in db.session.query(Idea)} == {"published"}
    assert {one.theme for one in db.session.query(Idea)} == {""}  # a column that is left aside is not read


def test_files_are_private_and_go_when_nobody_imports_them(owner, place):
    bring(owner)
    kept = list_files(place)
    assert len(kept) == 2 and not any(stat.S_IMODE(path.stat().st_mode) & 0o077 for path in kept)
    assert forget_old_files(var=place, now=now()) == 0 and list_files(place) == kept
    later = now() + retention.UPLOADS + timedelta(hours=1)
    assert forget_old_files(var=place, now=later) == 1
    assert list_files(place) == [] and only(FileImport).ended_at
    assert "rien n’en est importé" in owner(f"{ADDRESS}/{only(FileImport).id}").text


def test_what_a_process_left_behind_goes_too(app, place):
    folder = find_folder(place)
    folder.mkdir()
    (folder / "orphan.csv").write_text("a")
    os.utime(folder / "orphan.csv", (time.time() - 7200,) * 2)
    forget_old_files(var=place, now=now())
    assert list_files(place) == []


def test_a_file_is_dropped_from_its_page(owner, place):
    page = bring(owner)
    page = owner.submit(page, f"{ADDRESS}/{only(FileImport).id}/abandon")
    assert "Effacé sans être importé" in page.text and list_files(place) == []


@pytest.mark.parametrize(
    "content, name, message",
    [
        (b"a,b\n1,2\n", "notes.pdf", "finit par .csv"),
        (b"a,b\n", "vide.csv", "aucune ligne"),
        (b"PK\x03\x04", "faux.xlsx", "ne se lit pas"),
        (b"", "", "Choisissez un fichier."),
    ],
    ids=["another kind", "nothing", "no workbook", "no file"],
)
def test_what_cannot_be_read_is_said_beside_the_field_and_not_kept(owner, place, content, name, message):
    assert message in bring(owner, content, name, status=400).text
    assert list_files(place) == [] and db.session.query(FileImport).count() == 0


def test_a_file_larger_than_the_bound_is_refused_before_it_is_read(owner, campaign, place, monkeypatch):
    from ideas.actions import file_imports

    monkeypatch.setattr(file_imports, "LARGEST", 10)
    with pytest.raises(UnreadableFile):
        receive_file(
            campaign.id, "a.csv", io.BytesIO(write(*ROWS)), actor=make_person(role="owner"), now=now(), var=place
        )
    assert list_files(place) == []


def wrap(fields, content):
    """A form with a file, as a browser sends it."""
    parts = [
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}' for name, value in fields.items()
    ]
    head = '--edge\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    body = "\r\n".join([*parts, head]).encode() + content + b"\r\n--edge--\r\n"
    return {"data": body, "content_type": "multipart/form-data; boundary=edge"}


def test_a_file_of_two_megabytes_is_received_and_no_other_page_takes_one(owner):
    rows = [ROWS[0], *((str(number), "Bus", "Les horaires " * 100, "", "") for number in range(1_500))]
    content, page = write(*rows), owner(ADDRESS)
    assert len(content) > 1_900_000
    sent = wrap(page.fields(page.find_form(ADDRESS)), content)
    assert owner.client.post(ADDRESS, **sent).status_code == 303 and only(FileImport).name == "a.csv"
    assert owner.client.post("/gestion/campagnes/s/dates", **sent).status_code == 413


def test_a_file_that_is_unreadable_as_a_whole_says_so_and_can_be_mapped_again(owner, work, place):
    content = write(("Titre", "Texte", "Texte"), ("Bus", "Les horaires", "Et les arrêts"))
    page = bring(owner, content)
    url = f"{ADDRESS}/{only(FileImport).id}"
    (path,) = (one for one in list_files(place) if one.suffix == ".csv")
    owner.submit(page, url, column1="data_wanted")
    path.write_bytes(b"\xff\xff\xff")
    with pytest.raises(UnreadableFile):
        work()
    page = owner(url)
    assert "n’est pas en UTF-8" in page.text and only(Job).state == "failed"
    assert "Vérifier le fichier" in page.text


def test_a_file_belongs_to_its_campaign_and_its_owner(owner, campaign, place):
    bring(owner)
    make_campaign(slug="autre")
    owner(f"/gestion/campagnes/autre/import/{only(FileImport).id}", status=404)
    with pytest.raises(NotAllowed):
        receive_file(campaign.id, "a.csv", io.BytesIO(b"a\n1\n"), actor=make_moderator(), now=now(), var=place)


def test_replacing_and_what_is_known_are_told(owner, work, campaign):
    make_idea(campaign=campaign, source="recueil", source_number="1", title="Ancien titre")
    page = bring(owner)
    url = f"{ADDRESS}/{only(FileImport).id}"
    page = owner.submit(page, url)
    work()
    page = owner(url)
    assert "1 idée est connue sous le même numéro avec d’autres mots" in page.text
    owner.submit(page, url, replace="y")
    work()
    owner.submit(owner(url), f"{url}/lancement")
    work()
    assert titles() == ["Bus", "Eau"] and queries.file_imports.list_latest(campaign.id)[0].report["replaced"] == 1
