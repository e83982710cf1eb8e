"""Between two runs: a new idea joins its nearest, waits alone, and obeys what people imposed."""

import threading
from time import monotonic
from types import SimpleNamespace

import pytest

from ideas.actions import assignment
from ideas.actions.assignment import place_new_ideas
from ideas.actions.decisions import record_decision
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.actions.voting import cast_vote
from ideas.domain.decisions import DecisionKind
from ideas.domain.permissions import Permission
from ideas.domain.publication import Verdict
from ideas.retrieval.open_indexes import open_indexes
from ideas.store.database import db
from ideas.store.models import Constraint, Membership, Vote
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now

BUS = "Horaires des bus et cars de la ville, arrêt par arrêt"
WATER = "Analyses de la qualité de l’eau potable du robinet"


@pytest.fixture
def campaign(app):
    open_indexes().forget_all()
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
        DecisionKind.KEEP_APART,
        make_person(role="reviewer"),
        campaign_id=campaign.id,
        now=now(),
        permission=Permission.TRIAGE,
    )
    given = {"campaign_id": campaign.id, "kind": "apart", "decision_id": decision.id, "imposed_at": now()}
    db.session.add(Constraint(idea_id=idea.id, other_idea_id=other.id, **given))
    db.session.commit()
    place(campaign, var)
    assert cluster_of(idea) != cluster_of(other)


def test_without_a_run_nothing_is_placed(app, var):
    assert place(make_campaign(), var) == 0


def interrupt(monkeypatch, act):
    """Do `act` once, on a connection of its own, in the middle of the search; tell how long it took."""
    seconds, search = [], assignment.find_near

    def search_meanwhile(*given):
        if not seconds:
            began = monotonic()
            thread = threading.Thread(target=act)
            thread.start()
            thread.join(timeout=8)
            seconds.append(monotonic() - began)
        return search(*given)

    monkeypatch.setattr(assignment, "find_near", search_meanwhile)
    return seconds


def test_a_vote_does_not_wait_for_the_search(app, campaign, var, monkeypatch):
    idea = make_idea(campaign=campaign, title="Les bus de nuit", data_wanted=BUS)
    idea_id, person_id = idea.id, make_person().id

    def vote():
        with app.app_context():
            cast_vote(idea_id, person_id=person_id, now=now())

    seconds = interrupt(monkeypatch, vote)
    assert place(campaign, var) == 1
    assert seconds[0] < 5 and db.session.query(Vote).count() == 1


def test_a_run_that_ends_during_the_search_is_the_one_obeyed(app, campaign, var, monkeypatch):
    idea = make_idea(campaign=campaign, title="Les bus de nuit", data_wanted=BUS)
    campaign_id, before = campaign.id, campaign.current_run_id

    def run():
        with app.app_context():
            regroup(campaign_id, now=now(), accept=True)

    interrupt(monkeypatch, run)
    assert place(campaign, var) == 0
    db.session.expire_all()
    runs = [run_id for (run_id,) in db.session.query(Membership.run_id).filter_by(idea_id=idea.id)]
    assert runs == [campaign.current_run_id] and campaign.current_run_id != before


def test_an_idea_hidden_during_the_search_is_not_placed(app, campaign, var, monkeypatch):
    idea = make_idea(campaign=campaign, title="Les bus de nuit", data_wanted=BUS)
    idea_id, moderator = idea.id, SimpleNamespace(id=make_moderator().id, role="moderator", appointments=())

    def hide():
        with app.app_context():
            decide_idea(idea_id, Verdict.HIDE, actor=moderator, now=now(), reason="other")

    interrupt(monkeypatch, hide)
    assert place(campaign, var) == 0 and cluster_of(idea) is None


def test_of_two_new_ideas_the_second_may_follow_the_first(campaign, var):
    ideas = [make_idea(campaign=campaign, title=f"Les bus de nuit {n}", data_wanted=BUS) for n in range(2)]
    assert place(campaign, var) == 2
    assert {cluster_of(idea) for idea in ideas} == {cluster_of(first(campaign, "Bus"))}
