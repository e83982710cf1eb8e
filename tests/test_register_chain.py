"""The register of an edition is a chain that anyone can check: with Python alone, outside of this installation."""

import json
import subprocess
import sys

import pytest

from ideas.actions.closing import close_campaign
from ideas.actions.editions import write_edition_files
from ideas.actions.merging import merge_ideas, undo_merge
from ideas.actions.publication import decide_idea
from ideas.actions.register import seal_note
from ideas.actions.transaction import transaction
from ideas.domain.accounts import Operator, Role
from ideas.domain.errors import AlreadyDone, NotAllowed, NotFound, RuleBroken, WrongState
from ideas.domain.publication import Verdict
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Decision
from tests.commands import Terminal
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now
from tests.schedules import find_breaks


@pytest.fixture
def decided(app):
    """A campaign with six decisions, one of them undone, one with a note."""
    campaign, staff = make_campaign(), {"actor": make_moderator(), "now": now()}
    kept, double, odd = (make_idea(campaign=campaign) for _ in range(3))
    merge_ideas(double.id, kept.id, **staff)
    undo_merge(double.id, **staff)
    decide_idea(odd.id, Verdict.HIDE, reason="off_topic", note="Écrit par Zoé Zythum.", **staff)
    decide_idea(odd.id, Verdict.RESTORE, **staff)
    merge_ideas(double.id, kept.id, **staff)
    close_campaign(campaign.id, actor=Operator(), now=now(), note="C’est fini.")
    return campaign


@pytest.fixture
def write(decided, tmp_path):
    def write(name="edition"):
        write_edition_files(decided, tmp_path / name)
        return tmp_path / name

    return write


def check(*folders):
    """Run the program of an edition as a stranger would: isolated from the packages of this installation."""
    program = [sys.executable, "-I", "check_register.py", ".", *map(str, folders[1:])]
    ran = subprocess.run(program, cwd=folders[0], capture_output=True, text=True, check=False)
    assert not ran.stderr
    return ran.returncode, ran.stdout


def read(folder):
    return (folder / "decisions.jsonl").read_text(encoding="utf-8").splitlines()


def rewrite(folder, lines):
    (folder / "decisions.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def change(line, **given):
    return json.dumps(json.loads(line) | given)


def test_the_register_of_an_edition_verifies_and_the_program_is_short(write):
    folder = write()
    status, said = check(folder)
    assert status == 0 and said.startswith("6 lines") and len(said.splitlines()) == 1
    assert json.loads(read(folder)[-1])["line_hash"] in said
    assert len((folder / "check_register.py").read_text().splitlines()) <= 60


@pytest.mark.parametrize(
    "tamper",
    [
        lambda lines: [*lines[:2], change(lines[2], reason="other"), *lines[3:]],
        lambda lines: [*lines[:2], change(lines[2], note="Écrit par une autre."), *lines[3:]],
        lambda lines: [*lines[:2], change(lines[2], role="owner"), *lines[3:]],
        lambda lines: [*lines[:2], change(lines[2], decided_on="2020-01-01"), *lines[3:]],
        lambda lines: [*lines[:2], change(lines[2], note_hash="0" * 64, note_salt=""), *lines[3:]],
        lambda lines: lines[1:],
        lambda lines: [*lines[:2], *lines[3:]],
        lambda lines: lines[:-1],
        lambda lines: [*lines, change(lines[-1], line_number=7)],
        lambda lines: [*lines[:3], lines[2], *lines[3:]],
        lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
        lambda lines: lines[::-1],
        lambda _lines: [],
    ],
    ids=[
        "reason", "note", "role", "day", "hash of a note", "first removed", "removed", "last removed", "added", "twice",
        "moved", "reversed", "emptied",
    ],
)  # fmt: skip
def test_a_line_that_was_tampered_with_is_found(write, tamper):
    folder = write()
    rewrite(folder, tamper(read(folder)))
    assert check(folder)[0] == 1


def test_an_older_edition_shows_a_register_that_was_made_anew_as_a_whole(write, decided, tmp_path):
    older = write("older")
    seal_note(db.session.query(Decision).filter_by(kind="hide").one().id, reason="Un nom.", actor=Operator(), now=now())
    newer = write("newer")
    assert check(newer, older)[0] == 0
    status, said = check(older, newer)
    assert status == 1 and "with lines added" in said
    db.session.query(Decision).filter_by(kind="hide", line_number=3).update({"reason": "other"})
    db.session.query(Decision).filter(Decision.line_number > 2).update({"line_number": None})
    db.session.commit()
    decide_idea(make_idea(campaign=decided).id, Verdict.HIDE, reason="other", actor=Operator(), now=now())
    forged = write("forged")
    assert check(forged)[0] == 0 and check(forged, older)[0] == 1


def test_words_that_must_go_are_dropped_with_their_salt_and_the_chain_verifies(write, decided, visit):
    before = check(write())[1]
    hidden = db.session.query(Decision).filter_by(kind="hide").one()
    seal_note(hidden.id, reason="Le nom d’une personne.", actor=make_person(role=Role.OWNER.value), now=now())
    folder = write("after")
    status, said = check(folder)
    assert status == 0 and before.startswith("6 lines") and said.startswith("7 lines") and "1 notes" in said
    whole = b"".join(path.read_bytes() for path in folder.iterdir() if path.suffix != ".zip")
    assert "Zythum" not in whole.decode()
    row, last = json.loads(read(folder)[2]), json.loads(read(folder)[-1])
    assert (row["note"], row["note_salt"]) == ("", "") and row["note_hash"]
    assert (last["kind"], last["note"]) == ("seal_note", f"n° {hidden.id} : Le nom d’une personne.")
    page = visit("/registre")
    assert "Zythum" not in page.html and "Texte retiré du registre" in page.text
    assert "Le nom d’une personne." in page.text


@pytest.mark.parametrize(
    "given, refusal",
    [
        ({"reason": " "}, RuleBroken),
        ({"decision_id": 0}, NotFound),
        ({"actor": None}, NotAllowed),
        ({"kind": "restore"}, AlreadyDone),
    ],
    ids=["no reason", "no such decision", "not the owner", "no note"],
)
def test_a_note_is_not_sealed_when_it_cannot_be(decided, given, refusal):
    kind = given.get("kind", "hide")
    number = given.get("decision_id", db.session.query(Decision).filter_by(kind=kind).one().id)
    actor = make_moderator() if "actor" in given else Operator()
    with pytest.raises(refusal):
        seal_note(number, reason=given.get("reason", "Un nom."), actor=actor, now=now())
    db.session.rollback()
    assert db.session.query(Decision).count() == 6
    assert db.session.query(Decision).filter_by(kind="hide").one().note


def test_a_note_that_is_not_published_as_it_was_written_keeps_its_salt_back(write, decided):
    note = "Écrire à zoe@zythum.example."
    decide_idea(make_idea(campaign=decided).id, Verdict.HIDE, reason="other", note=note, actor=Operator(), now=now())
    folder = write()
    assert check(folder)[0] == 0
    row = json.loads(read(folder)[-1])
    assert "zythum" not in row["note"] and row["note_salt"] == ""


def test_what_an_act_gave_up_leaves_no_hole(decided):
    idea = make_idea(campaign=decided)
    with transaction():
        decide_idea(idea.id, Verdict.HIDE, reason="other", actor=Operator(), now=now())
        with pytest.raises(WrongState):
            decide_idea(idea.id, Verdict.HIDE, reason="other", actor=Operator(), now=now())
        decide_idea(idea.id, Verdict.RESTORE, actor=Operator(), now=now())
    assert not find_breaks(decided) and queries.decisions.find_head(decided.id)[0] == 8


def test_each_campaign_has_a_chain_of_its_own(decided):
    other = make_campaign()
    with transaction():
        for campaign in (decided, other):
            decide_idea(make_idea(campaign=campaign).id, Verdict.HIDE, reason="other", actor=Operator(), now=now())
    assert [queries.decisions.find_head(one.id)[0] for one in (decided, other)] == [7, 1]
    assert not find_breaks(decided) + find_breaks(other)


def test_the_register_shows_the_hash_that_anybody_may_note_down(decided, visit):
    number, line_hash = queries.decisions.find_head(decided.id)
    assert line_hash in visit("/registre").html and number == 6
    assert "check_register.py" in visit("/registre").text


def test_a_note_is_sealed_from_the_terminal(app, decided):
    hidden = db.session.query(Decision).filter_by(kind="hide").one()
    terminal = Terminal(app.config["IDEAS"])
    assert terminal.read("seal", hidden.id, "--reason", "Un nom.")["sealed"] == hidden.id
    db.session.refresh(hidden)
    assert (hidden.note, find_breaks(decided)) == ("", [])
    assert "no text" in terminal.refusal("seal", hidden.id, "--reason", "Un nom.")
