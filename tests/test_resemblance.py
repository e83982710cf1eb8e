"""Ideas that wait are compared with those online and with each other; whoever reads one is told, and shown both."""

import pytest
import sqlalchemy as sa

from ideas.actions.correcting import correct_idea
from ideas.actions.publication import decide_idea
from ideas.actions.redacting import redact_passage
from ideas.actions.resemblance import note_resemblances
from ideas.actions.undoing import undo_decision
from ideas.actions.withdrawal import withdraw_idea
from ideas.domain.publication import Verdict
from ideas.domain.signals import Signal
from ideas.store.database import db
from ideas.store.models import Idea, Resemblance
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now
from tests.test_queue import titles
from tests.test_versions import FORM

BUS = {
    "title": "Retards et suppressions de chaque bus, arrêt par arrêt",
    "data_wanted": "L’heure prévue et l’heure réelle de chaque bus à chaque arrêt, avec les suppressions.",
    "planned_use": "Choisir mon heure de départ.",
}
SAME_BUS = {
    "title": "Retards de chaque bus, à chaque arrêt",
    "data_wanted": "L’heure réelle et l’heure prévue de chaque bus à chaque arrêt, et les suppressions.",
    "planned_use": "Choisir une heure de départ.",
}
OTHER = {
    "title": "Menus des cantines",
    "data_wanted": "Les menus des cantines scolaires avec les allergènes et l’origine des produits.",
    "planned_use": "Comparer les communes.",
}


@pytest.fixture
def campaign(app):
    return make_campaign()


@pytest.fixture
def desk(campaign, visit):
    return visit.sign_in(make_moderator())


@pytest.fixture
def compare(campaign, var):
    """Compares what waits, as the worker does; returns how many were."""
    return lambda: note_resemblances(campaign.id, var=str(var / "var"))


def make_waiting(**given):
    return make_idea(**{"publication": "awaiting_review", "published_at": None} | given)


def close_to(idea):
    db.session.expire_all()
    row = db.session.get(Resemblance, idea.id)
    is_signalled = bool(db.session.get(Idea, idea.id).signals & Signal.NEAR)
    assert is_signalled == bool(row and row.other_id)
    return row.other_id if row else None


def test_an_idea_that_waits_is_told_of_one_online(compare):
    online, copy, other = make_idea(**BUS), make_waiting(**SAME_BUS), make_waiting(**OTHER)
    assert compare() == 2 and compare() == 0, "each once"
    assert (close_to(copy), close_to(other)) == (online.id, None)
    assert db.session.get(Resemblance, online.id) is None, "what was read is not compared"


def test_two_that_wait_are_told_of_each_other_whichever_came_first(compare):
    first, other = make_waiting(**BUS), make_waiting(**OTHER)
    compare()
    assert close_to(first) is None
    copy = make_waiting(**SAME_BUS)
    assert compare() == 1
    assert (close_to(first), close_to(copy), close_to(other)) == (copy.id, first.id, None)


def test_of_several_that_are_close_the_one_online_is_named(compare):
    waiting, copy, online = make_waiting(**SAME_BUS), make_waiting(**SAME_BUS), make_idea(**BUS)
    compare()
    assert (close_to(waiting), close_to(copy)) == (online.id, online.id)


def test_what_is_online_unread_is_compared_too_and_never_with_itself(compare):
    idea = make_idea(**BUS, signals=int(Signal.UNREAD))
    compare()
    assert close_to(idea) is None
    copy = make_idea(**SAME_BUS, signals=int(Signal.UNREAD))
    compare()
    assert (close_to(idea), close_to(copy)) == (copy.id, idea.id)


@pytest.mark.parametrize("leave", ["refuse", "withdraw"])
def test_whoever_leaves_is_named_no_more(compare, leave):
    author = make_person()
    idea, copy = make_waiting(**BUS, author=author), make_waiting(**SAME_BUS)
    compare()
    assert close_to(copy) == idea.id
    if leave == "refuse":
        decide_idea(idea.id, Verdict.REFUSE, reason="other", actor=make_moderator(), now=now())
    else:
        withdraw_idea(idea.id, author_id=author.id, now=now())
    compare()
    assert close_to(copy) is None


def test_the_other_is_still_named_once_it_is_online_and_after_an_undo(compare):
    moderator = {"actor": make_moderator(), "now": now()}
    idea, copy = make_waiting(**BUS), make_waiting(**SAME_BUS)
    compare()
    decision = decide_idea(idea.id, Verdict.PUBLISH, **moderator)
    compare()
    assert close_to(copy) == idea.id
    undo_decision(decision.id, **moderator)
    compare()
    assert (close_to(copy), close_to(idea)) == (idea.id, copy.id)


def test_a_corrected_text_is_compared_anew_and_so_is_what_was_close_to_it(compare):
    author = make_person()
    idea, copy = make_waiting(**BUS, author=author), make_waiting(**SAME_BUS)
    compare()
    correct_idea(idea.id, FORM | OTHER, author_id=author.id, now=now())
    assert compare() == 2
    assert (close_to(idea), close_to(copy)) == (None, None)


def test_a_passage_that_is_taken_out_has_the_text_compared_anew(compare):
    copy = make_waiting(**SAME_BUS)
    compare()
    redact_passage(copy.id, "suppressions", reason="personal_data", actor=make_moderator(), now=now())
    assert db.session.get(Resemblance, copy.id) is None and compare() == 1


def test_a_text_that_changed_while_it_was_compared_is_left_for_the_next_time(campaign, compare, monkeypatch):
    from ideas.actions import resemblance

    author = make_person()
    make_idea(**BUS)
    copy = make_waiting(**SAME_BUS, author=author)
    real = resemblance.find_very_close

    def find_slowly(*given, **named):
        found = list(real(*given, **named))
        correct_idea(copy.id, FORM | OTHER, author_id=author.id, now=now())
        return found

    monkeypatch.setattr(resemblance, "find_very_close", find_slowly)
    compare()
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Resemblance)) == 0
    monkeypatch.undo()
    compare()
    assert close_to(copy) is None


def test_ideas_of_another_campaign_are_not_compared(compare):
    idea = make_waiting(**BUS)
    make_waiting(**SAME_BUS, campaign=make_campaign())
    compare()
    assert close_to(idea) is None


# -- The desk


def test_it_moves_up_the_queue_after_graver_signals_and_is_a_filter(compare, desk):
    make_idea(**BUS)
    plain, near, linked = (
        make_waiting(**OTHER),
        make_waiting(**SAME_BUS),
        make_waiting(title="Lien", signals=int(Signal.LINK)),
    )
    compare()
    order = [address.split("idee=")[1] for address in titles(desk("/moderation"))]
    assert list(dict.fromkeys(order))[:3] == [str(linked.id), str(near.id), str(plain.id)]
    page = desk("/moderation?signal=proche")
    assert SAME_BUS["title"] in page.text and OTHER["title"] not in page.text


def test_whoever_reads_is_told_in_words_and_reads_both(compare, desk):
    online, copy = make_idea(**BUS), make_waiting(**SAME_BUS)
    compare()
    page = desk(f"/moderation?idee={copy.id}")
    assert f"Très proche de n° {online.id} « {BUS['title']} »" in page.text.replace("\xa0", " ").replace("\u202f", " ")
    assert "0 soutien" in page.text and f"N° {online.id}, pour comparer" in page.text.replace("\xa0", " ")
    assert "<mark>heure</mark>" in page.html
    assert f"/moderation/{copy.id}/reunion?dans={online.id}" in page.links()
    assert page.text.count(BUS["title"]) == 1, "the same is not named again among those like it"
    assert "Very close to no." in desk(f"/moderation?idee={copy.id}&lang=en").text


def test_one_that_waits_too_is_a_link_away_and_not_to_be_merged_into(compare, desk):
    idea, copy = make_waiting(**BUS), make_waiting(**SAME_BUS)
    compare()
    page = desk(f"/moderation?idee={copy.id}")
    assert "à relire aussi" in page.text and "Les réunir" not in page.text
    assert f"/moderation?etat=a-relire&idee={idea.id}" in page.links()


def test_an_idea_that_is_alone_says_nothing_of_it(compare, desk):
    make_waiting(**OTHER)
    compare()
    assert "Très proche de" not in desk("/moderation").text


def test_the_pane_costs_twelve_statements(compare, desk, client, count_queries):
    make_idea(**BUS)
    copy = make_waiting(**SAME_BUS)
    compare()
    client.get(f"/moderation?idee={copy.id}")
    address = f"/moderation?idee={copy.id}"
    with count_queries() as statements:
        client.get(address)
    assert len(statements) <= 12
