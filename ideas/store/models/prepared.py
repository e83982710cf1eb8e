"""Answers that are written and not yet published: nobody but those who may answer knows of them."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.handling import Handling
from ideas.domain.high_value import HighValue
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of


class PreparedAnswer(Base):
    """An answer to some ideas, as it was written for them. It goes when it is published: the answer takes its place.

    `body_id` is the body that these ideas are addressed to, `producer_id` the one that speaks; `seen_step` is the last
    step of the ideas that was read; `due_at` is when the worker publishes it, None when somebody does.
    """

    __tablename__ = "prepared_answers"
    # A number never serves twice: a page that was opened before must not publish what took the place of what it shows.
    __table_args__ = (one_of("outcome", Handling), one_of("high_value", HighValue), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clusters.id", ondelete="CASCADE"), index=True)
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), default=None)
    outcome: Mapped[Handling] = mapped_column(word_of(Handling, 30))
    text: Mapped[str] = mapped_column(sa.Text)
    reason: Mapped[str] = mapped_column(sa.String(30), default="")
    legal_basis: Mapped[str] = mapped_column(sa.String(300), default="")
    dataset_url: Mapped[str] = mapped_column(sa.String(500), default="")
    dataset_id: Mapped[int | None] = mapped_column(sa.ForeignKey("datasets.id"), default=None)
    promised_on: Mapped[date | None] = mapped_column(sa.Date, default=None)
    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), default=None)
    passed_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), default=None)
    high_value: Mapped[HighValue | None] = mapped_column(word_of(HighValue, 20), default=None)
    seen_step: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    prepared_at: Mapped[datetime]
    due_at: Mapped[datetime | None] = mapped_column(default=None)


class PreparedIdea(Base):
    """An idea that a prepared answer is for."""

    __tablename__ = "prepared_ideas"

    prepared_id: Mapped[int] = mapped_column(sa.ForeignKey("prepared_answers.id", ondelete="CASCADE"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), primary_key=True, index=True)
