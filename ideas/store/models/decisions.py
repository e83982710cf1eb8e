"""What staff decided: append-only, public by role, and the merges it made."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.accounts import Role
from ideas.domain.decisions import DecisionKind
from ideas.domain.publication import Publication
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of


class Decision(Base):
    """An act of staff: who (by role), what, on what, why, when. Never changed nor deleted, but for a sealed note.

    It is line `line_number` of the register of its campaign once the act that wrote it ends.
    """

    __tablename__ = "decisions"
    __table_args__ = (
        sa.Index("ix_decisions_register", "campaign_id", "id"),
        sa.UniqueConstraint("campaign_id", "line_number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    kind: Mapped[DecisionKind] = mapped_column(word_of(DecisionKind, 20))
    role: Mapped[Role] = mapped_column(word_of(Role, 20))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("people.id"), default=None)
    idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id"), index=True, default=None)
    other_idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id"), default=None)
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clusters.id"), index=True, default=None)
    reason: Mapped[str] = mapped_column(sa.String(30), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    decided_at: Mapped[datetime]
    note_salt: Mapped[str] = mapped_column(sa.String(32), default="")
    note_hash: Mapped[str] = mapped_column(sa.String(64), default="")
    line_number: Mapped[int | None] = mapped_column(default=None)
    line_hash: Mapped[str] = mapped_column(sa.String(64), default="")


class Merge(Base):
    """Idea `idea_id` judged a duplicate of `into_id`; what is needed to undo it exactly is kept beside."""

    __tablename__ = "merges"
    __table_args__ = (
        one_of("previous_publication", Publication),
        sa.CheckConstraint("idea_id <> into_id", name="two_ideas"),
        sa.Index(
            "uq_merges_standing",
            "idea_id",
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"))
    into_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), index=True)
    previous_publication: Mapped[Publication] = mapped_column(word_of(Publication, 30))
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"))
    merged_at: Mapped[datetime]
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
