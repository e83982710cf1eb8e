"""What people decided about subjects: what they signed, what they imposed, and what each decision changed."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.clusters import PAIRED, PLACED, ConstraintKind, ReviewKind
from ideas.store.database import Base
from ideas.store.models.columns import one_of, word_of

_PAIRED, _PLACED = (", ".join(f"'{kind}'" for kind in kinds) for kinds in (PAIRED, PLACED))


class Constraint(Base):
    """A human decision that every later run obeys until it is lifted."""

    __tablename__ = "constraints"
    __table_args__ = (
        one_of("kind", ConstraintKind),
        sa.CheckConstraint(f"(kind IN ({_PAIRED})) = (other_idea_id IS NOT NULL)", name="pairs_have_two_ideas"),
        sa.CheckConstraint(f"(kind IN ({_PLACED})) = (cluster_id IS NOT NULL)", name="places_have_a_cluster"),
        sa.Index("ix_constraints_standing", "campaign_id", "lifted_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    kind: Mapped[ConstraintKind] = mapped_column(word_of(ConstraintKind, 10))
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), index=True)
    other_idea_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ideas.id"), default=None)
    cluster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("clusters.id"), default=None)
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"))
    imposed_at: Mapped[datetime]
    lifted_at: Mapped[datetime | None] = mapped_column(default=None)


class Review(Base):
    """The members of a subject that a person signed at an instant; an ended one binds no more."""

    __tablename__ = "reviews"
    __table_args__ = (one_of("kind", ReviewKind), sa.Index("ix_reviews_standing", "cluster_id", "ended_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    cluster_id: Mapped[int] = mapped_column(sa.ForeignKey("clusters.id"))
    kind: Mapped[ReviewKind] = mapped_column(word_of(ReviewKind, 10))
    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"), index=True)
    reviewed_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)


class ReviewMember(Base):
    """One of the ideas that were signed."""

    __tablename__ = "review_members"

    review_id: Mapped[int] = mapped_column(sa.ForeignKey("reviews.id"), primary_key=True)
    idea_id: Mapped[int] = mapped_column(sa.ForeignKey("ideas.id"), primary_key=True, index=True)


class Undo(Base):
    """What a decision about subjects changed, before and after, so that it can be taken back exactly."""

    __tablename__ = "undos"

    decision_id: Mapped[int] = mapped_column(sa.ForeignKey("decisions.id"), primary_key=True)
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    undone_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("decisions.id"), default=None)
