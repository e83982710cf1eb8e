"""What became of the requests, drawn for everybody: parts, lengths, and the sentence over each drawing."""

from datetime import timedelta
from itertools import pairwise

import pytest

from ideas.domain.handling import Handling
from ideas.store import queries
from ideas.store.queries.results import CodeCount
from ideas.store.queries.subjects import ThemeTotal
from ideas.web import results
from tests.factories import make_answer, make_campaign, make_idea, make_producer, make_vote, now


@pytest.fixture
def campaign(app):
    return make_campaign()


def test_the_parts_of_the_bar_are_all_the_requests(campaign):
    counts = {Handling.OPENED: 2, Handling.PARTLY_OPENED: 1, Handling.SCHEDULED: 3, Handling.ROUTED: 4}
    counts |= {Handling.RECEIVED: 9, Handling.NOT_HELD: 1}
    shares = results.draw_outcomes(counts, late_count=1)
    assert [(one.tone, one.idea_count) for one in shares] == [
        ("good", 3),
        ("promise", 2),
        ("late", 1),
        ("wait", 4),
        ("todo", 9),
        ("no", 1),
    ]
    assert shares[-1].start + shares[-1].width == pytest.approx(100, abs=0.02)
    assert all(a.start + a.width == pytest.approx(b.start, abs=0.02) for a, b in pairwise(shares))


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ({Handling.RECEIVED: 3}, "Aucune demande n’est encore ouverte"),
        ({Handling.RECEIVED: 10, Handling.OPENED: 1}, "Une demande sur 11 est ouverte"),
        ({Handling.RECEIVED: 1, Handling.OPENED: 1}, "Une demande sur 2 est ouverte"),
        ({Handling.RECEIVED: 1, Handling.OPENED: 2}, "Plus d’une demande sur deux est ouverte"),
    ],
)
def test_the_bar_says_how_many_are_open(app, counts, words):
    with app.test_request_context():
        assert results.tell_outcomes(results.draw_outcomes(counts, 0)) == words


def test_the_obstacle_that_is_named_is_one(app):
    with app.test_request_context():
        counts = [CodeCount("other", 5), CodeCount("charge", 3)]
        assert results.tell_obstacles(counts) == "Premier obstacle cité : payant"


def test_a_theme_that_nobody_chose_is_not_the_most_supported(app):
    with app.test_request_context():
        totals = [ThemeTotal("", 9, 60), ThemeTotal("health", 2, 20), ThemeTotal("transport", 2, 20)]
        words = results.tell_themes(totals)
    assert words.startswith("Santé") and "20" in words


def test_counts_are_of_what_is_published(campaign):
    make_idea(profile="firm", obstacles=["charge", "other"])
    make_idea(profile="firm", obstacles=["charge"])
    make_idea(profile="individual", obstacles=[])
    make_idea(profile="association", obstacles=["licence"], publication="hidden")
    assert queries.results.count_profiles(campaign) == [("firm", 2), ("individual", 1)]
    assert queries.results.count_obstacles(campaign) == [("charge", 2), ("other", 1)]


def test_the_page_draws_what_it_counts_and_links_to_it(campaign, visit):
    body = make_producer(name="Office des eaux")
    late = make_answer(promised_on=now().date() - timedelta(days=3))
    make_idea(handling=Handling.SCHEDULED, answer_id=late.id, producer_id=body.id, profile="firm", obstacles=["charge"])
    make_vote(make_idea(theme="health"))
    page = visit("/stats")
    assert "1 en retard sur la date promise" in page.text and "Aucune demande n’est encore ouverte" in page.text
    assert "Premier obstacle cité : payant" in page.text.replace("\u00a0", " ").replace("\u202f", " ")
    assert {f"/producteurs/{body.slug}", "/idees?profil=firm"} <= set(page.links())
    assert [rect["width"] for rect in page.all("rect") if rect.get("width") == "100.0%"]


def test_a_campaign_without_ideas_draws_nothing(campaign, visit):
    page = visit("/stats")
    assert not page.all("svg") and "l’état de chaque demande paraîtra ici" in page.text
