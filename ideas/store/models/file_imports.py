"""Files of ideas that owners bring, and which of their columns hold what."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.store.database import Base


class FileImport(Base):
    """A file on its way to ideas; what it holds stays in a private folder, under `place`, until it ends.

    `mapping`: field → column, "" when none does. `report`: what the last check found, then what became of the file.
    """

    __tablename__ = "file_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    place: Mapped[str] = mapped_column(sa.String(80), default="")
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(default=dict)
    received_at: Mapped[datetime]
    checked_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class SavedMapping(Base):
    """Which columns hold what, under a name, for the next file of the same kind."""

    __tablename__ = "saved_mappings"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    name: Mapped[str] = mapped_column(sa.String(80))
    mapping: Mapped[dict[str, Any]] = mapped_column(default=dict)
