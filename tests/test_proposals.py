"""A run is a proposal: nothing public changes until a person accepts it, and what people decided holds in its sense."""

import random

import pytest
import sqlalchemy as sa

from ideas.actions.membership import move, pin, take_out
from ideas.actions.pairing import keep_apart, keep_together
from ideas.actions.proposals import accept_run, accept_subject, drop_run
from ideas.actions.regrouping import regroup
from ideas.actions.subjects import confirm, dissolve, join, rename, split
from ideas.actions.undoing import undo_decision
from ideas.domain.clusters import ConstraintKind, Event, ReviewKind, ReviewStatus, RunState
from ideas.domain.errors import AlreadyDone, NotAllowed, NotFound, WrongState
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Constraint, Membership, Review, ReviewMember, Run
from tests.factories import make_campaign, make_ideas, make_person, now
from tests.test_subject_acts import alone, read, subjects

SYLLABLES = [consonant + vowel for consonant in "bdfglmnprstv" for vowel in "aeiou"]


@pytest.fixture
def given(app):
    """What each act needs besides its subject: a reviewer and the time."""
    return {"actor": make_person(role="reviewer"), "now": now()}


def make_words(chance, count):
    return ["".join(chance.choice(SYLLABLES) for _ in range(4)) for _ in range(count)]


def draw_ideas(topics, count, chance):
    """Ideas of random topics, each a few words of its topic and some of all."""
    common = [word for topic in topics for word in topic[:1]]
    for _ in range(count):
        topic = chance.choice(topics)
        words = [*chance.sample(topic, 6), *chance.sample(common, 2)]
        yield {"title": " ".join(words[:3]), "data_wanted": " ".join(words), "planned_use": ""}


@pytest.fixture
def campaign(app):
    """Sixty ideas on six topics, whose subjects were accepted."""
    chance, campaign = random.Random(1), make_campaign()
    campaign.topics = [make_words(chance, 9) for _ in range(6)]
    make_ideas(draw_ideas(campaign.topics, 60, chance), campaign=campaign)
    regroup(campaign.id, now=now())
    return campaign


def add_ideas(campaign, count, seed=2):
    make_ideas(draw_ideas(campaign.topics, count, random.Random(seed)), campaign=campaign)


def pages(client, campaign):
    """What everybody sees of the subjects."""
    addresses = ["/sujets", *(f"/sujets/{number}" for number in subjects(campaign))]
    return [client.get(address).text for address in addresses]


def test_the_first_run_is_accepted_by_itself_and_the_next_only_proposes(campaign, client):
    add_ideas(campaign, 10)
    before, shown = read(campaign), pages(client, campaign)
    numbers = set(db.session.scalars(sa.select(Cluster.id)))
    for cut in (None, 0.12, 0.45):
        run = regroup(campaign.id, now=now(), subject_cut=cut)
        assert run.state == RunState.PROPOSED
        assert read(campaign) == before and pages(client, campaign) == shown
    for number in set(db.session.scalars(sa.select(Cluster.id))) - numbers:
        assert client.get(f"/sujets/{number}").status_code == 404
    states = [run.state.value for run in db.session.query(Run).order_by(Run.id)]
    assert states == ["accepted", "superseded", "superseded", "proposed"]


def test_a_proposal_is_compared_with_what_is_public(campaign):
    run = regroup(campaign.id, now=now())
    assert all(one.is_same for one in queries.runs.compare_proposal(run, campaign))
    add_ideas(campaign, 10)
    run = regroup(campaign.id, now=now())
    told = queries.runs.compare_proposal(run, campaign)
    grown = [one for one in told if one.event is Event.KEPT and not one.is_same]
    assert sum(len(one.joining) for one in grown) >= 8
    assert all(one.reason for one in grown)
    run = regroup(campaign.id, now=now(), subject_cut=0.9)
    assert {one.event for one in queries.runs.compare_proposal(run, campaign)} & {Event.DISSOLVED, Event.SPLIT}


def test_a_proposal_is_accepted_whole_once(campaign, given):
    add_ideas(campaign, 10)
    before, numbers = read(campaign), set(subjects(campaign))
    run = regroup(campaign.id, now=now())
    decision = accept_run(run.id, **given)
    assert set(subjects(campaign)) >= numbers and read(campaign) != before
    for act in (accept_run, drop_run):
        with pytest.raises(AlreadyDone):
            act(run.id, **given)
        db.session.rollback()
    undo_decision(decision.id, **given)
    assert read(campaign) == before


def test_a_proposal_that_is_dropped_leaves_all_as_it_was(campaign, given):
    before = read(campaign)
    run = regroup(campaign.id, now=now(), subject_cut=0.5)
    drop_run(run.id, **given)
    assert read(campaign) == before and queries.runs.find_pending(campaign.id) is None
    with pytest.raises(WrongState):
        accept_run(run.id, **given)
    with pytest.raises(NotAllowed):
        drop_run(run.id, actor=make_person(), now=now())


def test_subjects_are_accepted_one_by_one_and_taken_back(campaign, given):
    add_ideas(campaign, 12)
    run = regroup(campaign.id, now=now(), subject_cut=0.5)
    before = read(campaign)
    changed = [one for one in queries.runs.compare_proposal(run, campaign) if one.joining]
    decisions = []
    for one in changed:
        decisions.append(accept_subject(run.id, one.cluster_id, **given))
        assert set(one.joining) <= set(subjects(campaign)[one.cluster_id])
    assert not [one for one in queries.runs.compare_proposal(run, campaign) if one.joining]
    for decision in reversed(decisions):
        undo_decision(decision.id, **given)
    assert read(campaign) == before
    with pytest.raises(NotFound):
        accept_subject(run.id, 987_654, **given)


def test_what_was_decided_meanwhile_stands(campaign, given):
    add_ideas(campaign, 12)
    run = regroup(campaign.id, now=now(), subject_cut=0.4)
    (one, ideas), (two, others), (three, thirds), (four, fourths), *_ = subjects(campaign).items()
    split(one, [ideas[:3]], name="Part", **given)
    move(others[:1], three, **given)
    take_out(thirds[:1], **given)
    dissolve(four, **given)
    confirm(two, **given)
    decided = subjects(campaign)
    accept_run(run.id, **given)
    found = subjects(campaign)
    for number in (one, two, three):
        assert set(decided[number]) <= set(found[number])
    (part,) = [number for number, members in decided.items() if members == ideas[:3]]
    assert found[part] == ideas[:3]
    assert four not in found and set(fourths) | set(thirds[:1]) <= set(alone_all(campaign))


def alone_all(campaign):
    return [idea.id for idea in queries.clusters.list_unclustered(db.session.get(Campaign, campaign.id), size=1_000)]


def test_a_proposal_older_than_what_is_shown_is_refused(campaign, given):
    run = regroup(campaign.id, now=now())
    db.session.execute(sa.update(Run).where(Run.id == run.id).values(base_run_id=None))
    db.session.commit()
    with pytest.raises(WrongState):
        accept_run(run.id, **given)


def test_an_idea_put_among_others_stays_with_most_of_them(campaign, given):
    (_one, ideas), (two, others), *_ = subjects(campaign).items()
    move(ideas[:1], two, **given)
    for cut in (0.1, 0.3, 0.6, 0.9):
        run = regroup(campaign.id, now=now(), subject_cut=cut)
        accept_run(run.id, **given)
        found = subjects(campaign)
        assert ideas[0] in found[two]
        with_it = set(found[two]) & set(others)
        assert with_it and all(len(with_it) >= len(set(members) & set(others)) for members in found.values())


def act_at_random(campaign, chance, given):
    """One act of a reviewer on random subjects and ideas."""
    living = list(subjects(campaign).items())
    (one, ideas), (two, others) = chance.sample(living, 2)
    some = chance.sample(ideas, min(len(ideas), chance.randint(1, 3)))
    free = alone(campaign)
    acts = [
        lambda: confirm(one, **given),
        lambda: confirm(one, **given),
        lambda: rename(one, f"Nom {chance.random()}", **given),
        lambda: move(some, two, **given),
        lambda: pin(some, one, **given),
        lambda: keep_together(chance.choice(ideas), chance.choice(others), **given),
        lambda: keep_apart(*chance.sample(ideas, 2), **given),
        lambda: keep_apart(chance.choice(ideas), chance.choice(others), **given),
        lambda: split(one, [some], **given),
        lambda: take_out(some[:1], **given),
        lambda: move(chance.sample(free, 1), one, **given),
        lambda: join(one, [two], **given) if len(living) > 25 else rename(two, "Autre", **given),
    ]
    try:
        chance.choice(acts)()
    except (WrongState, ValueError):
        db.session.rollback()
        return False
    return True


def list_disobeyed(campaign):
    """The decisions that stand, and that the picture does not obey."""
    where = {idea: number for number, members in subjects(campaign).items() for idea in members}
    active = list(db.session.scalars(sa.select(Constraint).where(Constraint.lifted_at.is_(None))))
    wrong, settled = [], set()
    for one in active:
        here, there = where.get(one.idea_id), where.get(one.other_idea_id)
        obeyed = {
            ConstraintKind.TOGETHER: here == there,
            ConstraintKind.APART: here is None or here != there,
            ConstraintKind.DISTINCT: True,
            ConstraintKind.MOVED: here == one.cluster_id,
            ConstraintKind.PINNED: here == one.cluster_id,
            ConstraintKind.OUT: here is None,
        }[one.kind]
        if not obeyed:
            wrong.append(one.kind.value)
        if one.kind in (ConstraintKind.MOVED, ConstraintKind.PINNED, ConstraintKind.OUT):
            settled.add(one.idea_id)
    signed = (
        sa.select(Review.cluster_id, ReviewMember.idea_id)
        .join(ReviewMember)
        .where(Review.ended_at.is_(None), Review.kind != ReviewKind.ANCHORS)
        .order_by(Review.id)
    )
    cores = {idea: number for number, idea in db.session.execute(signed) if idea not in settled}
    return wrong + [f"signed {number}" for idea, number in cores.items() if where.get(idea) != number]


def list_unseen_under_a_signature(campaign):
    """The members that nobody saw, of subjects said to be confirmed."""
    found = []
    for row in queries.clusters.list_current(db.session.get(Campaign, campaign.id)):
        if row.review_status is not ReviewStatus.CONFIRMED:
            continue
        signed = (
            sa.select(ReviewMember.idea_id)
            .join(Review)
            .where(Review.cluster_id == row.id, Review.kind == ReviewKind.CONFIRMED, Review.ended_at.is_(None))
        )
        run_id = db.session.get(Campaign, campaign.id).current_run_id
        moved = sa.select(Membership.idea_id).where(Membership.run_id == run_id, Membership.origin == "moved")
        seen = set(db.session.scalars(signed)) | set(db.session.scalars(moved))
        found += set(subjects(campaign)[row.id]) - seen
    return found


def test_two_hundred_decisions_hold_through_new_ideas_and_other_cuts(app, given):
    chance, campaign = random.Random(3), make_campaign()
    campaign.topics = [make_words(chance, 9) for _ in range(40)]
    make_ideas(draw_ideas(campaign.topics, 300, chance), campaign=campaign)
    regroup(campaign.id, now=now())
    count, tries = 0, 0
    while count < 200 and tries < 400:
        count, tries = count + act_at_random(campaign, chance, given), tries + 1
    assert count == 200
    assert list_disobeyed(campaign) == []
    db.session.expire_all()
    reviewed = {row.id for row in queries.clusters.list_current(campaign) if row.state == "confirmed"}
    add_ideas(campaign, 60)
    for cut in (0.1, 0.35, None):
        before = read(campaign)
        run = regroup(campaign.id, now=now(), subject_cut=cut)
        assert read(campaign) == before
        accept_run(run.id, **given)
        assert list_disobeyed(campaign) == []
        assert list_unseen_under_a_signature(campaign) == []
    kept = reviewed & set(subjects(campaign))
    assert len(reviewed) >= 10 and len(kept) >= 0.95 * len(reviewed)
