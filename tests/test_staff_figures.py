"""Figures for staff: what waits, how soon ideas are reviewed, why they are refused, what each body answered."""

from datetime import timedelta

import pytest

from ideas.actions.answers import Reply, answer
from ideas.actions.appointments import appoint
from ideas.actions.correcting import correct_idea
from ideas.actions.handled import About
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.actions.subjects import rename
from ideas.domain.accounts import Operator, Role
from ideas.domain.handling import Handling
from ideas.domain.permissions import Subject
from ideas.domain.publication import Verdict
from ideas.store.database import db
from ideas.store.models import Cluster, Identity, Person
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_producer, now
from tests.test_versions import FORM

ADDRESS = "/moderation/chiffres"
STAFF = {"actor": Operator()}


def make_waiting(campaign, **ago):
    return make_idea(
        campaign=campaign, publication="awaiting_review", published_at=None, submitted_at=now() - timedelta(**ago)
    )


@pytest.fixture
def staff(visit):
    return visit.sign_in(make_moderator())


def find_cells(page, name):
    """What follows a name in the last table that has it, in words."""
    return " ".join(page.text.rpartition(name)[2].split())


def test_what_waits_and_how_soon_ideas_are_reviewed(staff):
    campaign, refuse = make_campaign(), {"reason": "off_topic"}
    decide_idea(make_waiting(campaign, hours=2).id, Verdict.PUBLISH, now=now(), **STAFF)
    for hours in (4, 30):
        decide_idea(make_waiting(campaign, hours=hours).id, Verdict.REFUSE, now=now(), **refuse, **STAFF)
    twice = make_waiting(campaign, hours=4)
    decide_idea(twice.id, Verdict.REFUSE, now=now(), reason="off_topic", **STAFF)
    correct_idea(twice.id, FORM, author_id=twice.author_id, now=now())
    decide_idea(twice.id, Verdict.REFUSE, now=now(), reason="other", **STAFF)
    make_waiting(campaign, days=3)
    make_waiting(campaign, days=1)
    page = staff(ADDRESS)
    assert "2 idées à relire" in page.text and "il y a 3 jours" in page.text
    assert "une première décision en 4 heures au plus" in page.text
    assert find_cells(page, "Ne porte pas sur des données publiques").split()[0] == "2"


def test_what_each_body_answered_and_within_how_long(staff):
    campaign, water, roads = make_campaign(), make_producer(name="Office des eaux"), make_producer(name="Routes")
    asked = [
        make_idea(campaign=campaign, producer_id=water.id, published_at=now() - timedelta(days=days))
        for days in (2, 10, 12)
    ]
    make_idea(campaign=campaign, producer_id=roads.id)
    for idea in asked[:2]:
        told = Reply(text="Non.", reason="security")
        answer(About([idea.id]), Handling.REFUSED, told, now=now(), **STAFF)
    page = staff(ADDRESS)
    assert find_cells(page, "Office des eaux").startswith("3 2 67 % 0 6 jours")
    assert find_cells(page, "Routes").startswith("1 0 0 % 0 –")
    assert "50 % de celles qui sont adressées à un organisme" in " ".join(page.text.split())


def test_it_costs_as_few_statements_however_much_there_is(staff, count_queries):
    campaign = make_campaign()

    def cost():
        with count_queries() as statements:
            staff.client.get(ADDRESS)
        return len(statements)

    first = cost()
    for _ in range(12):
        idea = make_waiting(campaign, hours=5)
        idea.producer_id = make_producer().id
        decide_idea(idea.id, Verdict.PUBLISH, now=now(), **STAFF)
    assert cost() == first <= 12


def test_before_anything_came_it_says_so(staff):
    make_campaign()
    page = staff(ADDRESS)
    assert "Aucune idée n’a encore de décision." in page.text and "0 idée à relire" in page.text


def test_it_is_for_those_who_moderate_that_campaign(visit):
    appoint("m@example.org", Role.MODERATOR, Subject(make_campaign(slug="own").id), actor=Operator(), now=now())
    make_campaign(slug="other", opens_at=now() - timedelta(days=1))
    visit.sign_in(db.session.query(Person).join(Identity).filter(Identity.subject == "m@example.org").one())
    visit(f"{ADDRESS}?campagne=own")
    visit(f"{ADDRESS}?campagne=other", status=403)
    visit.sign_in(make_person())
    visit(f"{ADDRESS}?campagne=own", status=403)


def test_the_time_of_work_is_summed_by_subject_and_cut_where_nobody_acts(staff):
    campaign, begin, reviewer = make_campaign(), now() - timedelta(hours=3), make_person(role=Role.REVIEWER.value)
    for number in range(3):
        make_idea(campaign=campaign, title=f"Horaires des bus de nuit {number}")
    regroup(campaign.id, now=begin)
    cluster = db.session.query(Cluster).filter_by(level="subject").one()
    assert "Aucun sujet n’a encore été relu" in staff(ADDRESS).text
    # Two names, fifty seconds apart, then one ten minutes later, of which a minute counts; the first says nothing.
    for seconds, name in ((0, "Bus"), (50, "Bus la nuit"), (650, "Bus de nuit")):
        rename(cluster.id, name, actor=reviewer, now=begin + timedelta(seconds=seconds))
    # Somebody else's act neither stops nor starts the first one's time.
    decide_idea(make_waiting(campaign, hours=2).id, Verdict.PUBLISH, actor=make_moderator(), now=begin)
    page = staff(ADDRESS)
    assert "En tout : 2 minutes pour 1 sujet" in page.text and find_cells(page, "Bus de nuit").startswith("2 minutes")
