"""Two reviewers who press at the same moment on what both have read: one act counts, and the other person is told."""

import threading
import time

from ideas.domain.accounts import Role
from ideas.store.database import db
from ideas.store.models import Cluster, Decision
from tests.factories import make_campaign, make_person
from tests.pages import Visitor
from tests.test_subject_pages import make_member, make_run, make_subject

TOLD = 1  # second
REVIEWERS, SUBJECTS = 2, 4


def test_of_two_acts_at_once_on_a_subject_one_is_done_and_the_other_person_is_told(app):
    campaign = make_campaign()
    run = make_run(campaign)
    numbers = [make_subject(run, make_member(f"Vélo {n}"), make_member(f"Comptage {n}")).id for n in range(SUBJECTS)]
    visits = [Visitor(app.test_client()).sign_in(make_person(role=Role.REVIEWER.value)) for _ in range(REVIEWERS)]
    start, answers = threading.Barrier(REVIEWERS), []

    def press(visit, address, sent):
        start.wait(20)
        began = time.monotonic()
        answer = visit.client.post(address, data=sent)
        answers.append((answer.status_code, time.monotonic() - began))

    for number in numbers:
        acts = [("confirmation", {}), ("nom", {"name": "Nom donné"})]
        pressing = []
        for visit, (act, given) in zip(visits, acts, strict=True):
            page, address = visit(f"/triage?sujet={number}"), f"/triage/sujets/{number}/{act}"
            sent = page.fields(page.find_form(address)) | given
            pressing.append(threading.Thread(target=press, args=(visit, address, sent)))
        [thread.start() for thread in pressing]
        [thread.join(20) for thread in pressing]
    assert sorted(status for status, _took in answers) == [303] * SUBJECTS + [409] * SUBJECTS
    # The least: a machine that others use may make anybody wait.
    assert min(took for status, took in answers if status == 409) <= TOLD
    assert db.session.query(Decision).count() == SUBJECTS
    db.session.expire_all()
    for number in numbers:
        subject = db.session.get(Cluster, number)
        assert (subject.state == "confirmed") != (subject.name == "Nom donné") and subject.version == 1
