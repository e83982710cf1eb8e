"""What supporters would do with the data: a line beside a vote, which goes when the vote goes."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.lines import LineState
from ideas.domain.uses import LONGEST_USE
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of


class VoteUse(Base):
    """One line beside one vote. It is deleted by the database with its vote, whoever takes that away, and why."""

    __tablename__ = "vote_uses"
    __table_args__ = (one_of("state", LineState), sa.Index("ix_vote_uses_waiting", "state", "written_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    vote_id: Mapped[int] = mapped_column(sa.ForeignKey("votes.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(sa.String(LONGEST_USE))
    state: Mapped[LineState] = mapped_column(word_of(LineState, 20), default=LineState.WAITING)
    reason: Mapped[str] = mapped_column(sa.String(30), default="")
    written_at: Mapped[datetime]
    decided_at: Mapped[datetime | None] = mapped_column(default=None)
