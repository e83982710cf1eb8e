"""A run: what it writes, what it keeps of the one before, what people imposed, and what it never shows."""

import pytest
import sqlalchemy as sa

from ideas.actions import jobs
from ideas.actions.decisions import record_decision
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup as propose
from ideas.actions.subjects import confirm
from ideas.domain.accounts import Operator
from ideas.domain.clusters import ConstraintKind
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import WrongState
from ideas.domain.jobs import LEASE, Kind
from ideas.domain.permissions import Permission
from ideas.domain.publication import Verdict
from ideas.store.database import db
from ideas.store.models import Campaign, Cluster, Constraint, Lineage, Membership, NearPair, Run, RunCluster
from tests.factories import make_campaign, make_idea, make_person, now

SUBJECTS = {
    "bus": "Horaires des bus et cars de la ville, arrêt par arrêt",
    "eau": "Analyses de la qualité de l’eau potable du robinet",
    "musées": "Fréquentation des musées et monuments historiques",
}


def regroup(campaign_id, **given):
    """A run that is accepted at once."""
    return propose(campaign_id, accept=True, **given)


@pytest.fixture
def campaign(app):
    campaign = make_campaign()
    for subject, text in SUBJECTS.items():
        for number in range(4):
            make_idea(campaign=campaign, title=f"{subject} {number}", data_wanted=f"{text} {subject} {number * 'bis '}")
    make_idea(campaign=campaign, title="Xylophone", data_wanted="Zymotique", planned_use="Quokka")
    return campaign


def ideas_named(word):
    from ideas.store.models import Idea

    return list(db.session.scalars(sa.select(Idea).where(Idea.title.like(f"{word}%")).order_by(Idea.id)))


def places(campaign):
    """Idea number → cluster number, as the campaign shows them now."""
    db.session.expire_all()
    run_id = db.session.get(Campaign, campaign.id).current_run_id
    rows = db.session.execute(sa.select(Membership.idea_id, Membership.cluster_id).where(Membership.run_id == run_id))
    return dict(rows.all())


def impose(campaign, kind, idea, **given):
    decision = record_decision(
        DecisionKind.MOVE,
        make_person(role="reviewer"),
        campaign_id=campaign.id,
        now=now(),
        permission=Permission.TRIAGE,
    )
    db.session.add(
        Constraint(
            campaign_id=campaign.id, kind=kind, idea_id=idea.id, decision_id=decision.id, imposed_at=now(), **given
        )
    )
    db.session.commit()


def test_a_run_finds_subjects_and_leaves_alone_what_is_alone(campaign):
    run = regroup(campaign.id, now=now())
    found = places(campaign)
    assert (run.state, run.idea_count, run.cluster_count, run.unclustered_count) == ("accepted", 13, 3, 1)
    for subject in SUBJECTS:
        assert len({found[idea.id] for idea in ideas_named(subject)}) == 1
    assert ideas_named("Xylophone")[0].id not in found


def test_a_run_writes_words_reasons_and_how_to_repeat_it(campaign):
    run = regroup(campaign.id, now=now())
    shown = db.session.query(RunCluster).filter_by(run_id=run.id, parent_id=None).all()
    assert all(cluster.keywords and cluster.size == 4 and 0 < cluster.cohesion <= 1 for cluster in shown)
    assert all(cluster.closest["shared"] for cluster in shown)
    assert (
        run.input_hash
        and run.versions["scipy"]
        and run.parameters.items() >= {"subjects": 0.21, "requests": 0.26, "learnt": None, "grain": "usual"}.items()
    )
    assert db.session.query(NearPair).filter_by(run_id=run.id).count() == run.near_pair_count > 0
    assert {line.event for line in db.session.query(Lineage)} == {"born"}


def test_the_same_ideas_keep_the_same_numbers(campaign):
    regroup(campaign.id, now=now())
    before = places(campaign)
    run = regroup(campaign.id, now=now())
    assert places(campaign) == before
    assert {line.event for line in db.session.query(Lineage).filter_by(run_id=run.id)} == {"kept"}


def test_a_subject_that_goes_ends_its_cluster_for_good(campaign):
    regroup(campaign.id, now=now())
    moderator = make_person(role="moderator")
    ended = places(campaign)[ideas_named("eau")[0].id]
    for idea in ideas_named("eau"):
        decide_idea(idea.id, Verdict.HIDE, actor=moderator, now=now(), reason="other")
    run = regroup(campaign.id, now=now())
    assert db.session.get(Cluster, ended).dissolved_run_id == run.id
    assert not db.session.query(Membership).filter_by(run_id=run.id, cluster_id=ended).count()


def test_a_moved_idea_stays_where_a_person_put_it(campaign):
    regroup(campaign.id, now=now())
    bus, water = ideas_named("bus")[0], ideas_named("eau")[0]
    target = places(campaign)[water.id]
    impose(campaign, ConstraintKind.MOVED, bus, cluster_id=target)
    for cut in (None, 0.1, 0.4):
        regroup(campaign.id, now=now(), subject_cut=cut)
        assert places(campaign)[bus.id] == target


def test_kept_apart_and_kept_together_are_obeyed(campaign):
    one, other = ideas_named("bus")[:2]
    lonely, water = ideas_named("Xylophone")[0], ideas_named("eau")[0]
    impose(campaign, ConstraintKind.APART, one, other_idea_id=other.id)
    impose(campaign, ConstraintKind.TOGETHER, lonely, other_idea_id=water.id)
    for _ in range(2):
        regroup(campaign.id, now=now())
        found = places(campaign)
        assert found.get(one.id) != found.get(other.id)
        assert found[lonely.id] == found[water.id]


def test_pairs_kept_apart_are_no_longer_proposed_for_a_merge(campaign):
    run = regroup(campaign.id, now=now())
    pair = db.session.query(NearPair).filter_by(run_id=run.id).first()
    first = pair.first_id, pair.second_id
    from ideas.store.models import Idea

    impose(campaign, ConstraintKind.APART, db.session.get(Idea, first[0]), other_idea_id=first[1])
    run = regroup(campaign.id, now=now())
    assert db.session.get(NearPair, (run.id, *first)) is None


def test_quality_is_measured_against_what_reviewers_confirmed(campaign):
    regroup(campaign.id, now=now())
    reviewer = make_person(role="reviewer")
    for number in set(places(campaign).values()):
        confirm(number, actor=reviewer, now=now())
    run = regroup(campaign.id, now=now())
    assert (run.quality["pair_precision"], run.quality["pair_recall"], run.quality["acts_per_text"]) == (1, 1, 0)


def test_one_run_at_a_time_until_its_lease_ends(campaign):
    began = now()
    jobs.begin(Kind.REGROUP, campaign.id, actor=Operator(), now=began)
    db.session.add(Run(campaign_id=campaign.id, started_at=began))
    db.session.commit()
    with pytest.raises(WrongState):
        regroup(campaign.id, now=began)
    db.session.rollback()
    assert regroup(campaign.id, now=began + LEASE).state == "accepted"
    assert [run.state for run in db.session.query(Run).order_by(Run.id)] == ["failed", "accepted"]


def test_a_run_whose_lease_was_lost_shows_nothing(campaign):
    late = jobs.begin(Kind.REGROUP, campaign.id, actor=Operator(), now=now())
    regroup(campaign.id, now=now() + LEASE)
    before = places(campaign)
    with pytest.raises(jobs.LeaseLost):
        regroup(campaign.id, now=now(), lease=late)
    assert places(campaign) == before


def test_a_run_that_fails_leaves_the_one_before_in_place(campaign, monkeypatch):
    regroup(campaign.id, now=now())
    before = places(campaign)

    def fail(*_given, **_named):
        raise MemoryError

    monkeypatch.setattr("ideas.actions.regrouping.write_run", fail)
    with pytest.raises(MemoryError):
        regroup(campaign.id, now=now())
    assert places(campaign) == before
    assert [run.state for run in db.session.query(Run).order_by(Run.id)] == ["accepted", "failed"]


@pytest.mark.parametrize("count", [0, 1])
def test_a_campaign_with_next_to_nothing_can_be_regrouped(app, count):
    campaign = make_campaign()
    for _ in range(count):
        make_idea(campaign=campaign)
    run = regroup(campaign.id, now=now())
    assert (run.idea_count, run.cluster_count, run.unclustered_count) == (count, 0, count)
