"""The public page of quality: what is true of the subjects today, in words that anybody reads."""

from ideas.actions.regrouping import regroup
from ideas.actions.subjects import confirm
from ideas.store import queries
from tests.factories import make_campaign, make_idea, make_moderator, now

BEFORE = "Aucune seconde lecture n’est terminée"


def make_subject(campaign):
    ideas = [make_idea(campaign=campaign, title=f"Horaires des bus de nuit, ligne {number}") for number in range(4)]
    regroup(campaign.id, now=now())
    return queries.subjects.list_subjects_of([ideas[0].id], campaign.current_run_id)[0].cluster_id


def test_before_anything_it_says_that_there_is_nothing_to_measure(app, visit):
    make_campaign()
    text = visit("/qualite").text
    assert "il n’y a rien à mesurer" in text and "Aucun passage n’a encore eu lieu" in text and BEFORE in text
    assert "there is nothing to measure" in visit("/qualite?lang=en").text


def test_it_says_which_run_is_public_at_which_threshold_and_who_stands_behind(app, visit):
    campaign = make_campaign()
    subject = make_subject(campaign)
    text = visit("/qualite").text
    run = queries.runs.find(campaign.current_run_id)
    asked = round(100 * run.parameters["subjects"])
    assert f"n° {run.id}, le" in text and f"{asked} % pour un sujet" in text
    assert "1 sujet" in text and "0 relu par l’équipe" in text
    assert "de textes lus et classés à la main" in text
    confirm(subject, actor=make_moderator(), now=now())
    assert "1 relu par l’équipe" in visit("/qualite").text


def test_it_is_led_to_from_the_subjects(app, visit):
    make_subject(make_campaign())
    assert "/qualite" in visit("/sujets").links()
