"""What reviewers decide about clusters binds, is written down, cannot contradict, and is lifted."""

import pytest

from ideas.actions.clusters import (
    confirm_cluster,
    keep_apart,
    keep_together,
    lift_constraint,
    move_idea,
    pin_idea,
    rename_cluster,
)
from ideas.domain.accounts import Role
from ideas.domain.errors import AlreadyDone, ContradictsDecisions, Limited, NotAllowed, NotFound, WrongState
from ideas.store.database import db
from ideas.store.models import Cluster, Constraint, Decision, Idea, Person, Run
from tests.factories import make_campaign, make_idea, make_person, now
from tests.test_voting import press_together


@pytest.fixture
def given(app):
    """What each act needs besides its subject: a reviewer and the time."""
    return {"actor": make_person(role=Role.REVIEWER.value), "now": now()}


@pytest.fixture
def ideas(app):
    """Five published ideas of one campaign."""
    make_campaign()
    return [make_idea().id for _ in range(5)]


@pytest.fixture
def clusters(ideas):
    """Two living clusters."""
    return [make_cluster().id for _ in range(2)]


def make_cluster():
    campaign_id = db.session.query(Idea.campaign_id).order_by(Idea.id).limit(1).scalar()
    run = save(Run(campaign_id=campaign_id, started_at=now()))
    return save(Cluster(campaign_id=campaign_id, born_run_id=run.id))


def save(row):
    db.session.add(row)
    db.session.commit()
    return row


def standing():
    rows = db.session.query(Constraint).filter(Constraint.lifted_at.is_(None)).order_by(Constraint.id)
    return [(one.kind, one.idea_id, one.other_idea_id or one.cluster_id) for one in rows]


def test_each_act_is_a_decision_and_a_constraint(given, ideas, clusters):
    a, b, c, d, e = ideas
    keep_together(b, a, **given, note="Même capteur")
    keep_apart(a, c, **given)
    move_idea(d, clusters[0], **given)
    pin_idea(e, clusters[1], **given)
    assert standing() == [("together", a, b), ("apart", a, c), ("moved", d, clusters[0]), ("pinned", e, clusters[1])]
    decisions = db.session.query(Decision).order_by(Decision.id).all()
    assert [one.kind for one in decisions] == ["keep_together", "keep_apart", "move", "pin"]
    assert (decisions[0].role, decisions[0].note) == ("reviewer", "Même capteur")


def test_a_contradiction_is_refused_with_the_chain_of_decisions(given, ideas):
    a, b, c, d, e = ideas
    first = keep_together(a, b, **given).id
    keep_together(d, e, **given)
    second = keep_together(b, c, **given).id
    with pytest.raises(ContradictsDecisions) as refusal:
        keep_apart(c, a, **given)
    assert sorted(refusal.value.decisions) == [first, second]
    assert len(standing()) == 3 and db.session.query(Decision).count() == 3


def test_together_is_refused_where_apart_stands(given, ideas):
    a, b, c, *_ = ideas
    apart, together = keep_apart(a, c, **given).id, keep_together(a, b, **given).id
    with pytest.raises(ContradictsDecisions) as refusal:
        keep_together(b, c, **given)
    assert sorted(refusal.value.decisions) == [apart, together]


def test_places_contradict_pairs(given, ideas, clusters):
    a, b, *_ = ideas
    together, moved = keep_together(a, b, **given).id, move_idea(a, clusters[0], **given).id
    with pytest.raises(ContradictsDecisions) as refusal:
        pin_idea(b, clusters[1], **given)
    assert sorted(refusal.value.decisions) == [together, moved]


def test_an_idea_is_placed_once_until_the_first_decision_is_lifted(given, ideas, clusters):
    idea = ideas[0]
    moved = move_idea(idea, clusters[0], **given).id
    with pytest.raises(ContradictsDecisions) as refusal:
        move_idea(idea, clusters[1], **given)
    assert refusal.value.decisions == [moved]
    lift_constraint(db.session.query(Constraint).one().id, **given)
    move_idea(idea, clusters[1], **given)
    assert standing() == [("moved", idea, clusters[1])]


def test_lifting_frees_what_was_refused_and_stays_in_the_register(given, ideas):
    a, b, *_ = ideas
    keep_apart(a, b, **given)
    constraint = db.session.query(Constraint).one().id
    lifted = lift_constraint(constraint, **given)
    assert (lifted.kind, lifted.idea_id, lifted.other_idea_id) == ("lift", a, b)
    keep_together(a, b, **given)
    with pytest.raises(AlreadyDone):
        lift_constraint(constraint, **given)
    with pytest.raises(NotFound):
        lift_constraint(987_654, **given)


def test_the_same_decision_twice_is_told(given, ideas, clusters):
    a, b, *_ = ideas
    keep_together(a, b, **given)
    with pytest.raises(AlreadyDone):
        keep_together(b, a, **given)
    pin_idea(a, clusters[0], **given)
    with pytest.raises(AlreadyDone):
        move_idea(a, clusters[0], **given)


def test_only_published_ideas_of_one_campaign_are_bound(given, ideas, clusters):
    hidden, elsewhere = make_idea(publication="hidden"), make_idea(campaign=make_campaign())
    with pytest.raises(WrongState):
        keep_together(ideas[0], hidden.id, **given)
    with pytest.raises(WrongState):
        keep_apart(ideas[0], elsewhere.id, **given)
    with pytest.raises(WrongState):
        move_idea(elsewhere.id, clusters[0], **given)
    with pytest.raises(WrongState):
        keep_together(ideas[0], ideas[0], **given)
    with pytest.raises(NotFound):
        keep_together(ideas[0], 987_654, **given)
    assert standing() == []


def test_a_dissolved_cluster_takes_nothing(given, ideas):
    gone = make_cluster()
    gone.dissolved_run_id = gone.born_run_id
    save(gone)
    for act in (lambda: move_idea(ideas[0], gone.id, **given), lambda: confirm_cluster(gone.id, **given)):
        with pytest.raises(WrongState):
            act()
    with pytest.raises(NotFound):
        rename_cluster(987_654, "Rien", **given)


def test_a_cluster_is_named_and_confirmed_once(given, clusters):
    decision = rename_cluster(clusters[0], "  Vélo,\ncomptages ", **given)
    confirm_cluster(clusters[0], **given)
    cluster = db.session.get(Cluster, clusters[0], populate_existing=True)
    assert (cluster.name, cluster.state, decision.note) == ("Vélo, comptages", "confirmed", "Vélo, comptages")
    with pytest.raises(AlreadyDone):
        confirm_cluster(clusters[0], **given)
    with pytest.raises(Limited):
        rename_cluster(clusters[0], "a" * 201, **given)


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR.value, None])
def test_only_reviewers_decide(ideas, clusters, role):
    given = {"actor": Person(id=1, role=role), "now": now()}
    acts = [
        lambda: keep_together(*ideas[:2], **given),
        lambda: keep_apart(*ideas[:2], **given),
        lambda: move_idea(ideas[0], clusters[0], **given),
        lambda: pin_idea(ideas[0], clusters[0], **given),
        lambda: lift_constraint(1, **given),
        lambda: rename_cluster(clusters[0], "Nom", **given),
        lambda: confirm_cluster(clusters[0], **given),
    ]
    for act in acts:
        with pytest.raises(NotAllowed):
            act()


def test_two_reviewers_cannot_contradict_each_other_at_once(app, given, ideas):
    reviewer_id, acts = given["actor"].id, [keep_together, keep_apart] * 3

    def act():
        acts.pop()(*ideas[:2], actor=db.session.get(Person, reviewer_id), now=now())

    refusals = press_together(app, 6, act)
    assert len(refusals) == 5 and {type(one) for one in refusals} == {AlreadyDone, ContradictsDecisions}
    assert len(standing()) == 1
