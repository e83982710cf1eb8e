"""What authors change in their ideas once they are online, field by field."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas.domain.lines import LineState
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of


class Revision(Base):
    """A change of an idea by its author: it waits, then what it changes is in the idea, and what was before is here."""

    __tablename__ = "revisions"
    __table_args__ = (
        one_of("state", LineState),
        sa.Index("ix_revisions_idea", "idea_id", "state"),
        sa.Index("ix_revisions_waiting", "state", "written_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"))
    state: Mapped[LineState] = mapped_column(word_of(LineState, 20), default=LineState.WAITING)
    reason: Mapped[str] = mapped_column(sa.String(30), default="")
    written_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(default=None)

    changes: Mapped[list["RevisionChange"]] = relationship(
        order_by="RevisionChange.id", cascade="all", passive_deletes=True, lazy="selectin"
    )


class RevisionChange(Base):
    """One field that a change is about; what is no text is written as JSON."""

    __tablename__ = "revision_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("revisions.id", ondelete="CASCADE"), index=True)
    field: Mapped[str] = mapped_column(sa.String(30))
    before: Mapped[str] = mapped_column(sa.Text)
    after: Mapped[str] = mapped_column(sa.Text)
