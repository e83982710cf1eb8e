"""With what every act of a reviewer on subjects begins: the subject or the ideas that it is about, and its record."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ideas.actions.decisions import record_decision
from ideas.actions.picture import Picture, find_living
from ideas.domain.decisions import DecisionKind
from ideas.domain.errors import N_, NotFound, WrongState
from ideas.domain.permissions import Permission, check_can_somewhere
from ideas.domain.publication import Publication
from ideas.store.database import db
from ideas.store.models import Cluster, Decision, Idea
from ideas.store.visibility import Actor, visible_to

CHOOSE = N_("Choisissez une idée au moins.")


def find_subject(cluster_id: int, actor: Actor) -> Cluster:
    """Return a living subject; raise why nothing can be done with it."""
    check_can_somewhere(actor, Permission.TRIAGE)
    return find_living(cluster_id)


def find_ideas(idea_ids: Collection[int], actor: Actor) -> tuple[list[int], int]:
    """Return the numbers of published ideas, sorted, and their campaign; raise why nothing can be done with them."""
    check_can_somewhere(actor, Permission.TRIAGE)
    numbers = sorted(set(idea_ids))
    if not numbers:
        raise WrongState(CHOOSE)
    rows = db.session.execute(
        sa.select(Idea.id, Idea.campaign_id, Idea.publication).where(Idea.id.in_(numbers), visible_to(actor))
    ).all()
    if len(rows) < len(numbers):
        raise NotFound(N_("Cette idée n’existe pas ou n’est plus en ligne."))
    if any(row.publication != Publication.PUBLISHED for row in rows):
        raise WrongState(N_("Cette idée n’est pas en ligne : elle n’entre dans aucun sujet."))
    if len({row.campaign_id for row in rows}) > 1:
        raise WrongState(N_("Ces deux idées n’appartiennent pas à la même campagne."))
    return numbers, rows[0].campaign_id


def record(kind: DecisionKind, actor: Actor, picture: Picture, now: datetime, **facts: Any) -> Decision:
    """Record what a reviewer decides about the subjects of a campaign."""
    campaign_id, permission = picture.campaign_id, Permission.TRIAGE
    return record_decision(kind, actor, campaign_id=campaign_id, now=now, permission=permission, **facts)
