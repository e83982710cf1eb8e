"""Waves as runs find them, kept from run to run, and what a person says each is: nothing of them hides an idea."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.membership import move
from ideas.actions.run_pieces import check_goes_on
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotFound, WrongState
from ideas.domain.lineage import follow
from ideas.domain.permissions import Permission, Subject, check_can, check_can_somewhere
from ideas.domain.signals import NEW_ACCOUNT
from ideas.domain.waves import LEAST, WaveLabel, find_rush
from ideas.runs.bindings import read_bindings
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, Idea, Membership, Person, Undo, Vote, Wave, WaveIdea
from ideas.store.visibility import Actor, listed

MOST_GATHERED = 500
CHANGED = N_("Cette vague a changé depuis que vous l’avez lue : relisez-la.")


@transaction(is_public=False)
def keep_waves(run_id: int, campaign_id: int, found: Sequence[Sequence[int]], *, now: datetime) -> None:
    """Keep the waves of ideas that a run found, under the numbers of those that they go on.

    An idea of a wave that a person labelled stays in it; what is new in such a wave waits to be read. Whoever labels
    one meanwhile is told that it has changed.
    """
    check_goes_on(run_id)
    db.session.execute(sa.select(Wave.id).where(Wave.campaign_id == campaign_id).order_by(Wave.id).with_for_update())
    members = sa.select(WaveIdea.idea_id, Wave.id, Wave.decision_id).join(Wave, Wave.id == WaveIdea.wave_id)
    rows = db.session.execute(members.where(Wave.campaign_id == campaign_id)).all()
    labelled = {row.id for row in rows if row.decision_id is not None}
    said = {row.idea_id for row in rows if row.id in labelled}
    after = {idea: place for place, wave in enumerate(found) for idea in wave}
    numbers = follow({row.idea_id: row.id for row in rows}, after, {})
    loose = sa.select(Wave.id).where(Wave.campaign_id == campaign_id, Wave.decision_id.is_(None))
    _execute(sa.delete(WaveIdea).where(WaveIdea.wave_id.in_(loose)))
    _execute(sa.delete(Wave).where(Wave.id.in_(loose), Wave.id.not_in(list(numbers.values()))))
    for place, wave in enumerate(found):
        rest, number = [idea for idea in wave if idea not in said], numbers.get(place)
        if rest and (number in labelled or len(rest) >= LEAST):
            _keep(campaign_id, number, rest, now)
        elif number is not None and number not in labelled:
            _execute(sa.delete(Wave).where(Wave.id == number))


def _keep(campaign_id: int, number: int | None, ideas: list[int], now: datetime) -> None:
    wave = db.session.get(Wave, number) if number is not None else None
    if wave is None:
        wave = Wave(campaign_id=campaign_id, began_at=now, ended_at=now, found_at=now, version=0)
        db.session.add(wave)
        db.session.flush()
    db.session.execute(sa.insert(WaveIdea), [{"wave_id": wave.id, "idea_id": idea, "is_read": False} for idea in ideas])
    _measure(wave)
    wave.version += 1


def _measure(wave: Wave) -> None:
    """Note when a wave began and ended, and what is seen of the people behind it."""
    own = sa.select(Idea.submitted_at, Idea.author_id, Person.created_at)
    own = own.join(WaveIdea, WaveIdea.idea_id == Idea.id).outerjoin(Person, Person.id == Idea.author_id)
    rows = db.session.execute(own.where(WaveIdea.wave_id == wave.id)).all()
    sent = [at for at, _, _ in rows if at is not None]
    wave.began_at, wave.ended_at = min(sent), max(sent)
    wave.author_count = len({author for _, author, _ in rows if author is not None})
    wave.young_count = len({author for at, author, came in rows if at and came and at - came < NEW_ACCOUNT})
    votes = sa.select(Vote.cast_at, Person.created_at).join(Person, Person.id == Vote.person_id)
    votes = votes.join(WaveIdea, WaveIdea.idea_id == Vote.idea_id).where(WaveIdea.wave_id == wave.id)
    young = [at for at, came in db.session.execute(votes.order_by(Vote.cast_at)) if at - came < NEW_ACCOUNT]
    rush = find_rush(young, least=1)
    wave.rush_count = rush.people if rush else 0


@transaction()
def label_wave(
    wave_id: int, label: WaveLabel, *, actor: Actor, now: datetime, note: str = "", version: int | None = None
) -> Decision:
    """Say what a wave is; its ideas stay on line, and are counted apart unless they are unrelated.

    Raises `NotFound`, `NotAllowed`, `AlreadyDone`, `WrongState` when it is no more what was read (`version`).
    """
    check_can_somewhere(actor, Permission.TRIAGE)
    wave = db.session.get(Wave, wave_id, with_for_update=True, populate_existing=True)
    if wave is None:
        raise NotFound(N_("Cette vague n’existe plus."))
    check_can(actor, Permission.TRIAGE, Subject(wave.campaign_id))
    if version is not None and version != wave.version:
        raise WrongState(CHANGED)
    waiting = sa.select(WaveIdea.idea_id).where(WaveIdea.wave_id == wave_id, WaveIdea.is_read.is_(False))
    new = list(db.session.scalars(waiting.order_by(WaveIdea.idea_id)))
    if label is wave.label and not new:
        raise AlreadyDone(N_("Cette vague est déjà relue ainsi."))
    decision = record_decision(
        DecisionKind.LABEL_WAVE,
        actor,
        campaign_id=wave.campaign_id,
        cluster_id=_find_main_subject(wave),
        now=now,
        permission=Permission.TRIAGE,
        reason=label.value,
        note=note,
    )
    before = [wave.label.value, wave.decision_id]
    db.session.add(Undo(decision_id=decision.id, changes={"wave": wave.id, "before": before, "read": new}))
    _say(wave, label, decision.id)
    _execute(sa.update(WaveIdea).where(WaveIdea.wave_id == wave_id).values(is_read=True))
    return decision


@transaction()
def gather_wave(wave_id: int, *, actor: Actor, now: datetime) -> Decision:
    """Put the ideas of a wave in the subject that holds most of them, but for those that a person put elsewhere.

    It is a move like any other, taken back as such; one of `MOST_GATHERED` ideas at most, since others wait meanwhile.
    Raises `NotFound`, `NotAllowed`, `AlreadyDone`.
    """
    check_can_somewhere(actor, Permission.TRIAGE)
    wave = db.session.get(Wave, wave_id)
    main = _find_main_subject(wave) if wave is not None else None
    if wave is None or main is None:
        raise NotFound(N_("Cette vague n’existe plus."))
    bindings = read_bindings(wave.campaign_id)
    bound = bindings.signed.keys() | bindings.put.keys() | bindings.out.keys()
    here = (
        sa.select(Membership.idea_id)
        .join(Campaign, Campaign.current_run_id == Membership.run_id)
        .where(Membership.cluster_id == main, Campaign.id == wave.campaign_id)
    )
    own = sa.select(Idea.id).join(WaveIdea, WaveIdea.idea_id == Idea.id).where(WaveIdea.wave_id == wave_id, listed())
    outside = own.where(Idea.id.not_in(here)).order_by(Idea.id)
    ideas = [number for number in db.session.scalars(outside) if number not in bound]
    if not ideas:
        raise AlreadyDone(N_("Ses idées sont déjà dans ce sujet, ou mises ailleurs par une personne."))
    return move(ideas[:MOST_GATHERED], main, actor=actor, now=now)


def take_back_label(decision_id: int, changes: dict[str, Any]) -> bool:
    """Lead a wave back to what was said of it before a decision; tell whether that decision is its last."""
    wave = db.session.get(Wave, changes["wave"], with_for_update=True, populate_existing=True)
    if wave is None or wave.decision_id != decision_id:
        return False
    label, before_id = changes["before"]
    _say(wave, WaveLabel(label), before_id)
    if changes["read"]:
        db.session.execute(sa.update(WaveIdea), [{"idea_id": idea, "is_read": False} for idea in changes["read"]])
    return True


def _say(wave: Wave, label: WaveLabel, decision_id: int | None) -> None:
    wave.label, wave.decision_id = label, decision_id
    wave.version += 1
    db.session.flush()


def _find_main_subject(wave: Wave) -> int | None:
    """Return the subject that holds most ideas of a wave in the public picture, so that its history tells of it."""
    query = (
        sa.select(Membership.cluster_id)
        .join(WaveIdea, WaveIdea.idea_id == Membership.idea_id)
        .join(Campaign, Campaign.current_run_id == Membership.run_id)
        .where(WaveIdea.wave_id == wave.id, Campaign.id == wave.campaign_id)
        .group_by(Membership.cluster_id)
        .order_by(sa.func.count().desc(), Membership.cluster_id)
    )
    return db.session.scalar(query.limit(1))


def _execute(statement: Any) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))
