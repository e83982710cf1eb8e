"""What happened to ideas, who was told of it, and who follows what."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.events import EventKind, Part
from ideas.store.database import Base
from ideas.store.models.columns import word_of


class Event(Base):
    """Something that happened to an idea, written by the act itself; `told_at`: when whoever hears of it was listed.

    `act` is the same for all that one act did, so that each person is told of it once. `use_id`: the line beside a
    support that it is about; the event goes with it.
    """

    __tablename__ = "events"
    __table_args__ = (
        sa.Index(
            "ix_events_untold",
            "id",
            sqlite_where=sa.text("told_at IS NULL"),
            postgresql_where=sa.text("told_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    act: Mapped[str] = mapped_column(sa.String(32), index=True)
    kind: Mapped[EventKind] = mapped_column(word_of(EventKind, 20))
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), index=True)
    other_idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), default=None)
    comment_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("comments.id", ondelete="SET NULL"), index=True, default=None
    )
    decision_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decisions.id"), default=None)
    use_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("vote_uses.id", ondelete="CASCADE"), index=True, default=None
    )
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), default=None)  # who acted
    happened_at: Mapped[datetime]
    told_at: Mapped[datetime | None] = mapped_column(default=None)


class Notice(Base):
    """A person who hears of an event: once for an act, whatever the parts that they have in it."""

    __tablename__ = "notices"
    __table_args__ = (
        sa.UniqueConstraint("act", "person_id"),
        sa.Index("ix_notices_person", "person_id", "id"),
        sa.Index(
            "ix_notices_unmailed",
            "person_id",
            sqlite_where=sa.text("mailed_at IS NULL"),
            postgresql_where=sa.text("mailed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(sa.ForeignKey("events.id", ondelete="CASCADE"), index=True)
    act: Mapped[str] = mapped_column(sa.String(32))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"))
    part: Mapped[Part] = mapped_column(word_of(Part, 10))
    mailed_at: Mapped[datetime | None] = mapped_column(default=None)


class Follow(Base):
    """Somebody who wants the news of an idea without supporting it, or of all those of a subject."""

    __tablename__ = "follows"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "idea_id"),
        sa.UniqueConstraint("person_id", "cluster_id"),
        sa.CheckConstraint("(idea_id IS NULL) <> (cluster_id IS NULL)", name="one_thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("people.id", ondelete="CASCADE"))
    idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id", ondelete="CASCADE"), index=True, default=None)
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clusters.id"), index=True, default=None)
    since: Mapped[datetime]
