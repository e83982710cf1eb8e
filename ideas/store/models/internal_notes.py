"""What staff write to each other: never public, never exported."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.accounts import Role
from ideas.store.database import Base
from ideas.store.models.columns import word_of


class InternalNote(Base):
    """A note of staff on an idea or a subject; it may be taken away, since it may hold what should not stay."""

    __tablename__ = "internal_notes"
    __table_args__ = (sa.CheckConstraint("(idea_id IS NULL) <> (cluster_id IS NULL)", name="one_thing"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), index=True, default=None)
    cluster_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("clusters.id", ondelete="CASCADE"), index=True, default=None
    )
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    role: Mapped[Role] = mapped_column(word_of(Role, 20))
    text: Mapped[str] = mapped_column(sa.Text)
    written_at: Mapped[datetime]
