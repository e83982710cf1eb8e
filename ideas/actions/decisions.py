"""Writing down what staff did: each act leaves one dated, motivated line in the register."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ideas.domain.accounts import Role
from ideas.domain.decisions import DecisionKind
from ideas.domain.permissions import Permission, Subject, check_can, find_role
from ideas.domain.texts import check_text, clean_text
from ideas.store.chaining import note_decision
from ideas.store.database import db
from ideas.store.models import Decision
from ideas.store.visibility import Actor

LONGEST_NOTE = 2_000


@dataclass(frozen=True)
class Author:
    """Whoever wrote an idea: the register shows a contributor, whatever else they are here."""

    id: int
    role: Role = Role.CONTRIBUTOR
    appointments: tuple[()] = ()


def record_decision(kind: DecisionKind, actor: Actor, **facts: Any) -> Decision:
    """Add a decision to the transaction under way, once `actor` is known to be allowed: as `make_decision` takes it."""
    decision = make_decision(kind, actor, **facts)
    record_all([decision])
    return decision


def record_all(decisions: Collection[Decision]) -> None:
    """Add decisions to the transaction under way."""
    db.session.add_all(decisions)
    db.session.flush()
    for campaign_id in {decision.campaign_id for decision in decisions}:
        note_decision(campaign_id)


def make_decision(
    kind: DecisionKind,
    actor: Actor,
    *,
    permission: Permission | None,
    campaign_id: int,
    now: datetime,
    idea_id: int | None = None,
    other_idea_id: int | None = None,
    cluster_id: int | None = None,
    producer_id: int | None = None,
    reason: str = "",
    note: str = "",
) -> Decision:
    """Return a decision that is still to be added, once `actor` is known to be allowed.

    `permission` is what the act needs, `producer_id` the body it is about; None for what somebody does with what is
    their own, which the verb has checked.
    """
    role, about = Role(actor.role or Role.CONTRIBUTOR), Subject(campaign_id, producer_id)
    if permission is not None:
        check_can(actor, permission, about)
        role = find_role(actor, permission, about)
    note = clean_text(note)
    check_text(note, longest=LONGEST_NOTE)
    return Decision(
        kind=kind,
        role=role,
        person_id=actor.id,
        campaign_id=campaign_id,
        idea_id=idea_id,
        other_idea_id=other_idea_id,
        cluster_id=cluster_id,
        reason=reason,
        note=note,
        decided_at=now,
    )
