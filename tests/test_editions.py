"""An edition: whole, exact, the same bytes for the same data, and nobody in it."""

import csv
import hashlib
import json
import zipfile
from types import SimpleNamespace as a

import frictionless
import pytest

from ideas.actions.answers import Reply, answer
from ideas.actions.editions import (
    edition_folder,
    publish_edition,
    stream_table,
    withdraw_edition,
    write_edition_files,
)
from ideas.actions.handled import About
from ideas.actions.handling import route
from ideas.actions.merging import merge_ideas
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.domain.accounts import Operator, Role
from ideas.domain.errors import AlreadyDone, Limited, NotAllowed, NotFound, RuleBroken
from ideas.domain.handling import Handling
from ideas.domain.personal import REMOVED, Personal
from ideas.domain.publication import Verdict
from ideas.domain.spreadsheets import FORMULA, needs_mark, unmark_formula
from ideas.exports.tables import TABLES
from ideas.store.database import db
from ideas.store.models import Decision, Edition
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, make_vote, now

HOSTILE = [
    *("=1+1", "+33", "-2", "@SUM(A1)", "\tx", "＝1", "a,b", 'say "hi"', "deux\nlignes", "🚲 œ"),
    *("oui;=1+1", "a\t@b", "liste :\n- un\n- deux", 'a; "=cmd"', "a;'=1"),
]


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def write(campaign, tmp_path):
    def write(name="edition"):
        write_edition_files(campaign, tmp_path / name)
        return tmp_path / name

    return write


def read_csv(folder, name):
    with (folder / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def read_lines(folder, name):
    return [json.loads(line) for line in (folder / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_table_that_is_streamed_is_the_file_of_the_edition(campaign, write):
    for number in range(3):
        make_vote(make_idea(campaign=campaign, title=f"=Bus de nuit {number}"))
    folder = write()
    for table in ("ideas", "clusters", "decisions", "figures"):
        for ending in ("csv", "jsonl"):
            written = (folder / f"{table}.{ending}").read_bytes().decode()
            assert "".join(stream_table(campaign, table, ending)) == written


def test_two_exports_of_the_same_data_are_the_same_bytes(campaign, write):
    for number in range(5):
        make_vote(make_idea(campaign=campaign, title=f"Bus de nuit {number}"))
    regroup(campaign.id, now=now())
    first, second = write("first"), write("second")
    assert {p.name: p.read_bytes() for p in first.iterdir()} == {p.name: p.read_bytes() for p in second.iterdir()}


def test_the_package_is_valid_whatever_people_typed(campaign, write):
    for text in HOSTILE:
        make_idea(campaign=campaign, title=text.strip() or "x", data_wanted=text, planned_use=text)
    report = frictionless.Package(str(write() / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])


def test_json_lines_are_exact_and_csv_is_safe_and_says_so(campaign, write):
    for text in HOSTILE:
        make_idea(campaign=campaign, data_wanted=text)
    folder = write()
    assert [row["data_wanted"] for row in read_lines(folder, "ideas")] == HOSTILE
    rows = read_csv(folder, "ideas")
    assert [unmark_formula(row["data_wanted"]) for row in rows] == HOSTILE
    assert [row["csv_escaped"] for row in rows] == ["true" if needs_mark(text) else "false" for text in HOSTILE]


@pytest.mark.parametrize("cut", ["\n", ";", "\t"])
def test_csv_is_safe_wherever_a_program_cuts_it(campaign, write, cut):
    for text in HOSTILE:
        make_idea(campaign=campaign, data_wanted=text, planned_use=text)
    folder = write()
    content = (folder / "ideas.csv").read_text()
    # As our file says, as a program with another separator, and as one that knows no quotes.
    cells = [cell for row in read_csv(folder, "ideas") for cell in row.values()]
    cells += [cell for row in csv.reader(content.splitlines(), delimiter=cut) for cell in row] if cut != "\n" else []
    cells += content.split(cut)
    assert not [cell for cell in cells if cell.lstrip(' "')[:1] in FORMULA]


def test_lines_end_in_lf_without_a_mark_and_headers_are_never_translated(campaign, write):
    content = (write() / "ideas.csv").read_bytes()
    assert content.startswith(b"id,title,data_wanted,") and b"\r" not in content


def test_only_what_is_public_is_exported(campaign, write):
    for state in ("draft", "awaiting_confirmation", "awaiting_review", "refused", "hidden", "withdrawn"):
        make_idea(campaign=campaign, publication=state, title=f"Jeton {state}")
    shown = make_idea(campaign=campaign, title="Publique")
    folder = write()
    assert [row["id"] for row in read_lines(folder, "ideas")] == [shown.id]
    assert not any(b"Jeton" in path.read_bytes() for path in folder.iterdir())


def test_an_edition_says_who_was_asked_who_answers_and_what(campaign, write):
    asked, holds, given = make_producer(), make_producer(), {"actor": make_moderator(), "now": now()}
    idea = make_idea(campaign=campaign)
    route(About([idea.id]), asked.id, **given)
    told = Reply(text="Nous ne les avons pas.", passed_to_id=holds.id)
    answer(About([idea.id]), Handling.NOT_HELD, told, **given)
    row = read_lines(write(), "ideas")[0]
    today = now().date().isoformat()
    names = (
        "handling",
        "routed_to",
        "routed_on",
        "answer",
        "answered_by",
        "answered_on",
        "passed_to",
        "refusal_reason",
    )
    assert [row[name] for name in names] == [
        "not_held", asked.slug, today, "Nous ne les avons pas.", asked.slug, today, holds.slug, "not_held",
    ]  # fmt: skip
    assert "L. 311-2" in row["legal_basis"]


def test_nobody_is_in_it(campaign, write):
    author = make_person(email="ada@mairie.example")
    idea = make_idea(
        campaign=campaign, author=author, data_wanted="Écrire à Jean.Dupont@mairie.example.", organisation="Secrète"
    )
    make_vote(idea, author)
    folder = write()
    whole = b"".join(path.read_bytes() for path in folder.iterdir() if path.suffix != ".zip")
    assert b"@" not in whole.replace(b"`@`", b"") and b"Secr" not in whole
    row = read_lines(folder, "ideas")[0]
    assert (row["data_wanted"], row["text_changed"]) == (f"Écrire à {REMOVED[Personal.MAIL]}.", True)
    assert not any("T" in str(row[name] or "") for name in ("submitted_on", "published_on"))


def test_anyone_can_recount(campaign, write):
    people = [make_person() for _ in range(3)]
    kept, double = make_idea(campaign=campaign), make_idea(campaign=campaign)
    for person in people[:2]:
        make_vote(kept, person)
    for person in people[1:]:
        make_vote(double, person)
    merge_ideas(double.id, kept.id, actor=make_moderator(), now=now())
    rows = {row["id"]: row for row in read_lines(write(), "ideas")}
    assert [(rows[i.id]["own_vote_count"], rows[i.id]["vote_count"]) for i in (kept, double)] == [(2, 3), (2, 2)]
    assert (rows[double.id]["publication"], rows[double.id]["canonical_id"]) == ("merged", kept.id)


def test_hiding_a_canonical_idea_leaves_those_merged_into_it_in_sight(campaign, write):
    kept, double = make_idea(campaign=campaign), make_idea(campaign=campaign)
    moderator = make_moderator()
    merge_ideas(double.id, kept.id, actor=moderator, now=now())
    decide_idea(kept.id, Verdict.HIDE, actor=moderator, now=now(), reason="other")
    assert [row["id"] for row in read_lines(write(), "ideas")] == [double.id]


def test_an_edition_leaves_small_numbers_of_people_empty(campaign, write):
    make_vote(make_idea(campaign=campaign))
    assert next(row for row in read_lines(write(), "figures") if row["figure"] == "voters")["suppressed"]


def test_sums_and_archive_hold_every_file(write):
    folder = write()
    sums = dict(reversed(line.split("  ")) for line in (folder / "SHA256SUMS").read_text().splitlines())
    assert sums == {n: hashlib.sha256((folder / n).read_bytes()).hexdigest() for n in sums}
    with zipfile.ZipFile(folder / "edition.zip") as archive:
        assert {n: archive.read(n) for n in archive.namelist()} == {
            n: (folder / n).read_bytes() for n in [*sums, "SHA256SUMS"]
        }


def test_the_schema_comes_from_the_columns(write):
    package = json.loads((write() / "datapackage.json").read_text(encoding="utf-8"))
    for table, resource in zip(TABLES, package["resources"], strict=True):
        assert [field["name"] for field in resource["schema"]["fields"]][:-1] == table.header


def test_editions_are_numbered_frozen_and_served(campaign, visit, var):
    make_idea(campaign=campaign, title="Première")
    first = publish_edition(campaign.id, now=now(), var=str(var / "var"))
    make_idea(campaign=campaign, title="Seconde")
    second = publish_edition(campaign.id, now=now(), var=str(var / "var"))
    assert (first.number, second.number, first.idea_count, second.idea_count) == (1, 2, 1, 2)
    page = visit("/donnees")
    assert "Édition n° 2" in page.text and first.files["ideas.csv"]["sha256"] in page.html
    with visit.client.get(f"/donnees/{campaign.slug}/1/ideas.csv") as answer:
        content = answer.data
    assert hashlib.sha256(content).hexdigest() == first.files["ideas.csv"]["sha256"]
    assert answer.content_type.startswith("text/csv") and b"Seconde" not in content


@pytest.mark.parametrize("name", ["secret.txt", "..%2f..%2fideas.sqlite3", "ideas.csv%00", "%2e%2e/x"])
def test_nothing_but_the_files_of_an_edition_is_served(campaign, client, var, name):
    publish_edition(campaign.id, now=now(), var=str(var / "var"))
    (edition_folder(str(var / "var"), campaign.slug, 1) / "secret.txt").write_text("x")
    assert client.get(f"/donnees/{campaign.slug}/1/{name}").status_code in (400, 404)


def test_an_edition_that_fails_half_way_leaves_no_row(campaign, var, monkeypatch):
    def fail(*_given):
        raise OSError("disk full")

    monkeypatch.setattr("ideas.actions.editions.write_edition", fail)
    with pytest.raises(OSError, match="disk"):
        publish_edition(campaign.id, now=now(), var=str(var / "var"))
    db.session.rollback()
    assert db.session.query(Edition).count() == 0


def test_without_an_edition_the_page_says_so(campaign, visit):
    assert "Aucune édition" in visit("/donnees").text


@pytest.fixture
def withdraw(campaign, var):
    """An edition whose idea held what it should not, withdrawn."""
    make_idea(campaign=campaign, title="Nom de Paul")
    publish_edition(campaign.id, now=now(), var=str(var / "var"))

    def withdraw(reason="Un nom y figurait.", number=1, **given):
        usual = {"actor": Operator(), "now": now(), "var": str(var / "var")}
        return withdraw_edition(campaign.slug, number, reason=reason, **usual | given)

    return withdraw


def test_a_withdrawn_edition_serves_its_files_no_more_and_says_why(campaign, withdraw, visit, var):
    address = f"/donnees/{campaign.slug}/1/ideas.csv"
    with visit.client.get(address) as before:
        assert (before.status_code, before.headers["Cache-Control"]) == (200, "no-cache")
        tag = before.headers["ETag"]
    withdraw()
    for headers in ({}, {"If-None-Match": tag}):
        with visit.client.get(address, headers=headers) as answer:
            assert answer.status_code == 410 and b"Paul" not in answer.data
            assert "Un nom y figurait." in answer.get_data(as_text=True)
    page = visit("/donnees")
    assert "Retirée le" in page.text and "Un nom y figurait." in page.text
    assert not [link for link in page.links() if "/1/" in link]
    assert "Édition retirée" in visit("/registre").text and "n° 1 : Un nom y figurait." in visit("/registre").text
    assert (edition_folder(str(var / "var"), campaign.slug, 1) / "ideas.csv").exists()


def test_its_files_can_be_erased_and_its_number_is_not_given_again(campaign, withdraw, var):
    withdraw(erase=True)
    assert not edition_folder(str(var / "var"), campaign.slug, 1).exists()
    assert publish_edition(campaign.id, now=now(), var=str(var / "var")).number == 2


@pytest.mark.parametrize(
    "given, refusal",
    [
        ({"reason": " "}, RuleBroken),
        ({"reason": "x" * 501}, Limited),
        ({"number": 2}, NotFound),
        ({"actor": a(id=None, role=Role.REVIEWER, appointments=())}, NotAllowed),
    ],
    ids=["no reason", "endless reason", "no such edition", "not the owner"],
)
def test_a_withdrawal_that_cannot_be_changes_nothing(withdraw, given, refusal):
    with pytest.raises(refusal):
        withdraw(**given)
    db.session.rollback()
    assert db.session.query(Edition).one().withdrawn_at is None
    assert [one.kind for one in db.session.query(Decision)] == ["publish_edition"]


def test_an_edition_is_withdrawn_once(withdraw):
    withdraw()
    with pytest.raises(AlreadyDone):
        withdraw("Encore.")
    assert db.session.query(Edition).one().withdrawal_reason == "Un nom y figurait."
    assert db.session.query(Decision).filter_by(kind="withdraw_edition").count() == 1


def test_the_owner_withdraws_an_edition_from_its_page(campaign, withdraw, visit):
    assert "/retrait" not in visit("/donnees").html
    visit.sign_in(make_person(role=Role.OWNER.value))
    address = next(link for link in visit("/donnees").links() if link.endswith("/1/retrait"))
    assert "la raison sera publique" in visit.submit(visit(address), address, status=400, reason="").text
    page = visit.submit(visit(address), address, reason="Un nom y figurait.")
    assert "L’édition n° 1 est retirée." in page.text and "Un nom y figurait." in page.text
    visit(f"/donnees/{campaign.slug}/1/ideas.jsonl", status=410)
    assert "Withdrawn on" in visit("/donnees?lang=en").text
