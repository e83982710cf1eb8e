"""Second reading: drawing reviewed subjects, and saying of two of their ideas whether they are about one object."""

import secrets
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.transaction import transaction
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, AlreadyDone, NotAllowed, NotFound, WrongState
from ideas.domain.permissions import Permission, Subject, check_can
from ideas.domain.second_reading import DrawnPair, choose_pairs, count_drawn, draw, rank
from ideas.store.database import db
from ideas.store.models import Campaign, Decision, SecondDraw, SecondPair
from ideas.store.queries import second_readings
from ideas.store.queries.second_readings import SeenIdea, SignedIdea
from ideas.store.visibility import Actor

NOT_THEIRS = N_("Vous avez confirmé ce sujet : c’est à une autre personne de le lire.")


@transaction()
def draw_subjects(campaign_id: int, *, actor: Actor, now: datetime, seed: str | None = None) -> SecondDraw:
    """Draw reviewed subjects to be read again, by a seed that the register keeps.

    Raises `NotAllowed`, `WrongState` while a draw is being read, or when no subject of two ideas was confirmed.
    """
    check_can(actor, Permission.TRIAGE, Subject(campaign_id))
    run_id = db.session.scalar(sa.select(Campaign.current_run_id).where(Campaign.id == campaign_id).with_for_update())
    if second_readings.count_left(campaign_id):
        raise WrongState(N_("Un tirage est en cours de lecture : finissez-le d’abord."))
    signed = _group(second_readings.list_signed(campaign_id))
    if not signed:
        raise WrongState(N_("Aucun sujet de deux idées au moins n’est encore confirmé."))
    seed = seed or secrets.token_hex(8)
    drawn = draw(seed, signed, count_drawn(len(signed)))
    decision = record_decision(
        DecisionKind.DRAW_SUBJECTS,
        actor,
        campaign_id=campaign_id,
        now=now,
        permission=Permission.TRIAGE,
        note=f"{len(drawn)} / {len(signed)}, {seed}",
    )
    made = SecondDraw(
        campaign_id=campaign_id,
        run_id=run_id,
        decision_id=decision.id,
        seed=seed,
        reviewed_count=len(signed),
        drawn_count=len(drawn),
        drawn_at=now,
    )
    db.session.add(made)
    db.session.flush()
    _add_pairs(made, {number: signed[number] for number in drawn})
    return made


def _group(rows: list[SignedIdea]) -> dict[int, list[SignedIdea]]:
    """Return the signed ideas of each subject that has two at least."""
    found: dict[int, list[SignedIdea]] = {}
    for row in rows:
        found.setdefault(row.cluster_id, []).append(row)
    return {number: ideas for number, ideas in found.items() if len(ideas) > 1}


def _add_pairs(made: SecondDraw, drawn: Mapping[int, list[SignedIdea]]) -> None:
    members = [one.idea_id for ideas in drawn.values() for one in ideas]
    seen = {one.idea_id: one for one in second_readings.list_seen(members, made.run_id)}
    others = {number for one in seen.values() for number, *_ in one.near}
    published = second_readings.list_published_at(others)
    seen |= {one.idea_id: one for one in second_readings.list_seen(others - seen.keys(), made.run_id)}
    taken = set()
    for ideas in drawn.values():
        near = {one.idea_id: _list_outside(one, ideas, seen, published) for one in ideas}
        for pair in choose_pairs(made.seed, [one.idea_id for one in ideas], near):
            if pair[:2] not in taken:
                taken.add(pair[:2])
                db.session.add(_make_pair(made, ideas[0], pair, seen))
    db.session.flush()


def _list_outside(
    member: SignedIdea, ideas: list[SignedIdea], seen: Mapping[int, SeenIdea], published: Mapping[int, datetime]
) -> list[int]:
    """Return the ideas near a member that whoever signed could have seen, and left out."""
    inside = {one.idea_id for one in ideas}
    near = [number for number, *_ in seen[member.idea_id].near] if member.idea_id in seen else []
    return [
        number
        for number in near
        if number not in inside and number in published and published[number] <= member.reviewed_at
    ]


def _make_pair(made: SecondDraw, signed: SignedIdea, pair: DrawnPair, seen: Mapping[int, SeenIdea]) -> SecondPair:
    groups = [seen[number].own_group if number in seen else None for number in pair[:2]]
    return SecondPair(
        draw_id=made.id,
        cluster_id=signed.cluster_id,
        review_decision_id=signed.decision_id,
        first_id=pair.first_id,
        second_id=pair.second_id,
        rank=rank(made.seed, *pair[:2]),
        first_says=pair.is_within,
        machine_says=None if None in groups else groups[0] == groups[1] != -1,
    )


@transaction()
def say_pair(pair_id: int, *, is_same: bool, actor: Actor, now: datetime) -> SecondPair:
    """Say whether two ideas are about one object.

    Raises `NotFound`, `NotAllowed` for whoever confirmed their subject, `AlreadyDone` when somebody has said it.
    """
    pair = _lock(pair_id, actor)
    first = db.session.get_one(Decision, pair.review_decision_id)
    if first.person_id is not None and first.person_id == actor.id:
        raise NotAllowed(NOT_THEIRS)
    if pair.second_says is not None:
        raise AlreadyDone(N_("Cette paire est déjà lue."))
    pair.second_says, pair.reader_id, pair.read_at = is_same, actor.id, now
    db.session.flush()
    return pair


@transaction()
def take_back_pair(pair_id: int, *, actor: Actor) -> SecondPair:
    """Let whoever read a pair read it again. Raises `NotFound`, `NotAllowed` for anybody else."""
    pair = _lock(pair_id, actor)
    if pair.reader_id is None or pair.reader_id != actor.id:
        raise NotAllowed(N_("Cette paire a été lue par quelqu’un d’autre."))
    pair.second_says, pair.reader_id, pair.read_at = None, None, None
    db.session.flush()
    return pair


def _lock(pair_id: int, actor: Actor) -> SecondPair:
    pair = db.session.get(SecondPair, pair_id, with_for_update=True, populate_existing=True)
    if pair is None:
        raise NotFound(N_("Cette paire n’existe pas."))
    campaign_id = db.session.get_one(SecondDraw, pair.draw_id).campaign_id
    check_can(actor, Permission.TRIAGE, Subject(campaign_id))
    return pair
