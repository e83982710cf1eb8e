"""Answers are written first, read by nobody else, and published together or at their hour: each person told once."""

import contextlib
from dataclasses import fields
from datetime import timedelta

import pytest

from ideas.actions import jobs
from ideas.actions.answers import Reply, answer
from ideas.actions.appointments import appoint
from ideas.actions.handled import About
from ideas.actions.handling import route
from ideas.actions.membership import take_out
from ideas.actions.news import spread_news
from ideas.actions.prepared import prepare_answer, publish_prepared, remove_prepared
from ideas.actions.publication import decide_idea
from ideas.actions.redacting import redact_passage
from ideas.actions.regrouping import regroup
from ideas.actions.undoing import undo_decision
from ideas.domain.accounts import Operator, Role
from ideas.domain.errors import Invalid, NotAllowed, NotFound, RefusedAmongSeveral, RuleBroken
from ideas.domain.handling import Handling
from ideas.domain.jobs import JobState
from ideas.domain.permissions import Subject
from ideas.domain.publication import Verdict
from ideas.mail.news import Letterhead
from ideas.operations.jobs import Means, run_job
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import (
    Answer,
    Campaign,
    Cluster,
    Dataset,
    Decision,
    Idea,
    Identity,
    Job,
    Notice,
    Person,
    PreparedAnswer,
    Undo,
)
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, make_vote, now
from tests.test_guards import public_addresses

ADDRESS = "https://www.data.gouv.fr/datasets/horaires/"
WORD = "zythumréponse"
HEAD = Letterhead("Vos données rêvées", "https://idees.example.org", "")


@pytest.fixture
def campaign(app):
    return make_campaign(slug="s")


@pytest.fixture
def staff(campaign):
    return {"actor": make_moderator(), "now": now()}


def prepare(ideas, given, *, outcome=Handling.OPENED, text=f"Ouvertes, {WORD}.", due_at=None, **named):
    said = {"dataset_url": ADDRESS} if outcome is Handling.OPENED else {}
    about = About([idea.id for idea in ideas], named.pop("cluster_id", None))
    return prepare_answer(about, outcome, Reply(text=text, **said), due_at=due_at, **given, **named).id


def read(idea):
    db.session.expire_all()
    return db.session.get(Idea, idea.id)


def work(var, at):
    """What the worker does at that time: the jobs that are due, one after the other."""
    lease = jobs.claim_next(now=at)
    while lease is not None:
        with contextlib.suppress(RuleBroken):
            run_job(lease, Means(lambda: at, str(var)))
        lease = jobs.claim_next(now=at)


def test_answers_are_published_together_and_each_person_is_told_once(campaign, staff):
    author, supporter = make_person(), make_person()
    first, second = make_idea(author=author), make_idea(author=author)
    for idea in (first, second):
        make_vote(idea=idea, person=supporter)
    numbers = [
        prepare([first], staff),
        prepare([second], staff, outcome=Handling.NOT_HELD, text="Nous ne les avons pas."),
    ]
    assert queries.prepared.count_hearers(numbers, staff["actor"]) == dict.fromkeys(numbers, 2)
    assert queries.prepared.count_all_hearers(numbers, staff["actor"]) == 2
    assert db.session.query(Answer).count() == 0 and read(first).handling is Handling.RECEIVED
    version = db.session.get(Campaign, campaign.id).version
    decisions = publish_prepared(numbers, **staff)
    assert [read(idea).handling for idea in (first, second)] == [Handling.OPENED, Handling.NOT_HELD]
    assert db.session.get(Campaign, campaign.id).version != version and db.session.query(PreparedAnswer).count() == 0
    while spread_news(HEAD, now=now()):
        pass
    told = [row.person_id for row in db.session.query(Notice)]
    assert sorted(told) == sorted([author.id, supporter.id])
    undo_decision(decisions[0].id, **staff)
    assert read(first).handling is Handling.RECEIVED and read(second).handling is Handling.NOT_HELD


def test_a_published_answer_that_is_taken_back_is_prepared_again_as_it_was(campaign, staff, visit):
    body = make_producer()
    ideas = [make_idea(producer_id=body.id) for _ in range(2)]
    other = make_idea()
    refused = {"outcome": Handling.REFUSED, "text": "Pas avant la loi."}
    said = Reply(
        text=refused["text"], reason="security", legal_basis="Article L. 311-5", producer_id=make_producer().id
    )
    about = About([idea.id for idea in ideas])
    number = prepare_answer(about, Handling.REFUSED, said, due_at=now() + timedelta(hours=1), **staff).id
    kept = ("outcome", *(field.name for field in fields(Reply)), "body_id", "cluster_id", "campaign_id")
    before = [getattr(db.session.get(PreparedAnswer, number), name) for name in kept]
    decision, _ = publish_prepared([number, prepare([other], staff)], **staff)
    undo_decision(decision.id, **staff)
    (draft,) = db.session.query(PreparedAnswer)
    assert draft.id != number and [getattr(draft, name) for name in kept] == before
    assert draft.due_at is None  # its hour is over: whoever took it back says when
    members = queries.prepared.list_members([draft.id])[draft.id]
    assert [one.idea_id for one in members] == [idea.id for idea in ideas]
    assert read(other).handling is Handling.OPENED
    visit.sign_in(staff["actor"])
    assert "Pas avant la loi." in visit("/reponses-preparees").text
    publish_prepared([draft.id], **staff)
    assert {read(idea).handling for idea in ideas} == {Handling.REFUSED}


def test_a_draft_that_is_back_has_nothing_that_was_taken_out_of_the_answer(campaign, staff):
    idea = make_idea()
    (decision,) = publish_prepared([prepare([idea], staff, text="Demandez à Zoé Zythum.")], **staff)
    redact_passage(idea.id, "Zoé Zythum", reason="personal_data", **staff)
    undo_decision(decision.id, **staff)
    assert "Zoé" not in db.session.query(PreparedAnswer).one().text
    assert not [one for one in db.session.query(Undo) if "Zoé" in str(one.changes) and "redacted" not in one.changes]


def test_an_answer_that_nobody_had_prepared_leaves_no_draft(campaign, staff):
    idea = make_idea()
    decision = answer(About([idea.id]), Handling.OPENED, Reply(text="Oui.", dataset_url=ADDRESS), **staff)
    undo_decision(decision.id, **staff)
    assert db.session.query(PreparedAnswer).count() == 0


def test_what_changed_since_stops_them_all_and_says_which(campaign, staff):
    ideas = [make_idea() for _ in range(4)]
    numbers = [prepare([idea], staff) for idea in ideas]
    route(About([ideas[0].id]), make_producer().id, **staff)
    decide_idea(ideas[1].id, Verdict.HIDE, reason="other", **staff)
    remove_prepared(numbers[2], actor=staff["actor"])
    with pytest.raises(RefusedAmongSeveral) as refused:
        publish_prepared(numbers, **staff)
    db.session.rollback()
    assert set(refused.value.refusals) == set(numbers[:3]) and read(ideas[3]).handling is Handling.RECEIVED
    publish_prepared(numbers[3:], **staff)
    assert read(ideas[3]).handling is Handling.OPENED


def test_two_answers_to_one_idea_are_not_published_together(staff, visit):
    idea = make_idea()
    numbers = [prepare([idea], staff), prepare([idea], staff, outcome=Handling.NOT_HELD, text="Non.")]
    with pytest.raises(RefusedAmongSeveral) as refused:
        publish_prepared(numbers, **staff)
    db.session.rollback()
    assert list(refused.value.refusals) == numbers[1:] and db.session.query(Answer).count() == 0
    visit.sign_in(staff["actor"])
    ticked = {"prepared_id": [str(number) for number in numbers]}
    page = visit.submit(visit("/reponses-preparees"), "/reponses-preparees/apercu", **ticked)
    assert "est aussi dans une autre réponse cochée" in page.text and "Publier 1 réponse" in page.text


def test_one_that_was_written_anew_after_it_was_read_is_not_published(staff):
    idea, read_at = make_idea(), now()
    later = {"actor": staff["actor"], "now": read_at + timedelta(seconds=1)}
    number = prepare([idea], staff)
    prepare([idea], later, text="Autre chose.", replacing=number)
    with pytest.raises(RefusedAmongSeveral):
        publish_prepared([number], **later, seen_at=read_at)
    db.session.rollback()
    publish_prepared([number], **later, seen_at=later["now"])
    assert db.session.query(Answer.text).scalar() == "Autre chose."


def test_an_idea_that_left_the_subject_stops_its_answer_and_a_new_one_does_not(campaign, staff, visit):
    ideas = [make_idea(campaign=campaign, title=f"Horaires des bus de nuit {number}") for number in range(4)]
    regroup(campaign.id, now=now())
    subject = db.session.query(Cluster).filter_by(level="subject").one()
    number = prepare(ideas[:3], staff, cluster_id=subject.id)
    late = make_idea(campaign=campaign, title="Horaires des bus de nuit, arrivée depuis")
    decision = take_out([ideas[0].id], **staff)
    with pytest.raises(RefusedAmongSeveral, match="Rien n’a été changé"):
        publish_prepared([number], **staff)
    db.session.rollback()
    visit.sign_in(staff["actor"])
    assert f"L’idée n° {ideas[0].id} n’est plus dans ce sujet." in visit("/reponses-preparees").text
    assert "Ces idées n’y sont plus" in visit(f"/reponses-preparees/{number}").text
    undo_decision(decision.id, **staff)
    publish_prepared([number], **staff)
    assert [read(idea).handling for idea in (*ideas, late)] == [Handling.OPENED] * 3 + [Handling.RECEIVED] * 2


def test_what_lacks_is_refused_when_it_is_prepared(staff):
    with pytest.raises(Invalid) as refused:
        prepare([make_idea()], staff, text="", due_at=staff["now"] - timedelta(hours=1))
    assert set(refused.value.errors) == {"text", "due_at"}


def test_the_worker_publishes_at_the_hour_and_once(campaign, staff, var):
    idea = make_idea()
    due = staff["now"] + timedelta(days=2)
    prepare([idea], staff, due_at=due)
    work(var, due - timedelta(minutes=1))
    assert read(idea).handling is Handling.RECEIVED
    work(var, due)
    work(var, due + timedelta(days=1))
    assert read(idea).handling is Handling.OPENED and db.session.query(Answer).count() == 1
    assert [job.state for job in db.session.query(Job)] == [JobState.DONE]


def test_a_worker_that_dies_loses_no_answer(campaign, staff, var):
    idea = make_idea()
    due = staff["now"] + timedelta(hours=1)
    prepare([idea], staff, due_at=due)
    assert jobs.claim_next(now=due) is not None  # and is killed
    assert jobs.claim_next(now=due + timedelta(seconds=5)) is None
    work(var, due + timedelta(minutes=2))
    assert read(idea).handling is Handling.OPENED and db.session.query(Answer).count() == 1


def test_another_hour_no_hour_and_no_answer_are_obeyed(campaign, staff, var):
    ideas = [make_idea() for _ in range(4)]
    due = staff["now"] + timedelta(hours=1)
    later, sooner = due + timedelta(days=1), due - timedelta(minutes=30)
    numbers = [prepare([idea], staff, due_at=due) for idea in ideas]
    for number, idea, at in zip(numbers, ideas, (later, sooner, None), strict=False):
        prepare([idea], staff, due_at=at, replacing=number)
    remove_prepared(numbers[3], actor=staff["actor"])
    work(var, sooner)
    assert [read(idea).handling is Handling.OPENED for idea in ideas] == [False, True, False, False]
    work(var, due)
    assert [read(idea).handling is Handling.OPENED for idea in ideas] == [False, True, False, False]
    work(var, later)
    assert [read(idea).handling is Handling.OPENED for idea in ideas] == [True, True, False, False]


def test_an_hour_that_is_moved_while_the_job_runs_is_the_one_that_counts(campaign, staff, var):
    idea = make_idea()
    due = staff["now"] + timedelta(hours=1)
    number = prepare([idea], staff, due_at=due)
    lease = jobs.claim_next(now=due)
    prepare([idea], staff, due_at=due + timedelta(days=1), replacing=number)
    run_job(lease, Means(lambda: due, str(var)))
    assert read(idea).handling is Handling.RECEIVED
    work(var, due + timedelta(days=1))
    assert read(idea).handling is Handling.OPENED


def test_what_changed_before_its_hour_is_not_published_and_is_said(campaign, staff, var, visit):
    idea = make_idea()
    due = staff["now"] + timedelta(hours=1)
    prepare([idea], staff, due_at=due)
    route(About([idea.id]), make_producer().id, **staff)
    work(var, due)
    assert read(idea).handling is Handling.ROUTED and db.session.query(PreparedAnswer).count() == 1
    assert [job.state for job in db.session.query(Job)] == [JobState.FAILED]
    visit.sign_in(staff["actor"])
    assert "L’idée n° " in visit("/reponses-preparees").text


def test_whoever_lost_the_right_publishes_nothing(campaign, staff, var):
    idea, due = make_idea(), staff["now"] + timedelta(hours=1)
    prepare([idea], staff, due_at=due)
    db.session.get(Person, staff["actor"].id).role = Role.CONTRIBUTOR
    db.session.commit()
    work(var, due)
    assert read(idea).handling is Handling.RECEIVED and db.session.query(PreparedAnswer).count() == 1


def test_nobody_of_another_body_reads_or_publishes_it(campaign, staff, visit):
    body = make_producer()
    mine, other = make_idea(producer_id=body.id), make_idea(producer_id=make_producer().id)
    numbers = [prepare([mine], staff), prepare([other], staff)]
    appoint("p@example.org", Role.PRODUCER, Subject(producer_id=body.id), actor=Operator(), now=now())
    person = db.session.query(Person).join(Identity).filter(Identity.subject == "p@example.org").one()
    visit.sign_in(person)
    page = visit("/reponses-preparees")
    assert mine.title in page.text and other.title not in page.text
    visit(f"/reponses-preparees/{numbers[1]}", status=404)
    with pytest.raises(NotAllowed):
        remove_prepared(numbers[0], actor=make_person())
    db.session.rollback()
    with pytest.raises(NotFound):
        remove_prepared(999, actor=staff["actor"])


def test_a_prepared_answer_is_behind_no_public_door(app, campaign, staff, visit):
    idea = make_idea()
    prepare([idea], staff)
    reader = type(visit)(app.test_client())
    for address in public_addresses(app, idea):
        with reader.client.get(address) as answer:
            assert answer.status_code < 500 and WORD.encode() not in answer.data, address
    assert db.session.query(Decision).count() == 0


def test_a_passage_that_is_taken_out_is_taken_out_of_it_too(campaign, staff):
    idea = make_idea(title="Horaires de Jean Dupont")
    number = prepare([idea], staff, text="Monsieur Jean Dupont a raison.")
    decision = redact_passage(idea.id, "Jean Dupont", reason="personal_data", **staff)
    assert db.session.get(PreparedAnswer, number).text == "Monsieur [passage retiré] a raison."
    remove_prepared(number, actor=staff["actor"])
    undo_decision(decision.id, **staff)
    assert read(idea).title == "Horaires de Jean Dupont"


def test_it_is_prepared_read_again_and_published_from_pages(campaign, staff, visit):
    ideas = [make_idea() for _ in range(3)]
    visit.sign_in(staff["actor"])
    for idea in ideas:
        path = f"/traitement/{idea.id}"
        typed = {"act": "opened", "text": "Les horaires sont ouverts.", "dataset_url": ADDRESS, "preparer": "1"}
        page = visit.submit(visit(path), path, **typed)
        assert "La réponse est préparée" in page.text and "Une réponse est déjà préparée ici." in page.text
    numbers = [row.id for row in db.session.query(PreparedAnswer).order_by(PreparedAnswer.id)]
    path = f"/reponses-preparees/{numbers[0]}"
    page = visit(path)
    assert "Les horaires sont ouverts." in page.text
    visit.submit(page, path, status=400, due_at="2020-01-01T08:00")
    page = visit.submit(page, path, text="Ils sont ouverts depuis hier.", due_at="2199-01-01T08:00")
    assert "Ils sont ouverts depuis hier." in page.text and "1er janvier 2199 à 8" in page.text
    preview = "/reponses-preparees/apercu"
    page = visit(next(one for one in visit("/reponses-preparees").links() if "choisies=" in one))
    assert sum(box.get("name") == "prepared_id" and "checked" in box for box in page.all("input")) == 3
    page = visit.submit(visit("/reponses-preparees"), preview, status=400)
    assert "Cochez une réponse au moins." in page.text
    route(About([ideas[2].id]), make_producer().id, actor=staff["actor"], now=now())
    page = visit.submit(page, preview, prepared_id=[str(number) for number in numbers])
    assert "Celles-ci ne peuvent pas être publiées" in page.text and "Publier ces 2 réponses" in page.text
    route(About([ideas[1].id]), make_producer().id, actor=staff["actor"], now=now())
    both = {"prepared_id": [str(number) for number in numbers[:2]]}
    page = visit.submit(page, "/reponses-preparees/publication", status=409, **both)
    assert "Rien n’a été publié." in page.text and read(ideas[0]).handling is Handling.RECEIVED
    page = visit.submit(page, "/reponses-preparees/publication")
    assert read(ideas[0]).handling is Handling.OPENED and ideas[1].title in page.text
    path = f"/reponses-preparees/{numbers[1]}"
    page = visit.submit(visit(path), f"{path}/suppression")
    assert "La réponse préparée est supprimée." in page.text and ideas[1].title not in page.text


def test_the_data_set_that_answers_is_chosen_from_the_catalogue(campaign, staff, visit):
    sets = [Dataset(key=f"a{n}", title=f"Horaires {n}", url=f"{ADDRESS}{n}", organisation="Ville") for n in (1, 2)]
    db.session.add_all(sets)
    db.session.commit()
    numbers = [one.id for one in sets]
    idea = make_idea(dataset_id=numbers[0])
    visit.sign_in(staff["actor"])
    path = f"/traitement/{idea.id}"
    page = visit(path)
    assert "Horaires 1 — Ville" in page.text
    visit.submit(page, path, act="opened", text="Ouverts.", dataset_id=str(numbers[0]), preparer="1")
    row = db.session.query(PreparedAnswer).one()
    assert (row.dataset_id, row.dataset_url) == (numbers[0], f"{ADDRESS}1")
    edit = f"/reponses-preparees/{row.id}"
    visit.submit(visit(edit), edit, dataset_id=str(numbers[1]))
    db.session.expire_all()
    assert (row.dataset_id, row.dataset_url) == (numbers[1], f"{ADDRESS}2")
    assert "Horaires 2" in visit(edit).text
    publish_prepared([row.id], **staff)
    answer = db.session.query(Answer).one()
    assert (answer.dataset_id, answer.dataset_url) == (numbers[1], f"{ADDRESS}2")


def test_only_an_answer_is_prepared(campaign, staff, visit):
    idea = make_idea()
    visit.sign_in(staff["actor"])
    path = f"/traitement/{idea.id}"
    page = visit.submit(visit(path), path, status=400, act="question", text="De quelle année ?", preparer="1")
    assert "Seule une réponse se prépare" in page.text and "De quelle année ?" in page.text
