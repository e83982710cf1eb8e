"""What reviewers do with subjects: at once, as one decision, told when it contradicts, and taken back exactly."""

import random

import pytest
import sqlalchemy as sa

from ideas.actions.membership import move, pin, take_out
from ideas.actions.pairing import keep_apart, keep_together, lift_constraint, mark_distinct
from ideas.actions.subjects import confirm, dissolve, gather, join, rename, split
from ideas.actions.undoing import undo_decision
from ideas.domain.accounts import Role
from ideas.domain.clusters import Level, RunState
from ideas.domain.errors import AlreadyDone, ContradictsDecisions, Limited, NotAllowed, NotFound, WrongState
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import (
    Campaign,
    Cluster,
    Constraint,
    Decision,
    Membership,
    Person,
    Review,
    ReviewMember,
    Run,
    RunCluster,
    Undo,
)
from tests.factories import make_campaign, make_idea, make_person, now
from tests.test_voting import press_together


@pytest.fixture
def given(app):
    """What each act needs besides its subject: a reviewer and the time."""
    return {"actor": make_person(role=Role.REVIEWER.value), "now": now()}


@pytest.fixture
def campaign(app):
    """A campaign that shows three subjects of three ideas, and two ideas alone."""
    campaign = make_campaign()
    run = save(Run(campaign_id=campaign.id, started_at=now(), state=RunState.ACCEPTED, idea_count=11))
    campaign.current_run_id = run.id
    for _ in range(3):
        make_subject(campaign, [make_idea(campaign=campaign).id for _ in range(3)])
    for _ in range(2):
        make_idea(campaign=campaign)
    db.session.commit()
    return campaign


def make_subject(campaign, ideas):
    cluster = save(Cluster(campaign_id=campaign.id, born_run_id=campaign.current_run_id, accepted_at=now()))
    save(RunCluster(run_id=campaign.current_run_id, cluster_id=cluster.id, size=len(ideas), cohesion=0.5))
    for idea in ideas:
        save(Membership(run_id=campaign.current_run_id, idea_id=idea, cluster_id=cluster.id, likeness=0.5))
    return cluster.id


def save(row):
    db.session.add(row)
    db.session.commit()
    return row


def read(campaign):
    """All that acts may change, but versions and what the register keeps."""
    db.session.expire_all()
    run_id = db.session.get(Campaign, campaign.id).current_run_id
    members = sa.select(*(column for column in Membership.__table__.columns)).where(Membership.run_id == run_id)
    living = sa.select(Cluster.id, Cluster.name, Cluster.state).where(
        Cluster.dissolved_run_id.is_(None), Cluster.accepted_at.is_not(None)
    )
    active = sa.select(Constraint.kind, Constraint.idea_id, Constraint.other_idea_id, Constraint.cluster_id)
    signed = sa.select(Review.cluster_id, Review.kind, ReviewMember.idea_id).join(ReviewMember)
    described = sa.select(RunCluster.cluster_id, RunCluster.parent_id).where(RunCluster.run_id == run_id)
    return [
        sorted(map(str, db.session.execute(query)))
        for query in (
            members,
            living,
            active.where(Constraint.lifted_at.is_(None)),
            signed.where(Review.ended_at.is_(None)),
            described,
        )
    ]


def subjects(campaign):
    """The ideas of each living subject, in the order of their numbers."""
    db.session.expire_all()
    run_id = db.session.get(Campaign, campaign.id).current_run_id
    rows = db.session.execute(
        sa.select(Cluster.id, Membership.idea_id)
        .join(Membership, (Membership.cluster_id == Cluster.id) & (Membership.run_id == run_id))
        .where(Cluster.dissolved_run_id.is_(None), Cluster.level == Level.SUBJECT)
        .order_by(Cluster.id, Membership.idea_id)
    )
    found = {}
    for cluster, idea in rows:
        found.setdefault(cluster, []).append(idea)
    return found


def alone(campaign):
    return [idea.id for idea in queries.clusters.list_unclustered(db.session.get(Campaign, campaign.id))]


def status_of(campaign, number):
    db.session.expire_all()
    (row,) = queries.clusters.list_current(db.session.get(Campaign, campaign.id), only=[number])
    return row.review_status.value


# Given three subjects, each a number and its ideas, the ideas without subject, and who decides when.
ACTS = {
    "confirm": lambda s, _free, **given: confirm(s[0][0], **given),
    "rename": lambda s, _free, **given: rename(s[0][0], "Vélo", **given),
    "move": lambda s, free, **given: move([s[0][1][0], free[0]], s[1][0], **given),
    "place": lambda s, free, **given: move(free, s[1][0], **given),
    "pin": lambda s, _free, **given: pin(s[0][1][:2], s[0][0], **given),
    "take out": lambda s, _free, **given: take_out(s[0][1][:1], **given),
    "split": lambda s, _free, **given: split(s[0][0], [s[0][1][:2]], name="Neuf", **given),
    "gather": lambda _s, free, **given: gather(free[:2], **given),
    "join": lambda s, _free, **given: join(s[0][0], [s[1][0], s[2][0]], **given),
    "dissolve": lambda s, _free, **given: dissolve(s[0][0], **given),
    "together": lambda s, _free, **given: keep_together(s[0][1][0], s[1][1][0], **given),
    "apart": lambda s, _free, **given: keep_apart(*s[0][1][:2], **given),
    "distinct": lambda s, _free, **given: mark_distinct(*s[0][1][:2], **given),
}


@pytest.mark.parametrize("name", ACTS)
def test_each_act_is_one_decision_and_is_taken_back_exactly(campaign, given, name):
    one, two, three = subjects(campaign).items()
    confirm(two[0], **given)
    pin(three[1][:1], three[0], **given)
    before, count = read(campaign), db.session.query(Decision).count()
    decision = ACTS[name]((one, two, three), sorted(alone(campaign)), **given)
    assert db.session.query(Decision).count() == count + 1
    assert read(campaign) != before
    assert queries.decisions.can_undo([decision.id])
    undo_decision(decision.id, **given)
    assert read(campaign) == before
    with pytest.raises(AlreadyDone):
        undo_decision(decision.id, **given)


@pytest.mark.parametrize("seed", range(6))
def test_many_acts_are_taken_back_in_order(campaign, given, seed):
    chance, undone = random.Random(seed), []
    for _ in range(12):
        before, living = read(campaign), list(subjects(campaign).items())
        if not living:
            break
        one, two, three = (chance.choice(living) for _ in range(3))
        try:
            act = ACTS[chance.choice(sorted(ACTS))]
            undone.append((act((one, two, three), sorted(alone(campaign)), **given).id, before))
        except (WrongState, IndexError, TypeError):
            db.session.rollback()
            assert read(campaign) == before, "an act that is refused changes nothing"
    assert undone
    for decision, before in reversed(undone):
        undo_decision(decision, **given)
        assert read(campaign) == before


def test_an_act_is_not_taken_back_under_what_depends_on_it(campaign, given):
    one, two, three = subjects(campaign).items()
    made = split(one[0], [one[1][:2]], **given)
    (born,) = subjects(campaign).keys() - {one[0], two[0], three[0]}
    later = rename(born, "Autre nom", **given)
    moved = move(two[1][:1], born, **given)
    with pytest.raises(WrongState):
        undo_decision(made.id, **given)
    db.session.rollback()
    for decision in (moved, later, made):
        undo_decision(decision.id, **given)
    assert list(subjects(campaign)) == [one[0], two[0], three[0]]


def test_what_is_split_off_has_words_of_its_own_at_once(campaign, given):
    titles = ("Pistes pour les vélos", "Compter les vélos en ville", "Arrêts de bus en ville", "Bus de nuit")
    ideas = [make_idea(campaign=campaign, title=title, data_wanted="Où ?", author=make_person()).id for title in titles]
    whole = make_subject(campaign, ideas)
    split(whole, [ideas[:2]], **given)
    born = max(subjects(campaign))
    (row,) = queries.clusters.list_current(db.session.get(Campaign, campaign.id), only=[born])
    assert row.keywords[0] == "vélos" and "bus" not in row.keywords and "pistes" not in row.keywords


def test_acts_change_the_picture_at_once(campaign, given):
    one, two, three = subjects(campaign).items()
    free = sorted(alone(campaign))
    move([one[1][0], free[0]], two[0], **given)
    assert subjects(campaign)[two[0]] == sorted([*two[1], one[1][0], free[0]])
    take_out([three[1][0]], **given)
    assert three[1][0] in alone(campaign)
    move([three[1][0]], three[0], **given)
    assert subjects(campaign)[three[0]] == three[1]
    join(two[0], [three[0]], **given)
    assert three[0] not in subjects(campaign)
    assert queries.clusters.find_successor(three[0], campaign) == two[0]


def test_what_was_signed_is_a_set(campaign, given):
    one, two, _three = subjects(campaign).items()
    confirm(one[0], **given)
    assert status_of(campaign, one[0]) == "confirmed"
    with pytest.raises(AlreadyDone):
        confirm(one[0], **given)
    newcomer = make_idea(campaign=campaign).id
    save(Membership(run_id=campaign.current_run_id, idea_id=newcomer, cluster_id=one[0], likeness=0.4, origin="placed"))
    assert status_of(campaign, one[0]) == "changed"
    waiting = queries.members.list_members(one[0], campaign.current_run_id, unseen=True)
    assert [member.id for member in waiting] == [newcomer]
    confirm(one[0], **given)
    assert status_of(campaign, one[0]) == "confirmed"
    move(two[1][:1], one[0], **given)
    assert queries.members.list_members(one[0], campaign.current_run_id, unseen=True) == []


def test_what_is_signed_may_be_moved_but_not_parted_by_a_pair(campaign, given):
    one, two, _three = subjects(campaign).items()
    first, second = confirm(one[0], **given), confirm(two[0], **given)
    with pytest.raises(ContradictsDecisions) as refusal:
        keep_apart(*one[1][:2], **given)
    assert refusal.value.decisions[0] == first.id
    db.session.rollback()
    with pytest.raises(ContradictsDecisions) as refusal:
        keep_together(one[1][0], two[1][0], **given)
    assert {first.id, second.id} <= set(refusal.value.decisions)
    db.session.rollback()
    move(one[1][:1], two[0], **given)
    assert one[1][0] in subjects(campaign)[two[0]]


def test_a_contradiction_is_refused_with_the_chain_of_decisions(campaign, given):
    (_, (a, b, c)), (_, (d, e, _f)), _ = subjects(campaign).items()
    first = keep_together(a, b, **given).id
    keep_together(d, e, **given)
    second = keep_together(b, c, **given).id
    count = db.session.query(Decision).count()
    with pytest.raises(ContradictsDecisions) as refusal:
        keep_apart(c, a, **given)
    assert {first, second} <= set(refusal.value.decisions)
    assert db.session.query(Decision).count() == count


def test_what_is_kept_together_moves_together(campaign, given):
    (_one, (a, b, _c)), (two, _), _ = subjects(campaign).items()
    together = keep_together(a, b, **given)
    with pytest.raises(ContradictsDecisions) as refusal:
        move([a], two, **given)
    assert together.id in refusal.value.decisions
    db.session.rollback()
    with pytest.raises(ContradictsDecisions):
        take_out([a], **given)
    db.session.rollback()
    move([a, b], two, **given)
    assert {a, b} <= set(subjects(campaign)[two])


def test_an_idea_is_put_once_until_the_first_decision_is_lifted(campaign, given):
    (_one, (a, *_)), (two, _), (three, _) = subjects(campaign).items()
    moved = move([a], two, **given).id
    with pytest.raises(AlreadyDone):
        move([a], two, **given)
    with pytest.raises(ContradictsDecisions) as refusal:
        move([a], three, **given)
    assert refusal.value.decisions == [moved]
    db.session.rollback()
    lift_constraint(db.session.query(Constraint).one().id, **given)
    move([a], three, **given)
    assert a in subjects(campaign)[three]


def test_of_two_who_act_on_what_they_read_the_second_is_told(campaign, given):
    (one, ideas), *_ = subjects(campaign).items()
    version = db.session.get(Cluster, one).version
    rename(one, "Le premier", expected={one: version}, **given)
    for act in (
        lambda: rename(one, "Le second", expected={one: version}, **given),
        lambda: confirm(one, expected={one: version}, **given),
        lambda: split(one, [ideas[:1]], expected={one: version}, **given),
    ):
        with pytest.raises(WrongState):
            act()
        db.session.rollback()
    assert db.session.get(Cluster, one).name == "Le premier"


def test_of_two_at_once_one_wins(app, campaign, given):
    (one, _), (two, _), (three, _) = subjects(campaign).items()
    reviewer_id, time = given["actor"].id, now()
    versions = {number: db.session.get(Cluster, number).version for number in (one, two, three)}
    targets = [two, three] * 3
    db.session.commit()

    def act():
        into = targets.pop()
        reviewer = db.session.get(Person, reviewer_id)
        join(into, [one], actor=reviewer, now=time, expected={into: versions[into], one: versions[one]})

    refusals = press_together(app, 6, act)
    assert len(refusals) == 5 and {type(one) for one in refusals} == {WrongState}
    assert len(subjects(campaign)) == 2


def test_only_published_ideas_of_one_campaign_are_put(campaign, given):
    (one, ideas), *_ = subjects(campaign).items()
    hidden, elsewhere = make_idea(publication="hidden"), make_idea(campaign=make_campaign())
    before = read(campaign)
    for act, error in (
        (lambda: move([hidden.id], one, **given), WrongState),
        (lambda: move([elsewhere.id], one, **given), WrongState),
        (lambda: move([ideas[0], elsewhere.id], one, **given), WrongState),
        (lambda: keep_apart(ideas[0], ideas[0], **given), WrongState),
        (lambda: move([987_654], one, **given), NotFound),
        (lambda: move([], one, **given), WrongState),
        (lambda: split(one, [ideas], **given), WrongState),
        (lambda: rename(987_654, "Rien", **given), NotFound),
        (lambda: rename(one, "a" * 201, **given), Limited),
        (lambda: join(one, [one], **given), WrongState),
    ):
        with pytest.raises(error):
            act()
        db.session.rollback()
    assert read(campaign) == before and not db.session.query(Undo).count()


def test_a_proposed_or_dissolved_subject_takes_nothing(campaign, given):
    (_one, ideas), (two, _), _ = subjects(campaign).items()
    proposed = save(Cluster(campaign_id=campaign.id, born_run_id=campaign.current_run_id))
    with pytest.raises(NotFound):
        confirm(proposed.id, **given)
    dissolve(two, **given)
    with pytest.raises(WrongState):
        move(ideas[:1], two, **given)


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR.value, None])
def test_only_reviewers_decide(campaign, role):
    three = list(subjects(campaign).items())
    nobody = {"actor": Person(id=1, role=role), "now": now()}
    for act in ACTS.values():
        with pytest.raises(NotAllowed):
            act(three, alone(campaign), **nobody)
    with pytest.raises(NotAllowed):
        lift_constraint(1, **nobody)
    with pytest.raises(NotAllowed):
        undo_decision(1, **nobody)
