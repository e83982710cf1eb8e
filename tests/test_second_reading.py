"""Second reading: a draw that anybody can make again, pairs read blind by somebody else, a public agreement."""

import pytest
import sqlalchemy as sa

from ideas.actions.regrouping import regroup
from ideas.actions.second_reading import draw_subjects, say_pair, take_back_pair
from ideas.actions.subjects import confirm
from ideas.domain.errors import AlreadyDone, NotAllowed, NotFound, WrongState
from ideas.domain.second_reading import count_drawn, draw, measure_agreement
from ideas.store import queries
from ideas.store.database import db
from ideas.store.models import Decision, Idea, NearIdeas, SecondPair
from tests.factories import make_campaign, make_idea, make_moderator, make_person, now
from tests.test_subject_acts import subjects

TEXTS = {
    "Horaires des bus de nuit": "Les horaires des bus de nuit, arrêt par arrêt, ligne {}",
    "Menus des cantines": "Les menus des cantines scolaires avec les allergènes, école {}",
    "Eau des rivières": "Les mesures de nitrates dans l’eau des rivières, station {}",
}
SEED = "graine"


@pytest.fixture
def first(app):
    return make_moderator()


@pytest.fixture
def campaign(first):
    """Three subjects of three ideas that `first` confirmed, and an idea in none that is like those of one."""
    campaign = make_campaign(slug="s")
    for title, text in TEXTS.items():
        for number in range(3):
            make_idea(title=f"{title} {number}", data_wanted=text.format(number), planned_use="")
    make_idea(title="Bus scolaires", data_wanted="Les horaires de ramassage", planned_use="")
    regroup(campaign.id, now=now())
    for number in subjects(campaign):
        confirm(number, actor=first, now=now())
    return campaign


def draw_now(campaign, actor, seed=SEED):
    return draw_subjects(campaign.id, actor=actor, now=now(), seed=seed)


def pairs():
    db.session.expire_all()
    return list(db.session.scalars(sa.select(SecondPair).order_by(SecondPair.rank)))


def read_all(reader, verdict=lambda pair: pair.first_says):
    for pair in pairs():
        if pair.second_says is None:
            say_pair(pair.id, is_same=verdict(pair), actor=reader, now=now())


def test_a_draw_is_recorded_and_can_be_made_again(campaign, first):
    made = draw_now(campaign, first)
    decision = db.session.get(Decision, made.decision_id)
    assert (decision.kind.value, decision.note) == ("draw_subjects", "3 / 3, graine")
    drawn = {pair.cluster_id for pair in pairs()}
    assert drawn == set(draw(SEED, subjects(campaign), count_drawn(3)))


def test_what_the_first_person_and_the_machine_say_is_written_when_it_is_drawn(campaign, first):
    draw_now(campaign, first)
    signed = {frozenset(ids) for ids in subjects(campaign).values()}
    for pair in pairs():
        both = {pair.first_id, pair.second_id}
        assert pair.first_says == any(both <= members for members in signed)
        groups = [db.session.get(NearIdeas, (campaign.current_run_id, number)).own_group for number in sorted(both)]
        assert pair.machine_says == (groups[0] == groups[1] != -1)
    assert {pair.first_says for pair in pairs()} == {True, False}


def test_an_idea_that_came_after_the_first_reading_is_no_border(campaign, first):
    draw_now(campaign, first)
    border = {number for pair in pairs() if not pair.first_says for number in (pair.first_id, pair.second_id)}
    assert border
    read_all(make_moderator())
    late = now().replace(year=now().year + 1)
    db.session.execute(sa.update(Idea).values(published_at=late))
    db.session.commit()
    before = {pair.id for pair in pairs()}
    draw_now(campaign, first, seed="autre")
    assert all(pair.first_says for pair in pairs() if pair.id not in before)


def test_whoever_confirmed_a_subject_does_not_read_it_again(campaign, first):
    draw_now(campaign, first)
    pair = pairs()[0]
    with pytest.raises(NotAllowed):
        say_pair(pair.id, is_same=True, actor=first, now=now())
    with pytest.raises(NotAllowed):
        say_pair(pair.id, is_same=True, actor=make_person(), now=now())
    with pytest.raises(NotFound):
        say_pair(0, is_same=True, actor=first, now=now())
    assert pairs()[0].second_says is None
    assert queries.second_readings.find_next(pair.draw_id, first.id) is None


def test_a_pair_is_read_once_and_taken_back_by_whoever_read_it(campaign, first):
    draw_now(campaign, first)
    reader, pair = make_moderator(), pairs()[0]
    say_pair(pair.id, is_same=True, actor=reader, now=now())
    with pytest.raises(AlreadyDone):
        say_pair(pair.id, is_same=False, actor=make_moderator(), now=now())
    with pytest.raises(NotAllowed):
        take_back_pair(pair.id, actor=first)
    take_back_pair(pair.id, actor=reader)
    assert (pairs()[0].second_says, pairs()[0].reader_id) == (None, None)


def test_one_draw_is_read_before_the_next_is_made(campaign, first):
    with pytest.raises(NotAllowed):
        draw_now(campaign, make_person())
    draw_now(campaign, first)
    with pytest.raises(WrongState):
        draw_now(campaign, first)
    read_all(make_moderator())
    assert draw_now(campaign, first, seed="autre").drawn_count == 3


def test_nothing_is_drawn_before_anything_is_confirmed(app, first):
    with pytest.raises(WrongState):
        draw_now(make_campaign(), first)


def test_an_idea_that_is_hidden_holds_nobody_up(campaign, first):
    made = draw_now(campaign, first)
    hidden, *_rest = pairs()
    db.session.get(Idea, hidden.first_id).publication = "hidden"
    db.session.commit()
    gone = [pair for pair in pairs() if hidden.first_id in (pair.first_id, pair.second_id)]
    for pair in pairs():
        if pair not in gone:
            say_pair(pair.id, is_same=pair.first_says, actor=make_moderator(), now=now())
    assert queries.second_readings.find_finished(campaign).id == made.id
    assert len(queries.second_readings.list_said(made.id)) == len(pairs()) - len(gone)


def test_people_read_two_texts_and_nothing_of_what_was_decided(campaign, first, visit):
    reader = make_moderator()
    desk = visit.sign_in(first)
    page = desk("/triage/seconde-lecture")
    assert "3 sujets confirmés de deux idées au moins : 3 à lire" in page.text
    after = desk.submit(page, "/triage/seconde-lecture/tirage")
    assert "Rien à lire pour vous" in after.text
    other = visit.sign_in(reader)
    page = other("/triage/seconde-lecture")
    pair = pairs()[0]
    texts = [db.session.get(Idea, number).data_wanted for number in (pair.first_id, pair.second_id)]
    assert all(text in page.text for text in texts)
    assert not any(f"/sujets/{number}" in page.html for number in subjects(campaign))
    assert "Dites si c’est le même objet" in other.submit(page, "/triage/seconde-lecture", status=400).text
    after = other.submit(page, "/triage/seconde-lecture", verdict="same")
    assert "1 paire lue sur" in after.text and pairs()[0].second_says is True
    again = other.submit(after, f"/triage/seconde-lecture/{pair.id}/annulation")
    assert "0 paire lue sur" in again.text and all(text in again.text for text in texts)


def test_the_agreement_is_public_once_all_is_read_and_not_before(campaign, first, visit):
    draw_now(campaign, first)
    reader = make_moderator()
    first_pair = pairs()[0]
    say_pair(first_pair.id, is_same=not first_pair.first_says, actor=reader, now=now())
    assert "Aucune seconde lecture n’est terminée" in visit("/qualite").text
    read_all(reader)
    said = queries.second_readings.list_said(first_pair.draw_id)
    found = measure_agreement(queries.second_readings.compare_people(said))
    assert found.share == 1 - 1 / len(said)
    text = visit("/qualite").text
    assert "3 sujets ont été tirés au sort parmi les 3" in text and SEED in text
    assert f"{round(100 * found.share)} %" in text.replace("\u202f", " ").replace("\xa0", " ")
    assert "One person and another" in visit("/qualite?lang=en").text
