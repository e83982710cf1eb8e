"""Parts of pages that are drawn once: the same words as drawn anew, and never those of a moment before."""

import re
from collections import Counter
from datetime import timedelta

import pytest
from flask import g

from ideas.actions.clusters import rename_cluster
from ideas.actions.merging import merge_ideas
from ideas.actions.publication import decide_idea
from ideas.actions.regrouping import regroup
from ideas.actions.voting import cast_vote
from ideas.domain.publication import Verdict
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Membership
from ideas.web.fragments import Fragments
from ideas.web.ideas.cards import draw_cards
from tests.factories import make_answer, make_campaign, make_idea, make_moderator, make_person, now

PAGES = ("/", "/idees", "/idees?lang=en", "/idees?theme=health", "/idees?tri=recentes")


@pytest.fixture
def campaign(app):
    app.extensions["fragments"] = Fragments()
    campaign = make_campaign()
    for text in ("Horaires des bus de nuit", "Horaires des bus du matin", "Horaires des bus de la ville"):
        make_idea(campaign=campaign, title=text, data_wanted=f"{text} dans toute la région")
    regroup(campaign.id, now=now())
    return campaign


def read(app, client, pages=PAGES):
    """The pages as they are, once they are known to be the same when nothing is kept."""
    kept = [client.get(page).text for page in pages]
    app.extensions["fragments"] = Fragments()
    assert kept == [client.get(page).text for page in pages]
    return kept


def test_a_fragment_says_what_is_drawn_anew_after_each_act(app, campaign, client):
    moderator, ideas = make_moderator(), [row.idea_id for row in db.session.query(Membership)]
    cluster_id = db.session.query(Membership.cluster_id).first()[0]
    given = {"actor": moderator, "now": now()}
    seen = [read(app, client)]
    for act in (
        lambda: rename_cluster(cluster_id, "Les bus", **given),
        lambda: cast_vote(ideas[0], person_id=make_person().id, now=now()),
        lambda: merge_ideas(ideas[1], ideas[0], **given),
        lambda: decide_idea(ideas[2], Verdict.HIDE, reason="other", **given),
    ):
        act()
        seen.append(read(app, client))
    assert len({tuple(pages) for pages in seen}) == len(seen)
    assert "du matin" not in "".join(seen[-1]) or "de la ville" not in "".join(seen[-1])


def test_a_promise_that_becomes_late_is_told(app, campaign):
    idea = make_idea(campaign=campaign, handling="scheduled")
    idea.answer_id = make_answer(campaign_id=campaign.id, promised_on=now().date()).id
    db.session.commit()
    campaign.closes_at = now() + timedelta(days=90)
    rows = queries.ideas.list_page(campaign, queries.ideas.Wanted(), order="recentes")
    said = []
    for days in (0, 1, 12):
        with app.test_request_context("/idees"):
            g.now = now() + timedelta(days=days)
            said.append(re.findall("En retard de [0-9]+", "".join(draw_cards(rows, campaign))))
    assert said == [[], ["En retard de 1"], ["En retard de 12"]]


def test_a_reader_is_given_no_button_of_somebody_known(campaign, visit, client):
    person = make_person()
    visit.sign_in(person)
    assert "Soutenir" in visit("/idees").text and "formaction" in visit("/idees").html
    reader = client.application.test_client()
    assert "formaction" not in reader.get("/idees").text and "csrf_token" not in reader.get("/idees").text


def test_each_campaign_keeps_its_own_links(campaign, client):
    other = make_campaign(slug="autre", title="Une autre")
    make_idea(campaign=other, title="Horaires des trains")
    assert "campagne=autre" in client.get("/idees?campagne=autre").text
    assert "campagne=autre" not in client.get(f"/idees?campagne={campaign.slug}").text


def test_those_used_last_are_kept():
    fragments, made = Fragments(most=2), Counter()

    def ask(key):
        return fragments.find_or_make(key, lambda: made.update([key]) or key)

    assert [ask(key) for key in "abacaba"] == list("abacaba")
    assert made == {"a": 1, "b": 2, "c": 1}
