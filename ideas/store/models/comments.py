"""What people say under ideas."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.comments import LONGEST_COMMENT
from ideas.domain.lines import LineState
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of


class Comment(Base):
    """A comment on an idea, flat: it stays with the idea that it was written under, and goes with its writer."""

    __tablename__ = "comments"
    __table_args__ = (
        one_of("state", LineState),
        sa.Index("ix_comments_idea", "idea_id", "state"),
        sa.Index("ix_comments_waiting", "state", "written_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    text: Mapped[str] = mapped_column(sa.String(LONGEST_COMMENT))
    state: Mapped[LineState] = mapped_column(word_of(LineState, 20), default=LineState.WAITING)
    reason: Mapped[str] = mapped_column(sa.String(30), default="")
    written_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
