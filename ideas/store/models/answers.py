"""Official answers: one row an answer, which every idea that it serves points to."""

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ideas.domain.handling import Handling
from ideas.domain.high_value import HighValue
from ideas.store.database import Base
from ideas.store.models.campaigns import Producer
from ideas.store.models.columns import one_of, word_of


class Answer(Base):
    """What the administration replies, and the facts that go with it. Empty text means "not said".

    `producer_id` is the body that speaks, `passed_to_id` the one that it passed the request on to. `high_value` holds
    for the ideas that it serves, unless something else was said of one of them.
    """

    __tablename__ = "answers"
    __table_args__ = (one_of("outcome", Handling), one_of("high_value", HighValue))

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    text: Mapped[str] = mapped_column(sa.Text, default="")
    answered_on: Mapped[date | None] = mapped_column(sa.Date, default=None)
    reason: Mapped[str] = mapped_column(sa.String(30), default="")
    legal_basis: Mapped[str] = mapped_column(sa.String(300), default="")
    dataset_url: Mapped[str] = mapped_column(sa.String(500), default="")
    promised_on: Mapped[date | None] = mapped_column(sa.Date, default=None)
    outcome: Mapped[Handling | None] = mapped_column(word_of(Handling, 30), default=None)
    producer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), index=True, default=None)
    passed_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("producers.id"), default=None)
    dataset_id: Mapped[int | None] = mapped_column(sa.ForeignKey("datasets.id"), default=None)
    high_value: Mapped[HighValue | None] = mapped_column(word_of(HighValue, 20), default=None)

    producer: Mapped[Producer | None] = relationship(lazy="raise", foreign_keys=[producer_id])
    passed_to: Mapped[Producer | None] = relationship(lazy="raise", foreign_keys=[passed_to_id])


class AnswerTemplate(Base):
    """A text that answers of a campaign begin with; what is between brackets is to be completed."""

    __tablename__ = "answer_templates"
    __table_args__ = (one_of("outcome", Handling), sa.UniqueConstraint("campaign_id", "title"))

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    title: Mapped[str] = mapped_column(sa.String(120))
    outcome: Mapped[Handling] = mapped_column(word_of(Handling, 30))
    text: Mapped[str] = mapped_column(sa.Text)


class AnswerOpinion(Base):
    """Whether somebody who asked, or supported what was asked, found an answer useful: one a person and an answer."""

    __tablename__ = "answer_opinions"

    answer_id: Mapped[int] = mapped_column(sa.ForeignKey("answers.id", ondelete="CASCADE"), primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"), primary_key=True, index=True)
    is_useful: Mapped[bool]
    given_at: Mapped[datetime]
