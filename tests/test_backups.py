"""A backup holds everything, on one database or the other, and is restored whole or not at all."""

import json
import re
import zipfile
from pathlib import Path

import pytest

from ideas.app import open_database
from ideas.config import Config
from ideas.demo.files import read_demonstration
from ideas.demo.loading import load_demonstration
from ideas.operations import backups
from ideas.operations.backups import write_backup
from ideas.store.database import Base, db
from ideas.store.migrating import migrate
from ideas.store.models import Campaign, Idea, Run, Vote
from tests.commands import Terminal
from tests.factories import make_campaign, make_idea, make_person, make_vote, now


@pytest.fixture
def terminal(app):
    return Terminal(app.config["IDEAS"])


@pytest.fixture
def elsewhere(tmp_path):
    """The terminal of an empty installation on SQLite."""
    return Terminal(Config(var=str(tmp_path / "elsewhere")))


@pytest.fixture
def file(tmp_path):
    return tmp_path / "sauvegarde.zip"


def tables_of(path):
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist() if name != "backup.json"}


def load_a_life(app):
    """The demonstration, a run that its campaign points at, and the file of an edition."""
    campaign = load_demonstration(read_demonstration(), now=now())
    run = Run(campaign_id=campaign.id, started_at=now(), parameters={"resolution": 1.5})
    db.session.add(run)
    db.session.flush()
    campaign.current_run_id = run.id
    db.session.commit()
    edition = Path(app.config["IDEAS"].var) / "editions" / campaign.slug / "1"
    edition.mkdir(parents=True)
    (edition / "ideas.csv").write_text("id\n1\n")


def without_version(tables):
    """The same, but for the version of campaigns: a restored one is drawn anew, lest readers keep pages of before."""
    return {name: re.sub(rb'"version": \d+', b'"version": 0', content) for name, content in tables.items()}


def test_what_is_restored_elsewhere_is_what_was_saved(app, terminal, elsewhere, file, tmp_path):
    load_a_life(app)
    saved = terminal.read("backup", file)["rows"]
    assert saved["ideas"] == len(read_demonstration().all_ideas)
    assert set(saved) == set(Base.metadata.tables)
    assert elsewhere.read("restore", file)["rows"] == saved
    again = tmp_path / "again.zip"
    elsewhere.read("backup", again)
    assert without_version(tables_of(again)) == without_version(tables_of(file))
    assert "editions/donnees-revees-2026/1/ideas.csv" in tables_of(again)


def test_what_comes_back_from_elsewhere_counts_on(app, terminal, elsewhere, file, tmp_path):
    other = open_database(Config(var=str(tmp_path / "autre")))
    with other.app_context():
        migrate(db.engine)
        last = make_idea(campaign=make_campaign(slug="appel")).id
        db.session.rollback()
        write_backup(file, var=str(tmp_path / "autre"), now=now())
        db.engine.dispose()
    terminal.read("restore", file)
    campaign = db.session.query(Campaign).one()
    assert make_idea(campaign=campaign).id == last + 1
    make_vote(db.session.get(Idea, last), make_person())
    assert db.session.query(Vote).count() == 1


def test_a_database_that_holds_anything_is_left_alone(terminal, file):
    make_campaign(slug="appel")
    terminal.read("backup", file)
    assert "not empty" in terminal.refusal("restore", file)
    assert db.session.query(Campaign).count() == 1


@pytest.mark.parametrize("content", [b"", b"id,title\n", None], ids=["empty", "a table", "another zip"])
def test_another_file_is_refused_and_nothing_is_written(terminal, file, content):
    file.write_bytes(content or b"")
    if content is None:
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("lettre.txt", "Bonjour")
    assert "not a backup" in terminal.refusal("restore", file)


def test_a_backup_cut_short_restores_nothing(app, terminal, elsewhere, file, tmp_path):
    load_a_life(app)
    terminal.read("backup", file)
    cut = tmp_path / "coupee.zip"
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(cut, "w") as archive:
        for name in whole.namelist():
            if name != "tables/votes.jsonl":
                archive.writestr(name, whole.read(name))
    elsewhere.refusal("restore", cut)
    assert elsewhere.read("campaign", "list") == []


def test_a_backup_of_another_version_is_refused(terminal, elsewhere, file, tmp_path):
    terminal.read("backup", file)
    old = tmp_path / "ancienne.zip"
    with zipfile.ZipFile(file) as whole, zipfile.ZipFile(old, "w") as archive:
        about = json.loads(whole.read("backup.json")) | {"revision": "0000_before"}
        archive.writestr("backup.json", json.dumps(about))
    assert "0000_before" in elsewhere.refusal("restore", old)


def test_a_backup_writes_only_under_the_folder_of_editions(terminal, elsewhere, file, tmp_path):
    terminal.read("backup", file)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("editions/../../dehors.txt", "!")
    elsewhere.read("restore", file)
    assert not list(tmp_path.rglob("dehors.txt"))


def test_a_backup_is_for_its_owner_alone(terminal, file):
    terminal.read("backup", file)
    assert file.stat().st_mode & 0o077 == 0


def test_a_backup_that_fails_leaves_the_one_before(terminal, file, monkeypatch):
    file.write_text("celle d’avant")
    monkeypatch.setattr("ideas.operations.backups._write_editions", lambda *_: (_ for _ in ()).throw(OSError("plein")))
    assert terminal.refusal("backup", file) == "plein"
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert file.read_text() == "celle d’avant"


def test_a_backup_sees_one_moment_while_people_vote(app, file, monkeypatch):
    idea_id = make_idea(campaign=make_campaign()).id
    write_rows = backups._write_rows

    def vote_between_tables(connection, table, lines):
        if table.name == "ideas":
            with app.app_context():
                make_vote(db.session.get(Idea, idea_id), make_person())
        return write_rows(connection, table, lines)

    db.session.rollback()
    monkeypatch.setattr(backups, "_write_rows", vote_between_tables)
    saved = write_backup(file, var=app.config["IDEAS"].var, now=now())
    assert (saved["ideas"], saved["votes"]) == (1, 0)
    assert db.session.query(Vote).count() == 1
