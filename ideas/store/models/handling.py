"""What became of requests for data: every step, dated, and the questions put to authors."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.handling import Handling, ReplyState
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of


class HandlingStep(Base):
    """Where a decision led the request of one idea; a step that was taken back says when. Never deleted."""

    __tablename__ = "handling_steps"
    __table_args__ = (one_of("handling", Handling),)

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), index=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"), index=True)
    handling: Mapped[Handling] = mapped_column(word_of(Handling, 30))
    answer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("answers.id"), default=None)
    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), default=None)
    taken_at: Mapped[datetime]
    undone_at: Mapped[datetime | None] = mapped_column(default=None)


class Question(Base):
    """A question to the author of an idea, and the reply, which is reviewed as ideas are before anybody reads it."""

    __tablename__ = "questions"
    __table_args__ = (one_of("reply_state", ReplyState), sa.Index("ix_questions_waiting", "reply_state", "replied_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), index=True)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text)
    asked_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    reply: Mapped[str] = mapped_column(sa.Text, default="")
    reply_state: Mapped[ReplyState] = mapped_column(word_of(ReplyState, 20), default=ReplyState.AWAITED)
    replied_at: Mapped[datetime | None] = mapped_column(default=None)
