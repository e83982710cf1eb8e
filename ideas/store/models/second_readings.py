"""Subjects drawn to be read again, and what a second person says of pairs of their ideas."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.store.database import Base


class SecondDraw(Base):
    """A draw of reviewed subjects, that anybody can make again from its seed; `run_id`: the picture it was made on."""

    __tablename__ = "second_draws"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"), index=True)
    run_id: Mapped[int | None] = mapped_column(sa.ForeignKey("runs.id"), default=None)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"))
    seed: Mapped[str] = mapped_column(sa.String(32))
    reviewed_count: Mapped[int]
    drawn_count: Mapped[int]
    drawn_at: Mapped[datetime]


class SecondPair(Base):
    """Two ideas within a drawn subject or at its border; each says whether they are about one object.

    What the first reviewer (of `review_decision_id`) and the machine say is written when the pair is drawn;
    `machine_says` is empty where the machine did not know one of the two. `rank` is the order of reading.
    """

    __tablename__ = "second_pairs"
    __table_args__ = (
        sa.CheckConstraint("first_id < second_id", name="in_order"),
        sa.CheckConstraint("(second_says IS NULL) = (read_at IS NULL)", name="read_once_said"),
        sa.UniqueConstraint("draw_id", "first_id", "second_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    draw_id: Mapped[int] = mapped_column(sa.ForeignKey("second_draws.id", ondelete="CASCADE"))
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"))
    review_decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"))
    first_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"))
    second_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"))
    rank: Mapped[str] = mapped_column(sa.String(64))
    first_says: Mapped[bool]
    machine_says: Mapped[bool | None] = mapped_column(default=None)
    second_says: Mapped[bool | None] = mapped_column(default=None)
    reader_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), index=True, default=None)
    read_at: Mapped[datetime | None] = mapped_column(default=None)
