"""Waves of near-identical ideas, as runs find them, and what a person says each is."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.waves import WaveLabel
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of


class Wave(Base):
    """Near-identical ideas sent within hours of one another; known to staff alone until a person has labelled it.

    `young_count`: authors who had just come; `rush_count`: votes of people who had just come, in the ten minutes that
    had most of them. `version` moves when a run or a person changes it.
    """

    __tablename__ = "waves"
    __table_args__ = (
        one_of("label", WaveLabel),
        sa.CheckConstraint("(label = '') = (decision_id IS NULL)", name="said_by_a_decision"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    label: Mapped[WaveLabel] = mapped_column(word_of(WaveLabel, 20), default=WaveLabel.UNREAD)
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decisions.id"), default=None)
    version: Mapped[int] = mapped_column(default=0)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime]
    author_count: Mapped[int] = mapped_column(default=0)
    young_count: Mapped[int] = mapped_column(default=0)
    rush_count: Mapped[int] = mapped_column(default=0)
    found_at: Mapped[datetime]


class WaveIdea(Base):
    """An idea of a wave; `is_read`: it was there when a person labelled the wave, so that the label is about it."""

    __tablename__ = "wave_ideas"

    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("waves.id", ondelete="CASCADE"), index=True)
    is_read: Mapped[bool] = mapped_column(default=False)
