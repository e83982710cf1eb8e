"""How wide the subjects of a campaign are: its owner chooses, the next run obeys, and the pages say so."""

import pytest

from ideas.actions.campaigns import change_grain
from ideas.actions.regrouping import regroup
from ideas.domain.clusters import Grain, find_cut
from ideas.domain.errors import NotAllowed
from ideas.similarity.clustering.levels import SUBJECTS
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Campaign, Decision
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now

ADDRESS = "/gestion/campagnes/s/finesse"
TEXTS = (
    "Horaires des bus de la ville, arrêt par arrêt",
    "Horaires des bus de la ville et du département",
    "Analyses de l’eau potable du robinet",
    "Analyses de l’eau des rivières et du robinet",
)


@pytest.fixture
def campaign(app):
    campaign = make_campaign(slug="s")
    for text in TEXTS:
        make_idea(campaign=campaign, title=text, data_wanted=text)
    return campaign


@pytest.fixture
def owner(visit):
    return visit.sign_in(make_person(role="owner"))


def cut_of(campaign):
    run = queries.runs.find_last(campaign.id)
    return run.parameters["subjects"]


@pytest.mark.parametrize("grain", Grain)
def test_the_next_run_obeys(campaign, grain):
    change_grain(campaign.id, grain, actor=make_person(role="owner"), now=now())
    regroup(campaign.id, now=now())
    assert cut_of(campaign) == find_cut(grain, SUBJECTS)


def test_another_cut_that_is_asked_for_comes_first(campaign):
    change_grain(campaign.id, Grain.FINE, actor=make_person(role="owner"), now=now())
    assert regroup(campaign.id, now=now(), subject_cut=0.4).parameters["grain"] is None
    assert cut_of(campaign) == 0.4


def test_what_is_found_for_each_is_told_before_choosing(campaign, owner):
    assert "seules)" not in owner(ADDRESS).text
    regroup(campaign.id, now=now())
    db.session.expire_all()
    run = queries.runs.find_last(campaign.id)
    counts = run.parameters["by_grain"]
    assert counts["usual"] == [run.cluster_count, run.unclustered_count]
    assert counts["broad"][1] <= counts["usual"][1] <= counts["fine"][1]
    page = owner(ADDRESS)
    assert f"passage n° {run.id}" in page.text and "parmi 4 idées" in page.text
    assert f"({run.cluster_count} sujet" in page.text


def test_the_owner_chooses_and_the_register_and_the_sheet_say_so(campaign, owner):
    page = owner.submit(owner(ADDRESS), ADDRESS, grain="broad")
    assert "La finesse est changée." in page.text and "Finesse des sujets : plus large." in page.text
    assert [one.kind for one in db.session.query(Decision)] == ["change_grain"]
    assert "usuelle → plus large" in owner("/registre").text
    regroup(campaign.id, now=now())
    page = owner("/qualite")
    assert "16 % pour un sujet" in page.text and "Finesse choisie par le responsable" in page.text
    assert "La finesse est la même." in owner.submit(owner(ADDRESS), ADDRESS, grain="broad").text
    assert db.session.query(Decision).filter_by(kind="change_grain").count() == 1


def test_only_its_owner_may_and_what_is_none_is_refused(campaign, owner):
    with pytest.raises(NotAllowed):
        change_grain(campaign.id, Grain.FINE, actor=make_moderator(), now=now())
    owner.submit(owner(ADDRESS), ADDRESS, status=400, grain="huge")
    assert db.session.get_one(Campaign, campaign.id).grain is Grain.USUAL
