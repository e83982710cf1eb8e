"""The command line: what each command does, what it prints, and the one line that says why it cannot."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from ideas.cli import main
from ideas.cli.manual import commands_page, settings_page
from ideas.config import ROOT
from ideas.domain.accounts import Role
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Edition, Idea, Person, Run
from tests.commands import COMMAND, Terminal, start
from tests.factories import make_campaign, make_idea, make_person, make_vote

WORDS = ("create", "appel", "--title", "Vos données", "--question", "Lesquelles ?")


@pytest.fixture
def terminal(app):
    return Terminal(app.config["IDEAS"])


@pytest.fixture
def ideas_file(tmp_path):
    """A file of three ideas, one of them without a text."""
    rows = [
        {"id": 7, "title": "Horaires des bus", "body": "Les horaires réels de passage.", "mood": "gai"},
        {"id": 8, "title": "Sans texte", "body": ""},
        {"id": 9, "title": "Menus des cantines", "body": "Les menus et leurs allergènes."},
    ]
    path = tmp_path / "idees.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


@pytest.mark.parametrize(
    ("words", "fact", "kind"),
    [
        (("review", "after", "--reason", "Trop d’idées."), ("reviewed", "after"), "review_after"),
        (("grain", "fine"), ("grain", "fine"), "change_grain"),
        (("comments", "on"), ("takes_comments", True), "take_comments"),
    ],
    ids=["review", "grain", "comments"],
)
def test_how_a_campaign_goes_is_chosen_once_and_told_in_the_register(terminal, words, fact, kind):
    make_campaign(slug="appel")
    act, *rest = words
    name, value = fact
    assert terminal.read("campaign", act, "appel", *rest)[name] == value
    decisions = db.session.query(Decision).all()
    assert [(one.kind, one.role) for one in decisions] == [(kind, Role.ADMINISTRATOR)]
    assert terminal.type("campaign", act, "appel", *rest).stdout == "Campaign appel does so already.\n"
    assert db.session.query(Decision).count() == len(decisions)


def test_the_review_of_an_open_campaign_changes_for_a_reason(terminal):
    make_campaign(slug="appel")
    refusal = terminal.refusal("campaign", "review", "appel", "after")
    assert refusal == "This campaign is open: say why the review changes."
    assert terminal.read("campaign", "list")[0]["reviewed"] == "before"


def test_a_campaign_is_created_listed_and_closed(terminal):
    terminal.type("campaign", *WORDS, "--opens", "2026-01-05", "--closes", "2126-01-31")
    assert [one["state"] for one in terminal.read("campaign", "list")] == ["open"]
    assert terminal.type("campaign", "close", "appel", "--note", "Fin.").stdout == "Campaign appel is closed.\n"
    assert terminal.read("campaign", "list")[0]["state"] == "closed"
    assert (db.session.query(Decision).one().role, db.session.query(Decision).one().note) == ("administrator", "Fin.")


def test_days_are_those_of_paris_and_the_last_one_is_included(terminal):
    terminal.read("campaign", *WORDS, "--opens", "2026-07-01", "--closes", "2026-11-30")
    campaign = db.session.query(Campaign).one()
    assert campaign.opens_at == datetime(2026, 6, 30, 22, tzinfo=UTC)
    assert campaign.closes_at == datetime(2026, 11, 30, 23, tzinfo=UTC)


def test_an_hour_is_taken_as_it_is_given(terminal):
    terminal.read("campaign", *WORDS, "--opens", "2026-07-01T09:00Z", "--closes", "2026-11-30T18:00")
    campaign = db.session.query(Campaign).one()
    assert (campaign.opens_at.hour, campaign.closes_at.hour) == (9, 17)


def test_ideas_are_imported_once_and_the_bad_rows_told(terminal, ideas_file):
    make_campaign(slug="appel")
    words = ("import", ideas_file, "--campaign", "appel", "--map", "data_wanted=body", "--publish")
    first = terminal.read(*words)
    assert (first["added"], [one["row"] for one in first["bad"]]) == (2, [2])
    assert first["columns_with_no_field"] == ["mood"]
    assert (terminal.read(*words)["added"], terminal.read(*words)["already_there"]) == (0, 2)
    assert {idea.publication for idea in db.session.query(Idea)} == {"published"}


def test_a_dry_run_imports_nothing(terminal, ideas_file):
    make_campaign(slug="appel")
    words = ("import", ideas_file, "--campaign", "appel", "--map", "data_wanted=body", "--dry-run")
    result = terminal.type(*words)
    assert "would be added: 2" in result.stdout
    assert "line 2: data_wanted" in result.stderr
    assert db.session.query(Idea).count() == 0


def test_a_file_without_any_good_row_is_a_failure(terminal, tmp_path):
    make_campaign(slug="appel")
    path = tmp_path / "idees.csv"
    path.write_text("title,data_wanted\nrien,\n")
    result = terminal.type("import", path, "--campaign", "appel")
    assert (result.exit_code, result.stderr.splitlines()[-1]) == (1, "Error: None of the 1 rows could be imported.")


def test_the_reasons_of_bad_rows_are_in_one_language(terminal, tmp_path):
    make_campaign(slug="appel")
    path = tmp_path / "idees.jsonl"
    path.write_text('{"title": "a", "data_wanted": ["b"]}\nnon\n\n{"title": "a", "data_wanted": ""}\n')
    assert terminal.type("import", path, "--campaign", "appel").stderr.splitlines()[:3] == [
        "line 1: data_wanted: This field holds a list or an object instead of a text.",
        "line 2: This row is not JSON.",
        "line 4: data_wanted: Say which data you wish for.",
    ]


@pytest.mark.parametrize(
    "name, content, sentence",
    [
        ("idees.jsonl", b"", "This file holds no row."),
        ("idees.csv", "titre;été\n".encode("cp1252"), "This file is not in UTF-8"),
        ("idees.xlsx", b"PK", "This workbook cannot be read"),
        ("idees.csv", b"title,title\n", "Several columns have the same name: title."),
    ],
    ids=["empty", "encoding", "workbook", "columns"],
)
def test_a_bad_file_is_one_line_and_nothing_is_written(terminal, tmp_path, name, content, sentence):
    make_campaign(slug="appel")
    (tmp_path / name).write_bytes(content)
    assert terminal.refusal("import", tmp_path / name, "--campaign", "appel").startswith(sentence)
    assert db.session.query(Idea).count() == 0


def test_a_regrouping_says_what_it_found(terminal):
    campaign = make_campaign(slug="appel")
    author = make_person()
    for place in ("Lyon", "Nantes", "Brest"):
        for subject in ("Horaires des bus de nuit", "Menus des cantines scolaires", "Qualité de l’eau du robinet"):
            make_idea(campaign=campaign, author=author, title=f"{subject}, {place}", data_wanted=subject)
    found = terminal.read("regroup", "--campaign", "appel")
    run = db.session.query(Run).one()
    assert (found["run"], found["ideas"], found["clusters"]) == (run.id, 9, 3)
    assert found["seconds"] == run.seconds
    assert {"unclustered", "near_duplicate_pairs"} <= found.keys()


def test_a_regrouping_shared_without_dask_says_what_to_install(terminal, monkeypatch):
    make_campaign(slug="appel")
    monkeypatch.setitem(sys.modules, "distributed", None)  # as on an installation without the extra
    refusal = terminal.refusal("regroup", "--campaign", "appel", "--dask", "tcp://127.0.0.1:8786")
    assert refusal.startswith("Dask is not installed") and "pip install --editable '.[scale]'" in refusal
    assert db.session.query(Run).count() == 0


def test_an_export_gives_the_same_bytes_twice(terminal, tmp_path):
    make_idea(campaign=make_campaign(slug="appel"))
    first = terminal.read("export", "--campaign", "appel", "--to", tmp_path / "a")
    second = terminal.read("export", "--campaign", "appel", "--to", tmp_path / "b")
    assert first["files"] == second["files"]
    assert (tmp_path / "a" / "edition.zip").read_bytes() == (tmp_path / "b" / "edition.zip").read_bytes()
    assert db.session.query(Edition).count() == 0


def test_two_editions_are_compared_idea_by_idea(terminal):
    campaign = make_campaign(slug="appel")
    kept, changed, gone = (make_idea(campaign=campaign, vote_count=0) for _ in range(3))
    terminal.read("edition", "publish", "appel")
    make_vote(changed)
    gone.publication = "hidden"
    added = make_idea(campaign=campaign)
    db.session.commit()
    terminal.read("edition", "publish", "appel")
    assert [one["edition"] for one in terminal.read("edition", "list")] == ["appel/2", "appel/1"]
    found = terminal.read("edition", "diff", "1", "appel/2")
    assert (found["added"], found["removed"], found["changed"]) == ([added.id], [gone.id], [changed.id])
    assert kept.id not in found["changed"]
    assert found["columns"]["vote_count"] == 1


def test_an_edition_is_withdrawn_for_a_reason(terminal):
    make_idea(campaign=make_campaign(slug="appel"))
    terminal.read("edition", "publish", "appel")
    words = ("edition", "withdraw", "1", "--campaign", "appel", "--reason", "Un nom y figurait.")
    found = terminal.read(*words, "--erase")
    assert (found["edition"], found["withdrawal_reason"]) == ("appel/1", "Un nom y figurait.")
    assert "withdrawn 20" in terminal.type("edition", "list").stdout
    assert terminal.refusal(*words) == "This edition is already withdrawn."
    assert terminal.refusal("edition", "diff", "1", "1") == "The files of edition appel/1 are no longer on the disk."


def test_the_first_moderator_is_named_by_address(terminal):
    terminal.type("role", "Nadia@Example.org", "moderator")
    person = db.session.query(Person).one()
    assert (person.role, person.identities[0].subject) == (Role.MODERATOR, "nadia@example.org")


def test_a_sign_in_link_leads_to_the_origin(terminal):
    result = terminal.type("sign-in-link", "nadia@example.org", IDEAS_ORIGIN="https://idees.example.org")
    assert result.exit_code == 0
    assert result.stdout.startswith("https://idees.example.org/connexion/lien/")


def test_a_sign_in_link_says_when_nobody_has_that_address(terminal):
    settings = {"IDEAS_ORIGIN": "https://idees.example.org"}
    assert (
        "Nobody has signed in as nadia@example.org"
        in terminal.type("sign-in-link", "nadia@example.org", **settings).stderr
    )
    make_person(email="nadia@example.org")
    assert terminal.type("sign-in-link", "Nadia@example.org", **settings).stderr == ""


def test_the_last_administrator_cannot_be_taken_away(terminal):
    terminal.type("role", "nadia@example.org", "administrator")
    assert "last administrator" in terminal.refusal("role", "nadia@example.org", "moderator")
    assert db.session.query(Person).one().role is Role.ADMINISTRATOR


def test_a_database_already_there_is_migrated_to_where_it_is(terminal):
    found = terminal.read("migrate")
    assert found["before"] == found["revision"] is not None


def test_the_catalogue_is_taken_in(terminal, tmp_path):
    path = tmp_path / "catalogue.csv"
    path.write_text("id;title;url\na1;Arrêts de bus;https://www.data.gouv.fr/a1\na2;;https://www.data.gouv.fr/a2\n")
    found = terminal.read("catalogue", "import", path)
    assert (found["added"], found["bad_rows"], found["bad"][0]["row"]) == (1, 1, 3)


@pytest.mark.parametrize(
    "words",
    [
        ("campaign", "review", "nulle-part", "after"),
        ("campaign", "grain", "nulle-part", "fine"),
        ("campaign", "comments", "nulle-part", "on"),
        ("import", __file__, "--campaign", "nulle-part"),
        ("regroup", "--campaign", "nulle-part"),
        ("export", "--campaign", "nulle-part", "--to", "nulle-part"),
        ("edition", "publish", "nulle-part"),
        ("edition", "withdraw", "1", "--campaign", "nulle-part", "--reason", "x"),
        ("campaign", "close", "nulle-part"),
    ],
    ids=lambda words: words[0],
)
def test_an_unknown_campaign_is_told_with_those_there_are(terminal, words):
    make_campaign(slug="appel")
    assert terminal.refusal(*words) == "No campaign is called “nulle-part” (campaigns: appel)."


def test_an_unknown_edition_is_told(terminal):
    make_campaign(slug="appel")
    assert terminal.refusal("edition", "diff", "1", "2") == "There is no edition appel/1."


@pytest.mark.parametrize(
    "words",
    [
        ("campaign", *WORDS, "--opens", "demain", "--closes", "2026-11-30"),
        ("campaign", "create", "appel"),
        ("import", "nulle-part.csv", "--campaign", "appel"),
        ("import", "docs", "--campaign", "appel"),
        ("import", __file__, "--campaign", "appel", "--map", "body"),
        ("role", "nadia@example.org", "chief"),
        ("regroup", "--campaign", "appel", "--resolution", "0"),
        ("edition", "diff", "un", "deux"),
        ("edition", "withdraw", "1", "--campaign", "appel"),
        ("serve", "--port", "0"),
        ("dance",),
    ],
    ids=" ".join,
)
def test_what_is_badly_asked_exits_2_with_the_usage(terminal, words):
    result = terminal.type(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("Usage: ")


@pytest.mark.parametrize(
    "settings, sentence",
    [
        ({"IDEAS_PROXIES": "many"}, "IDEAS_PROXIES should be a whole number, not 'many'."),
        ({"IDEAS_DATABASE_URL": "nowhere"}, "IDEAS_DATABASE_URL cannot be used"),
        ({"IDEAS_DATABASE_URL": "postgresql://a@127.0.0.1:1/b"}, "connection failed"),
        ({"IDEAS_DATABASE_URL": "sqlite://"}, "run `ideas migrate`"),
        ({"IDEAS_VAR": "/dev/null/var"}, "Not a directory: /dev/null/var"),
    ],
    ids=["not a number", "not an address", "database away", "empty database", "no folder"],
)
def test_a_bad_setting_is_one_line(terminal, settings, sentence):
    assert sentence in terminal.refusal("campaign", "list", **settings)


@pytest.mark.parametrize("key, sentence", [("", "is not set"), ("short", "is too short")])
def test_the_site_is_not_served_without_a_secret(terminal, key, sentence):
    assert f"IDEAS_SECRET_KEY {sentence}" in terminal.refusal("serve", IDEAS_SECRET_KEY=key)


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_an_empty_database_is_neither_served_nor_worked_on(terminal, command):
    settings = {"IDEAS_DATABASE_URL": "sqlite://", "IDEAS_SECRET_KEY": "x" * 32, "IDEAS_ORIGIN": "http://localhost"}
    assert terminal.refusal(command, **settings) == "The database is not at this version: run `ideas migrate`."


def test_a_fault_of_ours_keeps_its_traceback(terminal, monkeypatch):
    monkeypatch.setattr(queries.campaigns, "list_all", lambda: 1 / 0)
    with pytest.raises(AssertionError, match="division by zero"):
        terminal.type("campaign", "list")


def test_every_command_and_every_setting_is_in_the_documentation():
    assert (ROOT / "docs" / "commands.md").read_text() == commands_page(main)
    assert (ROOT / "docs" / "settings.md").read_text() == settings_page()


def test_help_answers_without_loading_what_commands_need():
    heavy = ("sqlalchemy", "alembic", "numba", "scipy", "sklearn", "waitress", "ideas.web", "ideas.store")
    program = f"import sys, ideas.cli; sys.exit(' '.join(set({heavy}) & sys.modules.keys()) or 0)"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_installed_command_says_its_version():
    done = subprocess.run([COMMAND, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split(",")[0]) == (0, "ideas")


def test_a_reader_that_leaves_early_is_no_failure_of_ours(tmp_path):
    process = start("manual", "commands", IDEAS_VAR=str(tmp_path))
    process.stdout.close()
    assert "Traceback" not in process.stderr.read()
    process.wait(20)
    process.stderr.close()
