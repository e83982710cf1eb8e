"""Waves: found by a run, read by a person, counted apart in public once they are, and never hidden."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from ideas.actions.membership import take_out
from ideas.actions.regrouping import regroup
from ideas.actions.undoing import undo_decision
from ideas.actions.waves import gather_wave, label_wave
from ideas.domain.errors import AlreadyDone, NotAllowed, NotFound, WrongState
from ideas.domain.waves import LEAST, RUSHING, WaveLabel
from ideas.store import queries
from ideas.store.database import db, reading
from ideas.store.models import Campaign, Decision, Idea, Membership, Wave, WaveIdea
from tests.factories import make_campaign, make_idea, make_moderator, make_person, make_vote, now
from tests.test_subject_acts import read, subjects

CALL = (
    "Horaires des bus de nuit dans toutes les villes",
    "Les horaires réels des bus de nuit, arrêt par arrêt, pour rentrer du travail sans attendre une heure.",
)
EXTRA = ("Bonjour.", "Merci d’avance.", "Cordialement.", "On compte sur vous.", "C’est urgent.")
OTHERS = (
    ("Qualité de l’eau des rivières", "Les mesures de nitrates et de pesticides de chaque cours d’eau."),
    ("Menus des cantines scolaires", "Ce que mangent les enfants chaque midi, avec les allergènes."),
    ("Arbres plantés en ville", "L’essence, l’âge et la place de chaque arbre des rues et des parcs."),
)


def send(title, text, at, **given):
    author = given.pop("author", None) or make_person(created_at=at - timedelta(hours=1))
    return make_idea(title=title, data_wanted=text, planned_use="", author=author, submitted_at=at, **given)


def send_wave(count, began_at, **given):
    return [
        send(CALL[0], f"{EXTRA[number % len(EXTRA)]} {CALL[1]}", began_at + timedelta(minutes=20 * number), **given)
        for number in range(count)
    ]


@pytest.fixture
def campaign(app):
    """Twenty ideas of one call in seven hours, among ordinary ones."""
    campaign = make_campaign(slug="s")
    campaign.began_at = (now() - timedelta(days=5)).replace(microsecond=0)
    for number, (title, text) in enumerate(OTHERS):
        send(title, text, campaign.began_at + timedelta(days=number))
    campaign.ideas = send_wave(20, campaign.began_at)
    regroup(campaign.id, now=now())
    return campaign


@pytest.fixture
def given(app):
    return {"actor": make_moderator(), "now": now()}


def find_wave():
    db.session.expire_all()
    return db.session.scalars(sa.select(Wave)).one()


def members(**only):
    return set(db.session.scalars(sa.select(WaveIdea.idea_id).filter_by(**only)))


def test_a_run_finds_the_wave_and_what_is_seen_of_the_people_behind(campaign):
    wave = find_wave()
    assert members() == {idea.id for idea in campaign.ideas}
    assert (wave.author_count, wave.young_count, wave.label) == (20, 20, WaveLabel.UNREAD)
    assert (wave.began_at, wave.ended_at - wave.began_at) == (campaign.began_at, timedelta(minutes=380))


@pytest.mark.parametrize("way", ["over weeks", "too few", "on paper"])
def test_what_is_no_wave_is_not_found(app, way):
    campaign, began_at = make_campaign(), now() - timedelta(days=5)
    count = LEAST - 1 if way == "too few" else 20
    ideas = send_wave(count, began_at, **({"channel": "paper"} if way == "on paper" else {}))
    if way == "over weeks":
        for number, idea in enumerate(ideas):
            idea.submitted_at = began_at - timedelta(days=2 * number)
        db.session.commit()
    regroup(campaign.id, now=now())
    assert not members()


def test_votes_of_new_accounts_in_a_rush_are_counted(campaign):
    for number in range(6):
        cast_at = now() - timedelta(hours=2) + timedelta(minutes=number)
        make_vote(campaign.ideas[0], make_person(created_at=cast_at - timedelta(minutes=1)), cast_at=cast_at)
    make_vote(campaign.ideas[0], make_person(created_at=now() - timedelta(days=90)), cast_at=now() - timedelta(hours=2))
    regroup(campaign.id, now=now())
    assert find_wave().rush_count == 6


def test_a_rush_of_new_accounts_on_a_subject_is_shown_to_whoever_reads_it(campaign, visit):
    (place,) = queries.subjects.list_subjects_of([campaign.ideas[0].id], campaign.current_run_id)
    desk, address = visit.sign_in(make_moderator()), f"/triage?sujet={place.cluster_id}"
    assert "nouveaux comptes" not in desk(address).text
    for number in range(RUSHING):
        at = now() - timedelta(minutes=5) + timedelta(seconds=number)
        make_vote(campaign.ideas[number % 2], make_person(created_at=at), cast_at=at)
    assert f"{RUSHING} nouveaux comptes ont voté depuis" in desk(address).text


def test_a_person_says_what_a_wave_is_and_takes_it_back(campaign, given):
    wave = find_wave()
    online = set(db.session.scalars(sa.select(Idea.id).where(Idea.publication == "published")))
    decision = label_wave(wave.id, WaveLabel.COORDINATED, version=wave.version, **given)
    assert (decision.reason, decision.role, decision.cluster_id is not None) == ("coordinated", "moderator", True)
    assert find_wave().label is WaveLabel.COORDINATED and members(is_read=True) == members()
    assert set(db.session.scalars(sa.select(Idea.id).where(Idea.publication == "published"))) == online
    with pytest.raises(AlreadyDone):
        label_wave(wave.id, WaveLabel.COORDINATED, **given)
    second = label_wave(wave.id, WaveLabel.UNRELATED, **given)
    with pytest.raises(WrongState):
        undo_decision(decision.id, **given)
    undo_decision(second.id, **given)
    assert find_wave().label is WaveLabel.COORDINATED and members(is_read=True) == members()
    undo_decision(decision.id, **given)
    assert find_wave().label is WaveLabel.UNREAD and not members(is_read=True)


def test_who_may_say_it_and_of_what_was_read(campaign, given):
    wave = find_wave()
    with pytest.raises(NotAllowed):
        label_wave(wave.id, WaveLabel.CALL, actor=make_person(), now=now())
    with pytest.raises(NotFound):
        label_wave(wave.id + 1, WaveLabel.CALL, **given)
    with pytest.raises(WrongState):
        label_wave(wave.id, WaveLabel.CALL, version=wave.version + 1, **given)
    assert not db.session.scalars(sa.select(Decision).filter_by(kind="label_wave")).all()


def test_a_wave_keeps_its_number_and_what_comes_later_waits_to_be_read(campaign, given):
    wave_id, began_at = find_wave().id, campaign.began_at
    more = send_wave(3, began_at + timedelta(hours=8))
    regroup(campaign.id, now=now())
    assert find_wave().id == wave_id and len(members()) == 23
    label_wave(wave_id, WaveLabel.CALL, **given)
    late = send_wave(2, began_at + timedelta(hours=10))
    regroup(campaign.id, now=now())
    assert find_wave().label is WaveLabel.CALL
    assert members(is_read=False) == {idea.id for idea in late} and {idea.id for idea in more} <= members(is_read=True)
    undo_decision(label_wave(wave_id, WaveLabel.CALL, **given).id, **given)
    assert members(is_read=False) == {idea.id for idea in late} and find_wave().label is WaveLabel.CALL


def test_a_wave_that_nobody_read_goes_when_it_is_no_more(campaign, given):
    for idea in campaign.ideas[: 20 - LEAST + 1]:
        db.session.get(Idea, idea.id).publication = "hidden"
    db.session.commit()
    regroup(campaign.id, now=now())
    assert not members() and not db.session.scalars(sa.select(Wave)).all()


def test_a_wave_that_was_read_stays_whatever_runs_find(campaign, given):
    label_wave(find_wave().id, WaveLabel.CALL, **given)
    for idea in campaign.ideas[: 20 - LEAST + 1]:
        db.session.get(Idea, idea.id).publication = "hidden"
    db.session.commit()
    before = members()
    regroup(campaign.id, now=now())
    assert members() == before and find_wave().label is WaveLabel.CALL


def test_staff_read_it_say_what_it_is_and_take_it_back_by_hand(campaign, visit):
    desk = visit.sign_in(make_moderator())
    wave = find_wave()
    assert "1 vague à relire" in desk("/triage").text
    assert "20 idées en 6 heures" in desk("/triage/vagues").text
    page = desk(f"/triage/vagues/{wave.id}")
    assert "20 personnes, dont 20 arrivées la veille ou le jour même" in page.text and CALL[0] in page.text
    after = desk.submit(page, f"/triage/vagues/{wave.id}", label="coordinated", note="Même texte partout")
    assert "Vague d’idées relue" in after.text and "Envoi coordonné" in after.text
    assert "0 vague à relire" in desk("/triage").text
    register = visit("/registre?genre=label_wave")
    assert "Vague d’idées relue" in register.text and "Envoi coordonné" in register.text
    (decision,) = db.session.scalars(sa.select(Decision).filter_by(kind="label_wave"))
    desk.submit(after, f"/triage/decisions/{decision.id}/annulation")
    assert "À relire" in desk(f"/triage/vagues/{wave.id}").text


def test_the_public_is_told_once_a_person_has_said_it_and_of_what_they_read(campaign, given, visit):
    wave = find_wave()
    (place,) = queries.subjects.list_subjects_of([campaign.ideas[0].id], campaign.current_run_id)
    subject, bench = f"/sujets/{place.cluster_id}", f"/triage?sujet={place.cluster_id}"
    assert "dont 20" not in visit(subject).text
    assert "20 de ces idées sont venues par vague" in visit.sign_in(make_moderator())(bench).text
    unrelated = label_wave(wave.id, WaveLabel.UNRELATED, **given)
    assert "dont 20" not in visit(subject).text
    undo_decision(unrelated.id, **given)
    label_wave(wave.id, WaveLabel.CALL, **given)
    assert "20 idées, dont 20 en relais d’un appel." in visit(subject).text
    assert "20 ideas, 20 of them in answer to a call." in visit(f"{subject}?lang=en").text
    db.session.get(Idea, campaign.ideas[0].id).publication = "hidden"
    db.session.commit()
    assert "19 idées, dont 19 en relais d’un appel." in visit(subject).text


def test_a_wave_that_is_in_pieces_is_gathered_in_one_subject_and_taken_back(campaign, given, visit):
    wave = find_wave()
    (main,) = {place.cluster_id for place in queries.subjects.list_subjects_of(members(), campaign.current_run_id)}
    with pytest.raises(AlreadyDone):
        gather_wave(wave.id, **given)
    alone, put_elsewhere = [idea.id for idea in campaign.ideas[:5]], campaign.ideas[5].id
    db.session.execute(sa.delete(Membership).where(Membership.idea_id.in_(alone)))
    db.session.commit()
    take_out([put_elsewhere], **given)
    before = read(campaign)
    desk, address = visit.sign_in(make_moderator()), f"/triage/vagues/{wave.id}"
    page = desk(address)
    assert "6 de ces idées sont hors du sujet qui en a le plus" in page.text
    after = desk.submit(page, f"{address}/reunion")
    assert set(subjects(campaign)[main]) == members() - {put_elsewhere}
    again = desk.submit(after, f"{address}/reunion", status=409)
    assert "mises ailleurs par une personne" in again.text
    (moved,) = db.session.scalars(sa.select(Decision).filter_by(kind="move"))
    undo_decision(moved.id, **given)
    assert read(campaign) == before


def test_an_edition_carries_what_a_person_said_and_nothing_before(campaign, given):
    def published():
        with reading():
            return {row.wave for row in queries.editions.stream_ideas(db.session.get(Campaign, campaign.id))}

    wave = find_wave()
    assert published() == {""}
    label_wave(wave.id, WaveLabel.UNRELATED, **given)
    assert published() == {""}
    label_wave(wave.id, WaveLabel.COORDINATED, **given)
    send_wave(1, campaign.began_at + timedelta(hours=9))
    regroup(campaign.id, now=now())
    assert published() == {"", "coordinated"}
    with reading():
        rows = list(queries.editions.stream_ideas(db.session.get(Campaign, campaign.id)))
    assert sum(row.wave == "coordinated" for row in rows) == 20


def test_what_is_refused_is_said_and_kept(campaign, visit):
    desk = visit.sign_in(make_moderator())
    wave = find_wave()
    address = f"/triage/vagues/{wave.id}"
    page = desk(address)
    assert "Dites ce qu’est cette vague" in desk.submit(page, address, label="x", note="Un mot", status=400).text
    label_wave(wave.id, WaveLabel.CALL, actor=make_moderator(), now=now())
    again = desk.submit(page, address, label="coordinated", note="Un mot", status=409)
    assert "a changé depuis" in again.text and "Un mot" in again.html
    assert queries.waves.count_all(db.session.get(Campaign, campaign.id)) == 1
    desk("/triage/vagues/999999", status=404)
