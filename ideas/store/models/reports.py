"""What readers say is wrong with ideas on line, and with comments under them."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.reports import ReportReason
from ideas.store.database import Base
from ideas.store.models.columns import word_of


class Report(Base):
    """A report of an idea, or of a comment on it, for the staff alone; `person_id` is empty when nobody was signed in.

    It is open until a moderator sets it aside, or what it is about leaves the site.
    """

    __tablename__ = "reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("comments.id", ondelete="CASCADE"), index=True, default=None
    )
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), index=True)
    reason: Mapped[ReportReason] = mapped_column(word_of(ReportReason, 20))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    reported_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
