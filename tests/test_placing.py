"""Between two runs: a new idea joins its nearest, waits alone, and obeys what people imposed."""

import pytest

from ideas.actions import similar
from ideas.actions.decisions import record_decision
from ideas.actions.placing import place_new_ideas
from ideas.actions.regrouping import regroup
from ideas.domain.accounts import Act
from ideas.domain.clusters import DecisionKind
from ideas.store.database import db
from ideas.store.models import Constraint, Membership
from tests.factories import make_campaign, make_idea, make_person, now

BUS = "Horaires des bus et cars de la ville, arrêt par arrêt"
WATER = "Analyses de la qualité de l’eau potable du robinet"


@pytest.fixture
def campaign(app):
    similar._opened.clear()
    similar._seen.clear()
    campaign = make_campaign()
    for number in range(4):
        make_idea(campaign=campaign, title=f"Bus {number}", data_wanted=BUS)
        make_idea(campaign=campaign, title=f"Eau {number}", data_wanted=WATER)
    regroup(campaign.id, now=now())
    return campaign


def place(campaign, var):
    return place_new_ideas(campaign.id, var=str(var / "var"))


def cluster_of(idea):
    return db.session.query(Membership.cluster_id).filter_by(idea_id=idea.id).scalar()


def first(campaign, word):
    from ideas.store.models import Idea

    return db.session.query(Idea).filter(Idea.title.like(f"{word}%")).order_by(Idea.id).first()


def test_a_new_idea_joins_the_cluster_of_its_nearest_once(campaign, var):
    idea = make_idea(campaign=campaign, title="Les bus de nuit", data_wanted=BUS)
    assert place(campaign, var) == 1
    assert cluster_of(idea) == cluster_of(first(campaign, "Bus"))
    assert place(campaign, var) == 0


def test_what_is_like_nothing_waits_alone(campaign, var):
    idea = make_idea(campaign=campaign, title="Xylophone", data_wanted="Zymotique", planned_use="Quokka")
    assert place(campaign, var) == 0 and cluster_of(idea) is None


def test_what_a_person_keeps_apart_is_not_joined(campaign, var):
    idea, other = make_idea(campaign=campaign, title="Les bus de nuit", data_wanted=BUS), first(campaign, "Bus")
    decision = record_decision(
        DecisionKind.KEEP_APART, make_person(role="reviewer"), campaign_id=campaign.id, now=now(), act=Act.TRIAGE
    )
    given = {"campaign_id": campaign.id, "kind": "apart", "decision_id": decision.id, "imposed_at": now()}
    db.session.add(Constraint(idea_id=idea.id, other_idea_id=other.id, **given))
    db.session.commit()
    place(campaign, var)
    assert cluster_of(idea) != cluster_of(other)


def test_without_a_run_nothing_is_placed(app, var):
    assert place(make_campaign(), var) == 0
