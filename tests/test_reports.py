"""A reader says what is wrong with an idea on line: the moderators see it first, nobody else ever does."""

import pytest

from ideas.actions.leaving import close_account
from ideas.actions.reporting import close_reports, report_idea
from ideas.domain.errors import NotAllowed, NotFound, TooOften
from ideas.domain.limits import REPORTS_FROM_SOURCE
from ideas.domain.reports import NOTE_LENGTH, REPORT_REASONS, ReportReason
from ideas.domain.signals import Signal
from ideas.store.database import db
from ideas.store.models import Idea, Report
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now


@pytest.fixture
def idea(app):
    make_campaign()
    return make_idea(title="Horaires des bus")


def report(idea, reason=ReportReason.PERSONAL, note="", *, person_id=None, source="s"):
    report_idea(idea.id, reason, note, person_id=person_id, source=source, now=now())


def signals_of(idea):
    db.session.expire_all()
    return Signal(db.session.get(Idea, idea.id).signals)


def test_a_reader_without_account_reports_and_a_moderator_sets_it_aside(idea, visit):
    page = visit(f"/idees/{idea.id}")
    address = next(a["href"] for a in page.all("a") if a["words"] == "Signaler cette idée")
    form = visit(address)
    assert all(words in form.text for words in REPORT_REASONS.values())
    told = visit.submit(form, address, reason="personal", note="Le numéro de ma voisine")
    assert "L’équipe relit cette idée" in told.text and "voisine" not in told.html
    assert "voisine" not in visit(f"/idees/{idea.id}").html and "voisine" not in visit("/registre").html
    desk = visit.sign_in(make_moderator())
    waiting = desk("/moderation")
    assert "1 idée signalée par des lecteurs" in waiting.text
    queue = desk("/moderation?etat=publiees&signal=signalee")
    assert "Signalée 1 fois" in queue.text and "Le numéro de ma voisine" in queue.text
    after = desk.submit(queue, f"/moderation/{idea.id}/signalements")
    assert "sont classés" in after.text and "signalée par des lecteurs" not in desk("/moderation").text
    assert signals_of(idea) == Signal(0)


def test_nothing_typed_is_lost_and_a_reason_is_needed(idea, visit):
    address = f"/idees/{idea.id}/signalement"
    again = visit.submit(visit(address), address, note="Un mot", status=400)
    assert "Choisissez ce qui ne va pas" in again.text and "Un mot" in again.html
    again = visit.submit(visit(address), address, reason="personal", note="é" * (NOTE_LENGTH + 1), status=400)
    assert "é" * (NOTE_LENGTH + 1) in again.html
    again = visit.submit(visit(address), address, reason="x", status=400)
    assert db.session.query(Report).count() == 0
    trapped = visit.submit(visit(address), address, reason="personal", website="http://x", status=429)
    assert "programme" in trapped.text and db.session.query(Report).count() == 0


def test_what_is_said_twice_is_kept_once_and_sources_are_bounded(idea):
    person = make_person()
    for _ in range(3):
        report(idea, person_id=person.id)
        report(idea, note="Même mot")
    report(idea, ReportReason.OFFENSIVE, person_id=person.id)
    assert db.session.query(Report).count() == 3
    for _ in range(REPORTS_FROM_SOURCE.most - 7):
        report(idea)
    with pytest.raises(TooOften):
        report(idea)
    report(idea, source="other")


@pytest.mark.parametrize("publication", ["awaiting_review", "refused", "hidden", "withdrawn"])
def test_only_what_is_on_line_is_reported(app, client, publication):
    make_campaign()
    idea = make_idea(publication=publication)
    with pytest.raises(NotFound):
        report(idea)
    assert client.get(f"/idees/{idea.id}/signalement").status_code == 404


def test_other_signals_stay_and_only_a_moderator_sets_aside(idea):
    db.session.get(Idea, idea.id).signals = int(Signal.LINK)
    db.session.commit()
    report(idea)
    assert signals_of(idea) == Signal.LINK | Signal.REPORTED
    with pytest.raises(NotAllowed):
        close_reports(idea.id, actor=make_person(), now=now())
    assert close_reports(idea.id, actor=make_moderator(), now=now()) == 1
    assert signals_of(idea) == Signal.LINK


def test_what_somebody_reported_leaves_with_their_account(idea):
    person = make_person("p@exemple.fr")
    report(idea, person_id=person.id, note="À moi")
    report(idea, note="À personne")
    close_account(person.id, now=now())
    assert [one.note for one in db.session.query(Report)] == ["À personne"]
