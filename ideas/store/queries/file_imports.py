"""Questions about the files of ideas that owners bring."""

import sqlalchemy as sa

from ideas.store.database import db
from ideas.store.models import FileImport, SavedMapping


def find(import_id: int, campaign_id: int) -> FileImport | None:
    """Return a file of a campaign."""
    query = sa.select(FileImport).where(FileImport.id == import_id, FileImport.campaign_id == campaign_id)
    return db.session.scalar(query)


def list_latest(campaign_id: int, size: int = 20) -> list[FileImport]:
    """Return the files of a campaign, the latest first."""
    query = sa.select(FileImport).where(FileImport.campaign_id == campaign_id)
    return list(db.session.scalars(query.order_by(FileImport.id.desc()).limit(size)))


def list_mappings(campaign_ids: list[int]) -> list[SavedMapping]:
    """Return what was saved for these campaigns, by name."""
    query = sa.select(SavedMapping).where(SavedMapping.campaign_id.in_(campaign_ids))
    return list(db.session.scalars(query.order_by(SavedMapping.name, SavedMapping.id)))
