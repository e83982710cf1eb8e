"""Questions about the texts that answers begin with."""

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import AnswerTemplate


def list_of(campaign_id: int) -> list[AnswerTemplate]:
    """Return the templates of a campaign, by name."""
    own = sa.select(AnswerTemplate).where(AnswerTemplate.campaign_id == campaign_id)
    return list(db.session.scalars(own.order_by(AnswerTemplate.title, AnswerTemplate.id)))
