"""What staff write to each other stays among them: a word of it stands on no public door and in no edition."""

import zipfile

import pytest

from ideas.actions.appointments import appoint
from ideas.actions.editions import edition_folder, publish_edition
from ideas.actions.internal_notes import remove_note, write_note
from ideas.actions.leaving import close_account
from ideas.actions.regrouping import regroup
from ideas.domain.accounts import Operator, Role
from ideas.domain.errors import Limited, NotAllowed, NotFound, RuleBroken
from ideas.domain.permissions import Subject
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Cluster, Identity, InternalNote, Person
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, now
from tests.test_guards import public_addresses

WORD = "zythumnote"


@pytest.fixture
def noted(app):
    """An idea and its subject, each with a note of staff; the idea's author is `noted.author`."""
    campaign = make_campaign(slug="s")
    ideas = [make_idea(campaign=campaign, title=f"Horaires des bus de nuit {number}") for number in range(3)]
    regroup(campaign.id, now=now())
    cluster = db.session.query(Cluster).filter_by(level="subject").first()
    staff = {"actor": make_moderator(), "now": now()}
    write_note(f"Appeler la mairie, {WORD}.", idea_id=ideas[0].id, **staff)
    write_note(f"À relire, {WORD}.", cluster_id=cluster.id, **staff)
    return ideas[0]


def test_a_note_is_behind_no_public_door_and_in_no_edition(app, noted, visit, var):
    edition = publish_edition(noted.campaign_id, now=now(), var=str(var / "var"))
    for person in (None, noted.author_id):
        if person:
            visit.sign_in(db.session.get(Person, person))
        for address in [*public_addresses(app, noted), "/compte", "/compte/donnees.json"]:
            with visit.client.get(address) as answer:
                assert answer.status_code < 500 and WORD.encode() not in answer.data, address
    folder = edition_folder(str(var / "var"), "s", edition.number)
    whole = {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".zip"}
    with zipfile.ZipFile(folder / "edition.zip") as archive:
        whole |= {f"zip {name}": archive.read(name) for name in archive.namelist()}
    assert len(whole) > 20 and not [name for name, content in whole.items() if WORD.encode() in content]


def test_staff_read_notes_write_them_and_take_their_own_away(noted, visit):
    cluster = db.session.query(InternalNote).filter(InternalNote.cluster_id.is_not(None)).one().cluster_id
    visit.sign_in(make_moderator())
    for address in (f"/notes/idees/{noted.id}", f"/notes/sujets/{cluster}"):
        page = visit(address)
        assert WORD in page.text and "Retirer cette note" not in page.text
        assert "Écrivez la note." in visit.submit(page, address, status=400, text=" ").text
        page = visit.submit(page, address, text="J’ai appelé.")
        assert "J’ai appelé." in page.text and page.text.count("Retirer cette note") == 1
    mine = db.session.query(InternalNote).filter_by(idea_id=noted.id, text="J’ai appelé.").one()
    page = visit.submit(visit(f"/notes/idees/{noted.id}"), f"/notes/{mine.id}/retrait")
    assert "J’ai appelé." not in page.text and WORD in page.text
    assert f"/notes/idees/{noted.id}" in visit(f"/traitement/{noted.id}").links()


def test_nobody_else_reads_or_writes_them(noted, visit):
    address = f"/notes/idees/{noted.id}"
    body = make_producer()
    appoint("p@example.org", Role.PRODUCER, Subject(producer_id=body.id), actor=Operator(), now=now())
    appoint("m@example.org", Role.MODERATOR, Subject(make_campaign().id), actor=Operator(), now=now())
    for email in ("p@example.org", "m@example.org"):
        person = db.session.query(Person).join(Identity).filter(Identity.subject == email).one()
        visit.sign_in(person)
        visit(address, status=403)
    with pytest.raises(NotAllowed):
        write_note("Non.", idea_id=noted.id, actor=make_person(), now=now())
    db.session.rollback()
    assert len(queries.internal_notes.list_on(idea_id=noted.id)) == 1


@pytest.mark.parametrize(
    "given, refusal",
    [({"text": " "}, RuleBroken), ({"text": "x" * 5_001}, Limited), ({"idea_id": 0}, NotFound)],
    ids=["empty", "endless", "no such idea"],
)
def test_a_note_that_cannot_be_is_refused(noted, given, refusal):
    with pytest.raises(refusal):
        write_note(**{"text": "Oui.", "idea_id": noted.id, "actor": Operator(), "now": now()} | given)


def test_an_owner_takes_any_note_away_and_a_moderator_only_their_own(noted):
    (note,) = queries.internal_notes.list_on(idea_id=noted.id)
    with pytest.raises(NotAllowed):
        remove_note(note.id, actor=make_moderator())
    db.session.rollback()
    remove_note(note.id, actor=make_person(role=Role.OWNER.value))
    assert not queries.internal_notes.list_on(idea_id=noted.id)
    with pytest.raises(NotFound):
        remove_note(note.id, actor=Operator())


def test_a_note_stays_without_whoever_left(noted):
    (note,) = queries.internal_notes.list_on(idea_id=noted.id)
    writer = db.session.get(Person, note.person_id)
    writer.role = Role.CONTRIBUTOR
    db.session.commit()
    close_account(writer.id, now=now())
    db.session.expire_all()
    assert (db.session.get(InternalNote, note.id).person_id, note.role) == (None, Role.MODERATOR)


def test_the_panes_of_staff_count_notes_and_lead_to_them(noted, visit):
    visit.sign_in(make_moderator())
    cluster = db.session.query(Cluster).filter_by(level="subject").first()
    for page, notes in (
        (f"/triage?sujet={cluster.id}", f"/notes/sujets/{cluster.id}"),
        (f"/moderation?idee={noted.id}", f"/notes/idees/{noted.id}"),
    ):
        read = visit(page)
        assert notes in [link["href"] for link in read.all("a") if link.get("href")] and "Notes internes 1" in read.text
