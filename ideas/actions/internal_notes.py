"""Notes that staff write to each other about an idea or a subject: nobody else reads them, nothing exports them."""

from datetime import datetime

import sqlalchemy as sa

from ideas.actions.transaction import transaction
from ideas.domain.accounts import Role
from ideas.domain.errors import N_, NotAllowed, NotFound, RuleBroken
from ideas.domain.permissions import REFUSED, Permission, Subject, can, check_can, find_role
from ideas.domain.texts import check_text, clean_text
from ideas.store.database import db
from ideas.store.models import Cluster, Idea, InternalNote
from ideas.store.visibility import NOT_FOR_STAFF, Actor

LONGEST_INTERNAL_NOTE = 5_000


@transaction(is_public=False)
def write_note(
    text: str, *, actor: Actor, now: datetime, idea_id: int | None = None, cluster_id: int | None = None
) -> InternalNote:
    """Write a note on an idea or on a subject.

    Raises `NotFound`, `NotAllowed` unless `actor` moderates its campaign, `RuleBroken` for an empty text, `Limited`.
    """
    about = Subject(_find_campaign(idea_id, cluster_id))
    check_can(actor, Permission.MODERATE, about)
    text = clean_text(text).strip()
    if not text:
        raise RuleBroken(N_("Écrivez la note."))
    check_text(text, longest=LONGEST_INTERNAL_NOTE)
    role = Role(find_role(actor, Permission.MODERATE, about))
    note = InternalNote(
        idea_id=idea_id, cluster_id=cluster_id, person_id=actor.id, role=role, text=text, written_at=now
    )
    db.session.add(note)
    db.session.flush()
    return note


@transaction(is_public=False)
def remove_note(note_id: int, *, actor: Actor) -> InternalNote:
    """Take a note away for good: whoever wrote it may, and whoever owns the campaign.

    Raises `NotFound`, `NotAllowed`.
    """
    note = db.session.get(InternalNote, note_id)
    if note is None:
        raise NotFound(N_("Cette note n’existe plus."))
    about = Subject(_find_campaign(note.idea_id, note.cluster_id))
    check_can(actor, Permission.MODERATE, about)
    is_theirs = actor.id is not None and actor.id == note.person_id
    if not is_theirs and not can(actor, Permission.OWN, about):
        raise NotAllowed(REFUSED)
    db.session.delete(note)
    return note


def _find_campaign(idea_id: int | None, cluster_id: int | None) -> int:
    query = (
        sa.select(Cluster.campaign_id).where(Cluster.id == cluster_id)
        if idea_id is None
        else sa.select(Idea.campaign_id).where(Idea.id == idea_id, Idea.publication.not_in(NOT_FOR_STAFF))
    )
    campaign_id = db.session.scalar(query)
    if campaign_id is None:
        raise NotFound(N_("Cette idée ou ce sujet n’existe pas."))
    return campaign_id
