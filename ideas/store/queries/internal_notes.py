"""Questions about the notes that staff write to each other."""

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import InternalNote


def count_on_idea(idea_id: int) -> int:
    """Return how many notes there are on an idea."""
    query = sa.select(sa.func.count()).select_from(InternalNote)
    return db.session.scalar(query.where(InternalNote.idea_id == idea_id)) or 0


def list_on(*, idea_id: int | None = None, cluster_id: int | None = None) -> list[InternalNote]:
    """Return the notes on an idea or on a subject, the oldest first."""
    on = InternalNote.cluster_id == cluster_id if idea_id is None else InternalNote.idea_id == idea_id
    return list(db.session.scalars(sa.select(InternalNote).where(on).order_by(InternalNote.id)))
