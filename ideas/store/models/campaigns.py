"""Campaigns, their editions, and the two directories that ideas point to."""

import secrets
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from ideas.domain.clusters import Grain
from ideas.domain.publication import Moderation
from ideas.store.database import Base
from ideas.store.models.columns import word_of


def draw_version() -> int:
    """Return a version that no campaign ever had: a number that grew would come again once a backup is restored."""
    return secrets.randbits(62)


class Campaign(Base):
    """One call for ideas: a question, an opening and a closing. `version` changes with all that its readers may see."""

    __tablename__ = "campaigns"
    __table_args__ = (sa.CheckConstraint("closes_at > opens_at", name="closes_after_opening"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    title: Mapped[str] = mapped_column(sa.String(200))
    question: Mapped[str] = mapped_column(sa.String(300))
    introduction: Mapped[str] = mapped_column(sa.Text, default="")
    texts: Mapped[dict[str, str]] = mapped_column(sa.JSON, default=dict)
    opens_at: Mapped[datetime]
    ideas_close_at: Mapped[datetime | None] = mapped_column(default=None)
    closes_at: Mapped[datetime]
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    moderation: Mapped[Moderation] = mapped_column(
        word_of(Moderation, 10), default=Moderation.BEFORE, server_default=Moderation.BEFORE.value
    )
    grain: Mapped[Grain] = mapped_column(word_of(Grain, 10), default=Grain.USUAL, server_default=Grain.USUAL.value)
    takes_comments: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(sa.BigInteger, default=draw_version)
    current_run_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("runs.id", use_alter=True, name="fk_campaigns_current_run_id"), default=None
    )


class Producer(Base):
    """A body that holds data; `access_officer` says how to reach who handles requests for access there."""

    __tablename__ = "producers"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = mapped_column(sa.String(200))
    kind: Mapped[str] = mapped_column(sa.String(40), default="")
    access_officer: Mapped[str] = mapped_column(sa.String(300), default="")


class Territory(Base):
    """A place of the official geographic code; INSEE codes are text ("01", "2A")."""

    __tablename__ = "territories"

    code: Mapped[str] = mapped_column(sa.String(10), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20))
    insee: Mapped[str] = mapped_column(sa.String(10), default="")
    name: Mapped[str] = mapped_column(sa.String(200))


class Edition(Base):
    """One numbered, frozen publication of a campaign's results; `files` maps names to sizes and hashes.

    It never changes, but it may be withdrawn as a whole: its files are then served no more.
    """

    __tablename__ = "editions"
    __table_args__ = (sa.UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(sa.ForeignKey("campaigns.id"))
    number: Mapped[int]
    published_at: Mapped[datetime]
    idea_count: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    files: Mapped[dict[str, Any]]
    withdrawn_at: Mapped[datetime | None] = mapped_column(default=None)
    withdrawal_reason: Mapped[str] = mapped_column(sa.Text, default="")
